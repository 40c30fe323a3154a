import { betaCdf } from './distributions.ts';

/** An interval between two of the items: the ranks, from 0; null: no item is so far out, so that the end is open. */
export interface RankInterval {
  low: number | null;
  high: number | null;
}

/**
 * Which of n independent ordered items surely lie on either side of the p-quantile, whatever their distribution: by the
 * binomial number of items below it (Conover, Practical Nonparametric Statistics, 3.2). Of fewer than 72 items none is known
 * to be above the .95 quantile at 95 %, which a bootstrap does not say.
 */
export function quantileRanks(n: number, p: number, alpha = 0.05): RankInterval {
  // Chance that at most k of n items lie below the quantile.
  const atMost = (k: number): number => (k < 0 ? 0 : k >= n ? 1 : betaCdf(1 - p, n - k, k + 1));
  const low = firstOf(n, (rank) => atMost(rank) > alpha / 2) - 1;
  const high = firstOf(n, (rank) => 1 - atMost(rank) <= alpha / 2);
  return { low: low === -1 ? null : low, high: high === n ? null : high };
}

/** The first of the ranks below n for which `holds`, as for all behind it; n: for none. */
function firstOf(n: number, holds: (rank: number) => boolean): number {
  let [low, high] = [0, n];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (holds(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}
