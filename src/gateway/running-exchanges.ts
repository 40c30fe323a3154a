import { AppError } from '../contracts/errors.ts';
import { ChurningSet, type Seat } from '../lib/churning-set.ts';

const shuttingDown = (): AppError => new AppError('shutting_down', 'The server is shutting down.');

/** A request that is being answered. */
export interface Running {
  start(): void;
  /** Before its own end, with whatever it has. */
  endWith(error: AppError): void;
}

/** The requests that are being answered, and how they come to an end when the server stops. */
export class RunningExchanges {
  readonly #running = new ChurningSet<Running>();
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
  add(exchange: Running): Seat<Running> {
    return this.#running.add(exchange);
  }

  delete(seat: Seat<Running>): void {
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
