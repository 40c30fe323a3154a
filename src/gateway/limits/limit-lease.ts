import type { LimitActual, LimitClaim, LimitLease, RateState, SubjectSpending } from '../../contracts/limits.ts';
import type { Seat } from '../../lib/churning-set.ts';
import { type LimitAccount, type LimitMoment, limitsDollars } from './limit-account.ts';
import type { PeriodKeys, SpendPeriod } from './spend-periods.ts';

/** One claim, and once it is taken in which periods its dollars are booked. Those of a lease hang together. */
export class Hold {
  readonly account: LimitAccount;
  readonly claim: LimitClaim;
  readonly next: Hold | null;
  /** Whether it matters which day it is. */
  readonly countsDollars: boolean;
  #day: SpendPeriod | null = null;
  #month: SpendPeriod | null = null;
  #bookedUsd = 0;

  constructor(account: LimitAccount, claim: LimitClaim, next: Hold | null) {
    this.account = account;
    this.claim = claim;
    this.next = next;
    this.countsDollars = claim.usd !== 0 && limitsDollars(claim.subject.limits);
  }

  /** Whether settling so many tokens (null: as reserved) has to look at the clock, which costs. */
  correctsTokens(tokens: number | null): boolean {
    const { claim } = this;
    return tokens !== null && tokens !== claim.tokens && claim.subject.limits.tpm !== undefined;
  }

  /** What is in the books for it, reserved or spent; null where no dollars are. */
  get booked(): SubjectSpending | null {
    if (this.#day === null || this.#month === null) return null;
    const { scope, id } = this.claim.subject;
    return { scope, id, usd: { [this.#day.key]: this.#bookedUsd, [this.#month.key]: this.#bookedUsd } };
  }

  take(periods: PeriodKeys, nowMs: number): void {
    const { account, claim } = this;
    const { rpm, tpm } = claim.subject.limits;
    if (claim.slots === 1) account.inFlight += 1;
    if (rpm !== undefined && claim.requests === 1) account.requests.take(1, rpm, nowMs);
    if (tpm !== undefined && claim.tokens > 0) account.tokens.take(claim.tokens, tpm, nowMs);
    if (claim.usd === null || !this.countsDollars) return;
    this.#day = account.days.at(periods.day);
    this.#month = account.months.at(periods.month);
    this.#day.reservedUsd += claim.usd;
    this.#month.reservedUsd += claim.usd;
    this.#bookedUsd = claim.usd;
  }

  /** The lease ran out: what was reserved counts as used, and the slot is free. */
  expire(): void {
    this.#freeSlot();
    this.#book(this.claim.usd ?? 0);
  }

  /** `nowMs`: null where neither this one nor one before it `correctsTokens`. */
  end(tokens: number | null, usd: number | null, expired: boolean, nowMs: number | null): void {
    const { tpm } = this.claim.subject.limits;
    if (tpm !== undefined && tokens !== null && nowMs !== null) {
      this.account.tokens.take(tokens - this.claim.tokens, tpm, nowMs);
    }
    const reserved = this.claim.usd ?? 0;
    this.#bookedUsd = usd ?? reserved;
    if (expired) this.#correct((usd ?? reserved) - reserved);
    else {
      this.#freeSlot();
      this.#book(usd ?? reserved);
    }
  }

  #freeSlot(): void {
    if (this.claim.slots === 1) this.account.inFlight -= 1;
  }

  #book(usd: number): void {
    const reserved = this.claim.usd ?? 0;
    if (this.#day !== null) bookIn(this.#day, reserved, usd);
    if (this.#month !== null) bookIn(this.#month, reserved, usd);
  }

  #correct(usd: number): void {
    if (this.#day !== null) bookIn(this.#day, 0, usd);
    if (this.#month !== null) bookIn(this.#month, 0, usd);
  }
}

/** Sums of doubles leave crumbs, which must not make anything negative. */
function bookIn(period: SpendPeriod, reserved: number, usd: number): void {
  period.reservedUsd = Math.max(0, period.reservedUsd - reserved);
  period.spentUsd = Math.max(0, period.spentUsd + usd);
}

export interface LeaseOwner {
  now(): number;
  onBooked(): void;
  /** It is neither held nor open any more. */
  onGone(lease: MemoryLease): void;
}

export class MemoryLease implements LimitLease {
  readonly ok = true;
  readonly requests: RateState | null;
  expiresAtMs: number;
  /** Its owner's, as long as it is held or open. */
  seat: Seat<MemoryLease> | null = null;
  /** The request for which it booked dollars, until that is on record; null: none. */
  openFor: string | null;
  readonly #owner: LeaseOwner;
  readonly #first: Hold;
  #state: 'held' | 'expired' | 'ended' = 'held';

  /** Takes what its holds want, which must fit. */
  constructor(owner: LeaseOwner, first: Hold, moment: LimitMoment, leaseMs: number, openFor: string | null) {
    const nowMs = moment.monotonicMs;
    this.#owner = owner;
    this.#first = first;
    this.openFor = openFor;
    this.expiresAtMs = nowMs + leaseMs;
    for (let hold: Hold | null = first; hold !== null; hold = hold.next) hold.take(moment.periods, nowMs);
    this.requests = tightest(first, nowMs);
  }

  recorded(): void {
    if (this.openFor === null) return;
    this.openFor = null;
    this.#owner.onBooked();
    if (this.#state !== 'held') this.#owner.onGone(this);
  }

  /** What is in the books for it, by subject. */
  get booked(): readonly SubjectSpending[] {
    const booked: SubjectSpending[] = [];
    for (let hold: Hold | null = this.#first; hold !== null; hold = hold.next) {
      if (hold.booked !== null) booked.push(hold.booked);
    }
    return booked;
  }

  settle(actual: LimitActual): void {
    this.#end(actual.tokens, actual.usd);
  }

  release(): void {
    this.#end(0, 0);
  }

  extend(leaseMs: number): void {
    if (this.#state === 'held') this.expiresAtMs = this.#owner.now() + leaseMs;
  }

  /** Called by the limiter; true where its time was over only now. */
  expire(nowMs: number): boolean {
    if (this.#state !== 'held' || this.expiresAtMs > nowMs) return false;
    this.#state = 'expired';
    for (let hold: Hold | null = this.#first; hold !== null; hold = hold.next) hold.expire();
    if (this.openFor === null) this.#owner.onGone(this);
    return true;
  }

  #end(tokens: number | null, usd: number | null): void {
    if (this.#state === 'ended') return;
    const expired = this.#state === 'expired';
    this.#state = 'ended';
    let nowMs: number | null = null;
    for (let hold: Hold | null = this.#first; hold !== null; hold = hold.next) {
      if (nowMs === null && hold.correctsTokens(tokens)) nowMs = this.#owner.now();
      hold.end(tokens, usd, expired, nowMs);
    }
    this.#owner.onBooked();
    if (this.openFor === null) this.#owner.onGone(this);
  }
}

/** The request limit of which least is left. */
export function tightest(first: Hold, nowMs: number): RateState | null {
  let tight: RateState | null = null;
  for (let hold: Hold | null = first; hold !== null; hold = hold.next) {
    const { account, claim } = hold;
    const { rpm } = claim.subject.limits;
    if (rpm === undefined || claim.requests === 0) continue;
    const state = account.requestState(rpm, nowMs);
    if (tight === null || state.remaining < tight.remaining) tight = state;
  }
  return tight;
}
