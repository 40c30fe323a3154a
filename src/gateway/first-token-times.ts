import { Histogram } from '../lib/histogram.ts';

/** Samples are forgotten after one to two periods. */
const PERIOD_MS = 300_000;
/** Samples below which a quantile says nothing yet. */
const WARM_SAMPLES = 20;
/** Limit for the first token of a stream: three times the 99th percentile within these bounds (DESIGN 5.5). */
const LIMIT_FACTOR = 3;
const SHORTEST_LIMIT_MS = 5_000;
const LONGEST_LIMIT_MS = 120_000;
const COLD_LIMIT_MS = 60_000;
/** 1 ms to 10 minutes, which keeps a histogram under 3 KiB. */
const RANGE = { lowest: 1, highest: 600_000 };

export interface FirstTokenQuantiles {
  samples: number;
  p50Ms: number;
  p95Ms: number;
  p99Ms: number;
}

/**
 * Times from request to first token of streams that delivered one. Those that were given up are not in it: with the
 * limit as their value they would raise the limit by themselves. What turns slow at once therefore fails until its
 * samples are forgotten, and then has the cold limit again.
 */
export class FirstTokenTimes {
  #current = new Histogram(RANGE);
  #previous = new Histogram(RANGE);
  #periodEndsMs = Number.NEGATIVE_INFINITY;
  #changed = false;
  #quantiles: FirstTokenQuantiles | null = null;

  record(firstTokenMs: number, nowMs: number): void {
    this.#rotate(nowMs);
    this.#current.record(firstTokenMs);
    this.#changed = true;
  }

  /** Of the last 5 to 10 minutes, within 2 %; null with too few samples. Cheap while nothing has changed. */
  quantiles(nowMs: number): FirstTokenQuantiles | null {
    this.#rotate(nowMs);
    if (this.#changed) {
      this.#quantiles = this.#measure();
      this.#changed = false;
    }
    return this.#quantiles;
  }

  #measure(): FirstTokenQuantiles | null {
    const both = new Histogram(RANGE);
    both.merge(this.#current);
    both.merge(this.#previous);
    if (both.count < WARM_SAMPLES) return null;
    const at = (q: number): number => Math.round(both.quantile(q) as number);
    return { samples: both.count, p50Ms: at(0.5), p95Ms: at(0.95), p99Ms: at(0.99) };
  }

  #rotate(nowMs: number): void {
    if (nowMs < this.#periodEndsMs) return;
    const lateMs = nowMs - this.#periodEndsMs;
    const spare = this.#previous;
    spare.reset();
    this.#previous = this.#current;
    this.#current = spare;
    if (lateMs >= PERIOD_MS) this.#previous.reset();
    this.#periodEndsMs = nowMs + PERIOD_MS;
    this.#changed = true;
  }
}

/** How long a stream may take to its first token. */
export function firstTokenLimitMs(quantiles: FirstTokenQuantiles | null): number {
  if (quantiles === null) return COLD_LIMIT_MS;
  return Math.min(LONGEST_LIMIT_MS, Math.max(SHORTEST_LIMIT_MS, LIMIT_FACTOR * quantiles.p99Ms));
}
