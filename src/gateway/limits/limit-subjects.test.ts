import { expect, test } from 'vitest';
import type { ApiKey } from '../../contracts/api-key.ts';
import { useCaseSchema } from '../../contracts/configuration.ts';
import type { LimitRefusal, LimitSubject } from '../../contracts/limits.ts';
import { admissionClaims, attemptClaims, limitError, subjectsOf } from './limit-subjects.ts';

const key: ApiKey = {
  id: 'k1',
  hash: '',
  prefix: '',
  roles: ['app'],
  useCases: null,
  defaultUseCase: null,
  models: null,
  labels: [],
  limits: null,
  defaultJurisdictions: null,
  createdAt: '',
  revokedAt: null,
};
const subject: LimitSubject = { scope: 'key', id: 'k1', limits: { usd_day: 1 } };
const refusal = (more: Partial<LimitRefusal>): LimitRefusal => ({
  ok: false,
  subject,
  measure: 'usd_day',
  because: 'used_up',
  retryAfterS: 60,
  requests: null,
  ...more,
});

test('counts for those of key, use case and team that have limits, the default ones for a key without its own', () => {
  const useCase = useCaseSchema.parse({ id: 'support', limits: { tpm: 5 } });
  const team = { id: 'red', limits: { usd_month: 9 } };
  expect(subjectsOf({ ...key, limits: { rpm: 1 } }, { rpm: 2 }, useCase, team)).toEqual([
    { scope: 'key', id: 'k1', limits: { rpm: 1 } },
    { scope: 'use_case', id: 'support', limits: { tpm: 5 } },
    { scope: 'team', id: 'red', limits: { usd_month: 9 } },
  ]);
  expect(subjectsOf(key, { rpm: 2 }, useCaseSchema.parse({ id: 'free' }), null)).toEqual([
    { scope: 'key', id: 'k1', limits: { rpm: 2 } },
  ]);
  expect(subjectsOf(null, { rpm: 2 }, null, null)).toEqual([]);
});

test('a request is one request of whoever asks, and each attempt one of the deployment that is asked', () => {
  const deployment: LimitSubject = { scope: 'deployment', id: 'd', limits: { rpm: 3 } };
  const rated: LimitSubject = { scope: 'use_case', id: 'u', limits: { rpm: 2 } };
  const subjects = [subject, rated];
  expect(admissionClaims(subjects)).toEqual([{ subjects, requests: 1, slots: 1, tokens: 0, usd: 0 }]);
  expect(attemptClaims(subjects, null, { tokens: 7, usd: 0.5 })).toHaveLength(1);
  expect(attemptClaims(subjects, deployment, { tokens: 7, usd: 0.5 })).toEqual([
    { subjects, requests: 0, slots: 0, tokens: 7, usd: 0.5 },
    { subjects: [deployment], requests: 1, slots: 1, tokens: 7, usd: 0.5 },
  ]);
});

test('missing money is 402 and never invites to retry, a rate is 429 and says when', () => {
  expect(limitError(refusal({}))).toMatchObject({
    code: 'budget_exceeded',
    status: 402,
    retryAfterS: null,
    message: 'The key k1 has reached its limit of dollars a day.',
  });
  expect(limitError(refusal({ measure: 'tpm', retryAfterS: 12 }))).toMatchObject({
    code: 'rate_limited',
    status: 429,
    retryAfterS: 12,
    message: 'The key k1 has reached its limit of tokens a minute.',
  });
  expect(limitError(refusal({ measure: 'tpm', because: 'too_large', retryAfterS: null }))).toMatchObject({
    code: 'rate_limited',
    retryAfterS: null,
  });
  expect(limitError(refusal({ because: 'unpriced', retryAfterS: null })).message).toContain('price is unknown');
});
