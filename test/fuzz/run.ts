import { createSeededRandom } from '../../src/lib/seeded-random.ts';
import { FuzzFailure, type FuzzTarget } from './target.ts';

/** A broken guarantee breaks for many inputs: the first few are enough to see it. */
const MAX_FAILURES = 5;
/** Nothing that one case does takes a hundredth of this. */
const SLOW_MS = 1_000;
/** A slow case is run again, since the machine may have been busy; only one that is slow each time is a failure. */
const SLOW_ATTEMPTS = 3;

export interface FuzzRun {
  cases: number;
  slowestMs: number;
  /** Cases that broke a guarantee, at most the first 5. */
  failures: { seed: string; message: string; input: unknown }[];
}

export interface FuzzOptions {
  /** Names the sequence of cases: the same seed gives the same. */
  seed: string;
  durationMs: number;
  /** Run however long they take: a machine that is busy gets through few in a second. Default 0. */
  leastCases?: number;
  /** Milliseconds, monotonic. */
  now(): number;
  /** Called before each case, for a watchdog. */
  onCase?(number: number): void;
}

/** Runs cases until the time is over. A case is named `<seed>/<number>` and can be run again alone. */
export function runFuzz(target: FuzzTarget, { seed, durationMs, leastCases = 0, now, onCase }: FuzzOptions): FuzzRun {
  const result: FuzzRun = { cases: 0, slowestMs: 0, failures: [] };
  const end = now() + durationMs;
  const goesOn = (nowMs: number): boolean => nowMs < end || result.cases < leastCases;
  for (let started = now(); goesOn(started) && result.failures.length < MAX_FAILURES; ) {
    const name = `${seed}/${result.cases}`;
    onCase?.(result.cases);
    try {
      target.run(createSeededRandom(name));
    } catch (error) {
      const input = error instanceof FuzzFailure ? error.input : null;
      result.failures.push({ seed: name, message: (error as Error).stack ?? String(error), input });
    }
    let tookMs = now() - started;
    for (let i = 1; i < SLOW_ATTEMPTS && tookMs > SLOW_MS; i += 1)
      tookMs = Math.min(tookMs, timeAgain(target, name, now));
    if (tookMs > SLOW_MS) {
      result.failures.push({ seed: name, message: `took ${Math.round(tookMs)} ms`, input: null });
    }
    result.slowestMs = Math.max(result.slowestMs, tookMs);
    result.cases += 1;
    started = now();
  }
  return result;
}

/** How long the case takes another time, whatever comes of it. */
function timeAgain(target: FuzzTarget, name: string, now: () => number): number {
  const started = now();
  try {
    target.run(createSeededRandom(name));
  } catch {
    // What it throws has been recorded the first time.
  }
  return now() - started;
}
