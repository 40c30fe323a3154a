import type { QuotaMeasure, QuotaReading } from './rate-headers.ts';

/** What a call takes of a vendor's limits at most, in tokens. */
export interface QuotaNeed {
  input: number;
  output: number;
}

export function unitsOf(measure: QuotaMeasure, need: QuotaNeed): number {
  switch (measure) {
    case 'requests':
      return 1;
    case 'tokens':
      return need.input + need.output;
    case 'input_tokens':
      return need.input;
    case 'output_tokens':
      return need.output;
  }
}

interface QuotaWindow {
  measure: QuotaMeasure;
  limit: number | null;
  remaining: number;
  /** Infinite where nobody said. */
  resetsAtMs: number;
  /** How long the window still was when it was read. */
  spanMs: number;
}

/** A quota that renews within this time is a speed limit: leaving some of it unused wastes nothing worth planning for. */
const SPEED_LIMIT_MS = 120_000;
/** Without a reset time a reading is believed for as long as the usual window. */
const UNSTATED_MS = 60_000;

/**
 * The limits that a vendor's headers tell for one deployment under one credential. What was sent and has not been
 * answered may not be counted there yet, so it is taken off what the latest answer said was left. Times are of a clock
 * that does not go back.
 */
export class VendorQuota {
  #windows = new Map<string, QuotaWindow>();
  #unseen: Record<QuotaMeasure, number> = { requests: 0, tokens: 0, input_tokens: 0, output_tokens: 0 };

  /** A call was sent (`sign` 1), or the vendor has counted it or it never arrived (-1). */
  unseen(need: QuotaNeed, sign: 1 | -1): void {
    for (const measure of Object.keys(this.#unseen) as QuotaMeasure[]) {
      this.#unseen[measure] += sign * unitsOf(measure, need);
    }
  }

  read(readings: readonly QuotaReading[], nowMs: number): void {
    for (const { measure, window, limit, remaining, resetsInMs } of readings) {
      if (remaining === null) continue;
      const spanMs = resetsInMs ?? UNSTATED_MS;
      this.#windows.set(`${measure} ${window}`, { measure, limit, remaining, resetsAtMs: nowMs + spanMs, spanMs });
    }
  }

  /** A call that the vendor answered without telling its limits took this from what it told last. */
  used(need: QuotaNeed): void {
    for (const window of this.#windows.values()) window.remaining -= unitsOf(window.measure, need);
  }

  /** Milliseconds until the call fits, 0 where it does; infinite where it is larger than a whole limit. */
  waitMs(need: QuotaNeed, nowMs: number): number {
    let waitMs = 0;
    for (const window of this.#windows.values()) {
      const units = unitsOf(window.measure, need);
      if (window.limit !== null && units > window.limit) return Number.POSITIVE_INFINITY;
      if (window.resetsAtMs > nowMs && units > window.remaining - this.#unseen[window.measure]) {
        waitMs = Math.max(waitMs, window.resetsAtMs - nowMs);
      }
    }
    return waitMs;
  }

  /** Milliseconds until the first quota with something left expires unused; infinite where none does. */
  expiresInMs(nowMs: number): number {
    let soonestMs = Number.POSITIVE_INFINITY;
    for (const { resetsAtMs, spanMs, remaining } of this.#windows.values()) {
      if (spanMs <= SPEED_LIMIT_MS || remaining <= 0 || resetsAtMs <= nowMs) continue;
      soonestMs = Math.min(soonestMs, resetsAtMs - nowMs);
    }
    return soonestMs;
  }
}
