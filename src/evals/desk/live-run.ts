import { AppError } from '../../contracts/errors.ts';
import type { RunFeed } from '../../contracts/evaluation-events.ts';

/** A run of this process. Whoever reads it gets all of its events, whenever they come. */
export class LiveRun {
  readonly id: string;
  readonly pause = new AbortController();
  #events: RunFeed[] = [];
  #ended = false;
  #readers = new Set<() => void>();

  constructor(id: string) {
    this.id = id;
  }

  push(event: RunFeed): void {
    this.#events.push(event);
    this.#wake();
  }

  note(text: string): void {
    this.push({ event: 'note', run: this.id, text });
  }

  fail(error: unknown): void {
    const known = error instanceof AppError;
    const message = known ? error.message : 'The evaluation failed by a mistake of ours; the log says more.';
    this.push({ event: 'error', run: this.id, code: known ? error.code : 'internal', message });
  }

  end(): void {
    this.#ended = true;
    this.#wake();
  }

  /** From the first event to the last. Ends early when `signal` is aborted. */
  async *read(signal: AbortSignal): AsyncGenerator<RunFeed> {
    let next = 0;
    while (!signal.aborted) {
      while (next < this.#events.length) yield this.#events[next++] as RunFeed;
      if (this.#ended) return;
      await this.#more(signal);
    }
  }

  #more(signal: AbortSignal): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const wake = (): void => {
      this.#readers.delete(wake);
      signal.removeEventListener('abort', wake);
      resolve();
    };
    this.#readers.add(wake);
    signal.addEventListener('abort', wake);
    return promise;
  }

  #wake(): void {
    for (const wake of [...this.#readers]) wake();
  }
}
