import { ChurningSet, type Seat } from '../lib/churning-set.ts';
import type { Clock } from './clock.ts';

/** Something that may run out of time; `check` is called until it leaves. */
export interface Timed {
  check(nowMonotonicMs: number): void;
}

/**
 * One timer for all requests: a timer each would cost more than a sweep over what is in flight. Deadlines are
 * therefore late by up to the interval, which is small against the shortest of them (connect, 3 s, has one of its own).
 */
export class DeadlineSweeper {
  static readonly INTERVAL_MS = 100;
  #timed = new ChurningSet<Timed>();
  #timer: NodeJS.Timeout | null = null;
  #clock: Clock;
  #onFault: (error: unknown) => void;

  /** @param onFault told of what a check throws: a fault of one request must not end the others with it */
  constructor(clock: Clock, onFault: (error: unknown) => void) {
    this.#clock = clock;
    this.#onFault = onFault;
  }

  /** @returns what `delete` takes */
  add(timed: Timed): Seat<Timed> {
    if (this.#timer === null) {
      this.#timer = setInterval(() => this.sweep(), DeadlineSweeper.INTERVAL_MS);
      this.#timer.unref();
    }
    return this.#timed.add(timed);
  }

  delete(seat: Seat<Timed>): void {
    this.#timed.delete(seat);
  }

  sweep(): void {
    if (this.#timed.size === 0 && this.#timer !== null) {
      clearInterval(this.#timer);
      this.#timer = null;
      return;
    }
    const now = this.#clock.monotonic();
    this.#timed.visit((timed) => {
      try {
        timed.check(now);
      } catch (error) {
        this.#onFault(error);
      }
    });
  }
}
