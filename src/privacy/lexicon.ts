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

function hashOf(word: string): number {
  let hash = HASH_START;
  for (let index = 0; index < word.length; index += 1) hash = addToHash(hash, lowerCode(word.charCodeAt(index)));
  return hash;
}

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

/** A hash table over lists of words that is asked with a hash and a place among units, so that nothing is allocated. */
export class Lexicon {
  /** Empty once the table is built, which holds all that is in them. */
  #words: string[] = [];
  #flags: number[] = [];
  #labels: number[] = [];
  readonly #phrases: (Phrase[] | undefined)[] = [];
  /** Which first and second words some phrase may have; phrases themselves lie all over the memory. */
  readonly #pairs = new Uint8Array(PAIRS >>> 3);
  #ids = new Map<string, number>();
  /**
   * For each slot one more than the number of its entry, 0 where there is none. Apart from the entries, so that what is asked
   * of for words that are in no list is small and stays in the cache.
   */
  #slots = new Uint16Array(0);
  /** What is known of an entry lies together. */
  #entries = new Int32Array(0);
  /** The words one behind the other. */
  #units = new Uint16Array(0);
  #tableReady = false;

  /** Adds a word, or a phrase of several words divided by blanks; flags of a word that is there already are joined. */
  add(text: string, flags: number, label = -1): void {
    if (this.#tableReady) this.#takeApart();
    const [first = '', ...words] = text.toLowerCase().split(' ');
    const id = this.#idOf(first);
    const rest = words.map((word) => this.#idOf(word));
    if (rest.length === 0) {
      this.#flags[id] = (this.#flags[id] ?? 0) | flags;
      if (label >= 0) this.#labels[id] = label;
      return;
    }
    this.#flags[id] = (this.#flags[id] ?? 0) | FLAG.phrase;
    const pair = pairOf(id, rest[0] as number);
    this.#pairs[pair >>> 3] = (this.#pairs[pair >>> 3] as number) | (1 << (pair & 7));
    const phrases = this.#phrases[id] ?? [];
    this.#phrases[id] = phrases;
    const same = phrases.findIndex((phrase) => phrase.rest.join(' ') === rest.join(' '));
    const before = phrases[same];
    const phrase = {
      rest,
      flags: flags | (before?.flags ?? 0),
      label: label >= 0 ? label : (before?.label ?? -1),
    };
    if (before === undefined) phrases.push(phrase);
    else phrases[same] = phrase;
    phrases.sort((a, b) => b.rest.length - a.rest.length);
  }

  addAll(words: string, flags: number): void {
    for (const word of words.split('|')) if (word !== '') this.add(word.trim(), flags);
  }

  /** Number of the entry for the word at a place among units in lower case, or -1. */
  find(units: Uint16Array, start: number, end: number, hash: number): number {
    if (!this.#tableReady) this.#build();
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

  #idOf(word: string): number {
    const known = this.#ids.get(word);
    if (known !== undefined) return known;
    const id = this.#words.push(word) - 1;
    this.#ids.set(word, id);
    this.#flags[id] = 0;
    this.#labels[id] = -1;
    return id;
  }

  #build(): void {
    let count = 1 << 10;
    while (count < this.#words.length * 2) count *= 2;
    if (this.#words.length >= 1 << 16) throw new Error('more words than two bytes can number');
    const slots = new Uint16Array(count);
    this.#slots = slots;
    this.#units = new Uint16Array(this.#words.reduce((sum, { length }) => sum + length, 0));
    this.#entries = new Int32Array(this.#words.length * ENTRY);
    let place = 0;
    for (const [id, word] of this.#words.entries()) {
      for (let at = 0; at < word.length; at += 1) this.#units[place + at] = word.charCodeAt(at);
      const hash = hashOf(word);
      let slot = (hash ^ (hash >>> 15)) & (slots.length - 1);
      while (slots[slot] !== 0) slot = (slot + 1) & (slots.length - 1);
      slots[slot] = id + 1;
      const entry = id * ENTRY;
      this.#entries[entry] = hash;
      this.#entries[entry + PLACE] = (place << LENGTH_BITS) | word.length;
      this.#entries[entry + FLAGS] = this.#flags[id] as number;
      this.#entries[entry + LABEL] = this.#labels[id] as number;
      place += word.length;
    }
    this.#tableReady = true;
    // Some ten thousand strings and their places, which nobody asks for again.
    this.#words = [];
    this.#flags = [];
    this.#labels = [];
    this.#ids = new Map();
  }

  /** Words are added after the table was built: what it was built from is read from it. */
  #takeApart(): void {
    this.#tableReady = false;
    const entries = this.#entries;
    for (let id = 0; id * ENTRY < entries.length; id += 1) {
      const place = entries[id * ENTRY + PLACE] as number;
      const start = place >>> LENGTH_BITS;
      const word = String.fromCharCode(...this.#units.subarray(start, start + (place & LENGTHS)));
      this.#words[id] = word;
      this.#ids.set(word, id);
      this.#flags[id] = this.flagsOf(id);
      this.#labels[id] = this.labelOf(id);
    }
  }
}
