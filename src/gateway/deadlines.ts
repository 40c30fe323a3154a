import { ChurningSet, type Seat } from '../lib/churning-set.ts';
import type { Clock } from './clock.ts';

/** What a turn of the event loop may take; the rest of a sweep is done in the next ones. */
const LONGEST_MS = 8;
/** Every look at a clock costs more than most checks. */
const BETWEEN_LOOKS = 8;

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
  /** Those of the last sweep that have not been looked at. */
  #left: Seat<Timed>[] = [];
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
    if (this.#left.length > 0) return;
    this.#left = this.#timed.seats();
    this.#goOn();
  }

  /** Hundreds that came at once run out of time at once, and to end one takes a fraction of a millisecond. */
  readonly #goOn = (): void => {
    const sinceMs = this.#clock.monotonic();
    let nowMs = sinceMs;
    for (let seat = this.#left.pop(); seat !== undefined; seat = this.#left.pop()) {
      if (seat.at !== -1) this.#check(seat.member, nowMs);
      if (this.#left.length % BETWEEN_LOOKS !== 0) continue;
      nowMs = this.#clock.monotonic();
      if (nowMs - sinceMs < LONGEST_MS || this.#left.length === 0) continue;
      setImmediate(this.#goOn);
      return;
    }
  };

  #check(timed: Timed, nowMs: number): void {
    try {
      timed.check(nowMs);
    } catch (error) {
      this.#onFault(error);
    }
  }
}
