import type { Clock } from '../clock.ts';
import { findRateHeaders, type QuotaHeaders, type QuotaMeasure, readRateHeaders } from './rate-headers.ts';

type Headers = Parameters<typeof findRateHeaders>[0];

/** What a call takes of a vendor's limits at most, in tokens. */
export interface QuotaNeed {
  input: number;
  output: number;
}

function unitsOf(measure: QuotaMeasure, need: QuotaNeed): number {
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
  window: string;
  limit: number | null;
  remaining: number;
  /** Infinite where nobody said. */
  resetsAtMs: number;
  /** How long the window still was when it was read. */
  spanMs: number;
  readAtMs: number;
}

/** A quota that renews within this time is a speed limit: leaving some of it unused wastes nothing worth planning for. */
const SPEED_LIMIT_MS = 120_000;
/** How often an answer's headers are looked through for those that tell limits; in between the known ones are read. */
const LOOK_AT_FIRST = 8;
const LOOK_EVERY = 64;
/** Without a reset time a reading is believed for as long as the usual window. */
const UNSTATED_MS = 60_000;
/**
 * No reading holds calls back for longer: quotas are raised, some vendors mean milliseconds by a bare number, and one who
 * is never called cannot say otherwise. A call too many is refused, and the refusal tells again.
 */
const BELIEVED_MS = 600_000;

/**
 * The limits that a vendor's headers tell for one deployment under one credential. What was sent and has not been
 * answered may not be counted there yet, so it is taken off what the latest answer said was left. Times are of a clock
 * that does not go back.
 */
export class VendorQuota {
  #windows: QuotaWindow[] = [];
  #unseenRequests = 0;
  #unseenInput = 0;
  #unseenOutput = 0;
  #names: readonly QuotaHeaders[] = [];
  #answers = 0;

  /** A call was sent (`sign` 1), or the vendor has counted it or it never arrived (-1). */
  unseen(need: QuotaNeed, sign: 1 | -1): void {
    this.#unseenRequests += sign;
    this.#unseenInput += sign * need.input;
    this.#unseenOutput += sign * need.output;
  }

  /** Takes over what the head of an answer tells; false where it tells nothing. */
  read(headers: Headers, clock: Pick<Clock, 'now'>, nowMs: number): boolean {
    // Looking through every header of every answer would cost more than all other bookkeeping together.
    if (this.#answers < LOOK_AT_FIRST || this.#answers % LOOK_EVERY === 0 || headers['retry-after'] !== undefined) {
      this.#names = findRateHeaders(headers);
    }
    this.#answers += 1;
    if (this.#names.length === 0) return false;
    let told = false;
    for (const names of this.#names) {
      const { measure, window, limit, remaining, resetsInMs } = readRateHeaders(headers, names, clock);
      // Some say 0 where there is no limit.
      if (remaining === null || limit === 0) continue;
      told = true;
      const known = this.#windowOf(measure, window);
      known.limit = limit;
      known.remaining = remaining;
      known.spanMs = resetsInMs ?? UNSTATED_MS;
      known.resetsAtMs = nowMs + known.spanMs;
      known.readAtMs = nowMs;
    }
    return told;
  }

  #windowOf(measure: QuotaMeasure, window: string): QuotaWindow {
    for (const known of this.#windows) if (known.measure === measure && known.window === window) return known;
    const fresh = { measure, window, limit: null, remaining: 0, resetsAtMs: 0, spanMs: 0, readAtMs: 0 };
    this.#windows.push(fresh);
    return fresh;
  }

  /** A call that the vendor answered without telling its limits took this from what it told last. */
  used(need: QuotaNeed): void {
    for (const window of this.#windows) window.remaining -= unitsOf(window.measure, need);
  }

  /** Milliseconds until the call fits, 0 where it does; infinite where it is larger than a whole limit. */
  waitMs(need: QuotaNeed, nowMs: number): number {
    let waitMs = 0;
    for (const window of this.#windows) {
      const units = unitsOf(window.measure, need);
      const believedForMs = window.readAtMs + BELIEVED_MS - nowMs;
      if (believedForMs <= 0) continue;
      if (window.limit !== null && units > window.limit) return Number.POSITIVE_INFINITY;
      if (units > window.remaining - this.#unseenOf(window.measure)) {
        // Past its reset a window says nothing any more: the difference is negative then.
        waitMs = Math.max(waitMs, Math.min(window.resetsAtMs - nowMs, believedForMs));
      }
    }
    return waitMs;
  }

  /** Milliseconds until the first quota with something left expires unused; infinite where none does. */
  expiresInMs(nowMs: number): number {
    let soonestMs = Number.POSITIVE_INFINITY;
    for (const { resetsAtMs, spanMs, remaining } of this.#windows) {
      if (spanMs <= SPEED_LIMIT_MS || remaining <= 0 || resetsAtMs <= nowMs) continue;
      soonestMs = Math.min(soonestMs, resetsAtMs - nowMs);
    }
    return soonestMs;
  }

  #unseenOf(measure: QuotaMeasure): number {
    switch (measure) {
      case 'requests':
        return this.#unseenRequests;
      case 'tokens':
        return this.#unseenInput + this.#unseenOutput;
      case 'input_tokens':
        return this.#unseenInput;
      case 'output_tokens':
        return this.#unseenOutput;
    }
  }
}
