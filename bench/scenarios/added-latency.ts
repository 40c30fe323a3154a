import type { Lab } from '../lab.ts';
import type { Target as LoadTarget } from '../load/exchange.ts';
import type { OpenLoopJob, OpenLoopResult } from '../load/open-loop.ts';
import { type Interference, InterferenceWatch } from '../measure/interference.ts';
import { disturbanceOf, judgePairs, MOST_DISTURBED, type PairedVerdict } from '../measure/paired-rounds.ts';
import { differenceOf, type Spread } from '../measure/statistics.ts';
import { atMost, type Row, type Table, type Target } from '../report/report.ts';
import { BENCH_MODEL } from '../subjects/subject.ts';
import type { UpstreamCounts } from '../upstream/behaviour.ts';
import { BEARINGS, shortChat } from './chat-request.ts';
import {
  addInterference,
  addRound,
  emptyMetrics,
  INTERFERENCE_COLUMNS,
  type Metrics,
  metricRows,
  type Rounds,
} from './rounds.ts';

export interface LatencySettings {
  rounds: number;
  seconds: number;
  perSecond: number;
  /** Requests per second that each subject managed when saturated. */
  capacity: ReadonlyMap<string, number>;
}

const MAX_CONNECTIONS = 512;
const WARMUP_SECONDS = 1;
const DIRECT = 'direct';
const HEADROOM = 1.2;
/** A generator that sends this late at its median cannot show differences of tenths of a millisecond. */
const MAX_MEDIAN_LAG_US = 500;

const ADDED_COLUMNS = { p50: 'p50 us', p99: 'p99 us', p999: 'p99.9 us', sent99: 'p99 us, from sending' };
const TOGETHER_COLUMNS = { p99: 'p99 us', counted: 'rounds' };
const COLUMNS = { ...ADDED_COLUMNS, lag99: 'generator lag p99 us', ...INTERFERENCE_COLUMNS };

/** One subject in one round. */
interface Turn {
  durationsUs: number[];
  interference: Interference;
}

/** Latency at a constant arrival rate, open loop, over the same requests sent straight to the upstream in the same round. */
export async function measureAddedLatency(
  lab: Lab,
  settings: LatencySettings,
): Promise<{ tables: Table[]; targets: Target[] }> {
  const body = shortChat(BENCH_MODEL);
  const targets = new Map<string, LoadTarget>([[DIRECT, lab.directTarget(body, BEARINGS)]]);
  for (const subject of lab.subjects) {
    const capacity = settings.capacity.get(subject.name) ?? Infinity;
    // An overloaded peer shows how long its queue grew in the time given, not a latency.
    if (subject.role === 'product' || capacity > settings.perSecond * HEADROOM)
      targets.set(subject.name, lab.target(subject, body, BEARINGS));
    else
      lab.notes.push(
        `${subject.name}: no latency at ${settings.perSecond} requests/s, it manages ${Math.round(capacity)}`,
      );
  }
  const metrics = emptyMetrics(COLUMNS);
  const turns = new Map([...targets.keys()].map((name): [string, Turn[]] => [name, []]));
  for (let round = -1; round < settings.rounds; round += 1) {
    const warmup = round === -1;
    for (const [name, target] of targets) {
      await lab.awaitLull();
      await lab.callUpstream('takeCounts');
      const seconds = warmup ? Math.min(WARMUP_SECONDS, settings.seconds) : settings.seconds;
      const job: OpenLoopJob = { target, perSecond: settings.perSecond, seconds, maxConnections: MAX_CONNECTIONS };
      const watch = new InterferenceWatch();
      const result = await lab.runLoad<OpenLoopResult>('openLoop', job);
      const interference = watch.stop();
      const { requests } = await lab.callUpstream<UpstreamCounts>('takeCounts');
      lab.judge(name, result, requests);
      if (warmup) continue;
      record(lab, metrics, name, result);
      addInterference(metrics, name, interference);
      turns.get(name)?.push({ durationsUs: result.durationsUs, interference });
    }
  }
  const names = [...targets.keys()];
  const together = new Map(names.filter((name) => name !== DIRECT).map((name) => [name, verdictOn(turns, name)]));
  return {
    tables: [
      {
        title: `latency at ${settings.perSecond} requests/s (open loop, from the intended start)`,
        columns: COLUMNS,
        rows: metricRows(names, metrics),
      },
      {
        title: 'latency added over direct',
        columns: ADDED_COLUMNS,
        rows: addedRows(names, metrics),
      },
      {
        title: 'latency added over direct, undisturbed rounds together (95 % of what such rounds would give)',
        columns: TOGETHER_COLUMNS,
        rows: [...together].map(([name, verdict]) => ({ name, values: togetherValues(verdict) })),
      },
    ],
    targets: [judgeAddedP99(lab, settings.rounds, together.get('alidade'))],
  };
}

function record(lab: Lab, metrics: Metrics<typeof COLUMNS>, name: string, result: OpenLoopResult): void {
  const { latency, latencyFromSend, sendLag } = result;
  if (latency === null || latencyFromSend === null || sendLag === null) return;
  addRound(metrics.p50, name, latency.p50Us);
  addRound(metrics.p99, name, latency.p99Us);
  addRound(metrics.p999, name, latency.p999Us);
  addRound(metrics.sent99, name, latencyFromSend.p99Us);
  addRound(metrics.lag99, name, sendLag.p99Us);
  if (sendLag.p50Us > MAX_MEDIAN_LAG_US)
    lab.voided.push(`${name}: the generator could not keep the rate (median lag ${Math.round(sendLag.p50Us)} us)`);
}

function addedRows(names: readonly string[], metrics: Record<keyof typeof ADDED_COLUMNS, Rounds>): Row[] {
  return names
    .filter((name) => name !== DIRECT)
    .map((name) => ({
      name,
      values: Object.fromEntries(
        Object.keys(ADDED_COLUMNS).map((metric) => {
          const rounds = metrics[metric as keyof typeof ADDED_COLUMNS];
          return [metric, differenceOf(rounds.get(name) ?? [], rounds.get(DIRECT) ?? [])];
        }),
      ),
    }));
}

const verdictOn = (turns: ReadonlyMap<string, Turn[]>, name: string): PairedVerdict => {
  const direct = turns.get(DIRECT) ?? [];
  const rounds = (turns.get(name) ?? []).map(({ durationsUs, interference }, round) => ({
    usual: direct[round]?.durationsUs ?? [],
    changed: durationsUs,
    disturbed: disturbanceOf(interference, direct[round]?.interference ?? interference),
  }));
  return judgePairs(rounds, 0.99, (changed, usual) => changed - usual);
};

function togetherValues({ pooled, perRound, counted }: PairedVerdict): Record<string, Spread | null> {
  const { value, low, high } = pooled ?? { value: Number.NaN, low: Number.NaN, high: Number.NaN };
  return {
    p99: pooled === null ? null : { median: value, min: low, max: high, rounds: perRound?.rounds ?? [] },
    counted: { median: counted, min: counted, max: counted, rounds: [counted] },
  };
}

/** By the rounds in which the machine was left alone, all their requests together; unjudged where there are too few. */
function judgeAddedP99(lab: Lab, rounds: number, verdict: PairedVerdict | undefined): Target {
  const target = atMost('added p99 in us, alidade over direct', 2_000, verdict?.pooled?.value);
  if (verdict === undefined) return target;
  const { pooled, perRound, leftOut } = verdict;
  if (leftOut > 0) {
    const percent = MOST_DISTURBED * 100;
    lab.notes.push(`added p99: ${leftOut} of ${rounds} rounds do not count: others or the host took over ${percent} %`);
  }
  if (pooled === null || perRound === null) {
    lab.notes.push('added p99: too few rounds are left, the target is not judged');
    return target;
  }
  lab.notes.push(`added p99, median of the rounds that count: ${Math.round(perRound.median)} us`);
  if (pooled.low <= target.limit && target.limit < pooled.high)
    lab.notes.push(
      `added p99: other rounds of this kind may give ${Math.round(pooled.low)} to ${Math.round(pooled.high)} us, on either side of the limit`,
    );
  return target;
}
