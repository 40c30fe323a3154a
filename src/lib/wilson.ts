/** A confidence interval of a proportion, within [0, 1]. */
export interface ProportionInterval {
  low: number;
  high: number;
}

// The 97.5 % point of the normal distribution: two-sided 95 %.
const Z_95 = 1.959964;

/**
 * Wilson's score interval for a proportion of `successes` in `n` trials, without continuity correction (E. B. Wilson,
 * "Probable inference, the law of succession, and statistical inference", JASA 22, 1927). `z` is the normal quantile:
 * 1.959964 for 95 % two-sided. Without trials nothing is known: [0, 1].
 * Throws RangeError unless 0 <= successes <= n.
 */
export function wilsonInterval(successes: number, n: number, z: number = Z_95): ProportionInterval {
  if (!(successes >= 0 && successes <= n && Number.isFinite(n))) {
    throw new RangeError(`There cannot be ${successes} successes in ${n} trials`);
  }
  if (n === 0) return { low: 0, high: 1 };
  const proportion = successes / n;
  const zSquared = z * z;
  const centre = proportion + zSquared / (2 * n);
  const spread = z * Math.sqrt((proportion * (1 - proportion)) / n + zSquared / (4 * n * n));
  const scale = 1 + zSquared / n;
  // Where every trial went one way the bound is exact; the formula would miss it by a rounding error.
  return {
    low: successes === 0 ? 0 : Math.max(0, (centre - spread) / scale),
    high: successes === n ? 1 : Math.min(1, (centre + spread) / scale),
  };
}
