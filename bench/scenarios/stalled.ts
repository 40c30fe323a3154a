// Purpose: what one vendor that accepts and never answers costs the traffic of all others.
// May import: bench/.
// The same traffic to two vendors, one gateway for both: once both answer, once the second of them does not.
// The ratio is taken within a round, whose halves change places from round to round so that no drift favours one of them;
// the stalled requests are streams, which wait for their first token the longest. A bare relay goes through the same
// beside the product: what opening a connection for each stalled request costs in Node, and in the processes of the bench,
// shows in its ratio, too. Start reading at `measure`.
import { type Lab, type LabSubject, withLab } from '../lab.ts';
import type { ClosedLoopJob, ClosedLoopResult } from '../load/closed-loop.ts';
import { HeldRequests } from '../load/held-requests.ts';
import type { OpenLoopJob, OpenLoopResult } from '../load/open-loop.ts';
import { type Interference, InterferenceWatch } from '../measure/interference.ts';
import { disturbanceOf, judgePairs, MOST_DISTURBED, type PairedRound } from '../measure/paired-rounds.ts';
import { type Spread, spreadOf } from '../measure/statistics.ts';
import type { RemoteCalls } from '../process/remote-calls.ts';
import { delay } from '../process/wait-for.ts';
import { atMost, type Findings } from '../report/report.ts';
import type { BenchOptions, Scenario } from '../scenario.ts';
import { startAlidade } from '../subjects/alidade.ts';
import { chooseSubjects } from '../subjects/all-subjects.ts';
import { startBareRelay } from '../subjects/bare-relay.ts';
import type { Subject } from '../subjects/subject.ts';
import { type Behaviour, DEFAULT_BEHAVIOUR } from '../upstream/behaviour.ts';
import { warmUp } from './processor-per-request.ts';
import { addInterference, addRound, emptyMetrics, INTERFERENCE_COLUMNS, type Metrics, metricRows } from './rounds.ts';

const MAX_CONNECTIONS = 512;
const OTHER_PER_SECOND = 50;
/** Before the measuring begins, so that requests have piled up. */
const PILE_UP_MS = 4_000;
const RECOVER_MS = 1_000;
const WARMUP_SECONDS = 3;
const WARMUP_REQUESTS = 20_000;
const WARMUP_CONCURRENCY = 32;
/** Of the rounds asked for: so many are run where some do not count. Which ones do is known before their figures are looked at. */
const MOST_ROUNDS = 1.5;
const COLUMNS = { p50: 'p50 us', p99: 'p99 us', held: 'requests that wait', ...INTERFERENCE_COLUMNS };
const NORMAL = 'both vendors answer';
const STALLED = 'one vendor stalls';
const RATIO = 'stalled / normal';
const PRODUCT = 'alidade';
const YARDSTICK = 'bare-relay';
const GOOD_MODEL = 'bench/good';
const STALLED_MODEL = 'bench/stalled';
const rowOf = (subject: string, row: string): string => `${subject}, ${row}`;
const NEVER: Behaviour = { ...DEFAULT_BEHAVIOUR, silentAfter: 0, intervalMs: 1_000 };
const ANSWERS: Behaviour = { ...DEFAULT_BEHAVIOUR, events: 20 };

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
    routes: [{ default: true, primary: GOOD_MODEL }],
  };
}

interface Setting {
  perSecond: number;
  seconds: number;
}

interface Ground {
  lab: Lab;
  subject: LabSubject;
  other: RemoteCalls;
  metrics: Metrics<typeof COLUMNS>;
}

interface Half {
  p99: number;
  durationsUs: number[];
  held: number;
  interference: Interference;
}

/** The first vendor's traffic, from the moment at which each request was due, while the second does as it is told. */
async function measure(ground: Ground, half: string, behaviour: Behaviour, setting: Setting): Promise<Half> {
  const { lab, subject, other, metrics } = ground;
  const name = rowOf(subject.name, half);
  await other.call('configure', behaviour);
  // Before requests pile up: how many wait, and for how long, must not depend on how busy the machine is.
  await lab.awaitLull();
  const target = lab.target(subject, chatOf(STALLED_MODEL, true));
  const held = new HeldRequests({ ...target, headers: { ...target.headers, connection: 'close' } }, OTHER_PER_SECOND);
  try {
    await delay(PILE_UP_MS);
    await lab.callUpstream('takeCounts');
    const job: OpenLoopJob = {
      ...{ target: lab.target(subject, chatOf(GOOD_MODEL, false)), maxConnections: MAX_CONNECTIONS },
      ...setting,
    };
    const watch = new InterferenceWatch();
    const result = await lab.runLoad<OpenLoopResult>('openLoop', job);
    const interference = watch.stop();
    addInterference(metrics, name, interference);
    const { requests } = await lab.callUpstream<{ requests: number }>('takeCounts');
    lab.judge(name, result, requests);
    const p99 = result.latencyFromSend?.p99Us ?? Number.NaN;
    addRound(metrics.p50, name, result.latencyFromSend?.p50Us ?? Number.NaN);
    addRound(metrics.p99, name, p99);
    addRound(metrics.held, name, held.held);
    return { p99, durationsUs: result.durationsFromSendUs, held: held.held, interference };
  } finally {
    held.stop();
    await delay(RECOVER_MS);
  }
}

/** A process that still compiles what it runs has other threads on its core than later: both halves once, after enough requests. */
async function warm(ground: Ground, setting: Setting): Promise<void> {
  const { lab, subject } = ground;
  const target = lab.target(subject, chatOf(GOOD_MODEL, false));
  const job: ClosedLoopJob = { target, concurrency: WARMUP_CONCURRENCY, seconds: setting.seconds };
  await warmUp(WARMUP_REQUESTS, () => lab.runLoad<ClosedLoopResult>('closedLoop', job));
  await measure(ground, STALLED, NEVER, setting);
  await measure(ground, NORMAL, ANSWERS, setting);
}

async function round(ground: Ground, setting: Setting, turn: number): Promise<PairedRound> {
  const usual = () => measure(ground, NORMAL, ANSWERS, setting);
  const stalls = () => measure(ground, STALLED, NEVER, setting);
  const first = turn % 2 === 0 ? await usual() : await stalls();
  const second = turn % 2 === 0 ? await stalls() : await usual();
  const [normal, stalling] = turn % 2 === 0 ? [first, second] : [second, first];
  if (stalling.held < 2 * normal.held + OTHER_PER_SECOND) {
    ground.lab.voided.push(
      `${ground.subject.name}: only ${stalling.held} requests were waiting for the stalled vendor`,
    );
  }
  addRound(ground.metrics.p99, rowOf(ground.subject.name, RATIO), stalling.p99 / normal.p99);
  const disturbed = disturbanceOf(normal.interference, stalling.interference);
  return { usual: normal.durationsUs, changed: stalling.durationsUs, disturbed };
}

/** The ratio of one subject by the rounds in which the machine was left alone; the rest of what is known of it as notes. */
function judge(
  lab: Lab,
  metrics: Metrics<typeof COLUMNS>,
  subject: string,
  pairs: readonly PairedRound[],
): Spread | null {
  const of = (half: string) => spreadOf(metrics.p99.get(rowOf(subject, half)) ?? []);
  const lowest = (of(STALLED)?.min ?? Number.NaN) / (of(NORMAL)?.min ?? Number.NaN);
  lab.notes.push(`${subject}: p99 stalled / normal of the lowest rounds: ${lowest.toFixed(2)}`);
  const { perRound, pooled, leftOut } = judgePairs(pairs, 0.99, (changed, usual) => changed / usual);
  if (pooled !== null) {
    const [value, low, high] = [pooled.value, pooled.low, pooled.high].map((ratio) => ratio.toFixed(2));
    lab.notes.push(`${subject}: p99 stalled / normal of these rounds together: ${value}, 95 % ${low} to ${high}`);
  }
  if (leftOut > 0) {
    const percent = MOST_DISTURBED * 100;
    lab.notes.push(
      `${subject}: ${leftOut} of ${pairs.length} rounds do not count: others or the host took over ${percent} %`,
    );
  }
  if (perRound === null) lab.notes.push(`${subject}: too few rounds are left, nothing is judged`);
  return perRound;
}

function subjectsOf(lab: Lab, stalledPort: number): Subject[] {
  const other = { port: stalledPort, model: STALLED_MODEL };
  return [
    {
      ...{ name: PRODUCT, role: 'product' },
      start: (context) => startAlidade(context, configuration(lab.upstreamPort, stalledPort)),
    },
    { name: YARDSTICK, role: 'yardstick', start: (context) => startBareRelay(context, other) },
  ];
}

interface Turns {
  ground: Ground;
  pairs: PairedRound[];
}

const countedOf = ({ pairs }: Turns): number => pairs.filter(({ disturbed }) => disturbed <= MOST_DISTURBED).length;

/** Subjects take turns, each until enough of its rounds count. */
async function takeTurns(all: readonly Turns[], rounds: number, setting: Setting): Promise<void> {
  for (let turn = 0; turn < rounds * MOST_ROUNDS; turn += 1) {
    const waiting = all.filter((turns) => countedOf(turns) < rounds);
    if (waiting.length === 0) return;
    for (const { ground, pairs } of waiting) pairs.push(await round(ground, setting, turn));
  }
}

async function run(options: BenchOptions): Promise<Findings> {
  const { rounds = 7, seconds = 8, perSecond = 500 } = options;
  const chosen = chooseSubjects(options.subjects).map(({ name }) => name);
  return withLab(options, async (lab) => {
    await lab.configureUpstream(DEFAULT_BEHAVIOUR);
    const stalling = await lab.openUpstream('stalled upstream');
    const metrics = emptyMetrics(COLUMNS);
    const all: Turns[] = [];
    for (const subject of subjectsOf(lab, stalling.port)) {
      if (!chosen.includes(subject.name)) continue;
      const ground = { lab, subject: await lab.startSubject(subject), other: stalling.calls, metrics };
      await warm({ ...ground, metrics: emptyMetrics(COLUMNS) }, { perSecond, seconds: WARMUP_SECONDS });
      all.push({ ground, pairs: [] });
    }
    if (all.length === 0) lab.voided.push(`there is nothing to measure: ${PRODUCT} and ${YARDSTICK} take part`);
    await takeTurns(all, rounds, { perSecond, seconds });
    await lab.checkRecords();
    const names = all.map(({ ground }) => ground.subject.name);
    const ratios = new Map(
      all.map(({ ground, pairs }) => [ground.subject.name, judge(lab, metrics, ground.subject.name, pairs)]),
    );
    const beside = ratios.get(YARDSTICK);
    if (beside) lab.notes.push(`${YARDSTICK}, which does nothing but pass on: ${beside.median.toFixed(2)}`);
    return {
      settings: { rounds, seconds, per_second: perSecond, other_per_second: OTHER_PER_SECOND },
      versions: lab.versions,
      tables: [
        {
          title: `traffic of one vendor at ${perSecond} requests/s (open loop), while another stalls`,
          columns: COLUMNS,
          rows: metricRows(
            names.flatMap((name) => [NORMAL, STALLED, RATIO].map((row) => rowOf(name, row))),
            metrics,
          ),
        },
      ],
      targets: [atMost('p99 stalled / normal', 1.2, ratios.get(PRODUCT) ?? null)],
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
