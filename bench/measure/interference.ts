import { readFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { readProcessTable, ticksOfOthers } from './other-processes.ts';

/** Share of the machine's CPU, 0 to 1, that went elsewhere while something was measured. */
export interface Interference {
  /** To processes that are not of this bench, threads of the kernel among them. */
  others: number;
  /** To other guests of the host, while this machine wanted to run. */
  stolen: number;
}

const TICK_MS = 10;

/** Ticks of 10 ms that the host kept since boot, over all cores: the eighth number of /proc/stat's first line (man 5 proc_stat). */
export function parseStolenTicks(stat: string): number {
  const line = stat.split('\n', 1)[0] ?? '';
  const [label, ...numbers] = line.trim().split(/\s+/);
  const stolen = Number(numbers[7]);
  if (label !== 'cpu' || Number.isNaN(stolen)) throw new Error(`not the first line of /proc/stat: ${line}`);
  return stolen;
}

/**
 * Watches from its creation until `stop`. Either takes a few milliseconds of this process: call them outside of what is timed.
 *
 * Others are added up one by one. What the machine was busy less what the bench used would be shorter, but /proc/stat
 * samples: beside a load with a steady beat it was 37 points too high in one window and 15 too low in the next, and the
 * sum of all its fields, idle time included, came to .84 and to 1.32 of the time that had passed. Hence the clock, too.
 */
export class InterferenceWatch {
  private readonly processes = readProcessTable();
  private readonly stolen = readStolenTicks();
  private readonly startedAt = performance.now();

  stop(): Interference {
    const elapsedMs = performance.now() - this.startedAt;
    const stolen = readStolenTicks() - this.stolen;
    const others = ticksOfOthers(this.processes, readProcessTable(), process.pid);
    return interferenceOf({ others, stolen }, elapsedMs, cpus().length);
  }
}

function readStolenTicks(): number {
  return parseStolenTicks(readFileSync('/proc/stat', 'utf8'));
}

/** Shares of what all cores could have done in the time. */
export function interferenceOf(ticks: Interference, elapsedMs: number, cores: number): Interference {
  const shareOf = (count: number): number => Math.min(1, Math.max(0, (count * TICK_MS) / (elapsedMs * cores)));
  return { others: shareOf(ticks.others), stolen: shareOf(ticks.stolen) };
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
