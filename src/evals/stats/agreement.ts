import { createSeededRandom } from '../../lib/seeded-random.ts';
import { quantile } from './bootstrap.ts';

/**
 * Cohen's kappa of two raters over the same items (J. Cohen, 1960). null where both gave one and the same label only:
 * what chance alone would have brought cannot be told from what they agreed on.
 */
export function cohenKappa(first: readonly string[], second: readonly string[]): number | null {
  if (first.length !== second.length || first.length === 0) throw new RangeError('Two raters must rate the same items');
  const n = first.length;
  const agreed = first.filter((label, index) => label === second[index]).length / n;
  let chance = 0;
  for (const label of new Set([...first, ...second])) {
    chance += (count(first, label) / n) * (count(second, label) / n);
  }
  return aboveChance(agreed, chance);
}

/** null where chance explains everything; rounding may leave it a little short of 1. */
const aboveChance = (agreed: number, chance: number): number | null =>
  1 - chance < 1e-12 ? null : (agreed - chance) / (1 - chance);

const count = (labels: readonly string[], wanted: string): number => labels.filter((label) => label === wanted).length;

/**
 * Fleiss' kappa (J. L. Fleiss, 1971): `ratings[item][category]` is how many raters chose it. Every item needs the same
 * number of raters, at least 2. null where all gave one and the same category, as above.
 */
export function fleissKappa(ratings: readonly (readonly number[])[]): number | null {
  const raters = (ratings[0] ?? []).reduce((sum, value) => sum + value, 0);
  if (raters < 2 || ratings.some((row) => row.reduce((sum, value) => sum + value, 0) !== raters)) {
    throw new RangeError('Every item needs the same number of raters, at least two');
  }
  const shares: number[] = [];
  let agreement = 0;
  for (const row of ratings) {
    let squares = 0;
    for (const [category, votes] of row.entries()) {
      shares[category] = (shares[category] ?? 0) + votes / (ratings.length * raters);
      squares += votes * votes;
    }
    agreement += (squares - raters) / (raters * (raters - 1)) / ratings.length;
  }
  const chance = shares.reduce((sum, share) => sum + share * share, 0);
  return aboveChance(agreement, chance);
}

export interface AgreementInterval {
  /** null: undefined, since only one label was ever given. */
  estimate: number | null;
  /** null as above, and where most resamples leave it undefined. */
  low: number | null;
  high: number | null;
}

/**
 * A kappa with a percentile interval over resampled items. Resamples in which it is undefined are left out; where those
 * are more than half, the interval is unknown.
 */
export function kappaInterval<Item>(
  items: readonly Item[],
  kappa: (sample: readonly Item[]) => number | null,
  seed: number,
): AgreementInterval {
  const estimate = kappa(items);
  if (estimate === null) return { estimate, low: null, high: null };
  const random = createSeededRandom(seed);
  const values: number[] = [];
  for (let round = 0; round < RESAMPLES; round++) {
    const drawn = kappa(items.map(() => items[random.integer(items.length)] as Item));
    if (drawn !== null) values.push(drawn);
  }
  if (values.length < RESAMPLES / 2) return { estimate, low: null, high: null };
  values.sort((left, right) => left - right);
  return { estimate, low: quantile(values, 0.025), high: quantile(values, 0.975) };
}

const RESAMPLES = 1_000;
