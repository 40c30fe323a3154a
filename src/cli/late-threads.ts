import { readdirSync, readFileSync } from 'node:fs';
import { letGiveWay } from '../lib/give-way.ts';

/** Of the whole process. By then what is done often is compiled, which the same threads do and which must not wait. */
const COMPILED_PROCESSOR_US = 15_000_000;
const LOOK_MS = 2_000;

/**
 * Lets the loop go before the threads of V8 once a server has found its pace: by the work that it did, since one that was idle
 * for an hour has compiled nothing. The timer keeps nothing alive.
 */
export function giveWayOnceCompiled(): void {
  const timer = setInterval(() => {
    const { user, system } = process.cpuUsage();
    if (user + system < COMPILED_PROCESSOR_US) return;
    clearInterval(timer);
    for (const thread of threadsOfV8()) letGiveWay(thread);
  }, LOOK_MS).unref();
}

/** Their numbers, which Linux tells; elsewhere none. Node names them from 24 on. */
export function threadsOfV8(): number[] {
  const tasks = '/proc/self/task';
  try {
    const isOfV8 = (thread: string) => readFileSync(`${tasks}/${thread}/comm`, 'latin1').startsWith('V8Worker');
    return readdirSync(tasks).filter(isOfV8).map(Number);
  } catch {
    return [];
  }
}
