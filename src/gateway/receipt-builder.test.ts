import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Deployment } from '../contracts/deployment.ts';
import { AppError, type ErrorCode } from '../contracts/errors.ts';
import { NO_USAGE, type Usage } from '../contracts/usage.ts';
import { testDeployment, testFacts, testPrice } from '../routing/test-world.ts';
import { type EndedAttempt, recordOfAttempt, totalCost, totalUsage } from './receipt-builder.ts';

const facts = testFacts({ estimatedTokens: 120 });
const usageOf = (input: number | null, output: number | null, more: Partial<Usage> = {}): Usage => ({
  ...NO_USAGE,
  input_tokens: input,
  output_tokens: output,
  ...more,
});

function attempt(more: Partial<EndedAttempt> = {}): EndedAttempt {
  return {
    deployment: testDeployment('one@x', 'maker/one', { price: testPrice(1, 10) }),
    role: 'primary',
    startedWallMs: Date.parse('2026-11-22T10:00:00Z'),
    startedAtMs: 0,
    endedAtMs: 900,
    status: 200,
    error: null,
    finish: 'stop',
    firstTokenMs: 200,
    usage: usageOf(100, 50),
    estimatedOutputTokens: 55,
    carriedTokens: 0,
    wentOnSinceReport: false,
    regionEcho: null,
    ...more,
  };
}

const failed = (code: ErrorCode, more: Partial<EndedAttempt> = {}): EndedAttempt =>
  attempt({ error: new AppError(code, 'x'), finish: null, ...more });

const booked = (ended: EndedAttempt, drained = false) => {
  const { usage, usage_source, cost_usd } = recordOfAttempt(ended, facts, drained);
  return { input: usage.input_tokens, output: usage.output_tokens, source: usage_source, cost: cost_usd };
};

test('a report of 0 tokens where something was asked and said is none', () => {
  const unreported = { input: 120, output: 55, source: 'estimated', cost: (120 + 550) / 1e6 };
  expect(booked(attempt({ usage: usageOf(0, 0) }))).toEqual(unreported);
  expect(booked(attempt({ usage: usageOf(0, 50) }))).toMatchObject({ input: 120, output: 50, source: 'estimated' });
  expect(booked(attempt({ usage: usageOf(100, 0) }))).toMatchObject({ input: 100, output: 55, source: 'estimated' });
  // An answer may be empty.
  const empty = attempt({ usage: usageOf(100, 0), estimatedOutputTokens: 0 });
  expect(booked(empty)).toMatchObject({ input: 100, output: 0, source: 'reported' });
});

const RATES = {
  inputUsdPerMtok: 1,
  outputUsdPerMtok: 10,
  cachedInputUsdPerMtok: null,
  cacheWriteUsdPerMtok: null,
  source: 'genai-prices',
};

test('what a call with sound cost is unknown where the price is one of text', () => {
  const price: Deployment['price'] = { kind: 'tokens', notFor: ['audio'], ...RATES };
  const ended = attempt({ deployment: testDeployment('one@x', 'maker/one', { price }) });
  expect(recordOfAttempt(ended, facts, false).cost_usd).toBe(0.0006);
  const withSound = { ...facts, modalities: ['text', 'audio'] } as const;
  expect(recordOfAttempt(ended, withSound, false)).toMatchObject({ cost_usd: null, price: null });
});

describe('usage of an attempt', () => {
  test('is what the upstream reported, whatever we estimate', () => {
    expect(booked(attempt())).toEqual({ input: 100, output: 50, source: 'reported', cost: 0.0006 });
    expect(booked(attempt({ usage: usageOf(100, 3), estimatedOutputTokens: 400 })).output).toBe(3);
  });

  test('says so when it was drained after the client had left', () => {
    expect(booked(attempt(), true).source).toBe('drained');
  });

  test('is our estimate where nothing was reported, and never lost with the client (quirk: disconnect)', () => {
    expect(booked(failed('client_gone', { usage: null }), true)).toEqual({
      input: 120,
      output: 55,
      source: 'estimated',
      cost: (120 + 550) / 1e6,
    });
  });

  test('of a stream that broke is not the report of its beginning (quirk: usage in message_start)', () => {
    const broken = { usage: usageOf(100, 1, { cached_input_tokens: 40 }), estimatedOutputTokens: 300 };
    expect(booked(failed('upstream_cut', broken))).toMatchObject({ input: 100, output: 300, source: 'estimated' });
    expect(booked(failed('client_gone', broken), true)).toMatchObject({ output: 300, source: 'estimated' });
    expect(recordOfAttempt(failed('upstream_cut', broken), facts, false).usage.cached_input_tokens).toBe(40);
  });

  test('of a stream that broke is the report where it goes along with the text (quirk: usage on every chunk)', () => {
    const running = { usage: usageOf(100, 200), estimatedOutputTokens: 300 };
    expect(booked(failed('upstream_cut', running))).toMatchObject({ output: 200, source: 'reported' });
  });

  test('is completed by our estimate where a report names one half (quirk: usage without completion tokens)', () => {
    expect(booked(attempt({ usage: usageOf(100, null) }))).toMatchObject({ output: 55, source: 'estimated' });
    expect(booked(attempt({ usage: usageOf(null, 50) }))).toMatchObject({
      input: 120,
      output: 50,
      source: 'estimated',
    });
  });

  test('is nothing, at no cost, where nothing can have been generated', () => {
    const nothing = { usage: null, firstTokenMs: null, status: null };
    for (const ended of [
      failed('upstream_unreachable', nothing),
      failed('upstream_rate_limited', { ...nothing, status: 429 }),
      failed('upstream_error', { ...nothing, status: 500 }),
    ]) {
      expect(booked(ended)).toEqual({ input: null, output: null, source: 'none', cost: 0 });
    }
  });

  test('of a call that timed out after the request was sent counts its input', () => {
    const late = { usage: null, firstTokenMs: null, status: null, estimatedOutputTokens: 0 };
    expect(booked(failed('upstream_timeout', late))).toMatchObject({ input: 120, output: 0, source: 'estimated' });
  });

  test('counts each token once: cost follows from the record alone, cached and reasoning tokens inside their sums', () => {
    const part = fc.double({ min: 0, max: 1, noNaN: true });
    const count = fc.integer({ min: 1, max: 10_000 });
    fc.assert(
      fc.property(count, count, part, part, part, (input, output, read, written, thought) => {
        const cached = Math.floor(input * read);
        const usage = usageOf(input, output, {
          cached_input_tokens: cached,
          cache_write_tokens: Math.floor((input - cached) * written),
          reasoning_tokens: Math.floor(output * thought),
        });
        const record = recordOfAttempt(attempt({ usage, estimatedOutputTokens: output }), facts, false);
        expect(record.usage).toEqual(usage);
        // No cached rate is known here, so every input token costs the same.
        expect(record.cost_usd as number).toBeCloseTo((input + 10 * output) / 1e6, 12);
        expect(record.price).toMatchObject({ input_usd_per_mtok: 1, output_usd_per_mtok: 10 });
      }),
    );
  });
});

describe('the sum over attempts', () => {
  const paid = recordOfAttempt(attempt(), facts, false);
  const free = recordOfAttempt(
    failed('upstream_unreachable', { usage: null, firstTokenMs: null, status: null }),
    facts,
    false,
  );
  const unpriced = recordOfAttempt(
    attempt({ deployment: testDeployment('two@x', 'maker/two', { price: null }) }),
    facts,
    false,
  );

  test('books every attempt once, also those that failed', () => {
    const cut = recordOfAttempt(failed('upstream_cut', { usage: null }), facts, false);
    expect(totalUsage([cut, free, paid])).toMatchObject({ input_tokens: 220, output_tokens: 105 });
    expect(totalCost([cut, free, paid])).toBeCloseTo(0.0006 + 0.00067, 12);
  });

  test('is unknown, not partial, as soon as one price is unknown', () => {
    expect(totalCost([paid, unpriced])).toBeNull();
    expect(totalCost([paid, free])).toBe(paid.cost_usd);
  });
});
