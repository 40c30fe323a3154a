import { createSeededRandom } from '../../lib/seeded-random.ts';

export interface BootstrapInterval {
  estimate: number;
  low: number;
  high: number;
  resamples: number;
  /** Recorded, so that the same interval can be computed again. */
  seed: number;
}

export interface BootstrapOptions {
  seed: number;
  alpha?: number;
  resamples?: number;
  /** One name an item: items of one cluster are drawn together. Ignoring them makes intervals far too narrow. */
  clusters?: readonly string[];
}

/**
 * Percentile bootstrap of any statistic of items (mean cost, p95 latency, a ratio, a paired difference when an item is a
 * pair). Whole clusters are resampled where they are given. Needs at least one item; default 2,000 resamples, 95 %.
 */
export function bootstrap<Item>(
  items: readonly Item[],
  statistic: (sample: readonly Item[]) => number,
  { seed, alpha = 0.05, resamples = 2_000, clusters }: BootstrapOptions,
): BootstrapInterval {
  const random = createSeededRandom(seed);
  const groups = groupBy(items, clusters);
  const values: number[] = [];
  for (let round = 0; round < resamples; round++) {
    const sample: Item[] = [];
    for (let drawn = 0; drawn < groups.length; drawn++) {
      for (const item of groups[random.integer(groups.length)] as Item[]) sample.push(item);
    }
    values.push(statistic(sample));
  }
  values.sort((left, right) => left - right);
  return {
    estimate: statistic(items),
    low: quantile(values, alpha / 2),
    high: quantile(values, 1 - alpha / 2),
    resamples,
    seed,
  };
}

function groupBy<Item>(items: readonly Item[], clusters: readonly string[] | undefined): Item[][] {
  if (items.length === 0) throw new RangeError('Nothing can be resampled from no items');
  const groups = new Map<string, Item[]>();
  for (const [index, item] of items.entries()) {
    const name = clusters?.[index] ?? `#${index}`;
    const group = groups.get(name);
    if (group === undefined) groups.set(name, [item]);
    else group.push(item);
  }
  return [...groups.values()];
}

/** Quantile of ascending values, linear between neighbours (type 7, as R and NumPy). */
export function quantile(ascending: ArrayLike<number>, p: number): number {
  const place = p * (ascending.length - 1);
  const below = Math.floor(place);
  const low = ascending[below] as number;
  return low + (place - below) * ((ascending[below + 1] ?? low) - low);
}
