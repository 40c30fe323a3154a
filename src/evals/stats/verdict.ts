/** What a comparison of B with A says. Never a bold maximum: the four words are all there are. */
export type Verdict = 'better' | 'worse' | 'equivalent' | 'not_enough_data';

/**
 * Reads an interval of the difference B - A against a margin that was fixed before the first call. `equivalent` means
 * that the whole interval lies within the margin, also where it excludes 0: a difference that was declared not to
 * matter is not called better.
 */
export function verdictOf({ low, high }: { low: number; high: number }, margin: number): Verdict {
  if (!(low <= high)) return 'not_enough_data';
  if (low > -margin && high < margin) return 'equivalent';
  if (low > 0) return 'better';
  return high < 0 ? 'worse' : 'not_enough_data';
}
