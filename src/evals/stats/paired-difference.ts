import { clusteredMean } from './clustered-error.ts';
import { studentQuantile } from './distributions.ts';
import { type McNemar, mcnemar } from './mcnemar.ts';

export interface PairedDifference {
  /** Mean of B - A. */
  difference: number;
  standardError: number;
  low: number;
  high: number;
  n: number;
  clusters: number;
  /** Only where all scores are 0 or 1. */
  mcnemar: McNemar | null;
}

/**
 * B against A on the same items, in the same order. The interval is Student's t on the per-item differences, clustered
 * where clusters are given and weighted where items stand for unlike numbers of a frame. `alpha` .05 gives 95 %. Throws RangeError when the lists do not belong together.
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
    n,
    clusters: count,
    mcnemar: [...a, ...b].every((score) => score === 0 || score === 1) ? mcnemar(discordantPairs(a, b)) : null,
  };
}

function discordantPairs(a: readonly number[], b: readonly number[]): { n01: number; n10: number } {
  let n01 = 0;
  let n10 = 0;
  for (const [index, score] of a.entries()) {
    if (score < (b[index] as number)) n01 += 1;
    else if (score > (b[index] as number)) n10 += 1;
  }
  return { n01, n10 };
}

/** B against A on different items: what is left when pairs cannot be formed. Normal interval of two proportions or means. */
export function unpairedStandardError(a: readonly number[], b: readonly number[]): number {
  return Math.hypot(clusteredMean(a).standardError, clusteredMean(b).standardError);
}
