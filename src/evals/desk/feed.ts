/** Events of something under way. Whoever reads gets all of them, whenever they come. */
export class Feed<Event> {
  readonly #events: Event[] = [];
  readonly #readers = new Set<() => void>();
  #ended = false;

  push(event: Event): void {
    this.#events.push(event);
    this.#wake();
  }

  end(): void {
    this.#ended = true;
    this.#wake();
  }

  /** From the first event to the last. Ends early when `signal` is aborted. */
  async *read(signal: AbortSignal): AsyncGenerator<Event> {
    let next = 0;
    while (!signal.aborted) {
      while (next < this.#events.length) yield this.#events[next++] as Event;
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
