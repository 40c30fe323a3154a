import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Deployment, DeploymentPrice, PricePeriod } from '../contracts/deployment.ts';
import type { RequestFacts } from '../contracts/request-facts.ts';
import {
  discountOf,
  expectedUsd,
  fixedRatesOf,
  LEAST_REPLY_TOKENS,
  leastUsd,
  type Rates,
  ratesOf,
  replyTokens,
  reservedUsd,
  usualReply,
} from './costs.ts';
import { testDeployment, testFacts, testPrice } from './test-world.ts';

const flat = (usdPerMtok: number) => ({ baseUsdPerMtok: usdPerMtok, steps: [] });
const period = (overrides: Partial<PricePeriod>): PricePeriod => ({
  from: null,
  daily: null,
  input: flat(1),
  output: flat(2),
  cachedInput: null,
  cacheWrite: null,
  ...overrides,
});
const catalogue = (periods: readonly PricePeriod[]): DeploymentPrice => ({
  kind: 'catalogue',
  provider: 'p',
  model: 'm',
  inputUsdPerMtok: 1,
  outputUsdPerMtok: 2,
  cachedInputUsdPerMtok: null,
  cacheWriteUsdPerMtok: null,
  periods,
  source: 'test',
});
function expected(facts: RequestFacts, deployment: Deployment, rates: Rates): number {
  const reply = facts.operation === 'embeddings' ? 0 : Math.min(500, facts.maxOutputTokens ?? usualReply(deployment));
  return expectedUsd(rates.input, rates.output, discountOf(rates), facts.estimatedTokens, reply, 0, 1);
}

const NOON = '2026-11-21T12:00:00Z';

describe('fixedRatesOf', () => {
  test('a price of one period and one tier is the same at any time and length', () => {
    const daily = { startS: 0, endS: 60 };
    for (const price of [catalogue([]), catalogue([period({ from: '2030-01-01', daily, cachedInput: flat(0.5) })])]) {
      expect(fixedRatesOf(price)).toEqual(ratesOf(price, 1_000_000, NOON));
      expect(fixedRatesOf(price)).toMatchObject({ input: 1, output: 2 });
    }
  });

  test('a price with periods or tiers varies', () => {
    const steps = [{ aboveInputTokens: 10, usdPerMtok: 9 }];
    expect(fixedRatesOf(catalogue([period({}), period({ from: '2030-01-01' })]))).toBe('varies');
    for (const member of ['input', 'output', 'cachedInput']) {
      expect(fixedRatesOf(catalogue([period({ [member]: { baseUsdPerMtok: 1, steps } })]))).toBe('varies');
    }
  });
});

describe('ratesOf', () => {
  test('an unknown price stays unknown', () => {
    expect(ratesOf(null, 1_000, NOON)).toBeNull();
  });

  test('a tier applies strictly above its bound, to the whole call', () => {
    const tiered = { baseUsdPerMtok: 5, steps: [{ aboveInputTokens: 272_000, usdPerMtok: 10 }] };
    const price = catalogue([period({ input: tiered, output: { ...tiered, baseUsdPerMtok: 30 } })]);
    expect(ratesOf(price, 272_000, NOON)).toEqual({ input: 5, output: 30, cachedInput: null });
    expect(ratesOf(price, 272_001, NOON)).toEqual({ input: 10, output: 10, cachedInput: null });
  });

  test('the last period that applies counts, by date and by time of day in UTC', () => {
    const price = catalogue([
      period({}),
      period({ from: '2026-11-21', input: flat(3) }),
      period({ daily: { startS: 16 * 3_600, endS: 3_600 }, input: flat(0.5) }),
    ]);
    const input = (now: string) => ratesOf(price, 1, now)?.input;
    expect(input('2026-11-20T12:00:00Z')).toBe(1);
    expect(input(NOON)).toBe(3);
    expect(input('2026-11-21T16:00:00Z')).toBe(0.5);
    expect(input('2026-11-21T00:59:59Z')).toBe(0.5);
    expect(input('2026-11-21T01:00:00Z')).toBe(3);
    expect(input('2026-11-21T18:30:00+02:00')).toBe(0.5);
  });

  test('owned hardware is spread over the tokens it is used for', () => {
    const price = {
      kind: 'owned',
      usdPerHour: 36,
      capacityTokensPerS: 1_000,
      utilisation: 0.5,
      source: 'config',
    } as const;
    expect(ratesOf(price, 1, NOON)).toEqual({ input: 20, output: 20, cachedInput: null });
  });
});

describe('costs of a call', () => {
  const deployment = testDeployment('d@x', 'm/m', { maxOutputTokens: 2_000 });
  const rates = { input: 10, output: 20, cachedInput: null };

  test('the reply is what was asked for, else at most 4,096 or what the model gives, and nothing for embeddings', () => {
    expect(replyTokens(testFacts({ maxOutputTokens: 9_000 }), deployment)).toBe(9_000);
    expect(replyTokens(testFacts(), deployment)).toBe(2_000);
    expect(replyTokens(testFacts(), { ...deployment, maxOutputTokens: null })).toBe(4_096);
    expect(replyTokens(testFacts({ operation: 'embeddings' }), deployment)).toBe(0);
  });

  test('a reservation takes the p95 input and the whole reply of every answer', () => {
    const facts = testFacts({ estimatedTokens: 500, estimatedTokensP95: 1_000, choices: 2 });
    expect(reservedUsd(facts, deployment, rates)).toBeCloseTo((1_000 * 10 + 2 * 2_000 * 20) / 1e6, 12);
  });

  test('a budget must cover the whole reply that was asked for, and of one that nobody bounded what helps', () => {
    const facts = testFacts({ estimatedTokensP95: 1_000, choices: 2 });
    const asked = { ...facts, maxOutputTokens: 1_500 };
    expect(leastUsd(asked, deployment, rates)).toBe(reservedUsd(asked, deployment, rates));
    expect(leastUsd(facts, deployment, rates)).toBeCloseTo((1_000 * 10 + 2 * LEAST_REPLY_TOKENS * 20) / 1e6, 12);
    expect(leastUsd(facts, { ...deployment, maxOutputTokens: 100 }, rates)).toBeCloseTo((10_000 + 4_000) / 1e6, 12);
  });

  test('an expectation takes the estimate and a short reply', () => {
    const facts = testFacts({ estimatedTokens: 500, estimatedTokensP95: 1_000 });
    expect(expected(facts, deployment, rates)).toBe(0.015);
    expect(expected({ ...facts, maxOutputTokens: 10 }, deployment, rates)).toBe(0.0052);
  });

  test('a free deployment costs nothing, which is not unknown', () => {
    const free = testDeployment('d@x', 'm/m', { price: testPrice(0, 0) });
    expect(expected(testFacts(), free, { input: 0, output: 0, cachedInput: null })).toBe(0);
  });

  test('an expectation is rounded to the nearest billionth of a dollar', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 100, noNaN: true }), fc.nat({ max: 200_000 }), (rate, tokens) => {
        const usd = Math.round(((tokens * rate + 500 * rate) / 1_000_000) * 1e9) / 1e9;
        expect(expectedUsd(rate, rate, 0, tokens, 500, 0, 1)).toBe(usd);
      }),
    );
    expect(expectedUsd(0.5, 0, 0, 1, 0, 0, 1)).toBe(0.000_000_5);
    expect(expectedUsd(0.000_5, 0, 0, 1, 0, 0, 1)).toBe(0.000_000_001);
  });
});
