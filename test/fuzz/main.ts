import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import type { FuzzRun } from './run.ts';
import { FUZZ_TARGETS } from './targets.ts';

/** A case that is not over after this long is a hang: the worker is ended and the case named. */
const HANG_MS = 20_000;
/** Before the first case the thread loads its modules, for which a busy machine may take its time. */
const NOT_BEGUN = -1n;

const USAGE = `Usage: node test/fuzz/main.ts [TARGET ...] [--minutes N] [--seed TEXT]
Targets: ${FUZZ_TARGETS.map(({ name }) => name).join(', ')}
Without a target all run, one after the other. A case is named SEED/NUMBER. Exit code 1 when a guarantee broke.`;

/** One target in a thread of its own, so that a hang can be seen from outside. */
function fuzz(name: string, seed: string, durationMs: number): Promise<FuzzRun> {
  const current = new BigInt64Array(new SharedArrayBuffer(8)).fill(NOT_BEGUN);
  const worker = new Worker(new URL('./worker.ts', import.meta.url), {
    workerData: { name, seed, durationMs, current },
  });
  return new Promise((resolve, reject) => {
    let last = NOT_BEGUN;
    const watchdog = setInterval(() => {
      const now = Atomics.load(current, 0);
      if (now !== last || now === NOT_BEGUN) {
        last = now;
        return;
      }
      clearInterval(watchdog);
      void worker.terminate();
      const failure = { seed: `${seed}/${now}`, message: `hangs for ${HANG_MS} ms`, input: null };
      resolve({ cases: Number(now), slowestMs: HANG_MS, failures: [failure] });
    }, HANG_MS);
    worker.once('message', (run: FuzzRun) => {
      clearInterval(watchdog);
      resolve(run);
    });
    worker.once('error', (error) => {
      clearInterval(watchdog);
      reject(error);
    });
  });
}

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { minutes: { type: 'string', default: '1' }, seed: { type: 'string' }, help: { type: 'boolean' } },
  });
  const known = FUZZ_TARGETS.map(({ name }) => name);
  const minutes = Number(values.minutes);
  if (values.help === true || !(minutes > 0) || positionals.some((name) => !known.includes(name))) {
    process.stderr.write(`${USAGE}\n`);
    return values.help === true ? 0 : 2;
  }
  // A new sequence each time, printed so that it can be had again.
  const seed = values.seed ?? new Date().toISOString();
  let failures = 0;
  for (const target of positionals.length > 0 ? positionals : known) {
    const run = await fuzz(target, seed, minutes * 60_000);
    failures += run.failures.length;
    process.stdout.write(`${JSON.stringify({ target, seed, minutes, ...run })}\n`);
  }
  return failures === 0 ? 0 : 1;
}

process.exitCode = await main();
