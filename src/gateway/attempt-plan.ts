import type { Deployment } from '../contracts/deployment.ts';
import { AppError, ERRORS, type ErrorCode } from '../contracts/errors.ts';
import type { RequestFacts } from '../contracts/request-facts.ts';
import { replyTokens } from '../routing/costs.ts';
import type { AttemptGate } from './attempt-gate.ts';
import type { QuotaNeed } from './bank/vendor-quota.ts';
import type { CredentialChoice } from './credential-rests.ts';
import { type PlannedCall, PlanWalk, type PlanWalkParts } from './plan-walk.ts';
import type { RetryBudget } from './retry-budget.ts';

/** A hint up to this is waited for; a longer one fails over at once (DESIGN 5.5). */
const LONGEST_WAIT_S = 2;
/** A retry without a hint comes after a random part of this (full jitter), so that many do not come together. */
const BACKOFF_MS = 250;

export interface AttemptPlanParts extends Omit<PlanWalkParts, 'needOf'> {
  plan: readonly Deployment[];
  facts: RequestFacts;
  gate: AttemptGate;
  retries: RetryBudget;
  /** Uniform in [0, 1). */
  random: () => number;
  /** Monotonic time at which all attempts must be over. */
  deadlineAtMs: number;
}

/** What to do after a failure: call at once, call the same again at a time, or give up. */
export type NextStep = { kind: 'call'; call: PlannedCall } | { kind: 'wait'; call: PlannedCall; untilMs: number };

/** Which deployments may follow: null is any. */
export type Accepts = ((deployment: Deployment) => boolean) | null;

const NONE: readonly string[] = [];

/** What may be otherwise with the endpoint's next credential, which may belong to another account. */
const OF_CREDENTIAL: ReadonlySet<ErrorCode> = new Set(['upstream_rate_limited', 'upstream_auth', 'upstream_no_credit']);

/** 403 may be about this one model; 401, and 400 at Google, say that the credential is good for nothing. */
const saysCredential = (status: number | null): boolean => status === 401 || status === 400;

/**
 * What is tried next, for one request: the plan in its order as far as it can be called (plan-walk.ts), and by the error
 * table the same deployment again, at most once a request and within the retry budget. Credentials that were refused or
 * limited make room for others of their endpoint; that is bounded by their number and no retry.
 */
export class AttemptPlan {
  readonly #parts: AttemptPlanParts;
  readonly #walk: PlanWalk;
  #called = false;
  #retried = false;
  #rotations = 0;
  /** Deployments that were permitted when it was decided and are not any more. */
  #denied: readonly string[] = NONE;
  /** Set by the first context-length error: only larger windows can help from there on. */
  #windowAbove: number | null = null;

  constructor(parts: AttemptPlanParts) {
    const { health, rests, bank, clock } = parts;
    this.#parts = parts;
    this.#walk = new PlanWalk(parts.plan, {
      health,
      rests,
      bank,
      clock,
      needOf: (deployment) => this.needOf(deployment),
    });
  }

  /** The next deployment that may be called now, or null. `carried` as in AttemptGate. */
  next(accepts: Accepts = null, carried: string | null = null): PlannedCall | null {
    for (let call = this.#walk.next(); call !== null; call = this.#walk.next()) {
      if (this.#mayCall(call, accepts, carried)) {
        this.#called = true;
        return call;
      }
      this.giveBack(call);
    }
    return this.#called ? null : this.#resting();
  }

  /** The error where nothing could be called at all. */
  refusal(): AppError {
    if (this.#denied.length === 0 || this.#walk.hasPassedOver) return this.#walk.refusal();
    const names = this.#denied.join(', ');
    const text = `Rules, configuration or key were replaced while the request was under way, and permit none of its deployments any more (${names}).`;
    return new AppError('denied_by_policy', text);
  }

  /** A call that was planned and is not made. */
  giveBack(call: PlannedCall): void {
    call.pass.settle(null, null, false, this.#parts.clock.monotonic());
  }

  /** What follows a call that failed before anything of it was sent to the client; null: nothing can. */
  after(call: PlannedCall, error: AppError): NextStep | null {
    const { retry } = ERRORS[error.code];
    if (retry === 'never') return null;
    if (error.code === 'upstream_context_length') this.#raiseWindow(call.deployment);
    const rotated = this.#otherCredential(call, error);
    if (rotated !== null) return { kind: 'call', call: rotated };
    const hinted = this.#afterHint(call, error);
    if (hinted !== null) return hinted;
    const next = this.next();
    if (next !== null) return { kind: 'call', call: next };
    // A hint that was too long to wait for says that trying again now is in vain.
    if (retry !== 'same_deployment' || error.retryAfterS !== null) return null;
    return this.#again(call, Math.floor(this.#parts.random() * BACKOFF_MS));
  }

  /** The same call again after its wait, where it may still be made; else the next one. */
  resume(call: PlannedCall): PlannedCall | null {
    return this.readmit(call) ?? this.next();
  }

  /** Another pass for the same call; null where it may not be made now, a vendor's limit included. */
  readmit(call: PlannedCall, credential = call.credential, carried: string | null = null): PlannedCall | null {
    const { health, bank, clock, gate } = this.#parts;
    const { deployment } = call;
    const nowMs = clock.monotonic();
    if (!gate.isPermittedNow(deployment, carried)) return null;
    if (bank.callWaitMs(deployment, credential, this.needOf(deployment), nowMs) > 0) return null;
    const pass = health.admit(deployment, nowMs);
    return pass === null ? null : { ...call, credential, pass };
  }

  /** What the call takes of a vendor's limits at most. */
  needOf(deployment: Deployment): QuotaNeed {
    const { facts } = this.#parts;
    return { input: facts.estimatedTokensP95, output: replyTokens(facts, deployment) * (facts.choices ?? 1) };
  }

  /** A refused or limited credential is left alone for a while, by this request and all others. */
  restCredential({ deployment, credential }: PlannedCall, error: AppError, status: number | null): void {
    const { rests, clock } = this.#parts;
    const nowMs = clock.monotonic();
    if (error.code === 'upstream_rate_limited') {
      rests.rest(deployment, credential, 'rate_limited', error.retryAfterS, nowMs);
    } else if (error.code === 'upstream_no_credit' || (error.code === 'upstream_auth' && saysCredential(status))) {
      rests.rest(deployment, credential, 'refused', null, nowMs);
    }
  }

  /**
   * For a request of which nothing at all was called: deployments that live, and whose credentials were told to wait. A
   * rest orders; with nobody else to go to the vendor's own answer is worth more than our guess at it.
   */
  #resting(): PlannedCall | null {
    this.#called = true;
    const { plan, health, bank, clock, gate } = this.#parts;
    const nowMs = clock.monotonic();
    let best: { place: number; credential: number; restsForMs: number } | null = null;
    for (const [place, deployment] of plan.entries()) {
      if (health.restsForMs(deployment, nowMs) > 0 || bank.wouldExceed(deployment, this.needOf(deployment))) continue;
      if (!gate.isPermittedNow(deployment, null)) continue;
      const choice = this.#chooseCredential(deployment, nowMs);
      if (best === null || choice.restsForMs < best.restsForMs) best = { place, ...choice };
    }
    if (best === null) return null;
    const { place, credential } = best;
    const deployment = plan[place] as Deployment;
    const pass = health.admit(deployment, nowMs);
    return pass === null ? null : { deployment, place, credential, pass, lastResort: true };
  }

  #otherCredential(call: PlannedCall, error: AppError): PlannedCall | null {
    if (!OF_CREDENTIAL.has(error.code)) return null;
    const { deployment } = call;
    if (this.#rotations + 1 >= deployment.endpoint.apiKeys.length) return null;
    const { credential, restsForMs } = this.#chooseCredential(deployment, this.#parts.clock.monotonic());
    if (restsForMs > 0 || credential === call.credential) return null;
    this.#rotations += 1;
    return this.readmit(call, credential);
  }

  /** A short hint is waited for where the deadline allows: the quota is there again before another would answer. */
  #afterHint(call: PlannedCall, error: AppError): NextStep | null {
    const { retryAfterS } = error;
    if (retryAfterS === null || retryAfterS > LONGEST_WAIT_S) return null;
    return this.#again(call, retryAfterS * 1_000);
  }

  #again(call: PlannedCall, waitMs: number): NextStep | null {
    const { retries, bank, clock, deadlineAtMs } = this.#parts;
    const { deployment, credential } = call;
    const nowMs = clock.monotonic();
    if (this.#retried || nowMs + waitMs >= deadlineAtMs) return null;
    // No wait for a call that a vendor's limit would still forbid after it.
    if (bank.callWaitMs(deployment, credential, this.needOf(deployment), nowMs) > waitMs) return null;
    if (!this.#isLargeEnough(deployment) || !retries.tryRetry(nowMs)) return null;
    this.#retried = true;
    return { kind: 'wait', call, untilMs: nowMs + waitMs };
  }

  #chooseCredential(deployment: Deployment, nowMs: number): CredentialChoice {
    const { rests, bank } = this.#parts;
    const need = this.needOf(deployment);
    return rests.choose(deployment, nowMs, (index) => bank.credentialExceeds(deployment, index, need, nowMs));
  }

  #raiseWindow({ contextWindowTokens }: Deployment): void {
    this.#windowAbove = Math.max(this.#windowAbove ?? 0, contextWindowTokens ?? 0);
  }

  #mayCall(call: PlannedCall, accepts: Accepts, carried: string | null): boolean {
    const { deployment } = call;
    try {
      if (!this.#isLargeEnough(deployment) || accepts?.(deployment) === false) return false;
      const isPermitted = this.#parts.gate.isPermittedNow(deployment, carried);
      if (!isPermitted && !this.#denied.includes(deployment.id)) this.#denied = [...this.#denied, deployment.id];
      return isPermitted;
    } catch (fault) {
      this.giveBack(call);
      throw fault;
    }
  }

  #isLargeEnough({ contextWindowTokens }: Deployment): boolean {
    if (this.#windowAbove === null) return true;
    return contextWindowTokens !== null && contextWindowTokens > this.#windowAbove;
  }
}
