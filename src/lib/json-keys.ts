import type { Buffer } from 'node:buffer';
import { asciiText, equalBytes } from './json-string.ts';

// Up to this many members an object's keys are compared pairwise as bytes; beyond it, or when a key is long or needs
// decoding, they go into a Set. Pairwise work per key is so bounded by MAX_PAIRWISE * MAX_PAIRWISE_BYTES.
const MAX_PAIRWISE = 16;
const MAX_PAIRWISE_BYTES = 64;

/** Remembers the keys of every open object of one JSON text, to find a key that comes twice in the same object. */
export class JsonKeys {
  #starts = new Int32Array(128);
  #ends = new Int32Array(128);
  #top = 0;
  readonly #bases: number[] = [0];
  readonly #sets: (Set<string> | undefined)[] = [undefined];
  #depth = 0;

  /** Forgets everything, so that no key of a former text is held. */
  reset(): void {
    while (this.#depth > 0) this.close();
  }

  /** Starts the keys of an object inside the current one. */
  open(): void {
    this.#depth++;
    this.#bases[this.#depth] = this.#top;
    this.#sets[this.#depth] = undefined;
  }

  /** Drops the keys of the innermost object. */
  close(): void {
    this.#top = this.#bases[this.#depth] as number;
    this.#sets[this.#depth] = undefined;
    this.#depth--;
  }

  /** Adds the plain ASCII key in [start, end); false when the innermost object has it already. */
  addPlain(bytes: Buffer, start: number, end: number): boolean {
    const set = this.#sets[this.#depth];
    if (set !== undefined) return addToSet(set, asciiText(bytes, start, end));
    const base = this.#bases[this.#depth] as number;
    const length = end - start;
    if (this.#top - base >= MAX_PAIRWISE || length > MAX_PAIRWISE_BYTES) {
      return addToSet(this.#switchToSet(bytes), asciiText(bytes, start, end));
    }
    for (let index = base; index < this.#top; index++) {
      const other = this.#starts[index] as number;
      if ((this.#ends[index] as number) - other === length && equalBytes(bytes, start, bytes, other, length))
        return false;
    }
    this.#push(start, end);
    return true;
  }

  /** Adds a key that had to be decoded; false when the innermost object has it already. */
  addDecoded(bytes: Buffer, key: string): boolean {
    return addToSet(this.#sets[this.#depth] ?? this.#switchToSet(bytes), key);
  }

  #push(start: number, end: number): void {
    if (this.#top === this.#starts.length) {
      this.#starts = doubled(this.#starts);
      this.#ends = doubled(this.#ends);
    }
    this.#starts[this.#top] = start;
    this.#ends[this.#top] = end;
    this.#top++;
  }

  #switchToSet(bytes: Buffer): Set<string> {
    const set = new Set<string>();
    for (let index = this.#bases[this.#depth] as number; index < this.#top; index++) {
      set.add(asciiText(bytes, this.#starts[index] as number, this.#ends[index] as number));
    }
    this.#sets[this.#depth] = set;
    return set;
  }
}

function addToSet(set: Set<string>, key: string): boolean {
  const before = set.size;
  set.add(key);
  return set.size > before;
}

function doubled(array: Int32Array): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(array.length * 2);
  larger.set(array);
  return larger;
}
