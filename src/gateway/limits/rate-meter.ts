const MINUTE_MS = 60_000;
/** A hair of tolerance, so that rounding never refuses the last of the minute's count. */
const TOLERANCE = 1e-6;

/**
 * So many units a minute, with a burst of the whole minute's count: the generic cell rate algorithm, one number, no
 * window edges. In any stretch of `t` minutes at most `1 + t` times the limit passes. Times are of a clock that does
 * not go back.
 */
export class RateMeter {
  /** When everything that was taken will have been earned, milliseconds. */
  #arrivalMs = Number.NEGATIVE_INFINITY;

  /** Units that may be taken now; negative after more was used than taken. */
  remaining(perMinute: number, nowMs: number): number {
    return ((MINUTE_MS - Math.max(0, this.#arrivalMs - nowMs)) * perMinute) / MINUTE_MS;
  }

  fits(units: number, perMinute: number, nowMs: number): boolean {
    return units <= this.remaining(perMinute, nowMs) + TOLERANCE;
  }

  /** Milliseconds until `units` fit; infinite when they are more than a whole minute's. */
  waitMs(units: number, perMinute: number, nowMs: number): number {
    if (units > perMinute) return Number.POSITIVE_INFINITY;
    return Math.max(0, ((units - this.remaining(perMinute, nowMs)) * MINUTE_MS) / perMinute);
  }

  /** Gives units back that were taken and not used. What has been earned since stays: no look at a clock is needed. */
  giveBack(units: number, perMinute: number): void {
    this.#arrivalMs -= (units * MINUTE_MS) / perMinute;
  }

  /** Takes units whether they fit or not. */
  take(units: number, perMinute: number, nowMs: number): void {
    this.#arrivalMs = Math.max(this.#arrivalMs, nowMs) + (units * MINUTE_MS) / perMinute;
  }
}
