import type { ApiKey } from '../../contracts/api-key.ts';
import type { LimitsConfig, UseCaseConfig } from '../../contracts/configuration.ts';
import { AppError } from '../../contracts/errors.ts';
import type { LimitClaim, LimitMeasure, LimitRefusal, LimitSubject } from '../../contracts/limits.ts';
import type { Reservation } from './reservation.ts';

/** Whom a request is counted for: those of key, use case and team that have limits. */
export function subjectsOf(
  key: ApiKey | null,
  defaultLimits: LimitsConfig | null,
  useCase: UseCaseConfig | null,
  team: { id: string; limits: LimitsConfig } | null,
): readonly LimitSubject[] {
  const subjects: LimitSubject[] = [];
  const ofKey = key?.limits ?? defaultLimits;
  if (key !== null && ofKey !== null) subjects.push({ scope: 'key', id: key.id, limits: ofKey });
  if (useCase?.limits !== undefined) subjects.push({ scope: 'use_case', id: useCase.id, limits: useCase.limits });
  if (team !== null) subjects.push({ scope: 'team', id: team.id, limits: team.limits });
  return subjects;
}

/** Taken once, when a request comes in: that it is one, and that it is being worked on. */
export const admissionClaims = (subjects: readonly LimitSubject[]): LimitClaim[] => [
  { subjects, requests: 1, slots: 1, tokens: 0, usd: 0 },
];

/** Taken for each attempt: tokens and dollars from whoever asks, and all of it from the deployment that is asked. */
export function attemptClaims(
  subjects: readonly LimitSubject[],
  deployment: LimitSubject | null,
  { tokens, usd }: Pick<Reservation, 'tokens' | 'usd'>,
): LimitClaim[] {
  const ofCaller: LimitClaim = { subjects, requests: 0, slots: 0, tokens, usd };
  if (deployment === null) return [ofCaller];
  return [ofCaller, { subjects: [deployment], requests: 1, slots: 1, tokens, usd }];
}

const WHOSE = { key: 'key', use_case: 'use case', team: 'team', deployment: 'deployment' } as const;
const WHAT: Record<LimitMeasure, string> = {
  rpm: 'requests a minute',
  tpm: 'tokens a minute',
  concurrency: 'requests at the same time',
  usd_day: 'dollars a day',
  usd_month: 'dollars a month',
};

/** 402 where money is missing, 429 where waiting helps. */
export function limitError({ subject, measure, because, retryAfterS }: LimitRefusal): AppError {
  const whose = `${WHOSE[subject.scope]} ${subject.id}`;
  const code = measure === 'usd_day' || measure === 'usd_month' ? 'budget_exceeded' : 'rate_limited';
  const options = code === 'rate_limited' && retryAfterS !== null ? { retryAfterS } : {};
  switch (because) {
    case 'used_up':
      return new AppError(code, `The ${whose} has reached its limit of ${WHAT[measure]}.`, options);
    case 'too_large':
      return new AppError(code, `This request may need more than the ${whose} has of ${WHAT[measure]}.`, options);
    case 'unpriced':
      return new AppError(code, `The ${whose} has a limit of ${WHAT[measure]}, and the price is unknown.`, options);
  }
}
