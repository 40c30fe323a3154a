import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { costUsd } from '../../catalog/price.ts';
import type { DeploymentPrice } from '../../contracts/deployment.ts';
import type { RequestFacts } from '../../contracts/request-facts.ts';
import { LEAST_REPLY_TOKENS } from '../../routing/costs.ts';
import { testDeployment, testFacts } from '../../routing/test-world.ts';
import { reservationOf, reservationWithin } from './reservation.ts';

const AT = Date.parse('2026-11-22T10:00:00Z');

const PRICE: Extract<DeploymentPrice, { kind: 'tokens' }> = {
  kind: 'tokens',
  inputUsdPerMtok: 2,
  outputUsdPerMtok: 10,
  cachedInputUsdPerMtok: 0.2,
  cacheWriteUsdPerMtok: 2.5,
  source: 'config',
};

const deployment = testDeployment('one@x', 'maker/one', { price: PRICE, maxOutputTokens: 8_000 });
const factsOf = (more: Partial<RequestFacts>) =>
  testFacts({ estimatedTokens: 900, estimatedTokensP95: 1_000, ...more });

describe('what an attempt reserves', () => {
  test('is the 95th percentile of the input and the whole reply, for every answer asked for', () => {
    expect(reservationOf(factsOf({ maxOutputTokens: 500, choices: 3 }), deployment, AT)).toMatchObject({
      tokens: 2_500,
      replyTokens: 500,
      clamped: false,
    });
    expect(reservationOf(factsOf({ maxOutputTokens: null }), deployment, AT).replyTokens).toBe(4_096);
  });

  test('never expects more reply than the model can give', () => {
    expect(reservationOf(factsOf({ maxOutputTokens: 50_000 }), deployment, AT).replyTokens).toBe(8_000);
  });

  test('covers a prompt that is written to the cache for an hour, which is dearer than input (quirk: cache writes)', () => {
    const { usd } = reservationOf(factsOf({ maxOutputTokens: 100 }), deployment, AT);
    expect(usd).toBeCloseTo((1_000 * 4 + 100 * 10) / 1e6, 12);
  });

  test('counts with the tier that the 95th percentile reaches (quirk: reservation ignores tiers)', () => {
    const rate = (base: number) => ({ baseUsdPerMtok: base, steps: [{ aboveInputTokens: 950, usdPerMtok: base * 2 }] });
    const period = { from: null, daily: null, input: rate(2), output: rate(10), cachedInput: null, cacheWrite: null };
    const tiered = testDeployment('t@x', 'maker/t', {
      price: { ...PRICE, kind: 'catalogue', provider: 'p', model: 'm', periods: [period] },
    });
    expect(reservationOf(factsOf({ maxOutputTokens: 100 }), tiered, AT).usd).toBeCloseTo(
      (1_000 * 4 + 100 * 20) / 1e6,
      12,
    );
  });

  test('is unknown, not 0, without a price', () => {
    expect(reservationOf(factsOf({}), testDeployment('u@x', 'maker/u', { price: null }), AT).usd).toBeNull();
  });

  test('is never less than what a call within its bounds can cost', () => {
    const share = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(fc.nat(1_000), fc.nat(500), share, share, (input, output, cachedShare, writtenShare) => {
        const cached = Math.floor(input * cachedShare);
        const usage = {
          input_tokens: input,
          output_tokens: output,
          cached_input_tokens: cached,
          cache_write_tokens: Math.floor((input - cached) * writtenShare),
          reasoning_tokens: null,
        };
        const reserved = reservationOf(factsOf({ maxOutputTokens: 500 }), deployment, AT).usd as number;
        expect(costUsd(deployment, usage, AT) as number).toBeLessThanOrEqual(reserved + 1e-12);
      }),
    );
  });
});

describe('what is left of a budget', () => {
  const asked = factsOf({ maxOutputTokens: 2_000 });

  test('pays for the whole reply where it can', () => {
    expect(reservationWithin({ tokens: null, usd: 1 }, asked, deployment, AT)).toMatchObject({
      replyTokens: 2_000,
      clamped: false,
    });
    expect(reservationWithin({ tokens: null, usd: null }, asked, deployment, AT)?.clamped).toBe(false);
  });

  test('pays for a shorter reply, which is said', () => {
    // 0.004 for the input leaves a hair over 0.01, for 1,000 tokens of reply.
    expect(reservationWithin({ tokens: null, usd: 0.014001 }, asked, deployment, AT)).toMatchObject({
      replyTokens: 1_000,
      clamped: true,
    });
    expect(reservationWithin({ tokens: 1_700, usd: null }, asked, deployment, AT)?.replyTokens).toBe(700);
  });

  test('is used up when the reply would be too short to help anybody', () => {
    expect(reservationWithin({ tokens: 1_000 + LEAST_REPLY_TOKENS - 1, usd: null }, asked, deployment, AT)).toBeNull();
    expect(reservationWithin({ tokens: null, usd: 0.002 }, asked, deployment, AT)).toBeNull();
    // Who asks for little is served with little.
    const little = factsOf({ maxOutputTokens: 20 });
    expect(reservationWithin({ tokens: 1_020, usd: null }, little, deployment, AT)?.replyTokens).toBe(20);
    expect(reservationWithin({ tokens: 1_019, usd: null }, little, deployment, AT)).toBeNull();
  });

  test('never shortens an embedding and never guesses a price', () => {
    const embedding = factsOf({ operation: 'embeddings', maxOutputTokens: null });
    expect(reservationWithin({ tokens: 999, usd: null }, embedding, deployment, AT)).toBeNull();
    expect(reservationWithin({ tokens: 1_000, usd: null }, embedding, deployment, AT)?.replyTokens).toBe(0);
    const unpriced = testDeployment('u@x', 'maker/u', { price: null });
    expect(reservationWithin({ tokens: null, usd: 100 }, asked, unpriced, AT)).toBeNull();
  });

  test('is never exceeded by what is granted', () => {
    const room = fc.record({
      tokens: fc.option(fc.nat(6_000)),
      usd: fc.option(fc.double({ min: 0, max: 0.05, noNaN: true })),
    });
    fc.assert(
      fc.property(room, fc.integer({ min: 1, max: 4_000 }), fc.integer({ min: 1, max: 3 }), (left, most, choices) => {
        const granted = reservationWithin(left, factsOf({ maxOutputTokens: most, choices }), deployment, AT);
        if (granted === null) return;
        if (left.tokens !== null) expect(granted.tokens).toBeLessThanOrEqual(left.tokens);
        if (left.usd !== null) expect(granted.usd as number).toBeLessThanOrEqual(left.usd);
        expect(granted.replyTokens).toBeLessThanOrEqual(most);
        expect(granted.clamped).toBe(granted.replyTokens < most);
      }),
    );
  });
});
