/** Cohen's kappa of two raters over the same items (J. Cohen, 1960). NaN where both gave one and the same label only. */
export function cohenKappa(first: readonly string[], second: readonly string[]): number {
  if (first.length !== second.length || first.length === 0) throw new RangeError('Two raters must rate the same items');
  const n = first.length;
  const agreed = first.filter((label, index) => label === second[index]).length / n;
  let chance = 0;
  for (const label of new Set([...first, ...second])) {
    chance += (count(first, label) / n) * (count(second, label) / n);
  }
  return (agreed - chance) / (1 - chance);
}

const count = (labels: readonly string[], wanted: string): number => labels.filter((label) => label === wanted).length;

/**
 * Fleiss' kappa (J. L. Fleiss, 1971): `ratings[item][category]` is how many raters chose it. Every item needs the same
 * number of raters, at least 2.
 */
export function fleissKappa(ratings: readonly (readonly number[])[]): number {
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
  return (agreement - chance) / (1 - chance);
}
