import type { Lab, LabSubject } from '../lab.ts';
import type { ClosedLoopJob, ClosedLoopResult } from '../load/closed-loop.ts';
import { ratioOf, type Spread, spreadOf } from '../measure/statistics.ts';
import { atMost, type Table, type Target } from '../report/report.ts';
import { alidadeUnsearched } from '../subjects/alidade.ts';
import { BENCH_MODEL } from '../subjects/subject.ts';
import { BEARINGS, shortChat } from './chat-request.ts';
import {
  addInterference,
  addRound,
  emptyMetrics,
  INTERFERENCE_COLUMNS,
  metricRows,
  RATIO_COLUMNS,
  ratioRows,
} from './rounds.ts';

const UNSEARCHED = alidadeUnsearched.name;

export interface ProcessorSettings {
  rounds: number;
  seconds: number;
  warmupRequests: number;
  concurrency: number;
}

const COLUMNS = {
  process: 'process us',
  main: 'main thread us',
  perSecond: 'requests/s',
  ...INTERFERENCE_COLUMNS,
};

/** CPU per non-streaming request, closed loop: every subject in turn, round after round. */
export async function measureProcessorPerRequest(
  lab: Lab,
  settings: ProcessorSettings,
): Promise<{ tables: Table[]; targets: Target[]; capacity: Map<string, number> }> {
  const body = shortChat(BENCH_MODEL);
  const run = (subject: LabSubject, seconds: number): Promise<ClosedLoopResult> =>
    lab.runLoad('closedLoop', {
      target: lab.target(subject, body, BEARINGS),
      concurrency: settings.concurrency,
      seconds,
    } satisfies ClosedLoopJob);

  for (const subject of lab.subjects) {
    const turn = async () => (await lab.measure(subject, () => run(subject, settings.seconds))).result;
    await warmUp(settings.warmupRequests, turn);
  }
  const metrics = emptyMetrics(COLUMNS);
  for (let round = 0; round < settings.rounds; round += 1) {
    for (const subject of lab.subjects) {
      const { result, spent, interference } = await lab.measure(subject, () => run(subject, settings.seconds));
      addRound(metrics.process, subject.name, spent.processNs / 1e3 / result.completed);
      addRound(metrics.main, subject.name, spent.mainThreadNs / 1e3 / result.completed);
      addRound(metrics.perSecond, subject.name, result.perSecond);
      addInterference(metrics, subject.name, interference);
    }
  }
  const { process: process_, main, perSecond } = metrics;
  const names = lab.subjects.map(({ name }) => name);
  const ratio = (subject: string, other: string): Spread | null =>
    ratioOf(process_.get(subject) ?? [], process_.get(other) ?? []);
  return {
    capacity: new Map(names.map((name) => [name, spreadOf(perSecond.get(name) ?? [])?.median ?? 0])),
    tables: [
      {
        title: 'CPU per non-streaming request (closed loop)',
        columns: COLUMNS,
        rows: metricRows(names, metrics),
      },
      {
        title: 'ratios of CPU per request',
        columns: RATIO_COLUMNS,
        rows: ratioRows({ process: process_, main }),
      },
    ],
    targets: [
      atMost('CPU per request, alidade / nginx', 8, ratio('alidade', 'nginx')),
      atMost('CPU per request without the search for personal data, alidade / nginx', 6, ratio(UNSEARCHED, 'nginx')),
      atMost('CPU per request, alidade / portkey', 0.1, ratio('alidade', 'portkey')),
    ],
  };
}

const MAX_WARMUP_SECONDS = 60;

/**
 * Turns until enough requests were made, because what a compiler needs is calls and not seconds: a large Node program costs
 * three times as much during its first ten thousand requests. A slow subject is given a minute.
 */
export async function warmUp(requests: number, turn: () => Promise<ClosedLoopResult>): Promise<void> {
  let completed = 0;
  let seconds = 0;
  while (completed < requests && seconds < MAX_WARMUP_SECONDS) {
    const result = await turn();
    if (result.completed === 0) return;
    completed += result.completed;
    seconds += result.seconds;
  }
}
