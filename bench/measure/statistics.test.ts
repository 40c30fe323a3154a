import { describe, expect, it } from 'vitest';
import { differenceOf, fitLine, quantile, ratioOf, spreadOf } from './statistics.ts';

describe('spreadOf', () => {
  it('gives median, range and the rounds in their order', () => {
    expect(spreadOf([3, 1, 2])).toEqual({ median: 2, min: 1, max: 3, rounds: [3, 1, 2] });
    expect(spreadOf([4, 1])?.median).toBe(2.5);
    expect(spreadOf([])).toBe(null);
  });
});

describe('ratioOf', () => {
  it('divides round by round, so that a slow round of both does not change the ratio', () => {
    expect(ratioOf([40, 80, 42], [10, 20, 10])).toEqual({ median: 4, min: 4, max: 4.2, rounds: [4, 4, 4.2] });
  });

  it('leaves out rounds that have no partner or a zero below', () => {
    expect(ratioOf([40, 80], [10])?.rounds).toEqual([4]);
    expect(ratioOf([40], [0])).toBe(null);
  });
});

describe('differenceOf', () => {
  it('subtracts round by round', () => {
    expect(differenceOf([5, 9], [1, 2])?.rounds).toEqual([4, 7]);
  });
});

describe('quantile', () => {
  it('interpolates between neighbours', () => {
    expect(quantile([1, 2, 3, 4], 0.5)).toBe(2.5);
    expect(quantile([10], 0.99)).toBe(10);
    expect(quantile([], 0.5)).toBeNaN();
  });
});

describe('fitLine', () => {
  it('finds a line and says how well it fits', () => {
    const line = fitLine([1, 2, 4, 8].map((x) => ({ x, y: 3 * x + 1 })));
    expect(line.slope).toBeCloseTo(3);
    expect(line.intercept).toBeCloseTo(1);
    expect(line.r2).toBeCloseTo(1);
    expect(fitLine([1, 2, 4, 8].map((x) => ({ x, y: x * x }))).r2).toBeLessThan(0.97);
  });
});
