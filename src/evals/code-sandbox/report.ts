/**
 * A value as the drivers write it, with its type: `['i', '12']`, `['f', '0.5']`, `['s', 'text']`, `['b', 1]`, `['n']`,
 * `['l', [...]]`, `['t', [...]]`, `['d', [[key, value], ...]]`, ..., and `['x', type]` for what has no such form.
 */
export type Encoded = readonly [string, ...unknown[]];

/** `sandbox_error` is never the code's fault; everything else is what the code did. */
export type ProgramOutcome = 'done' | 'error' | 'timeout' | 'memory' | 'crash' | 'sandbox_error';

export interface ProgramResult {
  outcome: ProgramOutcome;
  /** Of the inputs up to the first failure. */
  values: readonly Encoded[];
  /** Type of the exception, where there was one. */
  error: string | null;
  ms: number;
}

/** Why this process ended a program. */
export type Ended = 'timeout' | 'too_much_output' | 'memory';

interface Ending {
  ended: Ended | null;
  signal: string | null;
  code: number | null;
  /** V8 aborts when its heap is full; elsewhere an abort is a crash. */
  abortIsMemory: boolean;
  ms: number;
}

const MEMORY_ERRORS = new Set(['MemoryError']);

/** What a program's lines and its end say together. Lines come from inside: nothing in them is trusted but as a value. */
export function readReport(output: string, { ended, signal, code, abortIsMemory, ms }: Ending): ProgramResult {
  const values: Encoded[] = [];
  let ready = false;
  let done = false;
  let error: string | null = null;
  let garbled = false;
  for (const line of output.split('\n')) {
    if (line === '' || done || error !== null) continue;
    const message = parseLine(line);
    if (message === null) garbled = true;
    else if (message['ready'] === true) ready = true;
    else if (Array.isArray(message['value'])) values.push(message['value'] as unknown as Encoded);
    else if (typeof message['error'] === 'string') error = message['error'];
    else if (message['done'] === true) done = true;
    else garbled = true;
  }
  const result = (outcome: ProgramOutcome): ProgramResult => ({ outcome, values, error, ms });
  // Ready is said before any of the code runs, so nothing that the code does can look like a broken sandbox.
  if (!ready) return result(ended === 'timeout' ? 'timeout' : 'sandbox_error');
  if (ended === 'timeout' || signal === 'SIGXCPU' || code === 152) return result('timeout');
  if (ended === 'memory') return result('memory');
  if (ended === 'too_much_output' || garbled) return result('crash');
  if (error !== null) return result(MEMORY_ERRORS.has(error) ? 'memory' : 'error');
  if (done) return result('done');
  // 137 is killed, which only the kernel does here, for want of memory; 134 is aborted.
  const full = code === 137 || signal === 'SIGKILL' || (code === 134 && abortIsMemory);
  return result(full ? 'memory' : 'crash');
}

function parseLine(line: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : null;
  } catch {
    // Not a line of the driver.
    return null;
  }
}
