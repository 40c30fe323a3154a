import {
  closeSync,
  existsSync,
  fdatasyncSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readFileSync,
  readSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { AppError } from '../../contracts/errors.ts';
import type { Attempt, RunPlan, ScoreRecord } from '../../contracts/evaluation.ts';
import type { RunDone } from '../../contracts/evaluation-events.ts';
import { createLineReader } from '../../lib/line-reader.ts';
import { isRunning, lockRun, unlockRun } from './run-lock.ts';
import { writeLine } from './write-line.ts';

const PLAN = 'plan.json';
const ATTEMPTS = 'attempts.jsonl';
const SCORES = 'scores.jsonl';
const DONE = 'done.json';

/** A run's record, open for one process. */
export interface RunFile {
  readonly plan: RunPlan;
  /** Returns when the operating system has the line: from there on `kill -9` cannot lose it. */
  append(attempt: Attempt): void;
  /** Every attempt so far, one at a time. */
  attempts(): Generator<Attempt>;
  /** As `append`: what has been judged is not judged again when the run goes on. */
  appendScore(score: ScoreRecord): void;
  scores(): Generator<ScoreRecord>;
  /** How the run ended, for readers; replaced when it goes on and ends again. */
  finish(done: RunDone): void;
  close(): void;
}

/**
 * Opens a run's folder, new or existing. An existing run keeps its plan: another plan for the same run is refused.
 * @throws AppError invalid_request where another living process has it open or the plans differ
 */
export function openRun(folder: string, plan: RunPlan | null): RunFile {
  // Answers to real prompts are in it.
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  lockRun(folder);
  try {
    const kept = keepPlan(folder, plan);
    rmSync(join(folder, DONE), { force: true });
    const attempts = openLines(join(folder, ATTEMPTS));
    const scores = openLines(join(folder, SCORES));
    return {
      plan: kept,
      append: (attempt) => appendLine(attempts, attempt),
      attempts: () => readLines<Attempt>(attempts),
      appendScore: (score) => appendLine(scores, score),
      scores: () => readLines<ScoreRecord>(scores),
      finish: (done) => writeWhole(join(folder, DONE), `${JSON.stringify(done, null, 2)}\n`),
      close: () => {
        for (const descriptor of [attempts, scores]) {
          fdatasyncSync(descriptor);
          closeSync(descriptor);
        }
        unlockRun(folder);
      },
    };
  } catch (error) {
    unlockRun(folder);
    throw error;
  }
}

/** A run as it lies on disk. */
export interface RecordedRun {
  plan: RunPlan;
  attempts: Iterable<Attempt>;
  scores: Iterable<ScoreRecord>;
  /** null while it goes on, and after it was killed. */
  done: RunDone | null;
  /** Whether a living process is at work on it. */
  running: boolean;
}

/** A run for reading, also while it goes on. Throws AppError not_found where there is none. */
export function readRun(folder: string): RecordedRun {
  return {
    ...readRunState(folder),
    attempts: { [Symbol.iterator]: () => readFrom<Attempt>(join(folder, ATTEMPTS)) },
    scores: { [Symbol.iterator]: () => readFrom<ScoreRecord>(join(folder, SCORES)) },
  };
}

/** What a list of runs shows: without attempts and scores. Throws AppError not_found where there is none. */
export function readRunState(folder: string): Pick<RecordedRun, 'plan' | 'done' | 'running'> {
  if (!existsSync(join(folder, PLAN))) throw new AppError('not_found', `There is no run in ${folder}.`);
  const plan = JSON.parse(readFileSync(join(folder, PLAN), 'utf8')) as RunPlan;
  const done = existsSync(join(folder, DONE))
    ? (JSON.parse(readFileSync(join(folder, DONE), 'utf8')) as RunDone)
    : null;
  return { plan, done, running: isRunning(folder) };
}

/** One line at a time, as often as it is asked for. */
function* readFrom<Line>(path: string): Generator<Line> {
  if (!existsSync(path)) return;
  const descriptor = openSync(path, 'r');
  try {
    yield* readLines<Line>(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

function keepPlan(folder: string, plan: RunPlan | null): RunPlan {
  const path = join(folder, PLAN);
  if (!existsSync(path)) {
    if (plan === null) throw new AppError('not_found', `There is no run in ${folder}.`);
    writeWhole(path, `${JSON.stringify(plan, null, 2)}\n`);
    return plan;
  }
  const kept = JSON.parse(readFileSync(path, 'utf8')) as RunPlan;
  if (plan !== null && JSON.stringify(plan) !== JSON.stringify(kept)) {
    throw new AppError('invalid_request', 'This run was planned otherwise; a plan is fixed before its first call.');
  }
  return kept;
}

/** All of a file or, after a kill, none of it. */
function writeWhole(path: string, text: string): void {
  writeFileSync(`${path}.new`, text);
  renameSync(`${path}.new`, path);
}

function openLines(path: string): number {
  const descriptor = openSync(path, 'a+');
  dropTornLine(descriptor);
  return descriptor;
}

function appendLine(descriptor: number, value: unknown): void {
  writeLine(descriptor, `${JSON.stringify(value)}\n`);
}

const reader = (descriptor: number) =>
  createLineReader((buffer, offset, length, position) => readSync(descriptor, buffer, offset, length, position), 0);

/** A machine that lost power may leave half a line: it was never whole, so it is no attempt. */
function dropTornLine(descriptor: number): void {
  const lines = reader(descriptor);
  let end = 0;
  while (lines.next()) end = lines.offset + (lines.end - lines.start) + 1;
  if (lines.remainder() > 0) ftruncateSync(descriptor, end);
}

function* readLines<Line>(descriptor: number): Generator<Line> {
  const lines = reader(descriptor);
  while (lines.next()) yield JSON.parse(lines.buffer.toString('utf8', lines.start, lines.end)) as Line;
}
