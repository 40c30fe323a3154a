// Purpose: what one vendor that accepts and never answers costs the traffic of all others.
// May import: bench/.
// The same open loop once without and once with requests to the stalled vendor piling up, in turns, one gateway for both.
// The ratio is taken within a round; the stalled requests are streams, which wait for their first token the longest.
// Start reading at `round`.
import { type Lab, type LabSubject, withLab } from '../lab.ts';
import { HeldRequests } from '../load/held-requests.ts';
import type { OpenLoopJob, OpenLoopResult } from '../load/open-loop.ts';
import { InterferenceWatch } from '../measure/interference.ts';
import { spreadOf } from '../measure/statistics.ts';
import { delay } from '../process/wait-for.ts';
import { atMost, type Findings } from '../report/report.ts';
import type { BenchOptions, Scenario } from '../scenario.ts';
import { startAlidade } from '../subjects/alidade.ts';
import { type Behaviour, DEFAULT_BEHAVIOUR } from '../upstream/behaviour.ts';
import { addInterference, addRound, emptyMetrics, INTERFERENCE_COLUMNS, type Metrics, metricRows } from './rounds.ts';

const MAX_CONNECTIONS = 512;
const STALLED_PER_SECOND = 50;
/** Before the measuring begins, so that requests have piled up. */
const PILE_UP_MS = 4_000;
const RECOVER_MS = 1_000;
const WARMUP_SECONDS = 3;
const COLUMNS = { p50: 'p50 us', p99: 'p99 us', held: 'requests that wait', ...INTERFERENCE_COLUMNS };
const NORMAL = 'nobody stalls';
const STALLED = 'one vendor stalls';
const RATIO = 'stalled / normal';

const NEVER: Behaviour = { ...DEFAULT_BEHAVIOUR, silentAfter: 0, intervalMs: 1_000 };

const chatOf = (model: string, stream: boolean): string =>
  JSON.stringify({ model, stream, max_tokens: 100, messages: [{ role: 'user', content: 'What is an alidade?' }] });

function configuration(goodPort: number, stalledPort: number): Record<string, unknown> {
  const endpoint = (port: number) => ({
    ...{ operator: 'self', region: 'de', private: true, preset: 'vllm' },
    base_url: `http://127.0.0.1:${port}/v1`,
  });
  const deployment = (name: string) => ({
    ...{ id: `${name}@mock`, model: `bench/${name}`, endpoint: name, upstream_model: 'mock-model' },
    price: { input_usd_per_mtok: 1, output_usd_per_mtok: 2 },
  });
  return {
    endpoints: { good: endpoint(goodPort), stalled: endpoint(stalledPort) },
    deployments: [deployment('good'), deployment('stalled')],
    routes: [{ default: true, primary: 'bench/good' }],
  };
}

interface Setting {
  perSecond: number;
  seconds: number;
}

/** Latency of the good vendor's traffic, from the moment at which each request was due. */
async function measure(
  lab: Lab,
  subject: LabSubject,
  name: string,
  setting: Setting,
  metrics: Metrics<typeof COLUMNS>,
) {
  const job: OpenLoopJob = {
    ...{ target: lab.target(subject, chatOf('bench/good', false)), maxConnections: MAX_CONNECTIONS },
    ...setting,
  };
  await lab.callUpstream('takeCounts');
  const watch = new InterferenceWatch();
  const result = await lab.runLoad<OpenLoopResult>('openLoop', job);
  addInterference(metrics, name, watch.stop());
  const { requests } = await lab.callUpstream<{ requests: number }>('takeCounts');
  lab.judge(name, result, requests);
  const p99 = result.latencyFromSend?.p99Us ?? Number.NaN;
  addRound(metrics.p50, name, result.latencyFromSend?.p50Us ?? Number.NaN);
  addRound(metrics.p99, name, p99);
  return p99;
}

async function round(lab: Lab, subject: LabSubject, setting: Setting, metrics: Metrics<typeof COLUMNS>) {
  await lab.awaitLull();
  const normal = await measure(lab, subject, NORMAL, setting, metrics);
  const held = new HeldRequests(lab.target(subject, chatOf('bench/stalled', true)), STALLED_PER_SECOND);
  try {
    await delay(PILE_UP_MS);
    await lab.awaitLull();
    const stalled = await measure(lab, subject, STALLED, setting, metrics);
    addRound(metrics.held, STALLED, held.held);
    if (held.held < STALLED_PER_SECOND)
      lab.voided.push(`only ${held.held} requests were waiting for the stalled vendor`);
    addRound(metrics.p99, RATIO, stalled / normal);
  } finally {
    held.stop();
  }
  await delay(RECOVER_MS);
}

async function run(options: BenchOptions): Promise<Findings> {
  const { rounds = 5, seconds = 10, perSecond = 500 } = options;
  return withLab({ ...options, subjects: ['alidade'] }, async (lab) => {
    await lab.configureUpstream(DEFAULT_BEHAVIOUR);
    const stalling = await lab.openUpstream('stalled upstream');
    await stalling.calls.call('configure', NEVER);
    const subject = await lab.startSubject({
      ...{ name: 'alidade', role: 'product' },
      start: (context) => startAlidade(context, configuration(lab.upstreamPort, stalling.port)),
    });
    const metrics = emptyMetrics(COLUMNS);
    await measure(lab, subject, 'warm-up', { perSecond, seconds: WARMUP_SECONDS }, emptyMetrics(COLUMNS));
    for (let turn = 0; turn < rounds; turn += 1) await round(lab, subject, { perSecond, seconds }, metrics);
    await lab.checkRecords();
    return {
      settings: { rounds, seconds, per_second: perSecond, stalled_per_second: STALLED_PER_SECOND },
      versions: lab.versions,
      tables: [
        {
          title: `traffic of one vendor at ${perSecond} requests/s (open loop), while another stalls`,
          columns: COLUMNS,
          rows: metricRows([NORMAL, STALLED, RATIO], metrics),
        },
      ],
      targets: [atMost('p99 stalled / normal', 1.2, spreadOf(metrics.p99.get(RATIO) ?? []))],
      notes: lab.notes,
      voided: lab.voided,
    };
  });
}

export const stalled: Scenario = {
  name: 'stalled',
  summary: 'latency of other traffic while one vendor never answers',
  run,
};
