import fc from 'fast-check';
import { expect, test } from 'vitest';
import { FirstTokenTimes, firstTokenLimitMs } from './first-token-times.ts';

test('the limit is 60 s while fewer than 20 streams are known', () => {
  const times = new FirstTokenTimes();
  for (let i = 0; i < 19; i += 1) times.record(100, 0);
  expect(times.quantiles(0)).toBeNull();
  expect(firstTokenLimitMs(times.quantiles(0))).toBe(60_000);
  times.record(100, 0);
  expect(times.quantiles(0)?.samples).toBe(20);
});

test('the limit is three times the 99th percentile within 5 and 120 s', () => {
  const limitOf = (ms: number): number => {
    const times = new FirstTokenTimes();
    for (let i = 0; i < 50; i += 1) times.record(ms, 0);
    return firstTokenLimitMs(times.quantiles(0));
  };
  expect(limitOf(200)).toBe(5_000);
  expect(limitOf(90_000)).toBe(120_000);
  expect(limitOf(4_000)).toBeGreaterThan(12_000 * 0.97);
  expect(limitOf(4_000)).toBeLessThan(12_000 * 1.03);
});

test('p95 and p99 are within 2 % of a true sample of that rank', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 500_000 }), { minLength: 20, maxLength: 400 }), (samples) => {
      const times = new FirstTokenTimes();
      for (const ms of samples) times.record(ms, 0);
      const sorted = [...samples].sort((a, b) => a - b);
      const at = (q: number): number => sorted[Math.ceil(q * sorted.length) - 1] as number;
      const found = times.quantiles(0);
      for (const [value, truth] of [
        [found?.p95Ms, at(0.95)],
        [found?.p99Ms, at(0.99)],
      ] as const) {
        expect(Math.abs((value as number) - truth)).toBeLessThanOrEqual(truth * 0.021 + 0.5);
      }
    }),
    { numRuns: 50 },
  );
});

test('samples are kept for 5 minutes at least and forgotten after 10', () => {
  const times = new FirstTokenTimes();
  for (let i = 0; i < 30; i += 1) times.record(100, 0);
  expect(times.quantiles(299_999)?.samples).toBe(30);
  for (let i = 0; i < 30; i += 1) times.record(900, 400_000);
  expect(times.quantiles(400_000)?.samples).toBe(60);
  expect(times.quantiles(700_001)?.p50Ms).toBeGreaterThan(800);
  expect(times.quantiles(2_000_000)).toBeNull();
});
