// One pass over a text: its words with their classes and lexicon entries, the signs at which recognizers begin, and the
// labels it holds. Everything else looks at this and at bounded stretches of the text, never at the whole text again.

import {
  ANCHOR,
  CASELESS,
  CLASS_AND_LOWER,
  CLASSES,
  classOf,
  DENSE,
  DIGIT,
  isWordCode,
  LOWER,
  UPPER,
  WORD_UNIT_BITS,
} from './characters.ts';
import { isPhraseStart, REACH_BEFORE, REACH_BEHIND } from './context.ts';
import { NO_LABEL } from './finding.ts';
import { addToHash, HASH_START, type Phrase } from './lexicon.ts';
import { LABELS, LEXICON } from './vocabulary.ts';

export const HAS_DIGIT = 1;
export const HAS_LOWER = 2;
export const HAS_UPPER = 4;
export const STARTS_UPPER = 8;
export const IS_DENSE = 16;
export const HAS_LETTER = 32;
/** The word is a label by itself. */
export const IS_LABEL = 64;

/** Beside the bits of classes: the first unit is a capital. */
const FIRST_UPPER = 1 << 0;
/** What the classes of a word's units make of it, by one bit for each class. */
const KINDS_OF_CLASSES = new Uint8Array(1 << (CASELESS + 1));
for (let classes = 0; classes < KINDS_OF_CLASSES.length; classes += 1) {
  const has = (kind: number, kinds: number): number => ((classes & (1 << kind)) === 0 ? 0 : kinds);
  KINDS_OF_CLASSES[classes] =
    ((classes & FIRST_UPPER) === 0 ? 0 : STARTS_UPPER) |
    has(DIGIT, HAS_DIGIT) |
    has(LOWER, HAS_LOWER | HAS_LETTER) |
    has(UPPER, HAS_UPPER | HAS_LETTER) |
    has(CASELESS, HAS_LETTER);
}
const DIGIT_OR_UPPER = (1 << DIGIT) | (1 << UPPER);
const WORD_UNITS = (1 << WORD_UNIT_BITS) - 1;

/** Words longer than this are in no list. */
const LONGEST_WORD = 40;
/** A phrase's words stand at most this far apart: a blank, a hyphen, a full stop and a blank. */
const PHRASE_GAP = 2;

/** Up to this length a loop copies units sooner than a call into Node does. */
const CALL_WORTH = 256;

/** Units that there is room for at first; each may be a word. */
const FIRST_LENGTH = 1 << 12;

export class View {
  text = '';
  /** The text's units, those of words in lower case, and a zero behind them: an array is read faster than a string. */
  units = new Uint16Array(FIRST_LENGTH);
  #bytes = Buffer.from(this.units.buffer);
  /** Words. */
  count = 0;
  starts = new Int32Array(FIRST_LENGTH);
  ends = new Int32Array(FIRST_LENGTH);
  kinds = new Uint8Array(FIRST_LENGTH);
  flags = new Int32Array(FIRST_LENGTH);
  /** Number of words that the phrase beginning here spans, else 1; its flags are in `flags` of the first. */
  spans = new Uint8Array(FIRST_LENGTH);
  /** Numbers of their entries in the lexicon, -1 where there is none. */
  #ids = new Int32Array(FIRST_LENGTH);
  /** Signs. */
  anchors = new Int32Array(64);
  anchorCount = 0;
  /** Where signs stand that make a line a program's: braces, operators, calls, comments. */
  codeSigns = new Int32Array(64);
  codeSignCount = 0;
  /** Labels in the order of the text. */
  hitStarts: number[] = [];
  hitEnds: number[] = [];
  hitLabels: number[] = [];
  #hitsAskedFrom = -1;
  #hitsAnswered = 0;

  /** Everything about a word is done in the one loop over the units, and its arrays are local, since both halve what it costs. */
  read(text: string): void {
    this.text = text;
    this.anchorCount = 0;
    this.codeSignCount = 0;
    this.hitStarts = [];
    this.hitEnds = [];
    this.hitLabels = [];
    const { length } = text;
    const units = this.#unitsOf(text);
    const { starts, ends, kinds, flags, spans } = this;
    const ids = this.#ids;
    let count = 0;
    for (let index = 0; index < length; ) {
      let entry = CLASS_AND_LOWER[units[index] as number] as number;
      let unitClass = entry >>> WORD_UNIT_BITS;
      if (unitClass === 0) {
        index += 1;
        continue;
      }
      const start = index;
      if (unitClass > CASELESS) {
        if (unitClass !== DENSE) {
          this.#readSign(units, index, length, unitClass);
          index += 1;
          continue;
        }
        index = this.#endOfDense(index);
        kinds[count] = IS_DENSE;
        flags[count] = 0;
        ids[count] = -1;
      } else {
        let hash = HASH_START;
        let classes = unitClass === UPPER ? FIRST_UPPER : 0;
        // The zero behind the text ends its last word.
        do {
          if (unitClass === DIGIT && (classes & DIGIT_OR_UPPER) === 0 && isVerb(units, start, index, length)) break;
          classes |= 1 << unitClass;
          const lower = entry & WORD_UNITS;
          units[index] = lower;
          hash = addToHash(hash, lower);
          index += 1;
          entry = CLASS_AND_LOWER[units[index] as number] as number;
          unitClass = entry >>> WORD_UNIT_BITS;
        } while (unitClass !== 0 && unitClass <= CASELESS);
        const kind = KINDS_OF_CLASSES[classes] as number;
        const id =
          (kind & HAS_LETTER) !== 0 && index - start <= LONGEST_WORD ? LEXICON.find(units, start, index, hash) : -1;
        kinds[count] = kind;
        flags[count] = 0;
        ids[count] = id;
        if (id >= 0) {
          const flag = LEXICON.flagsOf(id);
          flags[count] = flag;
          const label = LEXICON.labelOf(id);
          if (label >= 0) {
            this.#addHit(start, index, label);
            kinds[count] = kind | IS_LABEL;
          }
          if (isPhraseStart(flag)) this.#pending.push(count);
        }
      }
      starts[count] = start;
      ends[count] = index;
      spans[count] = 1;
      count += 1;
    }
    this.count = count;
    this.#findPhrases();
    this.#hitsAskedFrom = -1;
  }

  #readSign(units: Uint16Array, index: number, length: number, unitClass: number): void {
    if (unitClass === ANCHOR && mayAnchor(units, index, length)) this.#addAnchor(index);
    if (isCodeSign(this.text, units, index, length)) this.#addCodeSign(index);
  }

  /** The word that begins or is in progress at an offset, or the first one behind it; `count` where there is none. */
  wordAt(offset: number): number {
    let low = 0;
    let high = this.count;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.ends[middle] as number) <= offset) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  word(index: number): string {
    return this.text.slice(this.starts[index], this.ends[index]);
  }

  /** Units between a stretch and the nearest label that speaks for a topic; NO_LABEL where none is within reach. */
  labelDistance(topic: number, start: number, end: number): number {
    const hits = this.hitStarts;
    const low = this.#firstHitFrom(start);
    let best = NO_LABEL;
    for (let at = low - 1; at >= 0; at -= 1) {
      const distance = start - (this.hitEnds[at] as number);
      if (distance > REACH_BEFORE) break;
      if (LABELS.speaksFor(this.hitLabels[at] as number, topic)) {
        best = Math.max(distance, 0);
        break;
      }
    }
    for (let at = low; at < hits.length; at += 1) {
      // What follows is weaker evidence than what stands before: it counts as if it were farther away.
      const distance = (hits[at] as number) - end;
      if (distance > REACH_BEHIND || distance + 20 >= best) break;
      if (distance >= 0 && LABELS.speaksFor(this.hitLabels[at] as number, topic)) best = distance + 20;
    }
    return best;
  }

  /** Whether any label, for whatever topic, is within reach of a stretch. */
  hasLabel(start: number, end: number): boolean {
    const low = this.#firstHitFrom(start);
    if (low > 0 && start - (this.hitEnds[low - 1] as number) <= REACH_BEFORE) return true;
    return low < this.hitStarts.length && (this.hitStarts[low] as number) - end <= REACH_BEHIND;
  }

  #firstHitFrom(start: number): number {
    // One number asks for many topics.
    if (start === this.#hitsAskedFrom) return this.#hitsAnswered;
    const hits = this.hitStarts;
    let low = 0;
    let high = hits.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((hits[middle] as number) < start) low = middle + 1;
      else high = middle;
    }
    this.#hitsAskedFrom = start;
    this.#hitsAnswered = low;
    return low;
  }

  #unitsOf(text: string): Uint16Array {
    if (this.units.length <= text.length) this.#grow(text.length * 2);
    const { units } = this;
    if (text.length > CALL_WORTH) this.#bytes.write(text, 'utf16le');
    else for (let at = 0; at < text.length; at += 1) units[at] = text.charCodeAt(at);
    units[text.length] = 0;
    return units;
  }

  #addAnchor(index: number): void {
    if (this.anchorCount === this.anchors.length) this.anchors = twice(this.anchors);
    this.anchors[this.anchorCount] = index;
    this.anchorCount += 1;
  }

  #addCodeSign(index: number): void {
    if (this.codeSignCount === this.codeSigns.length) this.codeSigns = twice(this.codeSigns);
    this.codeSigns[this.codeSignCount] = index;
    this.codeSignCount += 1;
  }

  /** Whether a sign of a program stands in a stretch. */
  hasCodeSign(start: number, end: number): boolean {
    let low = 0;
    let high = this.codeSignCount;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.codeSigns[middle] as number) < start) low = middle + 1;
      else high = middle;
    }
    return low < this.codeSignCount && (this.codeSigns[low] as number) < end;
  }

  /** Labels of dense scripts may stand anywhere in a run of their letters. */
  #endOfDense(start: number): number {
    const { text } = this;
    let index = start;
    for (; index < text.length && classOf(text.charCodeAt(index)) === DENSE; index += 1) {
      const found = LABELS.denseAt(text, index);
      if (found !== null) this.#addHit(index, index + found.word.length, found.label);
    }
    return index;
  }

  /** Words that phrases begin with. */
  #pending: number[] = [];

  /** Phrases need the words behind them, so they are looked for when all words are known. */
  #findPhrases(): void {
    const words = this.hitStarts.length;
    for (const first of this.#pending) {
      if (!LEXICON.mayBeginPhrase(this.#ids[first] as number, this.#ids[first + 1] as number)) continue;
      for (const phrase of LEXICON.phrasesOf(this.#ids[first] as number)) {
        if (!this.#isPhrase(first, phrase)) continue;
        this.flags[first] = (this.flags[first] as number) | phrase.flags;
        if (phrase.flags !== 0) this.spans[first] = phrase.rest.length + 1;
        if (phrase.label >= 0)
          this.#addHit(this.starts[first] as number, this.ends[first + phrase.rest.length] as number, phrase.label);
        break;
      }
    }
    this.#pending.length = 0;
    if (this.hitStarts.length > words) this.#mergeHits(words);
  }

  #isPhrase(first: number, { rest }: Phrase): boolean {
    for (let offset = 0; offset < rest.length; offset += 1) {
      const index = first + offset + 1;
      if (index >= this.count || this.#ids[index] !== rest[offset]) return false;
      if ((this.starts[index] as number) - (this.ends[index - 1] as number) > PHRASE_GAP) return false;
    }
    return true;
  }

  #addHit(start: number, end: number, label: number): void {
    this.hitStarts.push(start);
    this.hitEnds.push(end);
    this.hitLabels.push(label);
  }

  /** Labels of one word and those of phrases behind them are each in the order of the text; where both begin, the word's comes first. */
  #mergeHits(words: number): void {
    const [starts, ends, labels] = [this.hitStarts, this.hitEnds, this.hitLabels];
    [this.hitStarts, this.hitEnds, this.hitLabels] = [[], [], []];
    for (let word = 0, phrase = words; word < words || phrase < starts.length; ) {
      const isWord =
        phrase === starts.length || (word < words && (starts[word] as number) <= (starts[phrase] as number));
      const next = isWord ? word : phrase;
      this.#addHit(starts[next] as number, ends[next] as number, labels[next] as number);
      if (isWord) word += 1;
      else phrase += 1;
    }
  }

  /** Room for a text of so many units, each of which may be a word. */
  #grow(length: number): void {
    this.units = new Uint16Array(length);
    this.#bytes = Buffer.from(this.units.buffer);
    this.starts = new Int32Array(length);
    this.ends = new Int32Array(length);
    this.kinds = new Uint8Array(length);
    this.flags = new Int32Array(length);
    this.spans = new Uint8Array(length);
    this.#ids = new Int32Array(length);
  }
}

const LEAST_GLUED = 6;
const MOST_GLUED = 13;

/** "is", before so many digits and letters as numbers have: "my code is030594W903B" lacks a blank. */
function isVerb(units: Uint16Array, start: number, end: number, length: number): boolean {
  if (end - start !== 2 || units[start] !== 105 || units[start + 1] !== 115) return false;
  let at = end;
  while (at < length && at - end <= MOST_GLUED) {
    const kind = CLASSES[units[at] as number] as number;
    if (kind === 0 || kind > CASELESS) break;
    at += 1;
  }
  return at - end >= LEAST_GLUED && at - end <= MOST_GLUED;
}

function twice(list: Int32Array): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(list.length * 2);
  larger.set(list);
  return larger;
}

const isBlank = (unit: number): boolean => unit === 32 || unit === 10 || unit === 13;

const isHexColonOrDot = (unit: number): boolean =>
  (unit >= 48 && unit <= 58) || (unit >= 97 && unit <= 102) || (unit >= 65 && unit <= 70) || unit === 46;

/** Colons and hyphens stand everywhere: only those beside what some recognizer begins with are kept. */
function mayAnchor(units: Uint16Array, at: number, length: number): boolean {
  const unit = units[at] as number;
  const next = at + 1 < length ? (units[at + 1] as number) : 0;
  const before = at > 0 ? (units[at - 1] as number) : 0;
  // The dashes before a private key, once.
  if (unit === 45) return next === 45 && before !== 45;
  return unit !== 58 || next === 47 || isHexColonOrDot(next) || isHexColonOrDot(before);
}

/** Inside an IP address of version 6: a group of its digits and another colon, before or behind. */
const isInAddress = (text: string, at: number): boolean =>
  /:[0-9a-f]{1,4}$/i.test(text.slice(Math.max(0, at - 5), at)) ||
  /^::[0-9a-f]{1,4}:(?!:)/i.test(text.slice(at, at + 7));

/** Whether a sign among ours makes its line a program's: `::`, `->`, a comment that no URL begins, a call. */
function isCodeSign(text: string, units: Uint16Array, at: number, length: number): boolean {
  const next = units[at + 1] as number;
  switch (units[at]) {
    case 64:
    case 43:
      return false;
    case 58:
      return next === 58 && !isInAddress(text, at);
    case 45:
      return next === 62;
    case 124:
      // A bar between blanks divides cells and parts of a signature.
      return !(
        (at === 0 || isBlank(units[at - 1] as number)) &&
        (at + 1 === length || isBlank(units[at + 1] as number))
      );
    case 47:
      return next === 47 && (at === 0 || units[at - 1] !== 58);
    case 40:
      return next === 41 || (at > 0 && isWordCode(units[at - 1] as number) && isWordCode(next) && isCall(text, at));
    default:
      return true;
  }
}

/** A number goes on in brackets, as in "A123456(9)"; what letters end before them is called. */
const isCall = (text: string, at: number): boolean => !/\ds?$/.test(text.slice(at - 2, at));
