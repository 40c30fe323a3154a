import { createLru } from '../lib/lru.ts';

/** New combinations of attributes that one key may bring a minute, and at once after a quiet time. */
const PER_MINUTE = 120;
const AT_ONCE = 240;
/** Keys whose allowance is remembered; whoever is forgotten starts anew. */
const KEYS = 10_000;
const MINUTE_MS = 60_000;

/**
 * Limits how many evaluations one key can cause: attributes come from configuration, but which classes detection finds
 * is up to the caller, and each new combination costs milliseconds of the one thread that evaluates.
 */
export class TupleAllowance {
  readonly #buckets = createLru<string, { left: number; atMs: number }>(KEYS);

  /** Takes one; false when none is left. Time that goes backwards refills nothing. */
  take(key: string, nowMs: number): boolean {
    const bucket = this.#buckets.get(key) ?? { left: AT_ONCE, atMs: nowMs };
    const refill = (Math.max(0, nowMs - bucket.atMs) / MINUTE_MS) * PER_MINUTE;
    const left = Math.min(AT_ONCE, bucket.left + refill);
    this.#buckets.set(key, { left: left >= 1 ? left - 1 : left, atMs: nowMs });
    return left >= 1;
  }
}
