import type { Lab } from '../lab.ts';
import type { Target as LoadTarget } from '../load/exchange.ts';
import type { OpenLoopJob, OpenLoopResult } from '../load/open-loop.ts';
import { InterferenceWatch } from '../measure/interference.ts';
import { differenceOf, spreadOf } from '../measure/statistics.ts';
import { atMost, type Row, type Table, type Target } from '../report/report.ts';
import { BENCH_MODEL } from '../subjects/subject.ts';
import type { UpstreamCounts } from '../upstream/behaviour.ts';
import { shortChat } from './chat-request.ts';
import { addRound, OTHERS_HEADING, type Rounds } from './ratios.ts';

export interface LatencySettings {
  rounds: number;
  seconds: number;
  warmupSeconds: number;
  perSecond: number;
  /** Requests per second that each subject managed when saturated. */
  capacity: ReadonlyMap<string, number>;
}

const MAX_CONNECTIONS = 512;
const DIRECT = 'direct';
const HEADROOM = 1.2;
/** A generator that sends this late at its median cannot show differences of tenths of a millisecond. */
const MAX_MEDIAN_LAG_US = 500;

/** Latency at a constant arrival rate, open loop, over the same requests sent straight to the upstream in the same round. */
export async function measureAddedLatency(
  lab: Lab,
  settings: LatencySettings,
): Promise<{ tables: Table[]; targets: Target[] }> {
  const body = shortChat(BENCH_MODEL);
  const targets = new Map<string, LoadTarget>([[DIRECT, lab.directTarget(body)]]);
  for (const subject of lab.subjects) {
    const capacity = settings.capacity.get(subject.name) ?? Infinity;
    // An overloaded peer shows how long its queue grew in the time given, not a latency.
    if (subject.role === 'product' || capacity > settings.perSecond * HEADROOM)
      targets.set(subject.name, lab.target(subject, body));
    else
      lab.notes.push(
        `${subject.name}: no latency at ${settings.perSecond} requests/s, it manages ${Math.round(capacity)}`,
      );
  }
  const metrics = {
    p50: new Map(),
    p99: new Map(),
    p999: new Map(),
    lag99: new Map(),
    others: new Map(),
  } satisfies Record<string, Rounds>;

  for (let round = -1; round < settings.rounds; round += 1) {
    const warmup = round === -1;
    for (const [name, target] of targets) {
      await lab.callUpstream('takeCounts');
      const seconds = warmup ? settings.warmupSeconds : settings.seconds;
      const job: OpenLoopJob = { target, perSecond: settings.perSecond, seconds, maxConnections: MAX_CONNECTIONS };
      const watch = new InterferenceWatch();
      const result = await lab.runLoad<OpenLoopResult>('openLoop', job);
      const { others, stolen } = watch.stop();
      const { requests } = await lab.callUpstream<UpstreamCounts>('takeCounts');
      lab.judge(name, result, requests);
      if (warmup) continue;
      record(lab, metrics, name, result);
      addRound(metrics.others, name, (others + stolen) * 100);
    }
  }
  const names = [...targets.keys()];
  return {
    tables: [
      {
        title: `latency at ${settings.perSecond} requests/s (open loop, from the intended start)`,
        columns: LATENCY_COLUMNS,
        rows: latencyRows(names, metrics),
      },
      {
        title: 'latency added over direct',
        columns: { p50: 'p50 us', p99: 'p99 us', p999: 'p99.9 us' },
        rows: addedRows(names, metrics),
      },
    ],
    targets: [
      atMost(
        'added p99 in us, alidade over direct',
        2_000,
        differenceOf(metrics.p99.get('alidade') ?? [], metrics.p99.get(DIRECT) ?? []),
      ),
    ],
  };
}

const LATENCY_COLUMNS = {
  p50: 'p50 us',
  p99: 'p99 us',
  p999: 'p99.9 us',
  lag99: 'generator lag p99 us',
  others: OTHERS_HEADING,
};

function record(
  lab: Lab,
  metrics: Record<keyof typeof LATENCY_COLUMNS, Rounds>,
  name: string,
  result: OpenLoopResult,
): void {
  const { latency, sendLag } = result;
  if (latency === null || sendLag === null) return;
  addRound(metrics.p50, name, latency.p50Us);
  addRound(metrics.p99, name, latency.p99Us);
  addRound(metrics.p999, name, latency.p999Us);
  addRound(metrics.lag99, name, sendLag.p99Us);
  if (sendLag.p50Us > MAX_MEDIAN_LAG_US)
    lab.voided.push(`${name}: the generator could not keep the rate (median lag ${Math.round(sendLag.p50Us)} us)`);
}

function latencyRows(names: readonly string[], metrics: Record<string, Rounds>): Row[] {
  return names.map((name) => ({
    name,
    values: Object.fromEntries(
      Object.entries(metrics).map(([metric, rounds]) => [metric, spreadOf(rounds.get(name) ?? [])]),
    ),
  }));
}

function addedRows(names: readonly string[], metrics: Record<'p50' | 'p99' | 'p999', Rounds>): Row[] {
  const { p50, p99, p999 } = metrics;
  return names
    .filter((name) => name !== DIRECT)
    .map((name) => ({
      name,
      values: Object.fromEntries(
        Object.entries({ p50, p99, p999 }).map(([metric, rounds]) => [
          metric,
          differenceOf(rounds.get(name) ?? [], rounds.get(DIRECT) ?? []),
        ]),
      ),
    }));
}
