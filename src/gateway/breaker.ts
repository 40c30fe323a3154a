import { SlidingWindow } from '../lib/sliding-window.ts';
import type { CallOutcome } from './call-outcome.ts';

/** The breaker opens when at least this share of at least this many calls failed (DESIGN 5.5). */
const OPEN_SHARE = 0.5;
const OPEN_CALLS = 20;
/** A short window, so that a deployment that dies under load is left at once; a long one for those with few calls. */
const SHORT_WINDOW_MS = 60_000;
const SHORT_STEPS = 12;
const LONG_WINDOW_MS = 300_000;
const LONG_STEPS = 30;
const CONNECT_FAILURES = 5;
const FIRST_REST_MS = 5_000;
const LONGEST_REST_MS = 60_000;
/** A probe that has not come back by then no longer keeps the next one from trying. */
const PROBE_LEASE_MS = 60_000;
const LAST_RESORT_INTERVAL_MS = 1_000;
/** After recovery the share of requests let through grows over this time, from a tenth to all. */
const SLOW_START_MS = 30_000;
const SLOW_START_SHARE = 0.1;

export type BreakerState = 'closed' | 'open' | 'half_open';

/** Leave to make one call. `settle` what came of it exactly once; later calls change nothing. */
export interface BreakerPass {
  readonly kind: 'normal' | 'probe' | 'last_resort';
  /** null: it says nothing about the deployment (client gone, caller's 4xx). */
  settle(outcome: CallOutcome | null, nowMs: number): void;
}

/**
 * One deployment's circuit breaker. It opens late (half of at least 20 calls, or 5 connect failures in a row), lets one
 * probe at a time through after its rest, and after a success takes traffic back slowly. Health orders long before;
 * this only keeps requests from waiting for what is down. 429 and refused credentials are not its business: the
 * deployment is alive, and credential-rests.ts keeps its credentials from being asked too soon.
 * Times are milliseconds of a clock that does not go back.
 */
export class Breaker {
  #open = false;
  #openUntilMs = 0;
  #restMs = FIRST_REST_MS;
  #openings = 0;
  /** Calls that began before the breaker last changed say nothing about what came after. */
  #generation = 0;
  #short = new SlidingWindow(SHORT_WINDOW_MS, SHORT_STEPS);
  #long = new SlidingWindow(LONG_WINDOW_MS, LONG_STEPS);
  #connectFailures = 0;
  #probe: Pass | null = null;
  #probeUntilMs = 0;
  #lastResortAtMs = Number.NEGATIVE_INFINITY;
  #recoveredAtMs = Number.NEGATIVE_INFINITY;
  /** Fractions of requests that slow start has granted and nobody has used. */
  #credit = 0;

  state(nowMs: number): BreakerState {
    if (!this.#open) return 'closed';
    return nowMs < this.#openUntilMs ? 'open' : 'half_open';
  }

  /** How often it has opened. */
  get openings(): number {
    return this.#openings;
  }

  /** Milliseconds until it lets a probe through; 0 unless open. */
  restsForMs(nowMs: number): number {
    return this.#open ? Math.max(0, this.#openUntilMs - nowMs) : 0;
  }

  /** The share of requests that should come here, below 1 only after a recovery. */
  share(nowMs: number): number {
    const recovered = nowMs - this.#recoveredAtMs;
    if (recovered >= SLOW_START_MS) return 1;
    return SLOW_START_SHARE + (1 - SLOW_START_SHARE) * (Math.max(0, recovered) / SLOW_START_MS);
  }

  /** A normal pass while closed, a probe where one is due, else null: go elsewhere. */
  admit(nowMs: number): BreakerPass | null {
    if (!this.#open) return new Pass(this, 'normal', this.#generation);
    if (nowMs < this.#openUntilMs || (this.#probe !== null && nowMs < this.#probeUntilMs)) return null;
    this.#probe = new Pass(this, 'probe', this.#generation);
    this.#probeUntilMs = nowMs + PROBE_LEASE_MS;
    return this.#probe;
  }

  /**
   * Whether a request that has somewhere else to go should go there, because this deployment has just recovered. Each
   * question counts as one request.
   */
  yields(nowMs: number): boolean {
    const share = this.share(nowMs);
    if (share === 1) return false;
    this.#credit += share;
    // Ten tenths are a hair less than one.
    if (this.#credit < 1 - 1e-9) return true;
    this.#credit -= 1;
    return false;
  }

  /** For when nothing else is left: a pass whatever the state, at most once a second. */
  admitLastResort(nowMs: number): BreakerPass | null {
    if (nowMs - this.#lastResortAtMs < LAST_RESORT_INTERVAL_MS) return null;
    this.#lastResortAtMs = nowMs;
    return this.admit(nowMs) ?? new Pass(this, 'last_resort', this.#generation);
  }

  /** For Pass alone. */
  settle(pass: Pass, outcome: CallOutcome | null, nowMs: number): void {
    if (pass === this.#probe) this.#probe = null;
    if (pass.generation !== this.#generation) return;
    if (outcome === null || outcome === 'rate_limited' || outcome === 'refused') return;
    if (!this.#open) this.#count(outcome, nowMs);
    else if (outcome === 'ok') this.#close(nowMs);
    // Somebody who tried it as the last resort has not disturbed its rest.
    else if (pass.kind === 'probe') this.#openAgain(nowMs);
  }

  #count(outcome: CallOutcome, nowMs: number): void {
    this.#connectFailures = outcome === 'connect' ? this.#connectFailures + 1 : 0;
    this.#short.record(nowMs, outcome === 'ok');
    this.#long.record(nowMs, outcome === 'ok');
    if (outcome === 'ok') return;
    const failing = isFailing(this.#short, nowMs) || isFailing(this.#long, nowMs);
    if (!failing && this.#connectFailures < CONNECT_FAILURES) return;
    // Down again while it was still recovering: it had not recovered.
    this.#restMs = this.share(nowMs) < 1 ? Math.min(LONGEST_REST_MS, this.#restMs * 2) : FIRST_REST_MS;
    this.#openFor(nowMs);
  }

  #openAgain(nowMs: number): void {
    this.#restMs = Math.min(LONGEST_REST_MS, this.#restMs * 2);
    this.#openFor(nowMs);
  }

  #openFor(nowMs: number): void {
    if (!this.#open) this.#openings += 1;
    this.#open = true;
    this.#openUntilMs = nowMs + this.#restMs;
    this.#generation += 1;
    this.#probe = null;
  }

  #close(nowMs: number): void {
    this.#open = false;
    this.#generation += 1;
    this.#probe = null;
    this.#connectFailures = 0;
    this.#short.reset();
    this.#long.reset();
    this.#recoveredAtMs = nowMs;
    this.#credit = 0;
  }
}

function isFailing(window: SlidingWindow, nowMs: number): boolean {
  const { calls, errors } = window.totals(nowMs);
  return calls >= OPEN_CALLS && errors >= calls * OPEN_SHARE;
}

class Pass implements BreakerPass {
  readonly kind: BreakerPass['kind'];
  readonly generation: number;
  readonly #breaker: Breaker;
  #settled = false;

  constructor(breaker: Breaker, kind: BreakerPass['kind'], generation: number) {
    this.#breaker = breaker;
    this.kind = kind;
    this.generation = generation;
  }

  settle(outcome: CallOutcome | null, nowMs: number): void {
    if (this.#settled) return;
    this.#settled = true;
    this.#breaker.settle(this, outcome, nowMs);
  }
}
