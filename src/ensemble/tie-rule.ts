import { createSeededRandom } from '../lib/seeded-random.ts';
import type { Candidate } from './candidate.ts';

export type TieRule = 'tie_evidence' | 'tie_cost' | 'tie_draw';

type Tied = Pick<Candidate, 'id' | 'evidence' | 'settlement'>;

/** Those of `candidates` with the highest value; null is unknown, and unknown does not rank. */
function best<Item extends Tied>(candidates: readonly Item[], rankOf: (candidate: Item) => number | null): Item[] {
  const values = candidates.map(rankOf);
  if (values.includes(null)) return [...candidates];
  const highest = Math.max(...(values as number[]));
  return candidates.filter((_, index) => values[index] === highest);
}

/**
 * One of several that nobody could tell apart: by the evidence of the request's cell where all have some, then the
 * cheaper, then by a draw from the request's seed, so that no place in the configuration wins.
 */
export function byTieRule<Item extends Tied>(candidates: readonly Item[], seed: number): { winner: Item; by: TieRule } {
  const byEvidence = best(candidates, ({ evidence }) => evidence?.quality ?? null);
  if (byEvidence.length === 1) return { winner: byEvidence[0] as Item, by: 'tie_evidence' };
  const byCost = best(byEvidence, ({ settlement }) => (settlement.costUsd === null ? null : -settlement.costUsd));
  if (byCost.length === 1) return { winner: byCost[0] as Item, by: 'tie_cost' };
  const names = byCost.map(({ id }) => id).join('');
  const random = createSeededRandom(`${seed} ${names}`);
  return { winner: byCost[random.integer(byCost.length)] as Item, by: 'tie_draw' };
}
