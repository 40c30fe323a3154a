import type { Lab, LabSubject } from '../lab.ts';
import type { ClosedLoopJob, ClosedLoopResult } from '../load/closed-loop.ts';
import { ratioOf, spreadOf } from '../measure/statistics.ts';
import { atMost, type Table, type Target } from '../report/report.ts';
import { BENCH_MODEL } from '../subjects/subject.ts';
import { shortChat } from './chat-request.ts';
import { addRound, OTHERS_HEADING, RATIO_COLUMNS, type Rounds, ratioRows } from './ratios.ts';

export interface ProcessorSettings {
  rounds: number;
  seconds: number;
  warmupSeconds: number;
  concurrency: number;
}

/** CPU per non-streaming request, closed loop: every subject in turn, round after round. */
export async function measureProcessorPerRequest(
  lab: Lab,
  settings: ProcessorSettings,
): Promise<{ tables: Table[]; targets: Target[]; capacity: Map<string, number> }> {
  const body = shortChat(BENCH_MODEL);
  const run = (subject: LabSubject, seconds: number): Promise<ClosedLoopResult> =>
    lab.runLoad('closedLoop', {
      target: lab.target(subject, body),
      concurrency: settings.concurrency,
      seconds,
    } satisfies ClosedLoopJob);

  for (const subject of lab.subjects) await lab.measure(subject, () => run(subject, settings.warmupSeconds));
  const process_: Rounds = new Map();
  const main: Rounds = new Map();
  const perSecond: Rounds = new Map();
  const others: Rounds = new Map();
  for (let round = 0; round < settings.rounds; round += 1) {
    for (const subject of lab.subjects) {
      const { result, spent, interference } = await lab.measure(subject, () => run(subject, settings.seconds));
      addRound(process_, subject.name, spent.processNs / 1e3 / result.completed);
      addRound(main, subject.name, spent.mainThreadNs / 1e3 / result.completed);
      addRound(perSecond, subject.name, result.perSecond);
      addRound(others, subject.name, (interference.others + interference.stolen) * 100);
    }
  }
  const rows = lab.subjects.map(({ name }) => ({
    name,
    values: {
      process: spreadOf(process_.get(name) ?? []),
      main: spreadOf(main.get(name) ?? []),
      perSecond: spreadOf(perSecond.get(name) ?? []),
      others: spreadOf(others.get(name) ?? []),
    },
  }));
  return {
    capacity: new Map(lab.subjects.map(({ name }) => [name, spreadOf(perSecond.get(name) ?? [])?.median ?? 0])),
    tables: [
      {
        title: 'CPU per non-streaming request (closed loop)',
        columns: { process: 'process us', main: 'main thread us', perSecond: 'requests/s', others: OTHERS_HEADING },
        rows,
      },
      {
        title: 'ratios of CPU per request',
        columns: RATIO_COLUMNS,
        rows: ratioRows({ process: process_, main }),
      },
    ],
    targets: [
      atMost(
        'CPU per request, alidade / nginx',
        6,
        ratioOf(process_.get('alidade') ?? [], process_.get('nginx') ?? []),
      ),
      atMost(
        'CPU per request, alidade / portkey',
        0.1,
        ratioOf(process_.get('alidade') ?? [], process_.get('portkey') ?? []),
      ),
    ],
  };
}
