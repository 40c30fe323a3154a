import type { SeededRandom } from '../../src/lib/seeded-random.ts';

/** Something that is fed with mutated input. */
export interface FuzzTarget {
  name: string;
  /** One case: makes its input from `random` and throws FuzzFailure, or anything unexpected, where a guarantee breaks. */
  run(random: SeededRandom): void;
}

/** A guarantee that does not hold, with what is needed to see it again. */
export class FuzzFailure extends Error {
  readonly input: unknown;

  constructor(message: string, input: unknown) {
    super(message);
    this.name = 'FuzzFailure';
    this.input = input;
  }
}
