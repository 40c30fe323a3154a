import { wilsonInterval } from '../../lib/wilson.ts';
import type { Pool } from './pool.ts';
import { type Expectation, MOST_PRIOR_ITEMS } from './prior.ts';

/** What is believed about one deployment in one cell. */
export interface Posterior {
  mean: number;
  /** Items that the belief is worth, prior included. */
  items: number;
  /** Of the mean. */
  variance: number;
  /** Two-sided 95 % interval. */
  low: number;
  high: number;
  /** Where the prior alone puts it, and how many items it is worth. */
  prior: number;
  priorItems: number;
  pool: Pool;
}

/** Where nothing was measured, everything between 0 and 1 is equally likely: Beta(1, 1), two items. */
const START_ITEMS = 2;
/** A prior that says never or always would be believed for ever. */
const LEAST_PRIOR = 0.01;

const clamp = (value: number): number => Math.min(1 - LEAST_PRIOR, Math.max(LEAST_PRIOR, value));

/**
 * Beta posterior of a mean score: the cell's own items and a prior of at most 20. `centre` is the mean of all that were
 * measured in the cell, from which the expectation deviates.
 */
export function posteriorOf(pool: Pool, centre: number, expectation: Expectation): Posterior {
  const priorItems = Math.min(MOST_PRIOR_ITEMS, expectation.items);
  const prior = clamp(centre + expectation.deviation);
  const items = START_ITEMS + priorItems + pool.effectiveN;
  const mean = (START_ITEMS / 2 + priorItems * prior + pool.effectiveN * pool.mean) / items;
  return {
    mean,
    items,
    variance: (mean * (1 - mean)) / (items + 1),
    ...wilsonInterval(mean * items, items),
    prior,
    priorItems,
    pool,
  };
}

/** Items on which two must both have been asked for their difference to be taken item by item. */
const LEAST_PAIRED = 50;

interface Difference {
  mean: number;
  variance: number;
}

/** 1, and less where items come in clusters: what is asked about one text goes right or wrong together. */
const toldPerItem = ({ n, effectiveN }: Pool): number => effectiveN / n;

/**
 * Difference on the same items. Half an item is added to each of the four ways in which two answers can turn out, so that
 * perfect agreement on few items is not certainty (Agresti and Min, "Simple improved confidence intervals for comparing
 * matched proportions", Statistics in Medicine 24, 2005).
 */
function pairedDifference(a: Posterior, b: Posterior): Difference | null {
  const [x, y] = [a.pool.outcomes, b.pool.outcomes];
  if (x === null || y === null) return null;
  let n = 0;
  let sum = 0;
  let squares = 0;
  for (const [item, score] of x) {
    const other = y.get(item);
    if (other === undefined) continue;
    n += 1;
    sum += score - other;
    squares += (score - other) ** 2;
  }
  if (n < LEAST_PAIRED) return null;
  const told = Math.min(toldPerItem(a.pool), toldPerItem(b.pool));
  const total = told * n + 2;
  const mean = (told * sum) / total;
  const prior = Math.min(a.priorItems, b.priorItems);
  return {
    mean: (total * mean + prior * (a.prior - b.prior)) / (total + prior),
    variance: ((told * squares + 1) / total - mean ** 2) / (total + prior),
  };
}

/**
 * How many standard errors `candidate` stands above `margin` below `best`: P(q >= best - margin) is the normal
 * distribution of it. Paired where at least 50 items are common, else as two independent posteriors.
 */
export function standingOf(candidate: Posterior, best: Posterior, margin: number): number {
  if (best.mean - margin <= 0) return Number.POSITIVE_INFINITY;
  const paired = pairedDifference(candidate, best);
  const mean = paired?.mean ?? candidate.mean - best.mean;
  return (mean + margin) / Math.sqrt(paired?.variance ?? candidate.variance + best.variance);
}
