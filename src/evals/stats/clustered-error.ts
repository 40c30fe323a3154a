/** A mean with its standard error; `degrees` of freedom are those of Student's t. */
export interface MeanEstimate {
  mean: number;
  standardError: number;
  n: number;
  clusters: number;
  degrees: number;
}

/**
 * Mean and standard error where items of one cluster (document, user, template) are not independent: the squares of the
 * clusters' summed deviations, times C/(C-1), with C - 1 degrees of freedom (arXiv:2411.00640, appendix A). Where every
 * item is its own cluster this is sd / sqrt(n). With fewer than two clusters the error is NaN: nobody can know it.
 *
 * `weights`: how many of a frame each item stands for. The mean is then Hajek's, the sum of weighted values by the sum of
 * weights, and the error that of its linear form. That strata were drawn apart is not used, which makes the error a
 * little too large rather than too small.
 */
export function clusteredMean(
  values: readonly number[],
  clusters?: readonly string[],
  weights?: readonly number[],
): MeanEstimate {
  const n = values.length;
  const weightOf = (index: number): number => weights?.[index] ?? 1;
  const total = values.reduce((sum, _, index) => sum + weightOf(index), 0);
  const mean = values.reduce((sum, value, index) => sum + weightOf(index) * value, 0) / total;
  const sums = new Map<string, number>();
  for (const [index, value] of values.entries()) {
    const cluster = clusters?.[index] ?? String(index);
    sums.set(cluster, (sums.get(cluster) ?? 0) + weightOf(index) * (value - mean));
  }
  const count = sums.size;
  let squares = 0;
  for (const sum of sums.values()) squares += sum * sum;
  const standardError = count < 2 ? Number.NaN : Math.sqrt((squares * count) / (count - 1)) / total;
  return { mean, standardError, n, clusters: count, degrees: count - 1 };
}

/** Kish's effective number of items: how many of equal weight would tell as much. */
export function effectiveNumber(weights: readonly number[]): number {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const squares = weights.reduce((sum, weight) => sum + weight * weight, 0);
  return squares === 0 ? 0 : (total * total) / squares;
}
