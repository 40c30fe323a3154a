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
 */
export function clusteredMean(values: readonly number[], clusters?: readonly string[]): MeanEstimate {
  const n = values.length;
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  const sums = new Map<string, number>();
  for (const [index, value] of values.entries()) {
    const cluster = clusters?.[index] ?? String(index);
    sums.set(cluster, (sums.get(cluster) ?? 0) + (value - mean));
  }
  const count = sums.size;
  let squares = 0;
  for (const sum of sums.values()) squares += sum * sum;
  const standardError = count < 2 ? Number.NaN : Math.sqrt((squares * count) / (count - 1)) / n;
  return { mean, standardError, n, clusters: count, degrees: count - 1 };
}
