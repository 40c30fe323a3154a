// limits/: requests, tokens, concurrency and dollars, held before a call and settled after it (contracts/limits.ts).
// May import what gateway/ may; no I/O but in budget-file.ts, time comes in as a clock.
// Start here: `take` is all or nothing; limit-account.ts says what fits, limit-lease.ts books how it ended.
// reservation.ts says how much an attempt has to reserve, and how much reply a nearly used up budget still pays for.
// Whatever implements `Limiter` passes test/contract/limiter.ts.

import type { LimitsConfig } from '../../contracts/configuration.ts';
import type {
  BudgetSnapshot,
  LimitClaim,
  Limiter,
  LimitLease,
  LimitRefusal,
  LimitRoom,
  LimitScope,
  LimitSpending,
  LimitSubject,
  SubjectSpending,
} from '../../contracts/limits.ts';
import { ChurningSet } from '../../lib/churning-set.ts';
import { isoTime } from '../../lib/iso-time.ts';
import type { Clock } from '../clock.ts';
import { LimitAccount, type LimitMoment, limitsDollars } from './limit-account.ts';
import { Hold, type LeaseOwner, MemoryLease, tightest } from './limit-lease.ts';
import { PeriodClock, type PeriodKeys, type SpendPeriod } from './spend-periods.ts';

type OpenRequest = NonNullable<BudgetSnapshot['open']>[number];

const nothing = (): void => undefined;

/** What nobody limits costs nothing and says nothing. */
const UNLIMITED: LimitLease = {
  ...{ ok: true, requests: null },
  ...{ settle: nothing, release: nothing, recorded: nothing, extend: nothing },
};

/** Limits of one process, in memory. Dollars survive a restart by snapshot and restore. */
export class MemoryLimiter implements Limiter, LeaseOwner {
  #clock: Clock;
  #accounts: Record<LimitScope, Map<string, LimitAccount>> = {
    key: new Map(),
    use_case: new Map(),
    team: new Map(),
    deployment: new Map(),
  };
  /** Those that are held, and those that booked dollars for requests without a receipt yet. */
  #leases = new ChurningSet<MemoryLease>();
  #periods = new PeriodClock();
  /** One for all questions, of which each is over before the next: bookkeeping is as dear as what it allocates. */
  readonly #moment: LimitMoment = { wallMs: 0, monotonicMs: 0, periods: null };
  #changes = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get changes(): number {
    return this.#changes;
  }

  take(claims: readonly LimitClaim[], leaseMs: number, requestId?: string): LimitLease | LimitRefusal {
    const first = this.#holds(claims);
    if (first === null) return UNLIMITED;
    const countsDollars = isAnyInDollars(first);
    const moment = this.#now(countsDollars);
    const refusal = refusalOf(first, moment);
    // What the dead hold is freed before anybody living is turned away.
    if (refusal !== null && !(this.#expire(moment.monotonicMs) && refusalOf(first, moment) === null)) return refusal;
    const lease = new MemoryLease(this, first, moment, leaseMs, countsDollars ? (requestId ?? null) : null);
    lease.seat = this.#leases.add(lease);
    this.#changes += 1;
    return lease;
  }

  room(subjects: readonly LimitSubject[]): LimitRoom {
    const room: LimitRoom = { tokens: null, usd: null };
    if (subjects.length === 0) return room;
    const { monotonicMs } = this.#now(false);
    let periods: PeriodKeys | null = null;
    for (const { scope, id, limits } of subjects) {
      const account = this.#account(scope, id);
      if (limits.tpm !== undefined) {
        const left = Math.max(0, Math.floor(account.tokens.remaining(limits.tpm, monotonicMs)));
        room.tokens = Math.min(room.tokens ?? left, left);
      }
      if (!limitsDollars(limits)) continue;
      periods ??= this.#today();
      const usd = account.roomUsd(limits, periods);
      if (usd !== null) room.usd = Math.min(room.usd ?? usd, usd);
    }
    return room;
  }

  spent(scope: LimitScope, id: string): LimitSpending {
    const account = this.#accounts[scope].get(id);
    if (account === undefined) return { usd_day: 0, usd_month: 0, in_flight: 0 };
    const { day, month } = this.#today();
    return {
      usd_day: account.days.usedUsd(day),
      usd_month: account.months.usedUsd(month),
      in_flight: account.inFlight,
    };
  }

  subjects(): readonly Pick<LimitSubject, 'scope' | 'id'>[] {
    const accounts = Object.entries(this.#accounts) as [LimitScope, Map<string, LimitAccount>][];
    return accounts.flatMap(([scope, ofScope]) => [...ofScope.keys()].map((id) => ({ scope, id })));
  }

  sweep(): void {
    this.#expire(this.#clock.monotonic());
  }

  snapshot(): BudgetSnapshot {
    const open = this.#openRequests();
    const apart = new SpendingSums(open.flatMap((request) => request.subjects));
    const subjects: SubjectSpending[] = [];
    for (const [scope, accounts] of Object.entries(this.#accounts) as [LimitScope, Map<string, LimitAccount>][]) {
      for (const [id, { days, months }] of accounts) {
        const periods = [...days.all, ...months.all];
        if (periods.length === 0) continue;
        const settled = ({ key, spentUsd, reservedUsd }: SpendPeriod): number =>
          Math.max(0, spentUsd + reservedUsd - apart.of(scope, id, key));
        subjects.push({ scope, id, usd: Object.fromEntries(periods.map((period) => [period.key, settled(period)])) });
      }
    }
    return {
      version: 1,
      at: isoTime(this.#clock.now()),
      subjects,
      ...(open.length === 0 ? {} : { open }),
    };
  }

  restore(snapshot: BudgetSnapshot): void {
    const open = (snapshot.open ?? []).flatMap(({ subjects }) => subjects);
    for (const { scope, id, usd } of [...snapshot.subjects, ...open]) {
      const account = this.#account(scope, id);
      // In the order of time, so that the latest are those that are kept.
      for (const key of Object.keys(usd).sort()) {
        const periods = key.length === DAY_LENGTH ? account.days : account.months;
        periods.at(key).spentUsd += usd[key] as number;
      }
    }
    this.#changes += 1;
  }

  now(): number {
    return this.#clock.monotonic();
  }

  onBooked(): void {
    this.#changes += 1;
  }

  onGone({ seat }: MemoryLease): void {
    if (seat !== null) this.#leases.delete(seat);
  }

  #openRequests(): OpenRequest[] {
    const byId = new Map<string, SubjectSpending[]>();
    this.#leases.visit(({ openFor, booked }) => {
      if (openFor !== null) byId.set(openFor, [...(byId.get(openFor) ?? []), ...booked]);
    });
    return [...byId].map(([id, subjects]) => ({ request_id: id, subjects }));
  }

  #expire(nowMs: number): boolean {
    let expired = false;
    this.#leases.visit((lease) => {
      if (lease.expire(nowMs)) expired = true;
    });
    return expired;
  }

  /** In the order of claims and subjects; null: nobody limits anything of it. */
  #holds(claims: readonly LimitClaim[]): Hold | null {
    let first: Hold | null = null;
    let last: Hold | null = null;
    for (const claim of claims) {
      for (const subject of claim.subjects) {
        if (!takesPart(subject.limits, claim)) continue;
        const hold = new Hold(this.#account(subject.scope, subject.id), subject, claim);
        if (last === null) first = hold;
        else last.next = hold;
        last = hold;
      }
    }
    return first;
  }

  /** @param withDate whether days and months matter: every look at a clock costs */
  #now(withDate: boolean): LimitMoment {
    const moment = this.#moment;
    moment.monotonicMs = this.#clock.monotonic();
    if (!withDate) moment.periods = null;
    else {
      moment.wallMs = this.#clock.now();
      moment.periods = this.#periods.keysAt(moment.wallMs);
    }
    return moment;
  }

  #today(): PeriodKeys {
    return this.#periods.keysAt(this.#clock.now());
  }

  #account(scope: LimitScope, id: string): LimitAccount {
    const accounts = this.#accounts[scope];
    const known = accounts.get(id);
    if (known !== undefined) return known;
    const fresh = new LimitAccount();
    accounts.set(id, fresh);
    return fresh;
  }
}

/** Dollars by subject and period. */
class SpendingSums {
  readonly #usd = new Map<string, number>();

  constructor(spendings: readonly SubjectSpending[]) {
    for (const { scope, id, usd } of spendings) {
      for (const [period, amount] of Object.entries(usd)) {
        const key = `${scope} ${period} ${id}`;
        this.#usd.set(key, (this.#usd.get(key) ?? 0) + amount);
      }
    }
  }

  of(scope: LimitScope, id: string, period: string): number {
    return this.#usd.get(`${scope} ${period} ${id}`) ?? 0;
  }
}

const DAY_LENGTH = '2026-11-22'.length;

function isAnyInDollars(first: Hold): boolean {
  for (let hold: Hold | null = first; hold !== null; hold = hold.next) if (hold.countsDollars) return true;
  return false;
}

/** Whether anything that a claim wants is limited. */
function takesPart(limits: LimitsConfig, { requests, slots, usd, tokens }: LimitClaim): boolean {
  if ((requests === 1 || slots === 1) && (limits.rpm !== undefined || limits.concurrency !== undefined)) return true;
  return (tokens > 0 && limits.tpm !== undefined) || (usd !== 0 && limitsDollars(limits));
}

function refusalOf(first: Hold, moment: LimitMoment): LimitRefusal | null {
  for (let hold: Hold | null = first; hold !== null; hold = hold.next) {
    const refusal = hold.account.refusal(hold.subject, hold.claim, moment);
    if (refusal !== null) return { ...refusal, requests: tightest(first, moment.monotonicMs) };
  }
  return null;
}
