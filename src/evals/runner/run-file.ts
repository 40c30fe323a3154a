import {
  closeSync,
  existsSync,
  fdatasyncSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readFileSync,
  readSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { AppError } from '../../contracts/errors.ts';
import type { Attempt, RunPlan } from '../../contracts/evaluation.ts';
import { createLineReader } from '../../lib/line-reader.ts';

const PLAN = 'plan.json';
const ATTEMPTS = 'attempts.jsonl';
const LOCK = 'run.lock';

/** A run's record, open for one process. */
export interface RunFile {
  readonly plan: RunPlan;
  /** Returns when the operating system has the line: from there on `kill -9` cannot lose it. */
  append(attempt: Attempt): void;
  /** Every attempt so far, one at a time. */
  attempts(): Generator<Attempt>;
  close(): void;
}

/**
 * Opens a run's folder, new or existing. An existing run keeps its plan: another plan for the same run is refused.
 * @throws AppError invalid_request where another living process has it open or the plans differ
 */
export function openRun(folder: string, plan: RunPlan | null): RunFile {
  mkdirSync(folder, { recursive: true });
  lock(folder);
  try {
    const kept = keepPlan(folder, plan);
    const descriptor = openSync(join(folder, ATTEMPTS), 'a+');
    dropTornLine(descriptor);
    return {
      plan: kept,
      append: (attempt) => writeAll(descriptor, Buffer.from(`${JSON.stringify(attempt)}\n`)),
      attempts: () => readAttempts(descriptor),
      close: () => {
        fdatasyncSync(descriptor);
        closeSync(descriptor);
        rmSync(join(folder, LOCK), { force: true });
      },
    };
  } catch (error) {
    rmSync(join(folder, LOCK), { force: true });
    throw error;
  }
}

/** Plan and attempts of a run for reading, also while it goes on. Throws AppError not_found where there is no run. */
export function readRun(folder: string): { plan: RunPlan; attempts: Attempt[] } {
  if (!existsSync(join(folder, PLAN))) throw new AppError('not_found', `There is no run in ${folder}.`);
  const plan = JSON.parse(readFileSync(join(folder, PLAN), 'utf8')) as RunPlan;
  if (!existsSync(join(folder, ATTEMPTS))) return { plan, attempts: [] };
  const descriptor = openSync(join(folder, ATTEMPTS), 'r');
  try {
    return { plan, attempts: [...readAttempts(descriptor)] };
  } finally {
    closeSync(descriptor);
  }
}

function lock(folder: string): void {
  const path = join(folder, LOCK);
  for (let attempt = 0; attempt < 2; attempt++) {
    try {
      writeFileSync(path, String(process.pid), { flag: 'wx' });
      return;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      const owner = Number(readFileSync(path, 'utf8'));
      if (isAlive(owner)) throw new AppError('invalid_request', `Process ${owner} is at work on this run.`);
      // Its process was killed: what it wrote is whole, only the lock is left.
      rmSync(path, { force: true });
    }
  }
}

function isAlive(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function keepPlan(folder: string, plan: RunPlan | null): RunPlan {
  const path = join(folder, PLAN);
  if (!existsSync(path)) {
    if (plan === null) throw new AppError('not_found', `There is no run in ${folder}.`);
    writeFileSync(path, `${JSON.stringify(plan, null, 2)}\n`, { flag: 'wx' });
    return plan;
  }
  const kept = JSON.parse(readFileSync(path, 'utf8')) as RunPlan;
  if (plan !== null && JSON.stringify(plan) !== JSON.stringify(kept)) {
    throw new AppError('invalid_request', 'This run was planned otherwise; a plan is fixed before its first call.');
  }
  return kept;
}

function writeAll(descriptor: number, line: Buffer): void {
  let written = 0;
  while (written < line.length) written += writeSync(descriptor, line, written);
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

function* readAttempts(descriptor: number): Generator<Attempt> {
  const lines = reader(descriptor);
  while (lines.next()) yield JSON.parse(lines.buffer.toString('utf8', lines.start, lines.end)) as Attempt;
}
