// Purpose: a router that looks for the most similar prompts: k nearest neighbours over the product's text features.
// May import: src/tasks, which reads the features. A baseline, not part of the product.
// Start reading at Neighbourhood.
import { extractText } from '../../src/tasks/extract-text.ts';
import { testView } from '../../src/tasks/test-view.ts';
import { collectFeatures } from '../../src/tasks/text-features.ts';

/** Of the 40 most similar prompts the mean counts; the literature's routers take 40 too (RouterBench). */
const NEIGHBOURS = 40;
/** Features are folded onto so many; a power of two. */
const BUCKETS = 1 << 16;
/** Features of more than a tenth of the prompts say nothing of likeness and cost most of the time. */
const MOST_COMMON = 0.1;

export type Vector = Int32Array;

/** Distinct buckets of a prompt's features. */
export function vectorOf(prompt: string): Vector {
  const { hashes } = collectFeatures(extractText(testView(prompt)), '');
  return Int32Array.from(new Set(hashes.map((hash) => hash & (BUCKETS - 1))));
}

/** Prompts known by their features, with a value each. */
export class Neighbourhood {
  readonly #values: readonly number[];
  /** Bucket -> places of prompts that have it; null: too common. */
  readonly #places: readonly (readonly number[] | null)[];
  readonly #weights: Float64Array;
  readonly #lengths: Float64Array;
  readonly #dots: Float64Array;

  constructor(vectors: readonly Vector[], values: readonly number[]) {
    const places: number[][] = Array.from({ length: BUCKETS }, () => []);
    for (const [place, vector] of vectors.entries()) {
      for (const bucket of vector) (places[bucket] as number[]).push(place);
    }
    const most = Math.max(1, vectors.length * MOST_COMMON);
    this.#values = values;
    this.#places = places.map((list) => (list.length === 0 || list.length > most ? null : list));
    // Squared inverse document frequency: one factor for each side of the product.
    this.#weights = Float64Array.from(places, (list) =>
      list.length === 0 || list.length > most ? 0 : Math.log(vectors.length / list.length) ** 2,
    );
    this.#lengths = Float64Array.from(vectors, (vector) => {
      let sum = 0;
      for (const bucket of vector) sum += this.#weights[bucket] as number;
      return Math.sqrt(sum);
    });
    this.#dots = new Float64Array(vectors.length);
  }

  /** Mean value of the nearest by cosine; of equals those that came first. */
  valueNear(vector: Vector): number {
    const dots = this.#dots.fill(0);
    for (const bucket of vector) {
      const places = this.#places[bucket];
      if (places == null) continue;
      const weight = this.#weights[bucket] as number;
      for (const place of places) dots[place] = (dots[place] as number) + weight;
    }
    const nearest: { place: number; likeness: number }[] = [];
    for (let place = 0; place < dots.length; place += 1) {
      const length = this.#lengths[place] as number;
      const likeness = length === 0 ? 0 : (dots[place] as number) / length;
      const last = nearest.length < NEIGHBOURS ? undefined : nearest[NEIGHBOURS - 1];
      if (last !== undefined && likeness <= last.likeness) continue;
      let at = nearest.length;
      while (at > 0 && (nearest[at - 1] as { likeness: number }).likeness < likeness) at -= 1;
      nearest.splice(at, 0, { place, likeness });
      if (nearest.length > NEIGHBOURS) nearest.pop();
    }
    return nearest.reduce((sum, { place }) => sum + (this.#values[place] as number), 0) / nearest.length;
  }
}
