/** Below this a value is replaced only where it was found: two letters are in every text. */
const SHORTEST = 3;
/** Whole numbers shorter than this are years, amounts and counts. */
const SHORTEST_NUMBER = 5;
/** What is longer is replaced only where it was found. */
const LONGEST = 96;
const BUCKETS = 65_536;
/** From here on letters need no blanks between words. */
const FIRST_DENSE = 0x2e80;

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

const bucketOf = (text: string, at: number): number =>
  (text.charCodeAt(at) * 961 + text.charCodeAt(at + 1) * 31 + text.charCodeAt(at + 2)) & (BUCKETS - 1);

const isWordUnit = (text: string, at: number): boolean =>
  at >= 0 && at < text.length && text.charCodeAt(at) < FIRST_DENSE && IN_WORD.test(text.charAt(at));

/**
 * Values that were found somewhere in a request, to be found everywhere in it: a name that a title gave away in one
 * message stands bare in the next. Words and numbers only as a whole; what has a blank or a sign in it also inside
 * longer words ("Anna Schmidts Konto"). One tree of all values: their number does not matter, and at no place of a text
 * are more than LONGEST steps taken.
 */
export class KnownValues<T> {
  readonly #filled = new Uint8Array(BUCKETS);
  /** Node and next code unit -> node; node 0 is the root. */
  readonly #edges = new Map<number, number>();
  readonly #values = new Map<number, KnownValue<T>>();
  #nodes = 0;

  add(text: string, payload: T): void {
    const isNumber = ONLY_DIGITS.test(text);
    if (text.length < (isNumber ? SHORTEST_NUMBER : SHORTEST) || text.length > LONGEST) return;
    this.#filled[bucketOf(text, 0)] = 1;
    let node = 0;
    for (let index = 0; index < text.length; index += 1) {
      const edge = node * 65_536 + text.charCodeAt(index);
      let next = this.#edges.get(edge);
      if (next === undefined) {
        this.#nodes += 1;
        next = this.#nodes;
        this.#edges.set(edge, next);
      }
      node = next;
    }
    if (!this.#values.has(node)) this.#values.set(node, { payload, wholeWord: isNumber || ONLY_LETTERS.test(text) });
  }

  /** The next place in [from, to) that holds a known value, leftmost and longest; null: none. */
  find(text: string, from: number, to: number): Occurrence<T> | null {
    if (this.#nodes === 0) return null;
    for (let at = from; at + SHORTEST <= to; at += 1) {
      if (this.#filled[bucketOf(text, at)] === 0) continue;
      const found = this.#longestAt(text, at, to);
      if (found !== null) return found;
    }
    return null;
  }

  #longestAt(text: string, start: number, to: number): Occurrence<T> | null {
    let longest: Occurrence<T> | null = null;
    let node = 0;
    for (let at = start; at < to; at += 1) {
      const next = this.#edges.get(node * 65_536 + text.charCodeAt(at));
      if (next === undefined) break;
      node = next;
      const value = this.#values.get(node);
      if (value === undefined || (value.wholeWord && !isWhole(text, start, at + 1))) continue;
      longest = { start, end: at + 1, payload: value.payload };
    }
    return longest;
  }
}

function isWhole(text: string, start: number, end: number): boolean {
  const before = isWordUnit(text, start) && isWordUnit(text, start - 1);
  return !before && !(isWordUnit(text, end - 1) && isWordUnit(text, end));
}
