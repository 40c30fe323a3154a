import { withLab } from '../lab.ts';
import type { Findings } from '../report/report.ts';
import type { BenchOptions, Scenario } from '../scenario.ts';
import { alidadeUnsearched } from '../subjects/alidade.ts';
import { BENCH_MODEL } from '../subjects/subject.ts';
import { measureAddedLatency } from './added-latency.ts';
import { shortChat } from './chat-request.ts';
import { measureProcessorPerRequest } from './processor-per-request.ts';

export const overhead: Scenario = {
  name: 'overhead',
  summary: 'CPU per non-streaming request, then latency added at a constant rate',
  run,
};

async function run(options: BenchOptions): Promise<Findings> {
  const { rounds = 9, seconds = 2, warmupRequests = 20_000, concurrency = 32, perSecond = 1_000 } = options;
  return withLab(options, async (lab) => {
    await lab.startSubjects(shortChat(BENCH_MODEL));
    if (lab.subjects.some(({ name }) => name === 'alidade'))
      await lab.tryStart(alidadeUnsearched, shortChat(BENCH_MODEL));
    const processor = await measureProcessorPerRequest(lab, { rounds, seconds, warmupRequests, concurrency });
    const latency = await measureAddedLatency(lab, {
      rounds,
      seconds: 2 * seconds,
      perSecond,
      capacity: processor.capacity,
    });
    await lab.checkRecords();
    return {
      settings: {
        rounds,
        seconds,
        warmupRequests,
        concurrency,
        perSecond,
        subjects: lab.subjects.map(({ name }) => name),
      },
      versions: lab.versions,
      tables: [...processor.tables, ...latency.tables],
      targets: [...processor.targets, ...latency.targets],
      notes: lab.notes,
      voided: lab.voided,
    };
  });
}
