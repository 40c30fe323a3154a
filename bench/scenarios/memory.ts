import { type Lab, type LabSubject, withLab } from '../lab.ts';
import type { ClosedLoopJob, ClosedLoopResult } from '../load/closed-loop.ts';
import type { JobOutcome } from '../load/failures.ts';
import type { IdleStreamsJob } from '../load/idle-streams.ts';
import { untilQuiet } from '../measure/processor-time.ts';
import { readResidentBytes } from '../measure/resident-memory.ts';
import { spreadOf } from '../measure/statistics.ts';
import { delay } from '../process/wait-for.ts';
import { atMost, type Findings } from '../report/report.ts';
import type { BenchOptions, Scenario } from '../scenario.ts';
import { chooseSubjects } from '../subjects/all-subjects.ts';
import { BENCH_MODEL, type Subject } from '../subjects/subject.ts';
import { DEFAULT_BEHAVIOUR } from '../upstream/behaviour.ts';
import { BEARINGS, shortChat, streamedChat } from './chat-request.ts';
import { addRound, emptyMetrics, type Metrics, metricRows, type Rounds } from './rounds.ts';

export const memory: Scenario = {
  name: 'memory',
  summary: 'resident memory idle, under load, and per idle stream',
  run,
};

const MEBIBYTE = 2 ** 20;
const SETTLE_MS = 3_000;
const SAMPLE_MS = 200;
const OPEN_PER_SECOND = 400;
const WARMUP_STREAMS = 100;

const COLUMNS = {
  idle: 'idle MB',
  peak: 'under load, peak MB',
  after: 'after load MB',
  stream: 'KiB per idle stream',
  marginal: 'KiB, next as many',
};
type MemoryMetrics = Metrics<typeof COLUMNS>;

async function run(options: BenchOptions): Promise<Findings> {
  const { rounds = 3, seconds = 15, concurrency = 64, streams = 1_000 } = options;
  return withLab(options, async (lab) => {
    const metrics = emptyMetrics(COLUMNS);
    const leftOut = new Set<string>();
    for (let round = 0; round < rounds; round += 1) {
      for (const subject of chooseSubjects(options.subjects)) {
        if (leftOut.has(subject.name)) continue;
        const measured =
          (await measureLoad(lab, subject, { seconds, concurrency }, metrics)) &&
          (await measureStreams(lab, subject, streams, metrics));
        if (!measured) leftOut.add(subject.name);
      }
    }
    const median = (rounds_: Rounds) => spreadOf(rounds_.get('alidade') ?? []);
    return {
      settings: { rounds, seconds, concurrency, streams, subjects: Object.keys(lab.versions) },
      versions: lab.versions,
      tables: [
        {
          title: 'resident memory of the process and its children (MB = 2^20 bytes)',
          columns: COLUMNS,
          rows: metricRows(Object.keys(lab.versions), metrics),
        },
      ],
      targets: [
        atMost('idle MB', 120, median(metrics.idle)),
        atMost('MB under load', 220, median(metrics.peak)),
        atMost('KiB per idle stream', 40, median(metrics.stream)),
      ],
      notes: lab.notes,
      voided: lab.voided,
    };
  });
}

/** A fresh process: idle, then under load. Returns false when the subject is not to be had. */
async function measureLoad(
  lab: Lab,
  subject: Subject,
  load: { seconds: number; concurrency: number },
  metrics: MemoryMetrics,
): Promise<boolean> {
  await lab.configureUpstream(DEFAULT_BEHAVIOUR);
  const body = shortChat(BENCH_MODEL);
  const started = await lab.tryStart(subject, body);
  if (started === null) return false;
  addRound(metrics.idle, subject.name, await settledMegabytes(started));
  let peak = 0;
  const sampler = setInterval(() => {
    peak = Math.max(peak, residentMegabytes(started));
  }, SAMPLE_MS);
  try {
    const job: ClosedLoopJob = { target: lab.target(started, body, BEARINGS), ...load };
    await lab.measure(started, () => lab.runLoad<ClosedLoopResult>('closedLoop', job));
  } finally {
    clearInterval(sampler);
  }
  addRound(metrics.peak, subject.name, peak);
  addRound(metrics.after, subject.name, await settledMegabytes(started));
  await lab.checkRecords();
  await lab.stopSubject(started);
  return true;
}

/** Another fresh process, because the heap that load leaves behind would hide what streams take. */
async function measureStreams(lab: Lab, subject: Subject, streams: number, metrics: MemoryMetrics): Promise<boolean> {
  await lab.configureUpstream({ ...DEFAULT_BEHAVIOUR, silentAfter: 1 });
  const started = await lab.tryStart(subject, shortChat(BENCH_MODEL));
  if (started === null) return false;
  const open = async (count: number): Promise<boolean> => {
    const job: IdleStreamsJob = {
      target: lab.target(started, streamedChat(BENCH_MODEL)),
      streams: count,
      perSecond: OPEN_PER_SECOND,
    };
    const outcome = await lab.runLoad<JobOutcome>('openIdle', job);
    if (outcome.failed > 0)
      lab.notes.push(`${subject.name}: idle streams not measured: ${JSON.stringify(outcome.failures)}`);
    if (outcome.failed > 0 && subject.role === 'product')
      lab.voided.push(`${subject.name}: ${outcome.failed} idle streams failed`);
    return outcome.failed === 0;
  };
  const measured = (await open(WARMUP_STREAMS)) && (await measureHeld(lab, started, streams, open, metrics));
  await lab.runLoad('releaseIdle');
  await lab.stopSubject(started);
  // A peer that cannot stream is still measured without streams.
  return measured || subject.role !== 'product';
}

async function measureHeld(
  lab: Lab,
  started: LabSubject,
  streams: number,
  open: (count: number) => Promise<boolean>,
  metrics: MemoryMetrics,
): Promise<boolean> {
  await lab.runLoad('releaseIdle');
  const before = await settledMegabytes(started);
  if (!(await open(streams))) return false;
  const held = await settledMegabytes(started);
  if (!(await open(streams))) return false;
  const heldTwice = await settledMegabytes(started);
  const alive = await lab.runLoad<number>('countIdle');
  if (alive !== 2 * streams)
    lab.voided.push(`${started.name}: only ${alive} of ${2 * streams} idle streams were still open`);
  addRound(metrics.stream, started.name, ((held - before) * 1_024) / streams);
  addRound(metrics.marginal, started.name, ((heldTwice - held) * 1_024) / streams);
  return true;
}

async function settledMegabytes(subject: LabSubject): Promise<number> {
  await untilQuiet(subject.running.process.pid);
  await delay(SETTLE_MS);
  return residentMegabytes(subject);
}

function residentMegabytes(subject: LabSubject): number {
  return readResidentBytes(subject.running.process.pid) / MEBIBYTE;
}
