import { createSeededRandom } from '../../src/lib/seeded-random.ts';
import { FuzzFailure, type FuzzTarget } from './target.ts';

/** Nothing that one case does takes a tenth of this; what takes longer than all is a hang. */
const SLOW_MS = 1_000;

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
  /** Milliseconds, monotonic. */
  now(): number;
  /** Called before each case, for a watchdog. */
  onCase?(number: number): void;
}

/** Runs cases until the time is over. A case is named `<seed>/<number>` and can be run again alone. */
export function runFuzz(target: FuzzTarget, { seed, durationMs, now, onCase }: FuzzOptions): FuzzRun {
  const result: FuzzRun = { cases: 0, slowestMs: 0, failures: [] };
  const end = now() + durationMs;
  for (let started = now(); started < end && result.failures.length < 5; ) {
    const name = `${seed}/${result.cases}`;
    onCase?.(result.cases);
    try {
      target.run(createSeededRandom(name));
    } catch (error) {
      const input = error instanceof FuzzFailure ? error.input : null;
      result.failures.push({ seed: name, message: (error as Error).stack ?? String(error), input });
    }
    const stopped = now();
    if (stopped - started > SLOW_MS) {
      result.failures.push({ seed: name, message: `took ${Math.round(stopped - started)} ms`, input: null });
    }
    result.slowestMs = Math.max(result.slowestMs, stopped - started);
    result.cases += 1;
    started = stopped;
  }
  return result;
}
