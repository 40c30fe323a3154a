import type { LimitActual, LimitClaim, LimitLease, RateState, SubjectSpending } from '../../contracts/limits.ts';
import type { Seat } from '../../lib/churning-set.ts';
import { type LimitAccount, limitsDollars } from './limit-account.ts';
import type { PeriodKeys, SpendPeriod } from './spend-periods.ts';

/** One claim, and once it is taken in which periods its dollars are booked. */
export class Hold {
  readonly account: LimitAccount;
  readonly claim: LimitClaim;
  /** Whether it matters which day it is. */
  readonly countsDollars: boolean;
  #day: SpendPeriod | null = null;
  #month: SpendPeriod | null = null;
  #bookedUsd = 0;

  constructor(account: LimitAccount, claim: LimitClaim) {
    this.account = account;
    this.claim = claim;
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

  /** `nowMs`: null where no hold of its lease `correctsTokens`. */
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
  onEnd(lease: MemoryLease): void;
  onBooked(): void;
  onRecorded(lease: MemoryLease): void;
}

export class MemoryLease implements LimitLease {
  readonly ok = true;
  readonly requests: RateState | null;
  expiresAtMs: number;
  /** Its owner's. */
  seat: Seat<MemoryLease> | null = null;
  /** For what it was taken; named only where it booked dollars. */
  requestId = '';
  /** Among those whose request has no receipt yet. */
  openSeat: Seat<MemoryLease> | null = null;
  readonly #owner: LeaseOwner;
  readonly #holds: readonly Hold[];
  #state: 'held' | 'expired' | 'ended' = 'held';

  constructor(owner: LeaseOwner, holds: readonly Hold[], periods: PeriodKeys, nowMs: number, leaseMs: number) {
    this.#owner = owner;
    this.expiresAtMs = nowMs + leaseMs;
    this.#holds = holds;
    for (const hold of holds) hold.take(periods, nowMs);
    this.requests = tightest(holds, nowMs);
  }

  recorded(): void {
    this.#owner.onRecorded(this);
  }

  /** What is in the books for it, by subject. */
  get booked(): readonly SubjectSpending[] {
    return this.#holds.flatMap(({ booked }) => booked ?? []);
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

  /** Called by the limiter when the time is over. */
  expire(): void {
    this.#state = 'expired';
    for (const hold of this.#holds) hold.expire();
    this.#owner.onEnd(this);
  }

  #end(tokens: number | null, usd: number | null): void {
    if (this.#state === 'ended') return;
    const expired = this.#state === 'expired';
    this.#state = 'ended';
    let nowMs: number | null = null;
    for (const hold of this.#holds) if (nowMs === null && hold.correctsTokens(tokens)) nowMs = this.#owner.now();
    for (const hold of this.#holds) hold.end(tokens, usd, expired, nowMs);
    if (!expired) this.#owner.onEnd(this);
    this.#owner.onBooked();
  }
}

/** The request limit of which least is left. */
export function tightest(holds: readonly Hold[], nowMs: number): RateState | null {
  let tight: RateState | null = null;
  for (const { account, claim } of holds) {
    const { rpm } = claim.subject.limits;
    if (rpm === undefined || claim.requests === 0) continue;
    const state = account.requestState(rpm, nowMs);
    if (tight === null || state.remaining < tight.remaining) tight = state;
  }
  return tight;
}
