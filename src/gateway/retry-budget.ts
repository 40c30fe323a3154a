import { SlidingWindow } from '../lib/sliding-window.ts';

const WINDOW_MS = 60_000;
const STEPS = 60;
/** Retries on the same deployment may be this share of requests, and always this many a minute (DESIGN 5.5). */
const SHARE = 0.2;
const ALWAYS = 10;

/**
 * Keeps retries from multiplying what already fails. Going to the next deployment is no retry and is not counted. Times
 * are of a clock that does not go back.
 */
export class RetryBudget {
  #requests = new SlidingWindow(WINDOW_MS, STEPS);
  #retries = new SlidingWindow(WINDOW_MS, STEPS);

  /** Counts one request. */
  request(nowMs: number): void {
    this.#requests.record(nowMs, true);
  }

  /** Takes one retry where there is one left. */
  tryRetry(nowMs: number): boolean {
    const requests = this.#requests.totals(nowMs).calls;
    if (this.#retries.totals(nowMs).calls >= Math.max(ALWAYS, Math.floor(requests * SHARE))) return false;
    this.#retries.record(nowMs, true);
    return true;
  }
}
