import { randomBytes } from 'node:crypto';

/** Rounds behind the last unit, as in SipHash-1-3. */
const LAST_ROUNDS = 3;

/** Drawn by each process, so that nobody outside can look for two texts with one digest. */
const KEY = randomBytes(8);
const KEY_LOW = KEY.readInt32LE(0);
const KEY_HIGH = KEY.readInt32LE(4);

/**
 * Texts that were seen lately, kept as keyed digests of 64 bits and not as texts. Each has one place, which a later text takes
 * over, so that the memory is bounded and nothing is allocated. That another text is taken for one of them, which nobody
 * can bring about without the key, has a probability of 2^-64 each time somebody asks.
 */
export class SeenTexts {
  /** For each place the two halves of a digest; zeroes where there is none yet. */
  readonly #places: Int32Array;
  readonly #mask: number;
  /** The digest made last. */
  #low = 0;
  #high = 0;

  /** @param places a power of two; each takes eight bytes */
  constructor(places: number) {
    this.#places = new Int32Array(places * 2);
    this.#mask = this.#places.length - 2;
  }

  has(text: string): boolean {
    this.#digest(text);
    const place = this.#low & this.#mask;
    return this.#places[place] === this.#low && this.#places[place + 1] === this.#high;
  }

  add(text: string): void {
    this.#digest(text);
    this.addAsked();
  }

  /** Adds the text that `has` was asked about last, without another look at it. */
  addAsked(): void {
    const place = this.#low & this.#mask;
    this.#places[place] = this.#low;
    this.#places[place + 1] = this.#high;
  }

  /**
   * HalfSipHash (Aumasson, https://github.com/veorq/SipHash) with one round for each two units, the length first. Done here
   * because calling SHA-256 alone costs as much as this does for 500 units, and reading the units as bytes as much again.
   */
  #digest(text: string): void {
    const { length } = text;
    const to = length + 2 * LAST_ROUNDS;
    let a = KEY_LOW;
    let b = KEY_HIGH ^ length;
    let c = KEY_LOW ^ 0x6c796765;
    let d = KEY_HIGH ^ 0x74656462;
    for (let at = 0; at < to; at += 2) {
      let word = 0;
      if (at < length) {
        word = text.charCodeAt(at);
        if (at + 1 < length) word |= text.charCodeAt(at + 1) << 16;
      } else c ^= 0xff;
      d ^= word;
      a = (a + b) | 0;
      b = ((b << 5) | (b >>> 27)) ^ a;
      a = (a << 16) | (a >>> 16);
      c = (c + d) | 0;
      d = ((d << 8) | (d >>> 24)) ^ c;
      a = (a + d) | 0;
      d = ((d << 7) | (d >>> 25)) ^ a;
      c = (c + b) | 0;
      b = ((b << 13) | (b >>> 19)) ^ c;
      c = (c << 16) | (c >>> 16);
      a ^= word;
    }
    this.#low = b ^ d;
    this.#high = a ^ c;
  }
}
