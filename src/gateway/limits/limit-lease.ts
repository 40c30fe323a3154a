import type {
  LimitActual,
  LimitClaim,
  LimitLease,
  LimitSubject,
  RateState,
  SubjectSpending,
} from '../../contracts/limits.ts';
import type { Seat } from '../../lib/churning-set.ts';
import { type LimitAccount, type LimitMoment, limitsDollars } from './limit-account.ts';
import type { PeriodKeys, SpendPeriod } from './spend-periods.ts';

/**
 * What a claim takes of one subject, and once it is taken in which periods its dollars are booked. Those of a lease hang
 * together: an array that grows makes room for sixteen more, several times a request.
 */
export class Hold {
  readonly account: LimitAccount;
  readonly subject: LimitSubject;
  readonly claim: LimitClaim;
  /** Whether it matters which day it is. */
  readonly countsDollars: boolean;
  next: Hold | null = null;
  #day: SpendPeriod | null = null;
  #month: SpendPeriod | null = null;

  constructor(account: LimitAccount, subject: LimitSubject, claim: LimitClaim) {
    this.account = account;
    this.subject = subject;
    this.claim = claim;
    this.countsDollars = claim.usd !== 0 && limitsDollars(subject.limits);
  }

  /** What is in the books for it, reserved or spent; null where no dollars are. */
  bookedAs(usd: number | null): SubjectSpending | null {
    if (this.#day === null || this.#month === null) return null;
    const { scope, id } = this.subject;
    const booked = usd ?? this.claim.usd ?? 0;
    return { scope, id, usd: { [this.#day.key]: booked, [this.#month.key]: booked } };
  }

  take(periods: PeriodKeys | null, nowMs: number): void {
    const { account, claim } = this;
    const { rpm, tpm } = this.subject.limits;
    if (claim.slots === 1) account.inFlight += 1;
    if (rpm !== undefined && claim.requests === 1) account.requests.take(1, rpm, nowMs);
    if (tpm !== undefined && claim.tokens > 0) account.tokens.take(claim.tokens, tpm, nowMs);
    const { usd } = claim;
    if (periods === null || usd === null || !this.countsDollars) return;
    this.#day = account.days.at(periods.day);
    this.#month = account.months.at(periods.month);
    this.#day.reservedUsd += usd;
    this.#month.reservedUsd += usd;
  }

  /** The lease ran out: what was reserved counts as used, and the slot is free. */
  expire(): void {
    this.#freeSlot();
    this.#book(this.claim.usd ?? 0);
  }

  end(tokens: number | null, usd: number | null, expired: boolean, owner: LeaseOwner): void {
    const { tpm } = this.subject.limits;
    if (tpm !== undefined && tokens !== null) this.#correctTokens(tokens - this.claim.tokens, tpm, owner);
    const reserved = this.claim.usd ?? 0;
    if (expired) this.#correct((usd ?? reserved) - reserved);
    else {
      this.#freeSlot();
      this.#book(usd ?? reserved);
    }
  }

  #correctTokens(more: number, perMinute: number, owner: LeaseOwner): void {
    if (more < 0) this.account.tokens.giveBack(-more, perMinute);
    else if (more > 0) this.account.tokens.take(more, perMinute, owner.now());
  }

  #freeSlot(): void {
    if (this.claim.slots === 1) this.account.inFlight -= 1;
  }

  #book(usd: number): void {
    if (this.#day === null || this.#month === null) return;
    const reserved = this.claim.usd ?? 0;
    bookIn(this.#day, reserved, usd);
    bookIn(this.#month, reserved, usd);
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
  /** Rounded up to a whole number, which costs no allocation. */
  #expiresAtMs: number;
  /** Its owner's, as long as it is held or open. */
  seat: Seat<MemoryLease> | null = null;
  /** The request for which it booked dollars, until that is on record; null: none. */
  openFor: string | null;
  readonly #owner: LeaseOwner;
  readonly #first: Hold;
  #state: 'held' | 'expired' | 'ended' = 'held';
  /** null: as reserved. */
  #spentUsd: number | null = null;

  /** Takes what its holds want, which must fit. */
  constructor(owner: LeaseOwner, first: Hold, moment: LimitMoment, leaseMs: number, openFor: string | null) {
    const nowMs = moment.monotonicMs;
    this.#owner = owner;
    this.#first = first;
    this.openFor = openFor;
    this.#expiresAtMs = Math.ceil(nowMs + leaseMs);
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
      const ofOne = hold.bookedAs(this.#spentUsd);
      if (ofOne !== null) booked.push(ofOne);
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
    if (this.#state === 'held') this.#expiresAtMs = Math.ceil(this.#owner.now() + leaseMs);
  }

  /** Called by the limiter; true where its time was over only now. */
  expire(nowMs: number): boolean {
    if (this.#state !== 'held' || this.#expiresAtMs > nowMs) return false;
    this.#state = 'expired';
    for (let hold: Hold | null = this.#first; hold !== null; hold = hold.next) hold.expire();
    if (this.openFor === null) this.#owner.onGone(this);
    return true;
  }

  #end(tokens: number | null, usd: number | null): void {
    if (this.#state === 'ended') return;
    const expired = this.#state === 'expired';
    this.#state = 'ended';
    this.#spentUsd = usd;
    for (let hold: Hold | null = this.#first; hold !== null; hold = hold.next) {
      hold.end(tokens, usd, expired, this.#owner);
    }
    this.#owner.onBooked();
    if (this.openFor === null) this.#owner.onGone(this);
  }
}

/** The request limit of which least is left. */
export function tightest(first: Hold, nowMs: number): RateState | null {
  let tight: RateState | null = null;
  for (let hold: Hold | null = first; hold !== null; hold = hold.next) {
    const { rpm } = hold.subject.limits;
    if (rpm === undefined || hold.claim.requests === 0) continue;
    const state = hold.account.requestState(rpm, nowMs);
    if (tight === null || state.remaining < tight.remaining) tight = state;
  }
  return tight;
}
