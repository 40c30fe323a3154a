import type { Clock } from '../../src/gateway/clock.ts';

/** A clock that moves when told to. `advance` moves both times, `jump` only what the wall shows. */
export class SteppedClock implements Clock {
  #wallMs: number;
  #monotonicMs = 0;

  /** @param start RFC 3339 */
  constructor(start = '2026-11-22T10:00:00Z') {
    this.#wallMs = Date.parse(start);
  }

  now(): number {
    return this.#wallMs;
  }

  monotonic(): number {
    return this.#monotonicMs;
  }

  advance(ms: number): void {
    this.#wallMs += ms;
    this.#monotonicMs += ms;
  }

  jump(ms: number): void {
    this.#wallMs += ms;
  }
}
