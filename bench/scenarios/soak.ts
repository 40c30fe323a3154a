import { type Lab, withLab } from '../lab.ts';
import type { ClosedLoopJob, ClosedLoopResult } from '../load/closed-loop.ts';
import { storm } from '../load/storm.ts';
import { readResidentBytes } from '../measure/resident-memory.ts';
import { type Point, slopeOf } from '../measure/slope.ts';
import { spreadOf } from '../measure/statistics.ts';
import { atMost, type Findings } from '../report/report.ts';
import type { BenchOptions, Scenario } from '../scenario.ts';
import { chooseSubjects } from '../subjects/all-subjects.ts';
import { BENCH_MODEL } from '../subjects/subject.ts';
import { DEFAULT_BEHAVIOUR } from '../upstream/behaviour.ts';
import { shortChat, streamedChat } from './chat-request.ts';

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
/** V8's heap grows to its working size first: this share of the turns is not in the slope. */
const WARMUP_SHARE = 0.3;

interface Soaked {
  points: Point[];
  turns: number;
  requests: number;
}

async function run(options: BenchOptions): Promise<Findings> {
  const { minutes = 5, concurrency = 32 } = options;
  return withLab({ ...options, subjects: ['alidade'] }, async (lab) => {
    const soaked = await soakProduct(lab, minutes, concurrency);
    const counted = soaked.points.slice(Math.floor(soaked.points.length * WARMUP_SHARE));
    const slope = slopeOf(counted);
    const megabytes = slope === null ? null : slope * PER_REQUESTS;
    if (slope === null) lab.voided.push('too few turns for a slope: give it more minutes');
    return {
      settings: {
        ...{ minutes, concurrency, turns: soaked.turns, requests: soaked.requests },
        // Every turn, warm-up included: a slope alone does not show a curve that has flattened.
        after_requests: soaked.points.map(({ x }) => x),
        resident_mb: soaked.points.map(({ y }) => Math.round(y * 10) / 10),
      },
      versions: lab.versions,
      tables: [
        {
          title: 'resident memory of the process (MB = 2^20 bytes)',
          columns: { resident: 'MB after warm-up', slope: 'MB per 100,000 requests' },
          rows: [
            {
              name: 'alidade',
              values: {
                resident: spreadOf(counted.map(({ y }) => y)),
                slope: megabytes === null ? null : spreadOf([megabytes]),
              },
            },
          ],
        },
      ],
      targets: [atMost('MB per 100,000 requests', 1, megabytes)],
      notes: lab.notes,
      voided: lab.voided,
    };
  });
}

async function soakProduct(lab: Lab, minutes: number, concurrency: number): Promise<Soaked> {
  await lab.configureUpstream({ ...DEFAULT_BEHAVIOUR, intervalMs: 5 });
  const soaked: Soaked = { points: [], turns: 0, requests: 0 };
  const [subject] = chooseSubjects(['alidade']);
  const started = subject === undefined ? null : await lab.tryStart(subject, shortChat(BENCH_MODEL));
  if (started === null) return soaked;
  const until = Date.now() + minutes * 60_000;
  while (Date.now() < until) {
    const job: ClosedLoopJob = {
      target: lab.target(started, shortChat(BENCH_MODEL)),
      concurrency,
      seconds: TURN_SECONDS,
    };
    const [load, stormed] = await Promise.all([
      lab.runLoad<ClosedLoopResult>('closedLoop', job),
      storm(lab.target(started, streamedChat(BENCH_MODEL)), LEAVING, SLOW, SLOW_MS),
    ]);
    if (load.failed > 0) lab.voided.push(`${load.failed} failed requests ${JSON.stringify(load.failures)}`);
    if (stormed.failed > 0) lab.voided.push(`${stormed.failed} streams of a storm were not answered`);
    soaked.turns += 1;
    soaked.requests += load.completed + stormed.disconnected + stormed.slow;
    soaked.points.push({ x: soaked.requests, y: readResidentBytes(started.running.process.pid) / MEBIBYTE });
  }
  await lab.checkRecords();
  await lab.stopSubject(started);
  return soaked;
}
