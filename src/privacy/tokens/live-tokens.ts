import { BODY_LENGTH, canonicalText, canonicalUnit, PREFIX, TOKEN_LENGTH } from './token-format.ts';

/** Where a token stands in a text and what it stands for. */
export interface TokenMatch {
  readonly end: number;
  readonly value: string;
  /** The token was not written as we had made it. */
  readonly repaired: boolean;
}

/** `partial`: the text ends before it is known; more of it may make it a token. */
export type Verdict = TokenMatch | 'partial' | null;

const P = 0x50;
const I = 0x49;
/** What makes a capital ASCII letter a small one. */
const SMALL = 0x20;
const SIGNIFICANT = TOKEN_LENGTH - 2;
/** What models put between the letters of a token: blanks, hyphens, the marks and escapes of Markdown, nothing visible. */
const INSERTED = /[\s_\-\\*`~\u00ad\u200b-\u200d\u2060\ufeff]/;
/** In one place, and in all of a token: more is no token any more, and bounds what is held back. */
const MOST_INSERTED = 3;
const MOST_INSERTED_IN_ALL = 12;
const LONGEST_TYPE_WORD = 16;
const LETTER = /\p{L}/u;

/** Texts in order, with what belongs to each; made when first asked for, since most answers hold no token. */
class SortedTexts {
  readonly #sorted: readonly string[];
  readonly #values: ReadonlyMap<string, string>;

  constructor(values: ReadonlyMap<string, string>) {
    this.#values = values;
    this.#sorted = [...values.keys()].sort();
  }

  valueOf(text: string): string | undefined {
    return this.#values.get(text);
  }

  beginsAny(prefix: string): boolean {
    let low = 0;
    let high = this.#sorted.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#sorted[middle] as string) < prefix) low = middle + 1;
      else high = middle;
    }
    return low < this.#sorted.length && (this.#sorted[low] as string).startsWith(prefix);
  }
}

/**
 * The tokens of one request and what they stand for. A token is recognised as it was made; and, where a word begins,
 * with other case, with marks or blanks inserted, without its underscores, with misread digits, and with a translated
 * word for its type. What is recognised depends on the text alone, never on the pieces in which it comes.
 */
export class LiveTokens {
  readonly #values = new Map<string, string>();
  #exact: SortedTexts | null = null;
  #canonical: SortedTexts | null = null;
  #bodies: SortedTexts | null = null;

  get size(): number {
    return this.#values.size;
  }

  add(token: string, value: string): void {
    this.#values.set(token, value);
    this.#exact = null;
    this.#canonical = null;
    this.#bodies = null;
  }

  has(token: string): boolean {
    return this.#values.has(token);
  }

  /**
   * Whether a token begins at `start`. `atWord`: nothing that belongs to a word stands before it.
   * The first reading that is not refused counts, so that no later piece of the text can change an earlier answer.
   */
  matchAt(text: string, start: number, atWord: boolean): Verdict {
    const exact = this.#matchExact(text, start);
    if (exact !== null || !atWord) return exact;
    return this.#matchCanonical(text, start) ?? this.#matchTranslated(text, start);
  }

  #matchExact(text: string, start: number): Verdict {
    const candidate = text.slice(start, start + TOKEN_LENGTH);
    const shared = Math.min(candidate.length, PREFIX.length);
    if (candidate.slice(0, shared) !== PREFIX.slice(0, shared)) return null;
    this.#exact ??= new SortedTexts(this.#values);
    if (candidate.length < TOKEN_LENGTH) return this.#exact.beginsAny(candidate) ? 'partial' : null;
    const value = this.#exact.valueOf(candidate);
    return value === undefined ? null : { end: start + TOKEN_LENGTH, value, repaired: false };
  }

  /** The same letters with something between them. */
  #matchCanonical(text: string, start: number): Verdict {
    if (!mayBeginToken(text, start) || this.#values.size === 0) return null;
    this.#canonical ??= this.#keyedBy(canonicalText);
    const read = readLetters(text, start, SIGNIFICANT);
    if (read.letters.length < SIGNIFICANT) {
      return read.atEnd && this.#canonical.beginsAny(read.letters) ? 'partial' : null;
    }
    const value = this.#canonical.valueOf(read.letters);
    return value === undefined ? null : { end: read.end, value, repaired: true };
  }

  /** `PII_CORREO_…`: hash and check character tell which token is meant. */
  #matchTranslated(text: string, start: number): Verdict {
    if (!mayBeginToken(text, start) || this.#values.size === 0) return null;
    if (start + 3 >= text.length) return 'partial';
    const word = skipInserted(text, start + 3);
    if (word === start + 3) return null;
    if (word >= text.length) return 'partial';
    let end = word;
    while (end < text.length && end - word <= LONGEST_TYPE_WORD && LETTER.test(text.charAt(end))) end += 1;
    if (end === word || end - word > LONGEST_TYPE_WORD) return null;
    if (end >= text.length) return 'partial';
    const body = skipInserted(text, end);
    if (body === end) return null;
    if (body >= text.length) return 'partial';
    this.#bodies ??= this.#keyedBy((token) => token.slice(TOKEN_LENGTH - BODY_LENGTH));
    const read = readLetters(text, body, BODY_LENGTH);
    if (read.letters.length < BODY_LENGTH) {
      return read.atEnd && this.#bodies.beginsAny(read.letters) ? 'partial' : null;
    }
    const value = this.#bodies.valueOf(read.letters);
    return value === undefined ? null : { end: read.end, value, repaired: true };
  }

  #keyedBy(keyOf: (token: string) => string): SortedTexts {
    const keyed = new Map<string, string>();
    for (const [token, value] of this.#values) keyed.set(keyOf(token), value);
    return new SortedTexts(keyed);
  }
}

/** `PII` in either case, as far as the text goes. */
function mayBeginToken(text: string, start: number): boolean {
  if ((text.charCodeAt(start) & ~SMALL) !== P) return false;
  for (let index = start + 1; index < start + 3 && index < text.length; index += 1) {
    if ((text.charCodeAt(index) & ~SMALL) !== I) return false;
  }
  return true;
}

/** Behind the inserted marks at `start`; `start` itself where there are none, or too many. */
function skipInserted(text: string, start: number): number {
  let end = start;
  while (end < text.length && end - start <= MOST_INSERTED && INSERTED.test(text.charAt(end))) end += 1;
  return end - start > MOST_INSERTED ? start : end;
}

interface Letters {
  readonly letters: string;
  /** Behind the last letter that was read. */
  readonly end: number;
  /** The text ended before enough letters had come. */
  readonly atEnd: boolean;
}

/** So many canonical letters from `start` on, over inserted marks. */
function readLetters(text: string, start: number, wanted: number): Letters {
  let letters = '';
  let inserted = 0;
  let run = 0;
  let index = start;
  for (; index < text.length && letters.length < wanted; index += 1) {
    const unit = canonicalUnit(text.charCodeAt(index));
    if (unit !== 0) {
      letters += String.fromCharCode(unit);
      run = 0;
      continue;
    }
    run += 1;
    inserted += 1;
    const isTooMuch = run > MOST_INSERTED || inserted > MOST_INSERTED_IN_ALL;
    if (isTooMuch || !INSERTED.test(text.charAt(index))) return { letters, end: index, atEnd: false };
  }
  return { letters, end: index, atEnd: letters.length < wanted };
}
