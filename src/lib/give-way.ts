import { getPriority, setPriority } from 'node:os';

/** A quarter of a core where the loop wants all of it; the whole where it is idle. */
export const NICENESS = 5;
const MOST_NICE = 19;

/**
 * Lets one thread of this process go after the others, where several want the same core. Relative to what the process was
 * started with: a thread of a process that is nice must not overtake its loop.
 * @param thread the number by which Linux knows it
 */
export function letGiveWay(thread: number, niceness: number = NICENESS): void {
  try {
    setPriority(thread, Math.min(MOST_NICE, getPriority(thread) + niceness));
  } catch {
    // Only the order of threads on a busy machine is at stake.
  }
}

/**
 * Lets the other threads of this process go first, where several want the same core: what this one works on takes
 * milliseconds at least and can wait for others' microseconds. Called by a worker thread, of itself. Linux gives each thread a
 * priority of its own, under its number; elsewhere, and where that may not be said, all stay equal.
 * @param readLink of `node:fs`: the link that it is asked for names the thread by which it is called
 */
export function giveWay(readLink: (path: string) => string, niceness: number = NICENESS): void {
  try {
    const thread = /\/task\/(\d+)$/.exec(readLink('/proc/thread-self'))?.[1];
    if (thread !== undefined) letGiveWay(Number(thread), niceness);
  } catch {
    // Not Linux.
  }
}
