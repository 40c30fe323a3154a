import type { EvidenceRow } from '../../contracts/evidence.ts';
import { instrumentKey, poolOf } from './pool.ts';

/** What all that is not measured in the cell itself may weigh against it, in items. */
export const MOST_PRIOR_ITEMS = 20;

/**
 * How much better or worse than its rivals a target is expected to be, and how many items that expectation is worth.
 * Relative, because instruments differ in how hard they are: a high figure from an easy one is no reason to expect more.
 */
export interface Expectation {
  deviation: number;
  items: number;
}

const NOTHING_EXPECTED: Expectation = Object.freeze({ deviation: 0, items: 0 });

interface Figure {
  mean: number;
  n: number;
}

const meanOf = (figures: readonly (Figure | null)[]): number | null => {
  const known = figures.filter((figure) => figure !== null);
  // One figure alone compares nothing.
  return known.length < 2 ? null : known.reduce((sum, { mean }) => sum + mean, 0) / known.length;
};

/** Figures of all targets from one source become deviations from their mean. */
function deviations(figures: readonly (Figure | null)[]): (Figure | null)[] {
  const mean = meanOf(figures);
  return figures.map((figure) => (figure === null || mean === null ? null : { mean: figure.mean - mean, n: figure.n }));
}

function combine(before: Expectation, figure: Figure | null): Expectation {
  if (figure === null) return before;
  const items = Math.min(MOST_PRIOR_ITEMS, before.items);
  const total = items + figure.n;
  return { deviation: (items * before.deviation + figure.n * figure.mean) / total, items: total };
}

/**
 * Expectations from other instruments, published tables and claims: one for each target, in their order. Every source
 * counts at most as much as a prior may.
 */
export function expectationsFrom(priors: readonly (readonly EvidenceRow[])[]): Expectation[] {
  const sources = new Set(priors.flatMap((rows) => rows.map(instrumentKey)));
  const expected = priors.map((): { sum: number; items: number } => ({ sum: 0, items: 0 }));
  for (const source of [...sources].sort()) {
    const figures = priors.map((rows): Figure | null => {
      const pool = poolOf(rows.filter((row) => instrumentKey(row) === source));
      return pool === null ? null : { mean: pool.mean, n: Math.min(MOST_PRIOR_ITEMS, pool.n) };
    });
    for (const [place, figure] of deviations(figures).entries()) {
      const target = expected[place];
      if (figure === null || target === undefined) continue;
      target.sum += figure.mean * figure.n;
      target.items += figure.n;
    }
  }
  return expected.map(({ sum, items }) => (items === 0 ? NOTHING_EXPECTED : { deviation: sum / items, items }));
}

/** One level further down the cell: what was measured beside the path sharpens what is expected on it. */
export function sharpen(
  expected: readonly Expectation[],
  pools: readonly ({ mean: number; n: number } | null)[],
): Expectation[] {
  const beside = deviations(pools);
  return expected.map((expectation, place) => combine(expectation, beside[place] ?? null));
}
