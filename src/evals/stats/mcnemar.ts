import { fairCoinCdf, fairCoinMass } from './distributions.ts';

/** Two systems on the same items, where exactly one of them was right. */
export interface Discordant {
  /** A wrong, B right. */
  n01: number;
  /** A right, B wrong. */
  n10: number;
}

export interface McNemar extends Discordant {
  /** Chi square with continuity correction, for comparison with other tools; the verdict rests on `midP`. */
  chiSquare: number;
  /** Two-sided exact binomial p on the discordant pairs. */
  exact: number;
  /** Mid-p, which is less conservative with few discordant pairs. */
  midP: number;
}

/** McNemar's test (Q. McNemar, Psychometrika 12, 1947), exact by the binomial. Without discordant pairs p is 1. */
export function mcnemar({ n01, n10 }: Discordant): McNemar {
  const discordant = n01 + n10;
  if (discordant === 0) return { n01, n10, chiSquare: 0, exact: 1, midP: 1 };
  const fewer = Math.min(n01, n10);
  const tail = fairCoinCdf(fewer, discordant);
  const chiSquare = Math.max(0, Math.abs(n01 - n10) - 1) ** 2 / discordant;
  return {
    n01,
    n10,
    chiSquare,
    exact: Math.min(1, 2 * tail),
    midP: Math.min(1, 2 * tail - fairCoinMass(fewer, discordant)),
  };
}
