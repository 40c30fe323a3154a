import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { findRateHeaders, type QuotaReading, readRateHeaders } from './rate-headers.ts';

type Headers = Parameters<typeof findRateHeaders>[0];

const readAll = (headers: Headers): QuotaReading[] =>
  findRateHeaders(headers).map((names) => readRateHeaders(headers, names, { now: () => NOW }));

const NOW = Date.parse('2026-11-22T10:00:00Z');

describe('limits in the headers of answers', () => {
  test('requests and tokens with durations (OpenAI dialect, 2025)', () => {
    const headers = {
      'x-ratelimit-limit-requests': '5000',
      'x-ratelimit-limit-tokens': '160000',
      'x-ratelimit-remaining-requests': '4999',
      'x-ratelimit-remaining-tokens': '159976',
      'x-ratelimit-reset-requests': '12ms',
      'x-ratelimit-reset-tokens': '6m0.5s',
      // A limit of its own, narrower than what we send.
      'x-ratelimit-remaining-tokens_usage_based': '7',
    };
    expect(readAll(headers)).toEqual([
      { measure: 'requests', window: '', limit: 5_000, remaining: 4_999, resetsInMs: 12 },
      { measure: 'tokens', window: '', limit: 160_000, remaining: 159_976, resetsInMs: 360_500 },
    ]);
  });

  test('limits apart for input and output, with dates (Anthropic dialect, 2025)', () => {
    const vendor = 'anthropic-ratelimit';
    const headers = {
      [`${vendor}-requests-limit`]: '50',
      [`${vendor}-requests-remaining`]: '0',
      [`${vendor}-requests-reset`]: '2026-11-22T10:00:30Z',
      [`${vendor}-input-tokens-limit`]: '40000',
      [`${vendor}-input-tokens-remaining`]: '39000',
      [`${vendor}-input-tokens-reset`]: '2026-11-22T09:59:59Z',
      [`${vendor}-output-tokens-remaining`]: '8000',
      [`${vendor}-priority-input-tokens-remaining`]: '1',
      [`${vendor}-unified-reset`]: '1763805600',
      [`${vendor}-unified-status`]: 'allowed',
    };
    expect(readAll(headers)).toEqual([
      { measure: 'requests', window: '', limit: 50, remaining: 0, resetsInMs: 30_000 },
      { measure: 'input_tokens', window: '', limit: 40_000, remaining: 39_000, resetsInMs: 0 },
      { measure: 'output_tokens', window: '', limit: null, remaining: 8_000, resetsInMs: null },
    ]);
  });

  test('windows in the name and seconds with decimals (Cerebras, 2026)', () => {
    const headers = {
      'x-ratelimit-limit-requests-day': '14400',
      'x-ratelimit-remaining-requests-day': '14399',
      'x-ratelimit-reset-requests-day': '33011.382867097855',
      'x-ratelimit-remaining-tokens-minute': '59000',
      'x-ratelimit-reset-tokens-minute': '11.5',
    };
    expect(readAll(headers)).toEqual([
      { measure: 'requests', window: 'day', limit: 14_400, remaining: 14_399, resetsInMs: 33_011_382.867097855 },
      { measure: 'tokens', window: 'minute', limit: null, remaining: 59_000, resetsInMs: 11_500 },
    ]);
  });

  test.each([
    ['12ms', 12],
    ['1s', 1_000],
    ['6m0s', 360_000],
    ['1h2m3.5s', 3_723_500],
    ['2d', 172_800_000],
    ['0.5', 500],
    ['Sun, 22 Nov 2026 10:00:05 GMT', 5_000],
    ['2026-11-22T10:00:05+00:00', 5_000],
    ['s', null],
    ['1m2', null],
    ['1..2s', null],
    ['1x', null],
    ['', null],
    ['never', null],
    ['1s '.repeat(40), null],
  ])('a reset of %j is %s ms', (value, ms) => {
    expect(readAll({ 'x-ratelimit-reset': value })).toMatchObject([{ resetsInMs: ms }]);
  });

  test('names without a measure mean requests; resets since 1970 in seconds or milliseconds', () => {
    const seconds = { 'x-ratelimit-remaining': '3', 'x-ratelimit-reset': String(NOW / 1_000 + 20) };
    const milliseconds = { 'x-ratelimit-remaining': '3', 'x-ratelimit-reset': String(NOW + 20_000) };
    for (const headers of [seconds, milliseconds]) {
      expect(readAll(headers)).toEqual([
        { measure: 'requests', window: '', limit: null, remaining: 3, resetsInMs: 20_000 },
      ]);
    }
    expect(readAll({ 'x-tokenlimit-remaining': '9' })).toMatchObject([{ measure: 'tokens', remaining: 9 }]);
  });

  test('-1 and nonsense mean that nobody knows (Azure)', () => {
    const headers = {
      'x-ratelimit-limit-requests': '-1',
      'x-ratelimit-remaining-requests': '-1',
      'x-ratelimit-reset-requests': 'soon',
      'x-ratelimit-remaining-tokens': '',
      'x-ratelimit-limit-tokens': ['1', '2'],
    };
    expect(readAll(headers)).toEqual([
      { measure: 'requests', window: '', limit: null, remaining: null, resetsInMs: null },
      { measure: 'tokens', window: '', limit: null, remaining: null, resetsInMs: null },
    ]);
  });

  test('other headers say nothing, and no header throws or takes long', () => {
    expect(readAll({ date: 'x', 'retry-after': '7', 'content-type': 'text/html' })).toEqual([]);
    const word = fc.constantFrom('x', 'ratelimit', 'limit', 'remaining', 'reset', 'tokens', 'input', 'day', '5', '');
    const name = fc.array(word, { maxLength: 7 }).map((words) => words.join('-'));
    const value = fc.oneof(
      fc.string(),
      fc.constantFrom('1m', '9'.repeat(400), '1'.repeat(50_000)),
      fc.double().map(String),
    );
    fc.assert(
      fc.property(fc.dictionary(name, value), (headers) => {
        for (const { limit, remaining, resetsInMs } of readAll(headers)) {
          for (const number of [limit, remaining, resetsInMs]) {
            expect(number === null || (Number.isFinite(number) && number >= 0)).toBe(true);
          }
        }
      }),
    );
  });
});
