import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { type DecidedMany, type Share, sumOf } from './decide-many.ts';

const MOST_WORKERS = 4;
/** Bundles that a worker takes at once: many more than one, since each worker loads Cedar anew. */
const BUNDLES_AT_ONCE = 250;

async function inWorker(share: Share): Promise<DecidedMany> {
  const worker = new Worker(new URL('./decide-worker.ts', import.meta.url), { workerData: share });
  const [totals] = (await once(worker, 'message')) as [DecidedMany];
  await worker.terminate();
  return totals;
}

/** As decideMany, on every core: which bundles there are depends on the seed alone. */
export async function decideOnCores(
  bundles: number,
  requests: number,
  seed: string,
  onProgress: (bundles: number) => void,
): Promise<DecidedMany> {
  const workers = Math.min(MOST_WORKERS, availableParallelism());
  const size = Math.min(BUNDLES_AT_ONCE, Math.ceil(bundles / workers));
  const parts: DecidedMany[] = [];
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < bundles) {
      const from = next;
      next = Math.min(bundles, from + size);
      parts.push(await inWorker({ from, to: next, requests, seed }));
      onProgress(sumOf(parts).bundles);
    }
  };
  await Promise.all(Array.from({ length: workers }, lane));
  return sumOf(parts);
}
