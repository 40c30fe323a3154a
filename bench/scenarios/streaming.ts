import { type Lab, type LabSubject, withLab } from '../lab.ts';
import type { ClosedLoopResult } from '../load/closed-loop.ts';
import type { StreamsJob, StreamsResult } from '../load/streams.ts';
import { ratioOf, spreadOf } from '../measure/statistics.ts';
import { atMost, type Findings } from '../report/report.ts';
import type { BenchOptions, Scenario } from '../scenario.ts';
import { alidadeTranslate } from '../subjects/alidade.ts';
import { BENCH_MODEL } from '../subjects/subject.ts';
import { DEFAULT_BEHAVIOUR } from '../upstream/behaviour.ts';
import { shortChat, streamedChat } from './chat-request.ts';
import {
  addInterference,
  addRound,
  emptyMetrics,
  INTERFERENCE_COLUMNS,
  type Metrics,
  metricRows,
  RATIO_COLUMNS,
  ratioRows,
} from './rounds.ts';

export const streaming: Scenario = {
  name: 'streaming',
  summary: 'CPU per streamed event, with proof that events were not coalesced',
  run,
};

const COLUMNS = {
  process: 'process us/event',
  main: 'main thread us/event',
  coalescing: 'events per read',
  bytes: 'body bytes/stream',
  first: 'first event p50 us',
  ...INTERFERENCE_COLUMNS,
};
/** Above this a subject, or the generator, took several events in one read and the cost per event looks too small. */
const MAX_COALESCING = 1.1;

interface StreamSettings {
  rounds: number;
  concurrency: number;
  streams: number;
  events: number;
  intervalMs: number;
  warmupRequests: number;
}

const WARMUP_SECONDS = 2;

async function warmUpRequests(lab: Lab, subject: LabSubject, requests: number): Promise<void> {
  const target = lab.target(subject, shortChat(BENCH_MODEL));
  for (let completed = 0; completed < requests; ) {
    const result = await lab.runLoad<ClosedLoopResult>('closedLoop', {
      target,
      concurrency: 32,
      seconds: WARMUP_SECONDS,
    });
    if (result.completed === 0) return;
    completed += result.completed;
  }
}

async function run(options: BenchOptions): Promise<Findings> {
  const { rounds = 5, concurrency = 50, streams = 3, events = 200, intervalMs = 10, warmupRequests = 5_000 } = options;
  const settings = { rounds, concurrency, streams, events, intervalMs, warmupRequests };
  return withLab(options, async (lab) => {
    await lab.configureUpstream({ ...DEFAULT_BEHAVIOUR, events, intervalMs });
    await lab.startSubjects(streamedChat(BENCH_MODEL));
    // Beside the relay lane, so that both are taken in the same rounds.
    if (options.subjects === null) await lab.tryStart(alidadeTranslate, streamedChat(BENCH_MODEL));
    const metrics = await measureRounds(lab, settings);
    await lab.checkRecords();
    for (const [name, factors] of metrics.coalescing) {
      const median = spreadOf(factors)?.median ?? 0;
      if (median > MAX_COALESCING)
        lab.voided.push(`${name}: ${median.toFixed(2)} events per read: events were coalesced, raise --interval`);
    }
    const { process: process_, main } = metrics;
    const names = lab.subjects.map(({ name }) => name);
    return {
      settings: {
        ...settings,
        eventBytes: DEFAULT_BEHAVIOUR.eventBytes,
        subjects: names,
      },
      versions: lab.versions,
      tables: [
        {
          title: `CPU per event: ${concurrency} streams, one event every ${intervalMs} ms each, request included`,
          columns: COLUMNS,
          rows: metricRows(names, metrics),
        },
        {
          title: 'ratios of CPU per event',
          columns: RATIO_COLUMNS,
          rows: ratioRows({ process: process_, main }),
        },
      ],
      targets: [
        atMost(
          'CPU per event, alidade / nginx',
          2.2,
          ratioOf(process_.get('alidade') ?? [], process_.get('nginx') ?? []),
        ),
        atMost(
          'CPU per event, alidade-translate / nginx',
          3,
          ratioOf(process_.get('alidade-translate') ?? [], process_.get('nginx') ?? []),
        ),
      ],
      notes: lab.notes,
      voided: lab.voided,
    };
  });
}

async function measureRounds(lab: Lab, settings: StreamSettings): Promise<Metrics<typeof COLUMNS>> {
  const { rounds, concurrency, streams, events, intervalMs } = settings;
  const metrics = emptyMetrics(COLUMNS);
  const job = (subject: LabSubject, streamsPerConnection: number): Promise<StreamsResult> =>
    lab.runLoad('streams', {
      target: lab.target(subject, streamedChat(BENCH_MODEL)),
      concurrency,
      streamsPerConnection,
      expectedEvents: events,
      // Starts spread over many intervals, one millisecond apart within each: ticks of different streams do not coincide.
      spreadMs: intervalMs * 20 + intervalMs,
    } satisfies StreamsJob);
  // As much as a round: Node still compiles what is hot during the first ten thousand events. What belongs to a request
  // and not to an event is warmed by plain ones, since a few hundred streams never make it hot.
  for (const subject of lab.subjects) {
    await warmUpRequests(lab, subject, settings.warmupRequests);
    await lab.measure(subject, () => job(subject, streams));
  }
  for (let round = 0; round < rounds; round += 1) {
    for (const subject of lab.subjects) {
      const { result, spent, interference } = await lab.measure(subject, () => job(subject, streams));
      addRound(metrics.process, subject.name, spent.processNs / 1e3 / result.events);
      addRound(metrics.main, subject.name, spent.mainThreadNs / 1e3 / result.events);
      addRound(metrics.coalescing, subject.name, result.events / result.reads);
      addRound(metrics.bytes, subject.name, result.bodyBytes / result.completed);
      addInterference(metrics, subject.name, interference);
      if (result.firstEvent !== null) addRound(metrics.first, subject.name, result.firstEvent.p50Us);
    }
  }
  return metrics;
}
