import { SlidingWindow } from '../lib/sliding-window.ts';

const WINDOW_MS = 60_000;
const STEPS = 60;

/**
 * Keeps second calls for speed a small share of all requests, since each is paid for. A window without traffic grants
 * none: the share of nothing is nothing. Times are of a clock that does not go back.
 */
export class HedgeBudget {
  /** Of requests, 0 to 1. */
  share: number;
  #requests = new SlidingWindow(WINDOW_MS, STEPS);
  #hedges = new SlidingWindow(WINDOW_MS, STEPS);

  constructor(share: number) {
    this.share = share;
  }

  /** Counts one request. */
  request(nowMs: number): void {
    this.#requests.record(nowMs, true);
  }

  /** Takes one hedge where the last minute's share has one left. */
  tryHedge(nowMs: number): boolean {
    const allowed = Math.ceil(this.#requests.totals(nowMs).calls * this.share);
    if (this.#hedges.totals(nowMs).calls >= allowed) return false;
    this.#hedges.record(nowMs, true);
    return true;
  }
}
