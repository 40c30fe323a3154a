import { Buffer } from 'node:buffer';
import { randomFillSync } from 'node:crypto';

/** Where ids take their time and randomness from. */
export interface IdSources {
  /** Milliseconds since 1970. Default Date.now. */
  nowMs?: () => number;
  /** Fills the bytes with randomness. Default: the system's, cryptographically secure. */
  fillRandom?: (bytes: Uint8Array) => void;
}

// Crockford's base32: no I, L, O, U, and in ASCII order, so that ids sort as their numbers do.
const ALPHABET = Buffer.from('0123456789ABCDEFGHJKMNPQRSTVWXYZ');
const TIME_LENGTH = 10;
const RANDOM_LENGTH = 16;
const POOL_BYTES = 2048;

/**
 * Makes ids of `prefix` and a ULID (https://github.com/ulid/spec): 10 characters of time in milliseconds, 16 of
 * randomness (80 bits), Crockford base32. Ids of one maker sort in the order they were made: within a millisecond, or
 * when the clock goes back, the random part counts up by one. So an id can be guessed from its neighbour: it names a
 * thing and is no secret.
 */
export function createIds(prefix: string, sources: IdSources = {}): () => string {
  const maker = new IdMaker(prefix, sources);
  return () => maker.next();
}

class IdMaker {
  readonly #nowMs: () => number;
  readonly #fillRandom: (bytes: Uint8Array) => void;
  /** The id as ASCII, changed in place: turning it into a string is then the only cost that is left. */
  readonly #text: Buffer;
  readonly #timeStart: number;
  readonly #randomStart: number;
  readonly #digits = new Uint8Array(RANDOM_LENGTH);
  readonly #pool = new Uint8Array(POOL_BYTES);
  #poolPos = POOL_BYTES;
  #latestMs = -1;

  constructor(prefix: string, sources: IdSources) {
    this.#nowMs = sources.nowMs ?? Date.now;
    this.#fillRandom = sources.fillRandom ?? randomFillSync;
    this.#timeStart = Buffer.byteLength(prefix);
    this.#randomStart = this.#timeStart + TIME_LENGTH;
    this.#text = Buffer.alloc(this.#randomStart + RANDOM_LENGTH);
    this.#text.write(prefix);
  }

  next(): string {
    const nowMs = Math.floor(this.#nowMs());
    if (nowMs > this.#latestMs) this.#begin(nowMs);
    else if (!this.#countUp()) this.#begin(this.#latestMs + 1);
    return this.#text.toString();
  }

  #begin(ms: number): void {
    this.#latestMs = ms;
    let rest = ms;
    for (let index = this.#randomStart - 1; index >= this.#timeStart; index--) {
      this.#text[index] = ALPHABET[rest % 32] as number;
      rest = Math.floor(rest / 32);
    }
    if (this.#poolPos === POOL_BYTES) {
      this.#fillRandom(this.#pool);
      this.#poolPos = 0;
    }
    for (let index = 0; index < RANDOM_LENGTH; index++) {
      this.#setDigit(index, (this.#pool[this.#poolPos++] as number) & 31);
    }
  }

  /** Adds one to the random part; false when it was at its largest. */
  #countUp(): boolean {
    for (let index = RANDOM_LENGTH - 1; index >= 0; index--) {
      const digit = this.#digits[index] as number;
      if (digit < 31) {
        this.#setDigit(index, digit + 1);
        return true;
      }
      this.#setDigit(index, 0);
    }
    return false;
  }

  #setDigit(index: number, digit: number): void {
    this.#digits[index] = digit;
    this.#text[this.#randomStart + index] = ALPHABET[digit] as number;
  }
}
