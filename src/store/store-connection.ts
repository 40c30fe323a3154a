import { setTimeout as wait } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { AppError } from '../contracts/errors.ts';
import type { JournalPosition } from '../contracts/journal.ts';
import type { StoreCall, StoreCalls, StoreMessage, StoreWorkerData } from './store-protocol.ts';

/** The first requests come before the database does: opening takes processor time that they need. */
const START_AFTER_MS = 800;
const FIRST_RETRY_MS = 1_000;
const LAST_RETRY_MS = 30_000;
const CLOSE_MS = 5_000;
/** The worker's heap: a projection step and a page of rows. A small young generation keeps the process small. */
const WORKER_LIMITS = { maxOldGenerationSizeMb: 256, maxYoungGenerationSizeMb: 8 };

/** From source the worker is TypeScript like everything else, from the package it is JavaScript. */
const workerFile = import.meta.url.endsWith('.ts')
  ? new URL('./store-worker.ts', import.meta.url)
  : new URL('./store-worker.js', import.meta.url);

interface PendingCall {
  resolve: (value: unknown) => void;
  reject: (error: AppError) => void;
}

export interface StoreConnectionOptions extends StoreWorkerData {
  onProblem: (problem: string) => void;
  /** Each time the database has been opened. */
  onOpened: (projected: JournalPosition) => void;
}

/** The thread with the database, started again when it could not open or died. */
export class StoreConnection {
  #options: StoreConnectionOptions;
  #worker: Worker | null = null;
  #open = false;
  #problem: string | null = null;
  #calls = new Map<number, PendingCall>();
  #nextId = 1;
  #retryMs = FIRST_RETRY_MS;
  #retryTimer: NodeJS.Timeout | null = null;
  /** null once the first thread has been started. */
  #startTimer: NodeJS.Timeout | null;
  #attempted: PromiseWithResolvers<void> = Promise.withResolvers();
  #closing = false;

  constructor(options: StoreConnectionOptions) {
    this.#options = options;
    this.#startTimer = setTimeout(() => this.#start(), START_AFTER_MS);
  }

  /** null while opening for the first time and while all is well. */
  get problem(): string | null {
    return this.#problem;
  }

  get open(): boolean {
    return this.#open;
  }

  /** Resolves when the first attempt to open has ended, well or not. */
  attempted(): Promise<void> {
    this.#startNow();
    return this.#attempted.promise;
  }

  /**
   * Waits for an opening that is under way, but never for a retry.
   * @throws AppError store_unavailable
   */
  async call<M extends keyof StoreCalls>(
    method: M,
    ...parameters: Parameters<StoreCalls[M]>
  ): Promise<Awaited<ReturnType<StoreCalls[M]>>> {
    if (!this.#open && this.#problem === null) await this.attempted();
    const worker = this.#worker;
    if (!this.#open || worker === null) throw this.#unavailable();
    const id = this.#nextId;
    this.#nextId += 1;
    const answer = new Promise((resolve, reject) => this.#calls.set(id, { resolve, reject }));
    worker.postMessage({ id, method, parameters } satisfies StoreCall);
    return (await answer) as Awaited<ReturnType<StoreCalls[M]>>;
  }

  async close(): Promise<void> {
    this.#closing = true;
    if (this.#retryTimer !== null) clearTimeout(this.#retryTimer);
    if (this.#startTimer !== null) clearTimeout(this.#startTimer);
    const worker = this.#worker;
    if (worker === null) return this.#attempted.resolve();
    const gone = new Promise<void>((resolve) => worker.once('exit', () => resolve()));
    // A database that does not answer must not keep the process from ending.
    const closed = this.#open
      ? this.call('close').then(
          () => gone,
          () => undefined,
        )
      : Promise.resolve();
    await Promise.race([closed, wait(CLOSE_MS, undefined, { ref: false })]);
    await worker.terminate();
  }

  #startNow(): void {
    if (this.#startTimer !== null && !this.#closing) this.#start();
  }

  #start(): void {
    if (this.#startTimer !== null) clearTimeout(this.#startTimer);
    this.#startTimer = null;
    const { address, journalDirectory, chain } = this.#options;
    const worker = new Worker(workerFile, {
      workerData: { address, journalDirectory, chain } satisfies StoreWorkerData,
      resourceLimits: WORKER_LIMITS,
      // node:sqlite still warns on the oldest Node that we support.
      execArgv: ['--disable-warning=ExperimentalWarning'],
    });
    this.#worker = worker;
    worker.on('message', (message: StoreMessage) => this.#received(message));
    worker.on('error', (error) => this.#failed(error.message));
    worker.on('exit', () => this.#exited());
  }

  #received(message: StoreMessage): void {
    if (message.kind === 'opened') {
      this.#open = true;
      this.#problem = null;
      this.#retryMs = FIRST_RETRY_MS;
      this.#attempted.resolve();
      this.#options.onOpened(message.projected);
      return;
    }
    const call = message.id === null ? undefined : this.#calls.get(message.id);
    if (message.id !== null) this.#calls.delete(message.id);
    if (message.kind === 'result') {
      this.#problem = null;
      call?.resolve(message.value);
    } else {
      this.#failed(message.message);
      call?.reject(this.#unavailable());
    }
  }

  #failed(reason: string): void {
    const before = this.#problem;
    this.#problem = `The database fails: ${reason}`;
    this.#attempted.resolve();
    if (before !== this.#problem) this.#options.onProblem(this.#problem);
  }

  #exited(): void {
    this.#worker = null;
    this.#open = false;
    if (this.#closing) return;
    this.#problem ??= 'The database thread ended.';
    this.#attempted.resolve();
    for (const call of this.#calls.values()) call.reject(this.#unavailable());
    this.#calls.clear();
    this.#retryTimer = setTimeout(() => this.#start(), this.#retryMs).unref();
    this.#retryMs = Math.min(this.#retryMs * 2, LAST_RETRY_MS);
  }

  #unavailable(): AppError {
    return new AppError('store_unavailable', 'The database is not available; traffic is not affected.', {
      details: { problem: this.#problem },
    });
  }
}
