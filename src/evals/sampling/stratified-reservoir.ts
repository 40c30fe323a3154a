import { createSeededRandom, type SeededRandom } from '../../lib/seeded-random.ts';

interface Stratum<Item> {
  seen: number;
  held: Item[];
}

/** A stratum's part of a sample. `weight`: how many of the frame each chosen one stands for. */
export interface StratumDraw<Item> {
  stratum: string;
  seen: number;
  chosen: Item[];
  weight: number;
}

/**
 * J. S. Vitter's algorithm R, one reservoir a stratum: after any number of items each of a stratum's is held with the
 * same chance, and no more than `capacity` of it are held. The same items in the same order give the same sample.
 */
export class StratifiedReservoir<Item> {
  readonly #capacity: number;
  readonly #strata = new Map<string, Stratum<Item>>();
  readonly #random: SeededRandom;

  constructor(capacity: number, seed: number) {
    this.#capacity = capacity;
    this.#random = createSeededRandom(seed);
  }

  add(stratum: string, item: Item): void {
    const known = this.#strata.get(stratum) ?? { seen: 0, held: [] };
    this.#strata.set(stratum, known);
    known.seen += 1;
    if (known.held.length < this.#capacity) {
      known.held.push(item);
      return;
    }
    const place = this.#random.integer(known.seen);
    if (place < this.#capacity) known.held[place] = item;
  }

  get seen(): number {
    return [...this.#strata.values()].reduce((sum, { seen }) => sum + seen, 0);
  }

  /**
   * At most `size` items in all, strata in proportion to what was seen of them, each with at least one while there is
   * room. `accept` may turn items down (near-duplicates); the next of the stratum takes the place.
   */
  draw(size: number, accept: (item: Item) => boolean): StratumDraw<Item>[] {
    const names = [...this.#strata.keys()].sort();
    const sizes = allocate(
      names.map((name) => (this.#strata.get(name) as Stratum<Item>).seen),
      size,
    );
    return names.map((stratum, index) => {
      const { seen, held } = this.#strata.get(stratum) as Stratum<Item>;
      const chosen: Item[] = [];
      for (const item of this.#random.shuffle(held)) {
        if (chosen.length >= (sizes[index] as number)) break;
        if (accept(item)) chosen.push(item);
      }
      return { stratum, seen, chosen, weight: chosen.length === 0 ? 0 : seen / chosen.length };
    });
  }
}

/** Whole numbers that sum to at most `size`, in proportion to `counts` by largest remainders, none above its count. */
export function allocate(counts: readonly number[], size: number): number[] {
  const total = counts.reduce((sum, count) => sum + count, 0);
  if (total <= size) return [...counts];
  const exact = counts.map((count) => (count / total) * size);
  const parts = exact.map((share, index) =>
    Math.min(counts[index] as number, Math.max(Math.floor(share), size >= counts.length ? 1 : 0)),
  );
  const order = exact
    .map((share, index) => ({ rest: share - (parts[index] as number), index }))
    .sort((left, right) => right.rest - left.rest || left.index - right.index);
  let given = parts.reduce((sum, part) => sum + part, 0);
  for (const { index } of order) {
    if (given >= size) break;
    if ((parts[index] as number) >= (counts[index] as number)) continue;
    parts[index] = (parts[index] as number) + 1;
    given += 1;
  }
  // Many strata with one each may have taken more than their share: the largest give it back.
  while (given > size) {
    const largest = parts.indexOf(Math.max(...parts));
    parts[largest] = (parts[largest] as number) - 1;
    given -= 1;
  }
  return parts;
}
