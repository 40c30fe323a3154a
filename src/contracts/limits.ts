import { z } from 'zod';
import type { LimitsConfig } from './configuration.ts';

/** Whose limits they are. */
export const LIMIT_SCOPES = ['key', 'use_case', 'team', 'deployment'] as const;
export type LimitScope = (typeof LIMIT_SCOPES)[number];

/** Limits come with every question, so that a reload changes them at once and what was used stays. */
export interface LimitSubject {
  scope: LimitScope;
  id: string;
  limits: LimitsConfig;
}

/**
 * What one call wants of each of some subjects. What a subject does not limit is not counted, and whoever limits nothing of
 * it takes no part; dollars are counted by day and month as soon as either is limited.
 */
export interface LimitClaim {
  subjects: readonly LimitSubject[];
  /** Counts against `rpm`. Taken for good: a request that was let in has been one. */
  requests: 0 | 1;
  /** Held until the lease ends: `concurrency`. Who limits requests only has it counted, too. */
  slots: 0 | 1;
  /** Input and output, at most as far as one can tell: `tpm`. */
  tokens: number;
  /** US dollars, at most as far as one can tell: `usd_day`, `usd_month`. null: unknown price. */
  usd: number | null;
}

export type LimitMeasure = keyof LimitsConfig;

/** The state of a limit per minute, for the headers that tell clients about it. */
export interface RateState {
  limit: number;
  remaining: number;
  /** Seconds until something is free again; 0 while something is. */
  resetS: number;
}

/** What was used in the end. null: nobody knows, then what was reserved is booked. */
export interface LimitActual {
  tokens: number | null;
  usd: number | null;
}

/**
 * Something taken from limits. It ends exactly once, by `settle` or `release`, whichever comes first; after `expiresAt`
 * what was reserved is booked as used and slots are free again, so that whoever dies holding it neither blocks nor
 * overspends. A late `settle` still corrects what was booked.
 */
export interface LimitLease {
  ok: true;
  /** The tightest of the subjects' request limits, null without one. */
  requests: RateState | null;
  /** The call was made: books what it used and gives back the rest. */
  settle(actual: LimitActual): void;
  /** The call was never made: gives back tokens, dollars and slots. */
  release(): void;
  /** The receipt of its request has been appended: from here on the record says what it cost. */
  recorded(): void;
  /** Moves the end of the lease to this many milliseconds from now. */
  extend(leaseMs: number): void;
}

export interface LimitRefusal {
  ok: false;
  subject: LimitSubject;
  measure: LimitMeasure;
  /** `unpriced`: dollars are limited and the price is unknown. `too_large`: more than the whole limit, so waiting is in vain. */
  because: 'used_up' | 'unpriced' | 'too_large';
  /** Seconds after which it may fit; null where nobody can say or waiting is in vain. */
  retryAfterS: number | null;
  requests: RateState | null;
}

/** What is left for one more call, over all subjects; null: not limited. Never negative. */
export interface LimitRoom {
  tokens: number | null;
  usd: number | null;
}

/**
 * Requests, tokens, concurrency and dollars, held before a call and settled after it. Overspend of any limit is at most
 * the sum over calls in flight of max(0, actual - reserved). Days and months are UTC, by the time of `take`.
 *
 * Synchronous on purpose: an implementation over a shared store takes blocks of a limit from it ahead of need, so that
 * no request waits for another machine.
 */
export interface Limiter {
  /** Grows whenever a snapshot would say something else. */
  readonly changes: number;
  /**
   * All claims or none; each subject at most once. Dollars of a request that is named count as `open` in snapshots until
   * they are `recorded`.
   */
  take(claims: readonly LimitClaim[], leaseMs: number, requestId?: string): LimitLease | LimitRefusal;
  room(subjects: readonly LimitSubject[]): LimitRoom;
  /** What a subject has used of its dollars, in flight included. */
  spent(scope: LimitScope, id: string): LimitSpending;
  /** Everybody of whom something was ever taken, for metrics; in no order. */
  subjects(): readonly Pick<LimitSubject, 'scope' | 'id'>[];
  /** Ends leases whose time is over. `take` does it too before it refuses. */
  sweep(): void;
  /** Dollars by subject and period, to be kept over a restart; what is in flight counts as used, or is `open`. */
  snapshot(): BudgetSnapshot;
  /** Takes over an earlier snapshot. What was booked since the start stays. */
  restore(snapshot: BudgetSnapshot): void;
}

export interface LimitSpending {
  usd_day: number;
  usd_month: number;
  in_flight: number;
}

/** Dollars of one subject in several periods. */
export type SubjectSpending = BudgetSnapshot['subjects'][number];

/** Periods as they are written: `2026-11-22` or `2026-11`. */
const period = z.string().regex(/^\d{4,}-\d{2}(-\d{2})?$/);

const subjectSpending = z.strictObject({
  scope: z.enum(LIMIT_SCOPES),
  id: z.string(),
  usd: z.record(period, z.number().nonnegative()),
});

export const budgetSnapshotSchema = z.strictObject({
  version: z.literal(1),
  /** RFC 3339. */
  at: z.string(),
  subjects: z.array(subjectSpending),
  /** Of requests without a receipt yet, besides `subjects`: what they have spent and reserved. Absent: none. */
  open: z.array(z.strictObject({ request_id: z.string(), subjects: z.array(subjectSpending) })).optional(),
  /** Where in the journal the receipts lie that the snapshot does not know. Absent: nobody says. */
  journal: z.strictObject({ chain: z.string(), segment: z.int().positive(), offset: z.int().nonnegative() }).optional(),
});
export type BudgetSnapshot = z.infer<typeof budgetSnapshotSchema>;
