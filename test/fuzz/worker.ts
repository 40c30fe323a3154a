import { parentPort, workerData } from 'node:worker_threads';
import { runFuzz } from './run.ts';
import { FUZZ_TARGETS } from './targets.ts';

interface WorkerData {
  name: string;
  seed: string;
  durationMs: number;
  /** Number of the case under way, for the watchdog. */
  current: BigInt64Array;
}

const { name, seed, durationMs, current } = workerData as WorkerData;
const target = FUZZ_TARGETS.find((known) => known.name === name);
if (target === undefined) throw new RangeError(`There is no fuzz target ${name}`);
const run = runFuzz(target, {
  seed,
  durationMs,
  now: () => performance.now(),
  onCase: (number) => Atomics.store(current, 0, BigInt(number)),
});
parentPort?.postMessage(run);
