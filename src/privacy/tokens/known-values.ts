/** Below this a value is replaced only where it was found: two letters are in every text. */
const SHORTEST = 3;
/** Whole numbers shorter than this are years, amounts and counts. */
const SHORTEST_NUMBER = 5;
/** What is longer is replaced only where it was found. */
export const LONGEST = 96;
/** Most requests hold a few values; those with many get a larger table, so that most places of a text still cost one look. */
const FEW_BUCKETS = 1_024;
const FEW = 64;
const BUCKETS = 16_384;
/** From here on letters need no blanks between words. */
const FIRST_DENSE = 0x2e80;
/** Of a value that is cut off, in letters of which one is a word: less than SHORTEST stands in every text. */
const SHORTEST_DENSE = 2;

const ONLY_LETTERS = /^\p{L}+$/u;
const ONLY_DIGITS = /^\d+$/;
const IN_WORD = /[\p{L}\p{N}]/u;

interface KnownValue<T> {
  readonly payload: T;
  /** Whether it must not be a part of a longer word or number. */
  readonly wholeWord: boolean;
}

export interface Occurrence<T> {
  readonly start: number;
  readonly end: number;
  readonly payload: T;
}

const beginningOf = (text: string, at: number): number =>
  text.charCodeAt(at) * 961 + text.charCodeAt(at + 1) * 31 + text.charCodeAt(at + 2);

const isWordUnit = (text: string, at: number): boolean =>
  at >= 0 && at < text.length && text.charCodeAt(at) < FIRST_DENSE && IN_WORD.test(text.charAt(at));

/** An address and a name; a request makes one of these before it knows how many values it has. */
const FIRST_EDGES = 128;

/** Node and next code unit -> node: open addressing, since a Map of numbers this large takes five times as long. */
class Edges {
  #nodes = new Int32Array(FIRST_EDGES).fill(-1);
  #units = new Uint16Array(FIRST_EDGES);
  #targets = new Int32Array(FIRST_EDGES);
  #count = 0;

  /** The node behind the edge, 0 where there is none. */
  get(node: number, unit: number): number {
    return this.#targets[this.#slotOf(node, unit)] as number;
  }

  add(node: number, unit: number, target: number): void {
    if (this.#count * 2 >= this.#nodes.length) this.#grow();
    const slot = this.#slotOf(node, unit);
    this.#nodes[slot] = node;
    this.#units[slot] = unit;
    this.#targets[slot] = target;
    this.#count += 1;
  }

  /** Where the edge is, or would be. */
  #slotOf(node: number, unit: number): number {
    const last = this.#nodes.length - 1;
    const mixed = Math.imul(node ^ Math.imul(unit + 1, 0x9e37_79b1), 0x85eb_ca6b);
    let slot = (mixed ^ (mixed >>> 15)) & last;
    while (this.#nodes[slot] !== -1 && (this.#nodes[slot] !== node || this.#units[slot] !== unit)) {
      slot = (slot + 1) & last;
    }
    return slot;
  }

  #grow(): void {
    const [nodes, units, targets] = [this.#nodes, this.#units, this.#targets];
    const length = nodes.length * 2;
    this.#nodes = new Int32Array(length).fill(-1);
    this.#units = new Uint16Array(length);
    this.#targets = new Int32Array(length);
    this.#count = 0;
    for (const [slot, node] of nodes.entries()) {
      if (node !== -1) this.add(node, units[slot] as number, targets[slot] as number);
    }
  }
}

/**
 * Values that were found somewhere in a request, to be found everywhere in it: a name that a title gave away in one
 * message stands bare in the next. Words and numbers only as a whole; what has a blank or a sign in it also inside
 * longer words ("Anna Schmidts Konto"). One tree of all values: their number does not matter, and at no place of a text
 * are more than LONGEST steps taken.
 */
export class KnownValues<T> {
  /** Whether a value begins with what falls into a bucket. */
  #filled = new Uint8Array(FEW_BUCKETS);
  readonly #beginnings: number[] = [];
  /** Node 0 is the root. */
  readonly #edges = new Edges();
  readonly #values = new Map<number, KnownValue<T>>();
  #nodes = 0;

  add(text: string, payload: T): void {
    const isNumber = ONLY_DIGITS.test(text);
    if (text.length < (isNumber ? SHORTEST_NUMBER : SHORTEST) || text.length > LONGEST) return;
    this.#noteBeginning(beginningOf(text, 0));
    let node = 0;
    for (let index = 0; index < text.length; index += 1) {
      const unit = text.charCodeAt(index);
      let next = this.#edges.get(node, unit);
      if (next === 0) {
        this.#nodes += 1;
        next = this.#nodes;
        this.#edges.add(node, unit, next);
      }
      node = next;
    }
    if (!this.#values.has(node)) this.#values.set(node, { payload, wholeWord: isNumber || ONLY_LETTERS.test(text) });
  }

  /**
   * The next place in [from, to) that holds a known value, leftmost and longest; null: none.
   * @param until a place where the search for its beginning ends
   */
  find(text: string, from: number, to: number, until = to): Occurrence<T> | null {
    if (this.#nodes === 0) return null;
    const end = Math.min(until, to - SHORTEST + 1);
    const filled = this.#filled;
    const mask = filled.length - 1;
    for (let at = from; at < end; at += 1) {
      if (filled[beginningOf(text, at) & mask] === 0) continue;
      const found = this.#longestAt(text, at, to);
      if (found !== null) return found;
    }
    return null;
  }

  #noteBeginning(beginning: number): void {
    if (this.#beginnings.length < FEW && this.#beginnings.push(beginning) === FEW) {
      this.#filled = new Uint8Array(BUCKETS);
      for (const earlier of this.#beginnings) this.#filled[earlier & (BUCKETS - 1)] = 1;
    } else this.#filled[beginning & (this.#filled.length - 1)] = 1;
  }

  /** Where the end of a text begins with which a known value begins, and goes on; the text's length: nowhere. */
  openAt(text: string): number {
    for (let at = Math.max(0, text.length - LONGEST + 1); at < text.length; at += 1) {
      if (text.length - at < leastOpen(text, at) || (isWordUnit(text, at) && isWordUnit(text, at - 1))) continue;
      const node = this.#nodeOf(text, at);
      // What is whole is replaced, whatever longer value begins like it.
      if (node !== 0) return this.#values.has(node) ? text.length : at;
    }
    return text.length;
  }

  /** The node that the text from here on to its end leads to; 0: no value begins like it. */
  #nodeOf(text: string, from: number): number {
    let node = 0;
    for (let at = from; at < text.length; at += 1) {
      node = this.#edges.get(node, text.charCodeAt(at));
      if (node === 0) return 0;
    }
    return node;
  }

  #longestAt(text: string, start: number, to: number): Occurrence<T> | null {
    let longest: Occurrence<T> | null = null;
    let node = 0;
    for (let at = start; at < to; at += 1) {
      node = this.#edges.get(node, text.charCodeAt(at));
      if (node === 0) break;
      const value = this.#values.get(node);
      if (value === undefined || (value.wholeWord && !isWhole(text, start, at + 1))) continue;
      longest = { start, end: at + 1, payload: value.payload };
    }
    return longest;
  }
}

const leastOpen = (text: string, at: number): number => (text.charCodeAt(at) < FIRST_DENSE ? SHORTEST : SHORTEST_DENSE);

function isWhole(text: string, start: number, end: number): boolean {
  const before = isWordUnit(text, start) && isWordUnit(text, start - 1);
  return !before && !(isWordUnit(text, end - 1) && isWordUnit(text, end));
}
