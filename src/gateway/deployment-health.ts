import type { HealthSnapshot } from '../contracts/decision.ts';
import { Breaker, type BreakerPass } from './breaker.ts';
import type { CallFailure, CallOutcome } from './call-outcome.ts';
import { FirstTokenTimes, firstTokenLimitMs } from './first-token-times.ts';
import { OutcomeWindow } from './outcome-window.ts';

/** Over what the error rate is taken (DESIGN 5: the last 5 minutes), in 30 steps of 10 s. */
const WINDOW_MS = 300_000;
const WINDOW_STEPS = 30;
/** How many recent times the median is taken over. */
const LATENCY_SAMPLES = 64;

/** What operators see of a deployment's health: `GET /api/deployments`. Additive only. */
export interface HealthView {
  /** Over the last 5 minutes. */
  calls: number;
  error_rate: number;
  failures: Readonly<Record<CallFailure, number>>;
  breaker: HealthSnapshot['breaker'];
  /** How often the breaker has opened since the deployment was first called. */
  breaker_openings: number;
  /** Milliseconds until the breaker lets a probe through. */
  breaker_rests_for_ms: number;
  /** Share of its requests that it takes; below 1 while it recovers. */
  share: number;
  /** Of the last 5 to 10 minutes, streams only; null with fewer than 20. */
  first_token_ms: { samples: number; p50: number; p95: number; p99: number } | null;
  /** How long a stream may take to its first token where the endpoint does not say. */
  first_token_limit_ms: number;
}

/** Rounded, so that a plan does not change with every call and a moment can be written down in few characters. */
const quantise = (rate: number): number => Math.round(rate * 1000) / 1000;

function median(values: readonly number[]): number | null {
  if (values.length === 0) return null;
  const sorted = [...values].sort((a, b) => a - b);
  return Math.round(sorted[sorted.length >> 1] as number);
}

/** Everything that is known about one deployment's calls. */
export class DeploymentHealth {
  readonly breaker = new Breaker();
  /** As published in the last epoch. */
  snapshot: HealthSnapshot | null = null;
  firstTokenLimitMs = firstTokenLimitMs(null);
  /** 95th percentile to the first token of streams; null while too few have been seen. */
  hedgeAfterMs: number | null = null;
  lastCallMs = Number.NEGATIVE_INFINITY;
  #window = new OutcomeWindow(WINDOW_MS, WINDOW_STEPS);
  #latencies: number[] = [];
  #nextLatency = 0;
  /** Most deployments of a large catalogue never stream. */
  #firstTokens: FirstTokenTimes | null = null;

  /** Counts one call; `firstTokenMs` is to the whole answer where `stream` is false. */
  record(outcome: CallOutcome, firstTokenMs: number | null, stream: boolean, nowMs: number): void {
    this.lastCallMs = nowMs;
    this.#window.record(nowMs, outcome);
    if (outcome !== 'ok' || firstTokenMs === null) return;
    this.#latencies[this.#nextLatency] = firstTokenMs;
    this.#nextLatency = (this.#nextLatency + 1) % LATENCY_SAMPLES;
    if (!stream) return;
    this.#firstTokens ??= new FirstTokenTimes();
    this.#firstTokens.record(firstTokenMs, nowMs);
  }

  publish(nowMs: number): void {
    const { calls, errors } = this.#window.totals(nowMs);
    const breaker = this.breaker.state(nowMs);
    const quantiles = this.#firstTokens?.quantiles(nowMs) ?? null;
    this.firstTokenLimitMs = firstTokenLimitMs(quantiles);
    this.hedgeAfterMs = quantiles?.p95Ms ?? null;
    this.snapshot =
      calls === 0 && breaker === 'closed'
        ? null
        : {
            error_rate: calls === 0 ? 0 : quantise(errors / calls),
            calls,
            breaker,
            latency_ms: median(this.#latencies),
          };
  }

  view(nowMs: number): HealthView {
    const { calls, errors, failures } = this.#window.totals(nowMs);
    const quantiles = this.#firstTokens?.quantiles(nowMs) ?? null;
    return {
      calls,
      error_rate: calls === 0 ? 0 : quantise(errors / calls),
      failures,
      breaker: this.breaker.state(nowMs),
      breaker_openings: this.breaker.openings,
      breaker_rests_for_ms: Math.round(this.breaker.restsForMs(nowMs)),
      share: quantise(this.breaker.share(nowMs)),
      first_token_ms:
        quantiles === null
          ? null
          : { samples: quantiles.samples, p50: quantiles.p50Ms, p95: quantiles.p95Ms, p99: quantiles.p99Ms },
      first_token_limit_ms: firstTokenLimitMs(quantiles),
    };
  }
}

/** Leave to make one call to a deployment, and the place where its result is booked, once. */
export class HealthPass {
  readonly kind: BreakerPass['kind'];
  readonly #health: DeploymentHealth;
  readonly #pass: BreakerPass;
  #settled = false;

  constructor(health: DeploymentHealth, pass: BreakerPass) {
    this.#health = health;
    this.#pass = pass;
    this.kind = pass.kind;
  }

  /**
   * `outcome` null says nothing about the deployment (call-outcome.ts). `firstTokenMs` is from the start of the call,
   * to the first token of a stream or to the whole answer. Only the first call counts.
   */
  settle(outcome: CallOutcome | null, firstTokenMs: number | null, stream: boolean, nowMs: number): void {
    if (this.#settled) return;
    this.#settled = true;
    this.#pass.settle(outcome, nowMs);
    if (outcome !== null) this.#health.record(outcome, firstTokenMs, stream, nowMs);
  }
}
