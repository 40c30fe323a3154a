import { quantile } from './statistics.ts';

/** Durations of one round, or of one side of it, in any order. */
export type Durations = readonly number[];

export interface PooledPair {
  usual: Durations;
  changed: Durations;
}

export interface Pooled {
  value: number;
  /** 95 % of what other rounds of the same kind would have given. */
  low: number;
  high: number;
}

const RESAMPLES = 1_000;
const SEED = 0x2f6e_2b1d;

/**
 * A quantile of both sides, each over all rounds together, and what `combine` makes of them (a difference, a ratio).
 *
 * The 99th percentile of a round is its forty slowest requests of 4,000, which one pause of a few hundredths of a second
 * decides: rounds scatter by a factor of ten and their median says how often pauses fell into a round. Together they are a
 * sample of the traffic. Pauses come in runs, so that the interval is from drawing rounds anew, both sides of one together,
 * and not requests (bootstrap by clusters, percentile method; Davison and Hinkley 1997, 3.8). It is
 * too narrow for few rounds: with fewer than five read it as a hint.
 */
export function pooledQuantile(
  rounds: readonly PooledPair[],
  q: number,
  combine: (changed: number, usual: number) => number,
): Pooled | null {
  if (rounds.length === 0 || rounds.some(({ usual, changed }) => usual.length === 0 || changed.length === 0))
    return null;
  const sides = rounds.map(({ usual, changed }) => ({ usual: ascending(usual), changed: ascending(changed) }));
  const over = (drawn: typeof sides): number =>
    combine(
      quantileOfAll(
        drawn.map(({ changed }) => changed),
        q,
      ),
      quantileOfAll(
        drawn.map(({ usual }) => usual),
        q,
      ),
    );
  const next = randomIndex(SEED, sides.length);
  const drawn = Array.from({ length: RESAMPLES }, () =>
    over(sides.map(() => sides[next()] ?? sides[0]) as typeof sides),
  );
  drawn.sort((a, b) => a - b);
  return { value: over(sides), low: quantile(drawn, 0.025), high: quantile(drawn, 0.975) };
}

const ascending = (values: Durations): Float64Array => Float64Array.from(values).sort();

/** As `quantile` over all rounds at once; only what can be above it is merged. */
function quantileOfAll(rounds: readonly Float64Array[], q: number): number {
  const total = rounds.reduce((sum, round) => sum + round.length, 0);
  const position = (total - 1) * q;
  // From the top, the one below the position included.
  const wanted = total - Math.floor(position);
  const top = Float64Array.from(
    rounds.flatMap((round) => [...round.subarray(Math.max(0, round.length - wanted))]),
  ).sort();
  const low = top[top.length - wanted] ?? Number.NaN;
  const high = top[Math.min(top.length - 1, top.length - wanted + 1)] ?? low;
  return low + (high - low) * (position - Math.floor(position));
}

/** Mulberry32: the same rounds always give the same interval. */
function randomIndex(seed: number, length: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * length);
  };
}
