// privacy-thread/: scans texts of any size for personal data without stopping the loop that serves traffic.
// May import contracts/, lib/ and privacy/; holds the thread that privacy/ must not know.
// Start here: short texts are scanned at once, longer ones in slices with a turn of the loop between them, the longest
// in a thread, which starts with the first text that needs it. scan-worker.ts runs inside it.
// A scan that cannot be finished says so: labelled traffic then fails closed, which is the caller's to do.

import { setImmediate as nextTurn } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import type { Finding } from '../privacy/finding.ts';
import { createScanner, MAX_SLICE, type ScanOptions, WORKER_FROM } from '../privacy/scanner.ts';
import type { ScanAnswer, ScanCall } from './protocol.ts';

/** Texts arrive one at a time and findings are small; the lists that words are looked up in take a few megabytes. */
const WORKER_LIMITS = { maxOldGenerationSizeMb: 256, maxYoungGenerationSizeMb: 16 };

/** From source the worker is TypeScript like everything else, from the package it is JavaScript. */
const workerFile = import.meta.url.endsWith('.ts')
  ? new URL('./scan-worker.ts', import.meta.url)
  : new URL('./scan-worker.js', import.meta.url);

/** What became of a scan. Findings hold types and places, never values; they are counted, not stored. */
export type ScanResult =
  | { readonly complete: true; readonly findings: readonly Finding[] }
  | { readonly complete: false; readonly because: 'over_budget' | 'aborted' | 'failed' };

/** The same of several texts, in their order. */
export type BatchResult =
  | { readonly complete: true; readonly findings: readonly (readonly Finding[])[] }
  | (ScanResult & { readonly complete: false });

export interface ScanLimits {
  /** From the call to its answer; a text that takes longer is not scanned to its end. */
  readonly budgetMs?: number;
  readonly signal?: AbortSignal;
}

interface Pending {
  resolve(result: BatchResult): void;
}

/** Units that may wait for the thread at once: some seconds of its time, and a bound for memory. */
const MOST_WAITING = 64 * 1024 * 1024;

/** Units sent at once. */
const MESSAGE_UNITS = 512 * 1024;

/** The texts by messages of about that size: long ones in several, short ones together. */
function* partsOf(texts: readonly string[]): Generator<{ texts: number[]; parts: string[] }> {
  let message: { texts: number[]; parts: string[] } = { texts: [], parts: [] };
  let left = MESSAGE_UNITS;
  for (const [index, text] of texts.entries()) {
    for (let at = 0; at < text.length; ) {
      const part = text.slice(at, at + left);
      message.texts.push(index);
      message.parts.push(part);
      at += part.length;
      left -= part.length;
      if (left > 0) continue;
      yield message;
      message = { texts: [], parts: [] };
      left = MESSAGE_UNITS;
    }
  }
  if (message.parts.length > 0) yield message;
}

const lengthOf = (texts: readonly string[]): number => texts.reduce((length, text) => length + text.length, 0);

export class TextScanner {
  readonly #now: () => number;
  #worker: Worker | null = null;
  #pending = new Map<number, Pending>();
  #nextId = 1;
  /** Units that the thread has not answered for yet. */
  #waiting = 0;
  #closed = false;

  /** `now` in milliseconds, of a clock that never goes back. */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /** All findings of a text, as `detect` would give them. */
  async scan(text: string, options: ScanOptions = {}, limits: ScanLimits = {}): Promise<ScanResult> {
    const result = await this.scanAll([text], options, limits);
    return result.complete ? { complete: true, findings: result.findings[0] ?? [] } : result;
  }

  /** All findings of several texts, each by itself; together they are as long as they are for the choice of the way. */
  async scanAll(texts: readonly string[], options: ScanOptions = {}, limits: ScanLimits = {}): Promise<BatchResult> {
    if (limits.signal?.aborted === true) return { complete: false, because: 'aborted' };
    const length = lengthOf(texts);
    return length > WORKER_FROM
      ? this.#scanInThread(texts, length, options, limits)
      : this.#scanInSlices(texts, options, limits);
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#worker?.terminate();
  }

  async #scanInSlices(
    texts: readonly string[],
    options: ScanOptions,
    { budgetMs, signal }: ScanLimits,
  ): Promise<BatchResult> {
    const startedAt = this.#now();
    const findings: Finding[][] = [];
    let sinceTurn = 0;
    for (const text of texts) {
      const scanner = createScanner(text, options);
      for (let more = true; more; ) {
        const from = scanner.position;
        // Short texts share a turn of the loop.
        if (sinceTurn + Math.min(text.length - from, MAX_SLICE) > MAX_SLICE) {
          await nextTurn();
          sinceTurn = 0;
        }
        if (signal?.aborted === true) return { complete: false, because: 'aborted' };
        if (budgetMs !== undefined && this.#now() - startedAt > budgetMs)
          return { complete: false, because: 'over_budget' };
        more = scanner.step();
        sinceTurn += scanner.position - from;
      }
      findings.push(scanner.findings);
    }
    return { complete: true, findings };
  }

  #scanInThread(
    texts: readonly string[],
    length: number,
    options: ScanOptions,
    { budgetMs, signal }: ScanLimits,
  ): Promise<BatchResult> {
    if (this.#waiting + length > MOST_WAITING) return Promise.resolve({ complete: false, because: 'over_budget' });
    const worker = this.#start();
    if (worker === null) return Promise.resolve({ complete: false, because: 'failed' });
    const id = this.#nextId;
    this.#nextId += 1;
    this.#waiting += length;
    return new Promise((resolve) => {
      const give = (because: 'over_budget' | 'aborted') => (): void => {
        worker.postMessage({ kind: 'forget', id } satisfies ScanCall);
        settle({ complete: false, because });
      };
      const onAbort = give('aborted');
      const timer = budgetMs === undefined ? undefined : setTimeout(give('over_budget'), budgetMs);
      const settle = (result: BatchResult): void => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', onAbort);
        this.#pending.delete(id);
        this.#waiting -= length;
        resolve(result);
      };
      signal?.addEventListener('abort', onAbort, { once: true });
      this.#pending.set(id, { resolve: settle });
      this.#send(worker, id, texts, options).catch(() => settle({ complete: false, because: 'failed' }));
    });
  }

  /** A message is written out here, by whoever sends it: ten megabytes at once would hold everybody up. */
  async #send(worker: Worker, id: number, texts: readonly string[], options: ScanOptions): Promise<void> {
    for (const message of partsOf(texts)) {
      worker.postMessage({ kind: 'parts', id, ...message } satisfies ScanCall);
      await nextTurn();
      if (!this.#pending.has(id)) return;
    }
    worker.postMessage({ kind: 'scan', id, count: texts.length, options } satisfies ScanCall);
  }

  #start(): Worker | null {
    if (this.#closed || this.#worker !== null) return this.#worker;
    const worker = new Worker(workerFile, { resourceLimits: WORKER_LIMITS });
    worker.unref();
    worker.on('message', ({ id, findings }: ScanAnswer) => {
      this.#pending.get(id)?.resolve({ complete: true, findings });
    });
    // Whatever ends the thread, those who wait must hear of it; an error is followed by the exit.
    worker.on('error', () => undefined);
    worker.on('exit', () => {
      if (this.#worker === worker) this.#worker = null;
      for (const { resolve } of [...this.#pending.values()]) resolve({ complete: false, because: 'failed' });
    });
    this.#worker = worker;
    return worker;
  }
}
