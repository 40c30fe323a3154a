// Purpose: the distribution functions that intervals and tests need, and nothing else of statistics.
// May import: lib.
// Start with `studentQuantile`; all are functions of their arguments. The normal distribution is in lib/normal.ts.
// Accuracy: about 1e-10 for the incomplete beta, which is far below what a sample of prompts can tell.
// The statistics that use them stand beside this file, one a file; `verdict.ts` says what a comparison means.
import { normalQuantile } from '../../lib/normal.ts';

const LANCZOS = [
  676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059, 12.507343278686905,
  -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
];

/** ln of the gamma function for x > 0 (Lanczos, g = 7, n = 9). */
function logGamma(x: number): number {
  if (x < 0.5) return Math.log(Math.PI / Math.sin(Math.PI * x)) - logGamma(1 - x);
  const shifted = x - 1;
  let sum = 0.99999999999980993;
  for (const [index, coefficient] of LANCZOS.entries()) sum += coefficient / (shifted + index + 1);
  const t = shifted + 7.5;
  return 0.5 * Math.log(2 * Math.PI) + (shifted + 0.5) * Math.log(t) - t + Math.log(sum);
}

/** ln of the beta function. */
export const logBeta = (a: number, b: number): number => logGamma(a) + logGamma(b) - logGamma(a + b);

/** Regularised incomplete beta I_x(a, b): the chance that a Beta(a, b) is at most x (continued fraction, Lentz). */
export function betaCdf(x: number, a: number, b: number): number {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  // The fraction converges fast only on this side of the mean.
  if (x > (a + 1) / (a + b + 2)) return 1 - betaCdf(1 - x, b, a);
  const front = Math.exp(a * Math.log(x) + b * Math.log1p(-x) - logBeta(a, b)) / a;
  return front * betaFraction(x, a, b);
}

const TINY = 1e-300;
const awayFromZero = (value: number): number => (Math.abs(value) < TINY ? TINY : value);

function betaFraction(x: number, a: number, b: number): number {
  let c = 1;
  let d = 1 / awayFromZero(1 - ((a + b) * x) / (a + 1));
  let result = d;
  for (let m = 1; m <= 300; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / awayFromZero(1 + even * d);
    c = awayFromZero(1 + even / c);
    result *= d * c;
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / awayFromZero(1 + odd * d);
    c = awayFromZero(1 + odd / c);
    const factor = d * c;
    result *= factor;
    if (Math.abs(factor - 1) < 1e-14) break;
  }
  return result;
}

/** The chance that Student's t with `degrees` of freedom is at most t. */
export function studentCdf(t: number, degrees: number): number {
  const tail = 0.5 * betaCdf(degrees / (degrees + t * t), degrees / 2, 0.5);
  return t > 0 ? 1 - tail : tail;
}

/** t with studentCdf(t) = p. From 1e6 degrees on the normal one, which is the same to six digits. */
export function studentQuantile(p: number, degrees: number): number {
  if (degrees >= 1e6) return normalQuantile(p);
  return invert((t) => studentCdf(t, degrees), p, -1e4, 1e4);
}

function invert(distribution: (x: number) => number, p: number, from: number, to: number): number {
  if (!(p > 0 && p < 1)) throw new RangeError('A quantile needs a probability strictly between 0 and 1');
  let low = from;
  let high = to;
  for (let step = 0; step < 100 && high - low > 1e-12 * Math.max(1, Math.abs(low)); step++) {
    const middle = (low + high) / 2;
    if (distribution(middle) < p) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** The chance of at most k successes in n fair tosses, exact up to rounding, also where it is tiny. */
export function fairCoinCdf(k: number, n: number): number {
  if (k < 0) return 0;
  if (k >= n) return 1;
  let sum = 0;
  for (let successes = 0; successes <= k; successes++) sum += fairCoinMass(successes, n);
  return Math.min(1, sum);
}

/** The chance of exactly k successes in n fair tosses. */
export const fairCoinMass = (k: number, n: number): number =>
  Math.exp(logGamma(n + 1) - logGamma(k + 1) - logGamma(n - k + 1) - n * Math.LN2);
