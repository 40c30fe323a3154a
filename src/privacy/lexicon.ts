import { lowerCode } from './characters.ts';

/** What the one look-up per word can tell; a word may be several of them. */
export const FLAG = {
  common: 1 << 0,
  givenName: 1 << 1,
  surname: 1 << 2,
  city: 1 << 3,
  region: 1 << 4,
  country: 1 << 5,
  nationality: 1 << 6,
  title: 1 << 7,
  particle: 1 << 8,
  organisation: 1 << 9,
  street: 1 << 10,
  month: 1 << 11,
  topDomain: 1 << 12,
  /** A word after which a place is usual: in, from, near. */
  beforePlace: 1 << 13,
  /** A word or phrase after which a person is usual. */
  beforePerson: 1 << 14,
  /** A verb that people are the subject of. */
  afterPerson: 1 << 15,
  weekday: 1 << 16,
  /** Function words of languages that write nouns small, or of German, which does not. */
  german: 1 << 17,
  english: 1 << 18,
  unit: 1 << 19,
  /** First word of a phrase; the phrase is found by `phrasesOf`. */
  phrase: 1 << 20,
  streetBefore: 1 << 21,
  beforeOrganisation: 1 << 22,
  afterOrganisation: 1 << 23,
  secretWord: 1 << 24,
  stateCode: 1 << 25,
  job: 1 << 26,
  /** What a field, a column or an element is called; field-words.ts says what its value is. */
  field: 1 << 27,
  /** What letters and messages begin with: behind it stands a name. */
  greeting: 1 << 28,
  /** Begins the name of an organisation: Klinikum, Société, Banco. */
  organisationFirst: 1 << 29,
  /** Behind it stands what somebody is a citizen of, in languages that write it small. */
  nationalityLabel: 1 << 30,
} as const;

/** FNV-1a over lower-case units, as the scan computes it unit by unit. */
export const HASH_START = 0x811c9dc5 | 0;
export const addToHash = (hash: number, lowerUnit: number): number => Math.imul(hash ^ lowerUnit, 0x01000193);

/** Numbers of an entry: its hash, its place among all units with its length, its flags, its label. */
const ENTRY = 4;
const PLACE = 1;
const FLAGS = 2;
const LABEL = 3;
/** Bits of a word's length. */
const LENGTH_BITS = 8;
const LENGTHS = (1 << LENGTH_BITS) - 1;

/** Bits for pairs of words, a power of two and many times the number of phrases. */
const PAIRS = 1 << 17;
const pairOf = (first: number, second: number): number => (Math.imul(first, 0x9e3779b1) ^ second) & (PAIRS - 1);

/** Several words in a row, with what the whole of them means. */
export interface Phrase {
  /** Numbers of the entries for the words behind the first. */
  readonly rest: readonly number[];
  readonly flags: number;
  /** Number of the label, -1 where it is none; see context.ts. */
  readonly label: number;
}

/** All that a lexicon holds, in what `structuredClone` copies. The build writes it and a start reads it. */
export interface LexiconTables {
  readonly count: number;
  readonly unitCount: number;
  readonly phrases: (Phrase[] | undefined)[];
  readonly pairs: Uint8Array<ArrayBuffer>;
  readonly slots: Uint16Array<ArrayBuffer>;
  readonly entries: Int32Array<ArrayBuffer>;
  readonly units: Uint16Array<ArrayBuffer>;
}

/** Room for the lists of this release; it doubles where they outgrow it. */
const FIRST_ENTRIES = 1 << 14;
const FIRST_UNITS = 1 << 17;
/** A slot has two bytes for the number of its entry. */
const MOST_ENTRIES = (1 << 16) - 1;

const noWords = (): LexiconTables => ({
  count: 0,
  unitCount: 0,
  phrases: [],
  pairs: new Uint8Array(PAIRS >>> 3),
  slots: new Uint16Array(2 * FIRST_ENTRIES),
  entries: new Int32Array(FIRST_ENTRIES * ENTRY),
  units: new Uint16Array(FIRST_UNITS),
});

/**
 * A hash table over lists of words that is asked with a hash and a place among units, so that nothing is allocated. Lists are
 * read unit by unit into it, too: a start waits for some ten thousand words, and a string for each took a fifth of it.
 */
export class Lexicon {
  #count: number;
  #unitCount: number;
  readonly #phrases: (Phrase[] | undefined)[];
  /** Which first and second words some phrase may have; phrases themselves lie all over the memory. */
  readonly #pairs: Uint8Array<ArrayBuffer>;
  /**
   * For each slot one more than the number of its entry, 0 where there is none. Apart from the entries, so that what is asked
   * of for words that are in no list is small and stays in the cache.
   */
  #slots: Uint16Array<ArrayBuffer>;
  /** What is known of an entry lies together. */
  #entries: Int32Array<ArrayBuffer>;
  /** The words one behind the other. */
  #units: Uint16Array<ArrayBuffer>;

  /** @param tables of another, which must not be used any more; absent: it is empty */
  constructor(tables: LexiconTables = noWords()) {
    this.#count = tables.count;
    this.#unitCount = tables.unitCount;
    this.#phrases = tables.phrases;
    this.#pairs = tables.pairs;
    this.#slots = tables.slots;
    this.#entries = tables.entries;
    this.#units = tables.units;
  }

  /** Without the room for more words; whoever adds one makes it again. */
  tables(): LexiconTables {
    return {
      count: this.#count,
      unitCount: this.#unitCount,
      phrases: this.#phrases,
      pairs: this.#pairs,
      slots: this.#slots,
      entries: this.#entries.slice(0, this.#count * ENTRY),
      units: this.#units.slice(0, this.#unitCount),
    };
  }

  /** Adds a word, or a phrase of several words divided by blanks; flags of a word that is there already are joined. */
  add(text: string, flags: number, label = -1): void {
    this.#addBetween(text, 0, text.length, flags, label);
  }

  /** Adds words and phrases, divided by one letter. */
  addAll(words: string, flags: number, divider = '|'): void {
    let start = 0;
    for (let end = words.indexOf(divider); end >= 0; end = words.indexOf(divider, start)) {
      this.#addBetween(words, start, end, flags, -1);
      start = end + 1;
    }
    this.#addBetween(words, start, words.length, flags, -1);
  }

  /** Number of the entry for the word at a place among units in lower case, or -1. */
  find(units: Uint16Array, start: number, end: number, hash: number): number {
    const slots = this.#slots;
    const entries = this.#entries;
    const mask = slots.length - 1;
    for (let slot = (hash ^ (hash >>> 15)) & mask; ; slot = (slot + 1) & mask) {
      const id = (slots[slot] as number) - 1;
      if (id < 0) return -1;
      const entry = id * ENTRY;
      const place = entries[entry + PLACE] as number;
      if (entries[entry] !== hash || (place & LENGTHS) !== end - start) continue;
      const words = this.#units;
      let word = place >>> LENGTH_BITS;
      let at = start;
      while (at < end && words[word] === units[at]) {
        at += 1;
        word += 1;
      }
      if (at === end) return id;
    }
  }

  /** What the entry that `find` gave says. */
  flagsOf(id: number): number {
    return this.#entries[id * ENTRY + FLAGS] as number;
  }

  labelOf(id: number): number {
    return this.#entries[id * ENTRY + LABEL] as number;
  }

  /** false: no phrase begins with these two words. true: one may, and most of the time does. */
  mayBeginPhrase(first: number, second: number): boolean {
    const pair = pairOf(first, second);
    return ((this.#pairs[pair >>> 3] as number) & (1 << (pair & 7))) !== 0;
  }

  /** Phrases that begin with the word, longest first. */
  phrasesOf(id: number): readonly Phrase[] {
    return this.#phrases[id] ?? [];
  }

  #addBetween(text: string, start: number, end: number, flags: number, label: number): void {
    const blank = text.indexOf(' ', start);
    if (blank < 0 || blank >= end) {
      if (end > start) this.#mark(this.#idOf(text, start, end), flags, label);
      return;
    }
    const words = text.slice(start, end).split(' ');
    const [first, ...rest] = words.filter((word) => word !== '').map((word) => this.#idOf(word, 0, word.length));
    if (first === undefined) return;
    if (rest.length === 0) this.#mark(first, flags, label);
    else this.#addPhrase(first, rest, flags, label);
  }

  #mark(id: number, flags: number, label: number): void {
    const entry = id * ENTRY;
    this.#entries[entry + FLAGS] = (this.#entries[entry + FLAGS] as number) | flags;
    if (label >= 0) this.#entries[entry + LABEL] = label;
  }

  #addPhrase(first: number, rest: readonly number[], flags: number, label: number): void {
    this.#mark(first, FLAG.phrase, -1);
    const pair = pairOf(first, rest[0] as number);
    this.#pairs[pair >>> 3] = (this.#pairs[pair >>> 3] as number) | (1 << (pair & 7));
    const phrases = this.#phrases[first] ?? [];
    this.#phrases[first] = phrases;
    const isSame = (phrase: Phrase) =>
      phrase.rest.length === rest.length && phrase.rest.every((word, at) => word === rest[at]);
    const same = phrases.findIndex(isSame);
    const before = phrases[same];
    const phrase = {
      rest,
      flags: flags | (before?.flags ?? 0),
      label: label >= 0 ? label : (before?.label ?? -1),
    };
    if (before !== undefined) phrases[same] = phrase;
    else {
      const shorter = phrases.findIndex((other) => other.rest.length < rest.length);
      phrases.splice(shorter < 0 ? phrases.length : shorter, 0, phrase);
    }
  }

  /** Number of the entry for a word, which is put in where there is none. */
  #idOf(text: string, start: number, end: number): number {
    const from = this.#unitCount;
    const to = from + end - start;
    if (to > this.#units.length) {
      const units = new Uint16Array(2 * to);
      units.set(this.#units);
      this.#units = units;
    }
    const units = this.#units;
    let hash = HASH_START;
    for (let at = start; at < end; at += 1) {
      const unit = lowerCode(text.charCodeAt(at));
      units[from + at - start] = unit;
      hash = addToHash(hash, unit);
    }
    const known = this.find(units, from, to, hash);
    if (known >= 0) return known;
    this.#unitCount = to;
    return this.#addEntry(hash, (from << LENGTH_BITS) | (to - from));
  }

  #addEntry(hash: number, place: number): number {
    const id = this.#count;
    if (id === MOST_ENTRIES) throw new Error('more words than two bytes can number');
    if (id * ENTRY === this.#entries.length) this.#makeRoom();
    this.#count += 1;
    const entry = id * ENTRY;
    this.#entries[entry] = hash;
    this.#entries[entry + PLACE] = place;
    this.#entries[entry + LABEL] = -1;
    this.#fillSlot(id, hash);
    return id;
  }

  #fillSlot(id: number, hash: number): void {
    const slots = this.#slots;
    const mask = slots.length - 1;
    let slot = (hash ^ (hash >>> 15)) & mask;
    while (slots[slot] !== 0) slot = (slot + 1) & mask;
    slots[slot] = id + 1;
  }

  #makeRoom(): void {
    const entries = new Int32Array(2 * this.#entries.length);
    entries.set(this.#entries);
    this.#entries = entries;
    this.#slots = new Uint16Array(2 * this.#slots.length);
    for (let id = 0; id < this.#count; id += 1) this.#fillSlot(id, entries[id * ENTRY] as number);
  }
}
