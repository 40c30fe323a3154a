import { normalQuantile } from '../../lib/normal.ts';
import { wilsonInterval } from '../../lib/wilson.ts';
import { clusteredMean, effectiveNumber } from './clustered-error.ts';
import { studentQuantile } from './distributions.ts';

export interface ClusteredShare {
  estimate: number;
  low: number;
  high: number;
  n: number;
  clusters: number;
  /** Independent items of equal weight that would tell as much; at least 1. */
  effective: number;
}

interface Items {
  /** One name an item: those of one cluster are not independent. */
  clusters?: readonly string[] | undefined;
  /** How many of a frame each item stands for. */
  weights?: readonly number[] | undefined;
  alpha?: number;
}

/**
 * A share of items that belong together or count unlike, each 0 or 1: the wider, at each end, of Student's t (which knows
 * clusters and weights) and Wilson's limits at as many independent items (which knows that four right answers are no
 * proof of four hundred). Without any spread the clusters alone are what was seen independently.
 */
export function clusteredShare(values: readonly number[], { clusters, weights, alpha = 0.05 }: Items): ClusteredShare {
  const { mean, standardError, n, clusters: count, degrees } = clusteredMean(values, clusters, weights);
  const reach = degrees < 1 ? Number.POSITIVE_INFINITY : studentQuantile(1 - alpha / 2, degrees) * standardError;
  const most = weights === undefined ? n : effectiveNumber(weights);
  const known = standardError > 0 ? (mean * (1 - mean)) / standardError ** 2 : count;
  const effective = Math.max(1, Math.min(most, known));
  const share = Math.min(1, Math.max(0, mean));
  const wilson = wilsonInterval(share * effective, effective, normalQuantile(1 - alpha / 2));
  return {
    estimate: mean,
    low: Math.max(0, Math.min(mean - reach, wilson.low)),
    high: Math.min(1, Math.max(mean + reach, wilson.high)),
    n,
    clusters: count,
    effective,
  };
}
