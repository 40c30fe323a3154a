import type { Lab } from '../lab.ts';
import type { Target as LoadTarget } from '../load/exchange.ts';
import type { OpenLoopJob, OpenLoopResult } from '../load/open-loop.ts';
import { InterferenceWatch } from '../measure/interference.ts';
import { differenceOf, spreadOf } from '../measure/statistics.ts';
import { atMost, type Row, type Table, type Target } from '../report/report.ts';
import { BENCH_MODEL } from '../subjects/subject.ts';
import type { UpstreamCounts } from '../upstream/behaviour.ts';
import { shortChat } from './chat-request.ts';
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

const MAX_BUSY_PERCENT = 10;

const ADDED_COLUMNS = { p50: 'p50 us', p99: 'p99 us', p999: 'p99.9 us', sent99: 'p99 us, from sending' };
const COLUMNS = { ...ADDED_COLUMNS, lag99: 'generator lag p99 us', ...INTERFERENCE_COLUMNS };

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
  const metrics = emptyMetrics(COLUMNS);
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
    }
  }
  const names = [...targets.keys()];
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
    ],
    targets: [judgeAddedP99(lab, metrics)],
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

/** The target is left unjudged on a machine that others kept busy: their time slices are longer than the limit. */
function judgeAddedP99(lab: Lab, metrics: Metrics<typeof COLUMNS>): Target {
  const target = atMost(
    'added p99 in us, alidade over direct',
    2_000,
    differenceOf(metrics.p99.get('alidade') ?? [], metrics.p99.get(DIRECT) ?? []),
  );
  const shares = [metrics.others, metrics.stolen].map((rounds) => spreadOf([...rounds.values()].flat())?.median ?? 0);
  const busy = Math.max(...shares);
  if (target.met === null || busy < MAX_BUSY_PERCENT) return target;
  lab.notes.push(`others took ${Math.round(busy)} % of the machine: the latency target is not judged`);
  return { ...target, met: null };
}
