import type { LimitsConfig } from '../contracts/configuration.ts';

export interface LimitState {
  limit: number;
  remaining: number;
  /** Seconds until a slot is free again. */
  resetS: number;
}

export type Admission =
  | { ok: true; requests: LimitState | null; release: () => void }
  | { ok: false; reason: 'rpm' | 'concurrency'; requests: LimitState | null; retryAfterS: number };

interface Bucket {
  /** Generic cell rate algorithm: theoretical arrival time of the next conforming request, ms. */
  arrivalMs: number;
  inFlight: number;
}

const nothing = (): void => undefined;

/** What nobody limits costs nothing and says nothing. */
const UNLIMITED: Admission = { ok: true, requests: null, release: nothing };

/**
 * Requests per minute and concurrency by subject (key or use case), in memory. The rate is a generic cell rate
 * algorithm with a burst of the whole minute's count: exact, one number a subject, no window edges.
 */
export class RequestLimiter {
  #buckets = new Map<string, Bucket>();

  admit(subject: string, limits: LimitsConfig | null, nowMs: number): Admission {
    const rpm = limits?.rpm;
    const concurrency = limits?.concurrency;
    if (rpm === undefined && concurrency === undefined) return UNLIMITED;
    const bucket = this.#bucket(subject, nowMs);
    const requests = rpm === undefined ? null : this.#state(bucket, rpm, nowMs);
    if (concurrency !== undefined && bucket.inFlight >= concurrency) {
      return { ok: false, reason: 'concurrency', requests, retryAfterS: 1 };
    }
    if (rpm !== undefined && requests !== null) {
      if (requests.remaining === 0) return { ok: false, reason: 'rpm', requests, retryAfterS: requests.resetS };
      bucket.arrivalMs = Math.max(bucket.arrivalMs, nowMs) + 60_000 / rpm;
      requests.remaining -= 1;
    }
    bucket.inFlight += 1;
    let open = true;
    const release = (): void => {
      if (!open) return;
      open = false;
      bucket.inFlight -= 1;
    };
    return { ok: true, requests, release };
  }

  #bucket(subject: string, nowMs: number): Bucket {
    const known = this.#buckets.get(subject);
    if (known !== undefined) return known;
    const fresh = { arrivalMs: nowMs, inFlight: 0 };
    this.#buckets.set(subject, fresh);
    return fresh;
  }

  #state(bucket: Bucket, rpm: number, nowMs: number): LimitState {
    const intervalMs = 60_000 / rpm;
    const usedMs = Math.max(0, bucket.arrivalMs - nowMs);
    // A hair of tolerance, so that rounding never refuses the last request of the minute's count.
    const remaining = Math.max(0, Math.floor((60_000 - usedMs) / intervalMs + 1e-9));
    const waitMs = remaining > 0 ? 0 : usedMs - 60_000 + intervalMs;
    return { limit: rpm, remaining, resetS: Math.max(remaining > 0 ? 0 : 1, Math.ceil(waitMs / 1000)) };
  }
}
