/** Median and range of what the rounds of one run gave. */
export interface Spread {
  median: number;
  min: number;
  max: number;
  rounds: number[];
}

/** Spread of values taken once per round; null when there is none. */
export function spreadOf(values: readonly number[]): Spread | null {
  if (values.length === 0) return null;
  const sorted = [...values].sort((a, b) => a - b);
  return { median: quantile(sorted, 0.5), min: sorted[0] ?? NaN, max: sorted.at(-1) ?? NaN, rounds: [...values] };
}

/** Ratio round by round, then its spread: rounds of one run share the machine's mood, medians of different rounds do not. */
export function ratioOf(numerators: readonly number[], denominators: readonly number[]): Spread | null {
  const ratios: number[] = [];
  for (const [round, numerator] of numerators.entries()) {
    const denominator = denominators[round];
    if (denominator !== undefined && denominator > 0) ratios.push(numerator / denominator);
  }
  return spreadOf(ratios);
}

/** Difference round by round, then its spread. */
export function differenceOf(minuends: readonly number[], subtrahends: readonly number[]): Spread | null {
  const differences: number[] = [];
  for (const [round, minuend] of minuends.entries()) {
    const subtrahend = subtrahends[round];
    if (subtrahend !== undefined) differences.push(minuend - subtrahend);
  }
  return spreadOf(differences);
}

/** Quantile of sorted values, interpolated linearly (type 7 of Hyndman and Fan 1996). */
export function quantile(sorted: readonly number[], q: number): number {
  const position = (sorted.length - 1) * q;
  const low = sorted[Math.floor(position)];
  const high = sorted[Math.ceil(position)];
  if (low === undefined || high === undefined) return NaN;
  return low + (high - low) * (position - Math.floor(position));
}

/** Least-squares line through points, with the share of variance that it explains. */
export function fitLine(points: readonly { x: number; y: number }[]): { slope: number; intercept: number; r2: number } {
  const n = points.length;
  const meanX = points.reduce((sum, { x }) => sum + x, 0) / n;
  const meanY = points.reduce((sum, { y }) => sum + y, 0) / n;
  let sxx = 0;
  let sxy = 0;
  let syy = 0;
  for (const { x, y } of points) {
    sxx += (x - meanX) ** 2;
    sxy += (x - meanX) * (y - meanY);
    syy += (y - meanY) ** 2;
  }
  const slope = sxy / sxx;
  return { slope, intercept: meanY - slope * meanX, r2: syy === 0 ? 1 : (sxy * sxy) / (sxx * syy) };
}
