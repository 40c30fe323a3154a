import { clusteredMean } from './clustered-error.ts';
import { studentCdf, studentQuantile } from './distributions.ts';

export interface PairedDifference {
  /** Mean of B - A. */
  difference: number;
  standardError: number;
  low: number;
  high: number;
  /** Two-sided, by Student's t. 1 where there is no knowing: fewer than two clusters, or no difference at all. */
  p: number;
  n: number;
  clusters: number;
}

/**
 * B against A on the same items, in the same order. The interval is Student's t on the per-item differences, clustered
 * where clusters are given and weighted where items stand for unlike numbers of a frame. `alpha` .05 gives 95 %.
 * Throws RangeError when the lists do not belong together.
 */
export function pairedDifference(
  a: readonly number[],
  b: readonly number[],
  alpha: number,
  clusters?: readonly string[],
  weights?: readonly number[],
): PairedDifference {
  if (a.length !== b.length || a.length === 0) throw new RangeError('A paired comparison needs the same items twice');
  const differences = a.map((score, index) => (b[index] as number) - score);
  const { mean, standardError, n, clusters: count, degrees } = clusteredMean(differences, clusters, weights);
  const reach = degrees < 1 ? Number.POSITIVE_INFINITY : studentQuantile(1 - alpha / 2, degrees) * standardError;
  return {
    difference: mean,
    standardError,
    low: Math.max(-1, mean - reach),
    high: Math.min(1, mean + reach),
    // Without any spread a difference is certain, and no difference says nothing.
    p: degrees < 1 || mean === 0 ? 1 : 2 * studentCdf(-Math.abs(mean) / standardError, degrees),
    n,
    clusters: count,
  };
}

/** B against A on different items: what is left when pairs cannot be formed. Normal interval of two proportions or means. */
export function unpairedStandardError(a: readonly number[], b: readonly number[]): number {
  return Math.hypot(clusteredMean(a).standardError, clusteredMean(b).standardError);
}
