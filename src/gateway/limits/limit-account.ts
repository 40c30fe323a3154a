import type { LimitsConfig } from '../../contracts/configuration.ts';
import type { LimitClaim, LimitRefusal, LimitSubject, RateState } from '../../contracts/limits.ts';
import { RateMeter } from './rate-meter.ts';
import { type PeriodKeys, SpendPeriods } from './spend-periods.ts';

/** A billionth of a dollar: sums of doubles are not exact, and nobody is billed less. */
const TOLERANCE_USD = 1e-9;

/** Both kinds of time that a question needs. */
export interface LimitMoment {
  /** Milliseconds since 1970, for days and months. */
  wallMs: number;
  /** Milliseconds of a clock that does not go back, for rates and leases. */
  monotonicMs: number;
  /** null: no dollars are in question. */
  periods: PeriodKeys | null;
}

export const limitsDollars = ({ usd_day: perDay, usd_month: perMonth }: LimitsConfig): boolean =>
  perDay !== undefined || perMonth !== undefined;

function secondsToNextDay(wallMs: number): number {
  const date = new Date(wallMs);
  const next = Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate() + 1);
  return Math.ceil((next - wallMs) / 1_000);
}

function secondsToNextMonth(wallMs: number): number {
  const date = new Date(wallMs);
  return Math.ceil((Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 1) - wallMs) / 1_000);
}

/** What one subject has used of its limits. */
export class LimitAccount {
  readonly requests = new RateMeter();
  readonly tokens = new RateMeter();
  readonly days = new SpendPeriods();
  readonly months = new SpendPeriods();
  inFlight = 0;

  /** Why a claim does not fit now, or null. What waiting does not mend comes first. */
  refusal(subject: LimitSubject, claim: LimitClaim, moment: LimitMoment): LimitRefusal | null {
    return this.#dollarRefusal(subject, claim, moment) ?? this.#rateRefusal(subject, claim, moment);
  }

  requestState(perMinute: number, nowMs: number): RateState {
    const exact = this.requests.remaining(perMinute, nowMs);
    const remaining = Math.max(0, Math.floor(exact + 1e-6));
    const resetS = remaining > 0 ? 0 : wholeSeconds(this.requests.waitMs(1, perMinute, nowMs));
    return { limit: perMinute, remaining, resetS };
  }

  /** Dollars that one more call may cost; null where they are not limited. */
  roomUsd(limits: LimitsConfig, periods: PeriodKeys): number | null {
    const { usd_day: perDay, usd_month: perMonth } = limits;
    if (perDay === undefined && perMonth === undefined) return null;
    const day = perDay === undefined ? Number.POSITIVE_INFINITY : perDay - this.days.usedUsd(periods.day);
    const month = perMonth === undefined ? Number.POSITIVE_INFINITY : perMonth - this.months.usedUsd(periods.month);
    return Math.max(0, Math.min(day, month));
  }

  #dollarRefusal(subject: LimitSubject, claim: LimitClaim, { periods, wallMs }: LimitMoment): LimitRefusal | null {
    const { usd_month: perMonth, usd_day: perDay } = subject.limits;
    if (periods === null || claim.usd === 0 || (perDay === undefined && perMonth === undefined)) return null;
    const measure = perMonth === undefined ? 'usd_day' : 'usd_month';
    if (claim.usd === null) return refuse(subject, measure, 'unpriced', null);
    if (perMonth !== undefined && this.months.usedUsd(periods.month) + claim.usd > perMonth + TOLERANCE_USD) {
      return claim.usd > perMonth
        ? refuse(subject, 'usd_month', 'too_large', null)
        : refuse(subject, 'usd_month', 'used_up', secondsToNextMonth(wallMs));
    }
    if (perDay !== undefined && this.days.usedUsd(periods.day) + claim.usd > perDay + TOLERANCE_USD) {
      return claim.usd > perDay
        ? refuse(subject, 'usd_day', 'too_large', null)
        : refuse(subject, 'usd_day', 'used_up', secondsToNextDay(wallMs));
    }
    return null;
  }

  #rateRefusal(subject: LimitSubject, claim: LimitClaim, { monotonicMs }: LimitMoment): LimitRefusal | null {
    const { concurrency, rpm, tpm } = subject.limits;
    if (concurrency !== undefined && claim.slots === 1 && this.inFlight >= concurrency) {
      return refuse(subject, 'concurrency', 'used_up', 1);
    }
    if (rpm !== undefined && claim.requests === 1 && !this.requests.fits(1, rpm, monotonicMs)) {
      return refuse(subject, 'rpm', 'used_up', wholeSeconds(this.requests.waitMs(1, rpm, monotonicMs)));
    }
    if (tpm !== undefined && claim.tokens > 0 && !this.tokens.fits(claim.tokens, tpm, monotonicMs)) {
      if (claim.tokens > tpm) return refuse(subject, 'tpm', 'too_large', null);
      return refuse(subject, 'tpm', 'used_up', wholeSeconds(this.tokens.waitMs(claim.tokens, tpm, monotonicMs)));
    }
    return null;
  }
}

/** A hair less before rounding up: 20.000000001 s are 20. */
const wholeSeconds = (ms: number): number => Math.max(1, Math.ceil(ms / 1_000 - 1e-6));

const refuse = (
  subject: LimitSubject,
  measure: LimitRefusal['measure'],
  because: LimitRefusal['because'],
  retryAfterS: number | null,
): LimitRefusal => ({ ok: false, subject, measure, because, retryAfterS, requests: null });
