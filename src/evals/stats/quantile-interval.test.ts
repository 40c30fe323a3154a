import { expect, it } from 'vitest';
import { createSeededRandom } from '../../lib/seeded-random.ts';
import { quantileRanks } from './quantile-interval.ts';

it('gives the ranks of the tables for the median', () => {
  expect(quantileRanks(5, 0.5)).toEqual({ low: null, high: null });
  expect(quantileRanks(6, 0.5)).toEqual({ low: 0, high: 5 });
  expect(quantileRanks(10, 0.5)).toEqual({ low: 1, high: 8 });
  expect(quantileRanks(100, 0.5)).toEqual({ low: 39, high: 60 });
});

it('leaves the end open where so few items cannot reach so far out', () => {
  expect(quantileRanks(71, 0.95).high).toBeNull();
  expect(quantileRanks(72, 0.95).high).toBe(71);
  expect(quantileRanks(1, 0.95)).toEqual({ low: null, high: null });
  expect(quantileRanks(0, 0.5)).toEqual({ low: null, high: null });
});

it('covers the quantile as often as it promises', () => {
  const random = createSeededRandom(5);
  const { low, high } = quantileRanks(120, 0.95);
  let covered = 0;
  for (let round = 0; round < 2_000; round++) {
    const items = Float64Array.from({ length: 120 }, () => random.next()).sort();
    if ((items[low as number] as number) <= 0.95 && (items[high as number] as number) >= 0.95) covered += 1;
  }
  expect(covered / 2_000).toBeGreaterThan(0.94);
});
