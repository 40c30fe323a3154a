import type { Interference } from './interference.ts';
import { type Durations, type Pooled, type PooledPair, pooledQuantile } from './pooled-quantile.ts';
import { quantile, type Spread, spreadOf } from './statistics.ts';

/** The same traffic twice within one round, once as usual and once with something going on or in between. */
export interface PairedRound extends PooledPair {
  usual: Durations;
  changed: Durations;
  /** Share of the machine, 0 to 1, that others took or the host kept, in the worse of the two. */
  disturbed: number;
}

export interface PairedVerdict {
  /** Of what `combine` makes of the two percentiles of a round, over the rounds that count; null: too few do. */
  perRound: Spread | null;
  /** The same of all these rounds together. */
  pooled: Pooled | null;
  counted: number;
  /** Rounds that others disturbed, or that have no answers, and that say nothing. */
  leftOut: number;
}

/** Fewer have no median worth the name. */
const LEAST_ROUNDS = 3;
/**
 * The slowest hundredth of the requests is what is looked at. Others that have a fiftieth of two cores may have the one on
 * which the gateway runs for a twenty-fifth of the time: more, and the figure is theirs. On a machine left alone others take
 * less than one in a hundred.
 */
export const MOST_DISTURBED = 0.02;

export const disturbanceOf = (...of: readonly Interference[]): number =>
  Math.max(...of.map(({ others, stolen }) => others + stolen));

/** Percentiles compared within each round, and over all of them, of the rounds in which the machine was left alone. */
export function judgePairs(
  rounds: readonly PairedRound[],
  q: number,
  combine: (changed: number, usual: number) => number,
): PairedVerdict {
  const counted = rounds.filter(
    ({ disturbed, usual, changed }) => disturbed <= MOST_DISTURBED && usual.length > 0 && changed.length > 0,
  );
  const enough = counted.length >= LEAST_ROUNDS;
  const ofOne = (round: PairedRound): number => combine(quantileOf(round.changed, q), quantileOf(round.usual, q));
  return {
    perRound: enough ? spreadOf(counted.map(ofOne)) : null,
    pooled: enough ? pooledQuantile(counted, q, combine) : null,
    counted: counted.length,
    leftOut: rounds.length - counted.length,
  };
}

const quantileOf = (durations: Durations, q: number): number =>
  quantile(
    [...durations].sort((a, b) => a - b),
    q,
  );
