import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Histogram } from './histogram.ts';

const TOLERANCE = 0.02 + 1e-9;
const value = fc.double({ min: 0.01, max: 1e7, noNaN: true });

function filled(values: readonly number[]): Histogram {
  const histogram = new Histogram();
  for (const one of values) histogram.record(one);
  return histogram;
}

function trueQuantile(values: readonly number[], q: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(1, Math.ceil(q * sorted.length)) - 1] as number;
}

describe('quantiles', () => {
  test('are within 2 % of the sample of that rank, for values over nine orders of magnitude', () => {
    const spread = fc.oneof(
      value,
      fc.double({ min: -2, max: 7, noNaN: true }).map((power) => 10 ** power),
    );
    fc.assert(
      fc.property(
        fc.array(spread, { minLength: 1, maxLength: 200 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (values, q) => {
          const expected = trueQuantile(values, q);
          const estimate = filled(values).quantile(q) as number;
          expect(Math.abs(estimate - expected) / expected).toBeLessThanOrEqual(TOLERANCE);
        },
      ),
      { numRuns: 1000 },
    );
  });

  test('of one value are that value', () => {
    const histogram = filled([123.456]);
    for (const q of [0, 0.5, 1]) expect(histogram.quantile(q)).toBe(123.456);
  });

  test('never leave the range of what was recorded', () => {
    fc.assert(
      fc.property(fc.array(value, { minLength: 1 }), (values) => {
        const histogram = filled(values);
        expect(histogram.quantile(0)).toBeGreaterThanOrEqual(Math.min(...values));
        expect(histogram.quantile(1)).toBeLessThanOrEqual(Math.max(...values));
      }),
    );
  });

  test('are unknown without values', () => {
    expect(new Histogram().quantile(0.5)).toBeNull();
    expect(new Histogram().min).toBeNull();
    expect(new Histogram().max).toBeNull();
  });

  test.each([-0.1, 1.1, Number.NaN])('refuse q = %d', (q) => {
    expect(() => filled([1]).quantile(q)).toThrow(RangeError);
  });
});

describe('records', () => {
  test('count and add up exactly', () => {
    const histogram = filled([1, 2, 3.5]);
    expect([histogram.count, histogram.sum, histogram.min, histogram.max]).toEqual([3, 6.5, 1, 3.5]);
  });

  test('outside the range count as its ends', () => {
    const histogram = new Histogram({ lowest: 1, highest: 100 });
    for (const one of [-5, 0, 0.5]) histogram.record(one);
    expect(histogram.quantile(1)).toBe(1);
    for (const one of [1e3, 1e9, 1e300]) histogram.record(one);
    expect(histogram.quantile(0.5)).toBe(1);
    expect(histogram.quantile(1)).toBeCloseTo(100, -1);
    expect([histogram.count, histogram.min, histogram.max]).toEqual([6, -5, 1e300]);
  });

  test('that are no finite number are left out', () => {
    expect(filled([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]).count).toBe(0);
  });

  test('are forgotten on reset', () => {
    const histogram = filled([1, 2, 3]);
    histogram.reset();
    expect([histogram.count, histogram.sum, histogram.quantile(0.5)]).toEqual([0, 0, null]);
    histogram.record(7);
    expect([histogram.count, histogram.min, histogram.max, histogram.quantile(1)]).toEqual([1, 7, 7, 7]);
  });
});

describe('merge', () => {
  test('gives what recording all values in one would', () => {
    fc.assert(
      fc.property(fc.array(value), fc.array(value), fc.double({ min: 0, max: 1, noNaN: true }), (left, right, q) => {
        const merged = filled(left);
        merged.merge(filled(right));
        const together = filled([...left, ...right]);
        expect(merged.quantile(q)).toBe(together.quantile(q));
        expect([merged.count, merged.min, merged.max]).toEqual([together.count, together.min, together.max]);
        expect(merged.sum).toBeCloseTo(together.sum, 3);
      }),
    );
  });

  test('refuses another range', () => {
    expect(() => new Histogram().merge(new Histogram({ highest: 100 }))).toThrow(RangeError);
  });
});

test.each([
  { lowest: 0 },
  { lowest: -1 },
  { lowest: 5, highest: 5 },
  { highest: Number.POSITIVE_INFINITY },
  { lowest: Number.NaN },
])('a histogram of the range %j is refused', (range) => {
  expect(() => new Histogram(range)).toThrow(RangeError);
});
