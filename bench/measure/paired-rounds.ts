import { type Spread, spreadOf } from './statistics.ts';

/** One figure taken twice in a row, once as usual and once with something going on. */
export interface PairedRound {
  usual: number;
  changed: number;
  /** Share of the machine, 0 to 1, that others took or the host kept, in the worse of the two. */
  disturbed: number;
}

interface PairedVerdict {
  /** Of `changed / usual`, over the rounds that count; null: too few do. */
  ratio: Spread | null;
  /** Rounds that others disturbed, and that say nothing. */
  leftOut: number;
}

/** Fewer have no median worth the name. */
const LEAST_ROUNDS = 3;

/**
 * The ratio round by round, of the rounds in which the machine was left alone: what others do to one half of a round and
 * not to the other is larger than what is looked for.
 */
export function judgePairs(rounds: readonly PairedRound[], mostDisturbed: number): PairedVerdict {
  const counted = rounds.filter(({ disturbed, usual }) => disturbed <= mostDisturbed && usual > 0);
  const ratio = counted.length < LEAST_ROUNDS ? null : spreadOf(counted.map(({ changed, usual }) => changed / usual));
  return { ratio, leftOut: rounds.length - counted.length };
}
