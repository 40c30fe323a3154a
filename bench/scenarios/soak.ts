import { type Lab, withLab } from '../lab.ts';
import type { ClosedLoopJob, ClosedLoopResult } from '../load/closed-loop.ts';
import { storm } from '../load/storm.ts';
import { type Drift, driftOf, floorOf, isWithin, type Point } from '../measure/drift.ts';
import { InterferenceWatch } from '../measure/interference.ts';
import { readProcessorTime, spentBetween } from '../measure/processor-time.ts';
import { readResidentBytes } from '../measure/resident-memory.ts';
import { spreadOf } from '../measure/statistics.ts';
import type { Findings, Target } from '../report/report.ts';
import type { BenchOptions, Scenario } from '../scenario.ts';
import { chooseSubjects } from '../subjects/all-subjects.ts';
import { BENCH_MODEL } from '../subjects/subject.ts';
import { DEFAULT_BEHAVIOUR } from '../upstream/behaviour.ts';
import { BEARINGS, shortChat, streamedChat } from './chat-request.ts';

export const soak: Scenario = {
  name: 'soak',
  summary: 'resident memory over many requests, with clients that leave and clients that do not read',
  run,
};

const MEBIBYTE = 2 ** 20;
const PER_REQUESTS = 100_000;
const TURN_SECONDS = 4;
const LEAVING = 100;
const SLOW = 20;
const SLOW_MS = 3_000;
/** V8's heap grows to its working size first: this share of the requests is not in the slope. */
const WARMUP_SHARE = 0.3;

const LIMIT = 1;
const TARGET = 'MB per 100,000 requests';

interface Soaked {
  /** Requests so far, in hundreds of thousands, and MB. */
  points: Point[];
  perSecond: number[];
  /** Processor time of all threads by request, microseconds: a gateway that slows down spends more, a starved one does not. */
  processorUs: number[];
  /** Percent of the machine that others and the host had, turn by turn. */
  elsewhere: number[];
}

async function run(options: BenchOptions): Promise<Findings> {
  const { minutes = 5, concurrency = 32 } = options;
  return withLab({ ...options, subjects: ['alidade'] }, async (lab) => {
    const soaked = await soakProduct(lab, minutes, concurrency);
    const warm = (soaked.points.at(-1)?.x ?? 0) * WARMUP_SHARE;
    const counted = soaked.points.filter(({ x }) => x >= warm);
    const drift = driftOf(floorOf(counted));
    if (drift === null) lab.voided.push('too few turns for a slope: give it more minutes');
    return {
      settings: {
        ...{ minutes, concurrency, turns: soaked.points.length, counted_turns: counted.length },
        // Every turn, warm-up included: a slope alone does not show a curve that has flattened.
        after_requests: soaked.points.map(({ x }) => Math.round(x * PER_REQUESTS)),
        resident_mb: soaked.points.map(({ y }) => Math.round(y * 10) / 10),
        processor_us_per_request: soaked.processorUs.map(Math.round),
        requests_per_second: soaked.perSecond.map(Math.round),
        others_and_host_percent: soaked.elsewhere.map(Math.round),
      },
      versions: lab.versions,
      tables: [
        {
          title:
            'resident memory of the process (MB = 2^20 bytes); slope of what was not given back later, and its 95 %',
          columns: {
            resident: 'MB after warm-up',
            slope: TARGET,
            perSecond: 'requests/s',
            elsewhere: 'others and host %',
          },
          rows: [
            {
              name: 'alidade',
              values: {
                resident: spreadOf(counted.map(({ y }) => y)),
                slope: drift === null ? null : { median: drift.slope, min: drift.low, max: drift.high, rounds: [] },
                perSecond: spreadOf(soaked.perSecond),
                processor: spreadOf(soaked.processorUs),
                elsewhere: spreadOf(soaked.elsewhere),
              },
            },
          ],
        },
      ],
      targets: [judge(drift, lab)],
      notes: lab.notes,
      voided: lab.voided,
    };
  });
}

/** Judged where the whole interval is on one side of the limit. */
function judge(drift: Drift | null, lab: Lab): Target {
  if (drift === null) return { name: TARGET, limit: LIMIT, measured: null, met: null };
  const met = isWithin(drift, LIMIT);
  if (met === null) lab.notes.push('the slope may lie on either side of the limit: give it more minutes');
  return { name: TARGET, limit: LIMIT, measured: drift.slope, met };
}

async function soakProduct(lab: Lab, minutes: number, concurrency: number): Promise<Soaked> {
  await lab.configureUpstream({ ...DEFAULT_BEHAVIOUR, intervalMs: 5 });
  const soaked: Soaked = { points: [], perSecond: [], processorUs: [], elsewhere: [] };
  let requests = 0;
  const [subject] = chooseSubjects(['alidade']);
  const started = subject === undefined ? null : await lab.tryStart(subject, shortChat(BENCH_MODEL));
  if (started === null) return soaked;
  const until = Date.now() + minutes * 60_000;
  while (Date.now() < until) {
    const job: ClosedLoopJob = {
      target: lab.target(started, shortChat(BENCH_MODEL), BEARINGS),
      concurrency,
      seconds: TURN_SECONDS,
    };
    const { pid } = started.running.process;
    const before = readProcessorTime(pid);
    const watch = new InterferenceWatch();
    const [load, stormed] = await Promise.all([
      lab.runLoad<ClosedLoopResult>('closedLoop', job),
      storm(lab.target(started, streamedChat(BENCH_MODEL)), LEAVING, SLOW, SLOW_MS),
    ]);
    if (load.failed > 0) lab.voided.push(`${load.failed} failed requests ${JSON.stringify(load.failures)}`);
    if (stormed.failed > 0) lab.voided.push(`${stormed.failed} streams of a storm were not answered`);
    const { others, stolen } = watch.stop();
    soaked.elsewhere.push((others + stolen) * 100);
    soaked.perSecond.push(load.perSecond);
    const made = load.completed + stormed.disconnected + stormed.slow;
    soaked.processorUs.push(spentBetween(before, readProcessorTime(pid)).processNs / 1e3 / made);
    requests += made;
    const resident = readResidentBytes(pid) / MEBIBYTE;
    soaked.points.push({ x: requests / PER_REQUESTS, y: resident });
  }
  await lab.checkRecords();
  await lab.stopSubject(started);
  return soaked;
}
