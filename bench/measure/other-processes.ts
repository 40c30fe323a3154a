import { readdirSync, readFileSync } from 'node:fs';

/** One process as /proc/PID/stat has it. */
export interface ProcessUse {
  parent: number;
  /**
   * Ticks of 10 ms on the CPU so far: all its threads, those that ended too, and the children that ended and were waited
   * for, with theirs.
   */
  ticks: number;
}

/** By process id. */
export type ProcessTable = ReadonlyMap<number, ProcessUse>;

const THREADS_OF_THE_KERNEL = 2;

/**
 * Fields 4 and 14 to 17 of /proc/PID/stat (man 5 proc_pid_stat). The name before them may hold spaces and parentheses.
 * Other than the machine's own sums in /proc/stat, which grow by a whole tick for whoever runs when the clock ticks, these
 * are scaled to the time that the scheduler counted (cputime_adjust in kernel/sched/cputime.c): only their last digit is lost.
 */
export function parseProcessStat(text: string): ProcessUse {
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const [user, system, childrenUser, childrenSystem] = fields.slice(11, 15).map(Number);
  const ticks = (user ?? 0) + (system ?? 0) + (childrenUser ?? 0) + (childrenSystem ?? Number.NaN);
  const parent = Number(fields[1]);
  if (!Number.isInteger(parent) || Number.isNaN(ticks))
    throw new Error(`not a line of /proc/PID/stat: ${JSON.stringify(text.slice(0, 80))}`);
  return { parent, ticks };
}

const MOST_READINGS = 3;

/**
 * Every process that /proc shows, threads of the kernel among them. One small file each: 1 to 3 ms for a hundred.
 * Where one ends just then its parent may have been read before it was given the time: all are read again.
 */
export function readProcessTable(): ProcessTable {
  let reading = readOnce();
  for (let again = 1; again < MOST_READINGS && reading.ended > 0; again += 1) reading = readOnce();
  return reading.table;
}

function readOnce(): { table: ProcessTable; ended: number } {
  const table = new Map<number, ProcessUse>();
  const pids = readdirSync('/proc').map(Number).filter(Number.isInteger);
  for (const pid of pids) {
    const text = statOf(pid);
    if (text !== null) table.set(pid, parseProcessStat(text));
  }
  return { table, ended: pids.length - table.size };
}

/** Whether /proc shows the whole machine: inside a container, or where others' processes are hidden, it does not. */
export function showsWholeMachine(): boolean {
  return statOf(THREADS_OF_THE_KERNEL)?.includes('(kthreadd)') ?? false;
}

/**
 * Ticks that processes outside of the tree of `root` used between two readings.
 *
 * What a process that ended in between had used moves to the one that waited for it, so that the sum over all loses nothing, nor
 * does one that began and ended in between. Where nobody waits (`SIGCHLD` ignored) it is lost, and the sum is too low.
 * A process that was in the tree at either moment is no other.
 */
export function ticksOfOthers(before: ProcessTable, after: ProcessTable, root: number): number {
  const own = new Set([...treeIn(before, root), ...treeIn(after, root)]);
  return Math.max(0, sumWithout(own, after) - sumWithout(own, before));
}

function sumWithout(own: ReadonlySet<number>, table: ProcessTable): number {
  let sum = 0;
  for (const [pid, { ticks }] of table) if (!own.has(pid)) sum += ticks;
  return sum;
}

function treeIn(table: ProcessTable, root: number): Set<number> {
  const tree = new Set([root]);
  // Ids wrap around, so that a child may come before its parent: again until nothing is added.
  for (let size = 0; size < tree.size; ) {
    size = tree.size;
    for (const [pid, { parent }] of table) if (tree.has(parent)) tree.add(pid);
  }
  return tree;
}

function statOf(pid: number): string | null {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch {
    // The process ended between being listed and being read.
    return null;
  }
}
