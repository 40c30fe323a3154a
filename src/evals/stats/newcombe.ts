import { normalQuantile } from '../../lib/normal.ts';
import { wilsonInterval } from '../../lib/wilson.ts';

/** Of the same items: both right, only A, only B, neither. */
export interface PairedCounts {
  both: number;
  onlyA: number;
  onlyB: number;
  neither: number;
}

/**
 * Interval of B - A for two proportions on the same items (R. G. Newcombe, Statistics in Medicine 17, 1998, method 10:
 * Wilson's limits of each, squared and added with their correlation). Other than Student's t it does not shrink to a
 * point where the two never differ: three items without a difference are no proof that there is none.
 */
export function newcombePaired(
  { both, onlyA, onlyB, neither }: PairedCounts,
  alpha: number,
): { low: number; high: number } {
  const n = both + onlyA + onlyB + neither;
  if (n === 0) return { low: -1, high: 1 };
  const z = normalQuantile(1 - alpha / 2);
  const a = both + onlyA;
  const b = both + onlyB;
  const first = wilsonInterval(b, n, z);
  const second = wilsonInterval(a, n, z);
  const difference = (onlyB - onlyA) / n;
  const phi = correlation(both, onlyA, onlyB, neither, n);
  const bDown = b / n - first.low;
  const bUp = first.high - b / n;
  const aDown = a / n - second.low;
  const aUp = second.high - a / n;
  const reach = (left: number, right: number): number =>
    Math.sqrt(Math.max(0, left * left - 2 * phi * left * right + right * right));
  return {
    low: Math.max(-1, difference - reach(bDown, aUp)),
    high: Math.min(1, difference + reach(bUp, aDown)),
  };
}

/** Newcombe's phi: corrected downwards where it is positive, 0 where a margin is empty. */
function correlation(both: number, onlyA: number, onlyB: number, neither: number, n: number): number {
  const margins = (both + onlyA) * (onlyB + neither) * (both + onlyB) * (onlyA + neither);
  if (margins === 0) return 0;
  const numerator = both * neither - onlyA * onlyB;
  const corrected = numerator > n / 2 ? numerator - n / 2 : numerator >= 0 ? 0 : numerator;
  return corrected / Math.sqrt(margins);
}
