import { hash } from 'node:crypto';

/** A reproducible source of randomness: the same seed gives the same sequence on every machine. Never for secrets. */
export interface SeededRandom {
  /** An integer, uniform over [0, 2^32). */
  uint32(): number;
  /** A number, uniform over [0, 1), with 53 random bits. */
  next(): number;
  /** An integer, uniform over [0, below). Throws RangeError unless `below` is an integer in [1, 2^32]. */
  integer(below: number): number;
  /** A shuffled copy: every order is equally likely (Fisher-Yates). */
  shuffle<Item>(items: readonly Item[]): Item[];
}

const TWO_TO_32 = 2 ** 32;
const TWO_TO_53 = 2 ** 53;

/** The generator's own state: four integers in [0, 2^32), not all 0. */
export type RandomState = readonly [number, number, number, number];

/**
 * xoshiro128** 1.1 by D. Blackman and S. Vigna (https://prng.di.unimi.it/xoshiro128starstar.c, public domain).
 *
 * A text is its seed by its SHA-256. An integer in [0, 2^32) is by splitmix32 (the finalizer of MurmurHash3 over a Weyl
 * sequence), any other number by both halves of its double, so 1, -1 and 1.5 are different seeds. A state is taken as it
 * is; throws RangeError when it is all 0, which would only ever give 0.
 */
export function createSeededRandom(seed: number | string | RandomState): SeededRandom {
  if (typeof seed === 'number') return new Xoshiro128(stateFromNumber(seed));
  if (typeof seed === 'string') return new Xoshiro128(stateFromText(seed));
  if (seed.every((word) => word >>> 0 === 0)) throw new RangeError('A state of zeros gives only zeros');
  return new Xoshiro128(seed);
}

class Xoshiro128 implements SeededRandom {
  #a: number;
  #b: number;
  #c: number;
  #d: number;

  constructor(state: RandomState) {
    [this.#a, this.#b, this.#c, this.#d] = state;
  }

  uint32(): number {
    const result = Math.imul(rotateLeft(Math.imul(this.#b, 5), 7), 9) >>> 0;
    const shifted = this.#b << 9;
    this.#c ^= this.#a;
    this.#d ^= this.#b;
    this.#b ^= this.#c;
    this.#a ^= this.#d;
    this.#c ^= shifted;
    this.#d = rotateLeft(this.#d, 11);
    return result;
  }

  next(): number {
    const high = this.uint32() >>> 5;
    const low = this.uint32() >>> 6;
    return (high * 2 ** 26 + low) / TWO_TO_53;
  }

  integer(below: number): number {
    if (!Number.isSafeInteger(below) || below < 1 || below > TWO_TO_32) {
      throw new RangeError('The bound of a random integer must be an integer in [1, 2^32]');
    }
    // Numbers above the largest multiple of `below` are drawn again; taking their remainder would favour small results.
    const limit = TWO_TO_32 - (TWO_TO_32 % below);
    let value = this.uint32();
    while (value >= limit) value = this.uint32();
    return value % below;
  }

  shuffle<Item>(items: readonly Item[]): Item[] {
    const shuffled = [...items];
    for (let last = shuffled.length - 1; last > 0; last--) {
      const other = this.integer(last + 1);
      const moved = shuffled[last] as Item;
      shuffled[last] = shuffled[other] as Item;
      shuffled[other] = moved;
    }
    return shuffled;
  }
}

function rotateLeft(value: number, bits: number): number {
  return (value << bits) | (value >>> (32 - bits));
}

function stateFromNumber(seed: number): RandomState {
  if (Number.isInteger(seed) && seed >= 0 && seed < TWO_TO_32) return expand(seed);
  const double = new DataView(new ArrayBuffer(8));
  double.setFloat64(0, seed);
  const [a, b] = expand(double.getUint32(0));
  const [c, d] = expand(double.getUint32(4));
  return [a, b, c, d];
}

function stateFromText(seed: string): RandomState {
  const digest = hash('sha256', seed, 'buffer');
  return [digest.readUInt32LE(0), digest.readUInt32LE(4), digest.readUInt32LE(8), digest.readUInt32LE(12)];
}

function expand(seed: number): RandomState {
  let weyl = seed | 0;
  const word = (): number => {
    weyl = (weyl + 0x9e3779b9) | 0;
    let mixed = Math.imul(weyl ^ (weyl >>> 16), 0x85ebca6b);
    mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
    return (mixed ^ (mixed >>> 16)) >>> 0;
  };
  return [word(), word(), word(), word()];
}
