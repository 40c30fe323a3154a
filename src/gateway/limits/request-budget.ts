import type { Deployment } from '../../contracts/deployment.ts';
import type { AppError } from '../../contracts/errors.ts';
import type { Limiter, LimitLease, LimitRefusal, LimitSubject, RateState } from '../../contracts/limits.ts';
import type { AttemptRecord } from '../../contracts/receipt.ts';
import type { RequestFacts } from '../../contracts/request-facts.ts';
import type { Clock } from '../clock.ts';
import { admissionClaims, attemptClaims, limitError } from './limit-subjects.ts';
import { type Reservation, reservationOf, reservationWithin, unboundedReplyWithin } from './reservation.ts';

/** A lease outlives the deadline of its request by this, so that only what was forgotten ever runs out. */
const LEASE_SLACK_MS = 30_000;

/** Tokens and dollars held for one attempt. */
export interface AttemptBudget {
  /** What each answer may take at most where a budget left less than was asked for; null: as asked. */
  maxTokens: number | null;
  /** What each answer of unstated length may take before the call alone overspends; null: as long as it gets. */
  atMost: number | null;
  /** Books the attempt's record. Once; so is `release`. */
  settle(record: AttemptRecord): void;
  /** The attempt was never made. */
  release(): void;
}

export type BudgetAnswer = { ok: true; budget: AttemptBudget } | { ok: false; error: AppError; refusal: LimitRefusal };

export type ReservedOrNot = { ok: true; budget: AttemptBudget } | { ok: false; error: AppError };

/** Whoever pays for the attempts of a request. */
export interface AttemptBudgets {
  /** Of the tightest request limit, for response headers. */
  readonly requests: RateState | null;
  /** Dollars left; null: not limited. */
  readonly leftUsd: number | null;
  /** Holds what one attempt may use. */
  reserve(facts: RequestFacts, deployment: Deployment): ReservedOrNot;
}

const NOBODY: readonly LimitSubject[] = Object.freeze([]);
const NOTHING_HELD: readonly LimitLease[] = Object.freeze([]);

const nothing = (): void => undefined;
/** For what nobody limits, and for calls that cost nothing. */
export const NO_BUDGET: AttemptBudget = { maxTokens: null, atMost: null, settle: nothing, release: nothing };

const UNLIMITED: BudgetAnswer = { ok: true, budget: NO_BUDGET };

export interface RequestBudgetParts {
  limiter: Limiter;
  clock: Clock;
  /** Of the whole request, milliseconds. */
  deadlineMs: number;
  requestId: string;
}

/**
 * The limits of one request: admitted once for each whom it concerns, reserved and settled for each of its attempts. Sub-calls draw on the same
 * subjects, so that nothing that a request causes is free.
 */
export class RequestBudget implements AttemptBudgets {
  readonly #parts: RequestBudgetParts;
  #subjects: readonly LimitSubject[] = NOBODY;
  #admissions = NOTHING_HELD;
  #requests: RateState | null = null;
  /** Of its attempts, until the request is on record. */
  #leases = NOTHING_HELD;

  constructor(parts: RequestBudgetParts) {
    this.#parts = parts;
  }

  /**
   * Counts the request for these subjects and takes a slot of each until `end`; null where it may go on, else why not.
   * Called as soon as one knows for whom a request is: for its key before it is read, for its use case afterwards.
   */
  admit(subjects: readonly LimitSubject[]): LimitRefusal | null {
    if (subjects.length === 0) return null;
    const taken = this.#take(admissionClaims(subjects));
    this.#requests = tighter(this.#requests, taken.requests);
    if (!taken.ok) return taken;
    this.#subjects = this.#subjects.length === 0 ? subjects : [...this.#subjects, ...subjects];
    this.#admissions = withOne(this.#admissions, taken);
    return null;
  }

  /** The state of the tightest request limit that was asked, for response headers; after a refusal too. */
  get requests(): RateState | null {
    return this.#requests;
  }

  /** Dollars left for this request: `moment.budget_left_usd`. null: not limited. */
  get leftUsd(): number | null {
    if (this.#subjects.length === 0) return null;
    const { usd } = this.#parts.limiter.room(this.#subjects);
    // Rounded down to a millionth: it is written into every receipt.
    return usd === null ? null : Math.floor(usd * 1e6) / 1e6;
  }

  /**
   * Holds what an attempt may use. Where a budget has less left than was asked for, the reply is cut to what it pays for,
   * as long as that is worth having: `maxTokens` must then be sent upstream, and is a loss to declare.
   */
  reserve(facts: RequestFacts, deployment: Deployment): BudgetAnswer {
    const own = deploymentSubject(deployment);
    if (this.#subjects.length === 0 && own === null) return UNLIMITED;
    // Other prices are the same at any time, and every look at a clock costs.
    const atMs = deployment.price?.kind === 'catalogue' ? this.#parts.clock.now() : 0;
    const whole = reservationOf(facts, deployment, atMs);
    const taken = this.#hold(own, whole);
    const subjects = own === null ? this.#subjects : [...this.#subjects, own];
    if (taken.ok) return granted(taken, null, this.#atMost(subjects, facts, deployment, atMs));
    const shorter = isCuttable(taken)
      ? reservationWithin(this.#parts.limiter.room(subjects), facts, deployment, atMs)
      : null;
    if (shorter === null) return { ok: false, error: limitError(taken), refusal: taken };
    const second = this.#hold(own, shorter);
    return second.ok
      ? granted(second, shorter.replyTokens, null)
      : { ok: false, error: limitError(second), refusal: second };
  }

  /** The request is over and its receipt is on record. */
  end(): void {
    for (const admission of this.#admissions) admission.release();
    this.#admissions = NOTHING_HELD;
    for (const lease of this.#leases) lease.recorded();
    this.#leases = NOTHING_HELD;
  }

  /** More is asked for than is held only where the caller says nothing: most requests have nothing to look up. */
  #atMost(subjects: readonly LimitSubject[], facts: RequestFacts, deployment: Deployment, atMs: number): number | null {
    if (facts.maxOutputTokens !== null || facts.operation === 'embeddings') return null;
    const { usd } = this.#parts.limiter.room(subjects);
    return unboundedReplyWithin(usd, facts, deployment, atMs);
  }

  #hold(own: LimitSubject | null, reservation: Reservation): LimitLease | LimitRefusal {
    const taken = this.#take(attemptClaims(this.#subjects, own, reservation));
    if (taken.ok) this.#leases = withOne(this.#leases, taken);
    return taken;
  }

  #take(claims: Parameters<Limiter['take']>[0]): LimitLease | LimitRefusal {
    const { limiter, deadlineMs, requestId } = this.#parts;
    return limiter.take(claims, deadlineMs + LEASE_SLACK_MS, requestId);
  }
}

/** Mostly it is the only one: pushed into an empty array it would make room for sixteen more. */
const withOne = (leases: readonly LimitLease[], lease: LimitLease): readonly LimitLease[] =>
  leases.length === 0 ? [lease] : [...leases, lease];

const tighter = (a: RateState | null, b: RateState | null): RateState | null =>
  a === null || (b !== null && b.remaining < a.remaining) ? b : a;

const deploymentSubject = ({ id, limits }: Deployment): LimitSubject | null =>
  limits === undefined ? null : { scope: 'deployment', id, limits };

/**
 * A shorter reply mends a lack of money. Tokens a minute come back by themselves, unless there are never enough, and for
 * what one deployment lacks there are others.
 */
const isCuttable = ({ subject, measure, because }: LimitRefusal): boolean =>
  subject.scope !== 'deployment' &&
  because !== 'unpriced' &&
  (measure === 'usd_day' || measure === 'usd_month' || because === 'too_large');

/** What was reserved for one attempt, by the lease that holds it. */
class LeasedBudget implements AttemptBudget {
  readonly maxTokens: number | null;
  readonly atMost: number | null;
  readonly #lease: LimitLease;

  constructor(lease: LimitLease, maxTokens: number | null, atMost: number | null) {
    this.#lease = lease;
    this.maxTokens = maxTokens;
    this.atMost = atMost;
  }

  settle({ usage, usage_source: source, cost_usd: usd }: AttemptRecord): void {
    if (source === 'none') return this.#lease.settle({ tokens: 0, usd: 0 });
    const { input_tokens: input, output_tokens: output } = usage;
    this.#lease.settle({ tokens: input === null || output === null ? null : input + output, usd });
  }

  release(): void {
    this.#lease.release();
  }
}

const granted = (lease: LimitLease, maxTokens: number | null, atMost: number | null): BudgetAnswer => ({
  ok: true,
  budget: new LeasedBudget(lease, maxTokens, atMost),
});
