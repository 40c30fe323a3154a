import { readFileSync } from 'node:fs';
import { type ProcessorTime, readProcessorTime, spentBetween } from './processor-time.ts';

/** Ticks of 10 ms since boot, over all cores, from the first line of /proc/stat (man 5 proc_stat). */
export interface MachineTicks {
  busy: number;
  stolen: number;
  total: number;
}

/** Share of the machine's CPU, 0 to 1, that went elsewhere while something was measured. */
export interface Interference {
  /** To processes that are not of this bench. */
  others: number;
  /** To other guests of the host, while this machine wanted to run. */
  stolen: number;
}

const NANOSECONDS_PER_TICK = 10_000_000;

export function parseMachineTicks(stat: string): MachineTicks {
  const line = stat.split('\n', 1)[0] ?? '';
  const [label, ...numbers] = line.trim().split(/\s+/);
  const [user, nice, system, idle, wait, hard, soft, stolen] = numbers.map(Number);
  if (label !== 'cpu' || stolen === undefined) throw new Error(`not the first line of /proc/stat: ${line}`);
  const busy = (user ?? 0) + (nice ?? 0) + (system ?? 0) + (hard ?? 0) + (soft ?? 0);
  return { busy, stolen, total: busy + stolen + (idle ?? 0) + (wait ?? 0) };
}

/** Watches from its creation until `stop`. */
export class InterferenceWatch {
  private readonly ticks = parseMachineTicks(readFileSync('/proc/stat', 'utf8'));
  private readonly own: ProcessorTime = readProcessorTime(process.pid);

  stop(): Interference {
    const now = parseMachineTicks(readFileSync('/proc/stat', 'utf8'));
    const ownNs = spentBetween(this.own, readProcessorTime(process.pid)).processNs;
    return interferenceBetween(this.ticks, now, ownNs);
  }
}

const QUIET_SHARE = 0.1;
const QUIET_WINDOW_MS = 250;

/**
 * Waits until others take less than a tenth of the machine, at most `patienceMs`: on a busy machine a turn is worth more in
 * a lull, and the wait does not depend on whose turn it is.
 */
export async function untilOthersQuiet(patienceMs: number): Promise<void> {
  const deadline = performance.now() + patienceMs;
  while (performance.now() < deadline) {
    const watch = new InterferenceWatch();
    await new Promise((resolve) => setTimeout(resolve, QUIET_WINDOW_MS));
    const { others, stolen } = watch.stop();
    if (others + stolen < QUIET_SHARE) return;
  }
}

export function interferenceBetween(before: MachineTicks, after: MachineTicks, ownNs: number): Interference {
  const total = after.total - before.total;
  if (total <= 0) return { others: 0, stolen: 0 };
  const othersTicks = after.busy - before.busy - ownNs / NANOSECONDS_PER_TICK;
  return { others: Math.max(0, othersTicks / total), stolen: Math.max(0, (after.stolen - before.stolen) / total) };
}
