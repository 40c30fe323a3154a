import { beforeEach, describe, expect, test } from 'vitest';
import { sampleReceipt } from '../../../test/support/receipts.ts';
import { SteppedClock } from '../../../test/support/stepped-clock.ts';
import type { LimitsConfig } from '../../contracts/configuration.ts';
import type { LimitSubject } from '../../contracts/limits.ts';
import type { AttemptRecord } from '../../contracts/receipt.ts';
import { NO_USAGE } from '../../contracts/usage.ts';
import { testDeployment, testFacts, testPrice } from '../../routing/test-world.ts';
import { MemoryLimiter } from './memory-limiter.ts';
import { type AttemptBudget, RequestBudget } from './request-budget.ts';

// 1,000 tokens of input cost 0.001 dollars, 1,000 of output 0.01.
const deployment = testDeployment('one@x', 'maker/one', { price: testPrice(1, 10) });
const facts = testFacts({ estimatedTokensP95: 1_000, maxOutputTokens: 1_000 });

let clock: SteppedClock;
let limiter: MemoryLimiter;

beforeEach(() => {
  clock = new SteppedClock();
  limiter = new MemoryLimiter(clock);
});

const subject = (limits: LimitsConfig): LimitSubject => ({ scope: 'key', id: 'k', limits });
const fresh = (): RequestBudget => new RequestBudget({ limiter, clock, deadlineMs: 600_000, requestId: 'req_1' });

function budgetOf(limits: LimitsConfig | null): RequestBudget {
  const budget = fresh();
  expect(budget.admit(limits === null ? [] : [subject(limits)])).toBeNull();
  return budget;
}

function reserved(budget: RequestBudget, of = deployment): AttemptBudget {
  const answer = budget.reserve(facts, of);
  if (!answer.ok) throw answer.error;
  return answer.budget;
}

const record = (more: Partial<AttemptRecord>): AttemptRecord => ({
  ...(sampleReceipt(1).attempts[0] as AttemptRecord),
  ...more,
});
const used = (input: number | null, output: number | null, usd: number | null): AttemptRecord =>
  record({
    usage: { ...NO_USAGE, input_tokens: input, output_tokens: output },
    usage_source: 'reported',
    cost_usd: usd,
  });

const RATES = {
  kind: 'tokens',
  inputUsdPerMtok: 1,
  outputUsdPerMtok: 2,
  cachedInputUsdPerMtok: null,
  cacheWriteUsdPerMtok: null,
  source: 'genai-prices',
} as const;

describe('the budget of a request', () => {
  test('is nothing to anybody without limits', () => {
    const budget = budgetOf(null);
    expect([budget.requests, budget.leftUsd]).toEqual([null, null]);
    expect(reserved(budget).maxTokens).toBeNull();
    budget.end();
  });

  test('counts the request once and holds its slot until the end', () => {
    const limits = [subject({ rpm: 5, concurrency: 1 })];
    const [first, second] = [fresh(), fresh()];
    expect(first.admit(limits)).toBeNull();
    expect(first.requests).toMatchObject({ limit: 5, remaining: 4 });
    reserved(first).settle(used(1, 1, 0));
    expect(second.admit(limits)).toMatchObject({ measure: 'concurrency' });
    expect(second.requests).toMatchObject({ limit: 5, remaining: 4 });
    first.end();
    first.end();
    expect(second.admit(limits)).toBeNull();
    expect(second.requests?.remaining).toBe(3);
  });

  test('is admitted for its key and then for its use case, and counts for both from there on', () => {
    const budget = budgetOf({ rpm: 9, usd_day: 1 });
    const useCase: LimitSubject = { scope: 'use_case', id: 'u', limits: { rpm: 2, usd_day: 0.5, concurrency: 1 } };
    expect(budget.admit([useCase])).toBeNull();
    expect(budget.requests).toMatchObject({ limit: 2, remaining: 1 });
    expect(budget.leftUsd).toBe(0.5);
    reserved(budget).settle(used(100, 10, 0.2));
    expect([limiter.spent('key', 'k').usd_day, limiter.spent('use_case', 'u').usd_day]).toEqual([0.2, 0.2]);
    const late = budgetOf({ rpm: 9, usd_day: 1 });
    expect(late.admit([useCase])).toMatchObject({ ok: false, measure: 'concurrency' });
    late.end();
    budget.end();
    expect(fresh().admit([useCase])).toBeNull();
  });

  test('holds the dearest an attempt may be, and books what it was', () => {
    const budget = budgetOf({ usd_day: 1, tpm: 10_000 });
    const attempt = reserved(budget);
    expect(budget.leftUsd).toBeCloseTo(1 - 0.011, 9);
    attempt.settle(used(900, 100, 0.0019));
    attempt.settle(used(900, 100, 0.5));
    attempt.release();
    expect(budget.leftUsd).toBeCloseTo(1 - 0.0019, 9);
    expect(limiter.room([subject({ tpm: 10_000 })]).tokens).toBe(9_000);
  });

  test('books every attempt, the failed ones and those whose usage nobody knows too', () => {
    const budget = budgetOf({ usd_day: 1 });
    reserved(budget).settle(record({ usage: NO_USAGE, usage_source: 'none', cost_usd: 0 }));
    expect(budget.leftUsd).toBe(1);
    reserved(budget).release();
    expect(budget.leftUsd).toBe(1);
    reserved(budget).settle(used(null, null, null));
    expect(budget.leftUsd).toBeCloseTo(1 - 0.011, 9);
  });

  test('cuts the reply to what is left, and then overspends nothing', () => {
    const budget = budgetOf({ usd_day: 0.0061 });
    const attempt = reserved(budget);
    expect(attempt.maxTokens).toBeGreaterThanOrEqual(509);
    expect(attempt.maxTokens).toBeLessThanOrEqual(510);
    attempt.settle(used(1_000, attempt.maxTokens, 0.001 + (attempt.maxTokens as number) / 1e5));
    expect(budget.leftUsd).toBeGreaterThanOrEqual(0);
    expect(limiter.spent('key', 'k').usd_day).toBeLessThanOrEqual(0.0061 + 1e-9);
  });

  test('is refused with 402 when not even a short reply is paid for', () => {
    expect(budgetOf({ usd_month: 0.003 }).reserve(facts, deployment)).toMatchObject({
      ok: false,
      error: { code: 'budget_exceeded', status: 402 },
    });
  });

  test('waits for tokens of the minute instead of cutting, unless there are never enough', () => {
    const busy = budgetOf({ tpm: 2_500 });
    reserved(busy);
    expect(busy.reserve(facts, deployment)).toMatchObject({
      ok: false,
      error: { code: 'rate_limited', status: 429, retryAfterS: 36 },
    });
    clock.advance(60_000);
    limiter = new MemoryLimiter(clock);
    expect(reserved(budgetOf({ tpm: 1_600 })).maxTokens).toBe(600);
  });

  test('refuses a price nobody knows where dollars are limited', () => {
    const unpriced = testDeployment('two@x', 'maker/two', { price: null });
    expect(budgetOf({ usd_day: 1 }).reserve(facts, unpriced)).toMatchObject({ ok: false, error: { status: 402 } });
    expect(budgetOf({ tpm: 5_000 }).reserve(facts, unpriced).ok).toBe(true);
    const ofText = testDeployment('three@x', 'maker/three', { price: { ...RATES, notFor: ['audio'] } });
    const withSound = { ...facts, modalities: ['text', 'audio'] } as const;
    expect(budgetOf({ usd_day: 1 }).reserve(facts, ofText).ok).toBe(true);
    expect(budgetOf({ usd_day: 1 }).reserve(withSound, ofText)).toMatchObject({ ok: false, error: { status: 402 } });
  });

  test('keeps the limits of a deployment whoever asks', () => {
    const small = { ...deployment, limits: { concurrency: 1, usd_day: 1 } };
    const attempt = reserved(budgetOf(null), small);
    expect(budgetOf(null).reserve(facts, small)).toMatchObject({ ok: false, refusal: { measure: 'concurrency' } });
    attempt.settle(used(0, 100, 0.001));
    expect(limiter.spent('deployment', 'one@x')).toMatchObject({ usd_day: 0.001, in_flight: 0 });
    reserved(budgetOf(null), small).release();
  });
});
