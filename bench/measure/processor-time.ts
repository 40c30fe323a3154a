// Purpose: CPU time of a process and its children, thread by thread, in nanoseconds.
// May import: node built-ins only.
// Source: /proc/PID/task/TID/schedstat, first field (Documentation/scheduler/sched-stats.rst): time on the CPU in ns.
// /proc/PID/stat, the usual source, counts in ticks of 10 ms.
// Start reading at readProcessorTime.

import { readdirSync, readFileSync } from 'node:fs';

/** Nanoseconds on the CPU so far, by thread id, and which threads are the main ones of their processes. */
export interface ProcessorTime {
  threads: Map<number, number>;
  mainThread: number;
}

export interface ProcessorTimeSpent {
  processNs: number;
  /** The busiest process's main thread: of nginx the worker's, of Node the one that runs JavaScript. */
  mainThreadNs: number;
  /** Threads that ended in between; what they used after the first reading is not counted. */
  endedThreads: number;
}

/** First field of a schedstat file: nanoseconds spent on the CPU. */
export function parseSchedstat(text: string): number {
  const first = text.trimStart().split(' ', 1)[0] ?? '';
  const nanoseconds = Number(first);
  if (first === '' || !Number.isFinite(nanoseconds))
    throw new Error(`not a schedstat line: ${JSON.stringify(text.slice(0, 40))}`);
  return nanoseconds;
}

/** `pid` and all its descendants. */
export function processTree(pid: number): number[] {
  const pids = [pid];
  for (const thread of numbersIn(`/proc/${pid}/task`)) {
    for (const child of readIfThere(`/proc/${pid}/task/${thread}/children`).split(' ')) {
      if (child.trim() !== '') pids.push(...processTree(Number(child)));
    }
  }
  return pids;
}

/** Reads the CPU time of every thread of `pid` and its descendants. Throws where the kernel keeps none. */
export function readProcessorTime(pid: number): ProcessorTime {
  const threads = new Map<number, number>();
  let mainThread = pid;
  for (const member of processTree(pid)) {
    for (const thread of numbersIn(`/proc/${member}/task`)) {
      const text = readIfThere(`/proc/${member}/task/${thread}/schedstat`);
      if (text !== '') threads.set(thread, parseSchedstat(text));
    }
    if ((threads.get(member) ?? 0) > (threads.get(mainThread) ?? 0)) mainThread = member;
  }
  const total = [...threads.values()].reduce((sum, value) => sum + value, 0);
  if (total === 0)
    throw new Error(`no CPU time in /proc/${pid}/task/*/schedstat: this bench needs Linux with CONFIG_SCHED_INFO`);
  return { threads, mainThread };
}

/** What was spent from one reading to a later one. A thread that is new counts from its start. */
export function spentBetween(before: ProcessorTime, after: ProcessorTime): ProcessorTimeSpent {
  let processNs = 0;
  for (const [thread, total] of after.threads) processNs += total - (before.threads.get(thread) ?? 0);
  const { mainThread } = after;
  const mainThreadNs = (after.threads.get(mainThread) ?? 0) - (before.threads.get(mainThread) ?? 0);
  const endedThreads = [...before.threads.keys()].filter((thread) => !after.threads.has(thread)).length;
  return { processNs, mainThreadNs, endedThreads };
}

const QUIET_WINDOW_MS = 200;
const QUIET_NS = 4_000_000;
const QUIET_TIMEOUT_MS = 10_000;

/**
 * Waits until the process uses less than 2 % of a core, so that work it put off (journal, database, garbage) is charged
 * to the requests that caused it. Returns false when it never became quiet.
 */
export async function untilQuiet(pid: number): Promise<boolean> {
  const deadline = performance.now() + QUIET_TIMEOUT_MS;
  let before = readProcessorTime(pid);
  while (performance.now() < deadline) {
    await new Promise((resolve) => setTimeout(resolve, QUIET_WINDOW_MS));
    const after = readProcessorTime(pid);
    if (spentBetween(before, after).processNs < QUIET_NS) return true;
    before = after;
  }
  return false;
}

function numbersIn(folder: string): number[] {
  try {
    return readdirSync(folder).map(Number);
  } catch {
    // The process ended between being listed and being read.
    return [];
  }
}

function readIfThere(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    // A thread that ended after it was listed; `endedThreads` reports it.
    return '';
  }
}
