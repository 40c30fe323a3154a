import { AppError } from '../contracts/errors.ts';
import { ChurningSet, type Seat } from '../lib/churning-set.ts';
import type { Exchange } from './exchange.ts';

const shuttingDown = (): AppError => new AppError('shutting_down', 'The server is shutting down.');

/** The requests that are being answered, and how they come to an end when the server stops. */
export class RunningExchanges {
  readonly #running = new ChurningSet<Exchange>();
  #draining = false;
  #onIdle: (() => void) | null = null;

  get size(): number {
    return this.#running.size;
  }

  get draining(): boolean {
    return this.#draining;
  }

  /** @throws AppError shutting_down */
  refuseWhileDraining(): void {
    if (this.#draining) throw shuttingDown();
  }

  /** @returns what `delete` takes */
  add(exchange: Exchange): Seat<Exchange> {
    return this.#running.add(exchange);
  }

  delete(seat: Seat<Exchange>): void {
    this.#running.delete(seat);
    if (this.#running.size === 0) this.#onIdle?.();
  }

  /** Takes no more, waits for those that run, and ends what is left after the timeout. */
  async drain(timeoutMs: number): Promise<void> {
    this.#draining = true;
    if (this.#running.size === 0) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#onIdle = resolve;
    const timer = setTimeout(() => {
      this.#running.visit((exchange) => exchange.endWith(shuttingDown()));
    }, timeoutMs);
    await promise;
    clearTimeout(timer);
  }
}
