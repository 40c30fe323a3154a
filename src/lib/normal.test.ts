import { describe, expect, test } from 'vitest';
import { normalCdf, normalQuantile } from './normal.ts';

describe('normalCdf', () => {
  // Abramowitz and Stegun, "Handbook of Mathematical Functions" (1964), table 26.1.
  test.each([
    [0, 0.5],
    [1, 0.841344746],
    [1.959964, 0.975],
    [-1.2815516, 0.1],
    [3, 0.998650102],
    [-5, 2.866515719e-7],
  ])('of %f is %f', (z, p) => {
    expect(normalCdf(z)).toBeCloseTo(p, 7);
  });
});

describe('normalQuantile', () => {
  test.each([0.001, 0.1, 0.5, 0.9, 0.975, 0.9999])('finds the point below which %f lies', (p) => {
    expect(normalCdf(normalQuantile(p))).toBeCloseTo(p, 10);
  });

  test('refuses certainties, which no point has', () => {
    expect(() => normalQuantile(0)).toThrow(RangeError);
    expect(() => normalQuantile(1)).toThrow(RangeError);
  });
});
