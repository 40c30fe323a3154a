// One pass over a text: its words with their classes and lexicon entries, the signs at which recognizers begin, and the
// labels it holds. Everything else looks at this and at bounded stretches of the text, never at the whole text again.

import { ANCHOR, classOf, DENSE, DIGIT, LOWER, lowerCode, UPPER } from './characters.ts';
import { isPhraseStart, REACH_BEFORE, REACH_BEHIND } from './context.ts';
import { NO_LABEL } from './finding.ts';
import { addToHash, HASH_START, isSame, type Phrase } from './lexicon.ts';
import { LABELS, LEXICON } from './vocabulary.ts';

export const HAS_DIGIT = 1;
export const HAS_LOWER = 2;
export const HAS_UPPER = 4;
export const STARTS_UPPER = 8;
export const IS_DENSE = 16;
export const HAS_LETTER = 32;
/** The word is a label by itself. */
export const IS_LABEL = 64;

/** Words longer than this are in no list. */
const LONGEST_WORD = 40;
/** A phrase's words stand at most this far apart: a blank, a hyphen, a full stop and a blank. */
const PHRASE_GAP = 2;

export class View {
  text = '';
  /** Words. */
  count = 0;
  starts = new Int32Array(256);
  ends = new Int32Array(256);
  kinds = new Uint8Array(256);
  flags = new Int32Array(256);
  /** Number of words that the phrase beginning here spans, else 1; its flags are in `flags` of the first. */
  spans = new Uint8Array(256);
  /** Signs. */
  anchors = new Int32Array(64);
  anchorCount = 0;
  /** Labels in the order of the text. */
  hitStarts: number[] = [];
  hitEnds: number[] = [];
  hitLabels: number[] = [];

  read(text: string): void {
    this.text = text;
    this.count = 0;
    this.anchorCount = 0;
    this.hitStarts = [];
    this.hitEnds = [];
    this.hitLabels = [];
    const length = text.length;
    for (let index = 0; index < length; ) {
      const kind = classOf(text.charCodeAt(index));
      if (kind === 0) index += 1;
      else if (kind === ANCHOR) {
        this.#addAnchor(index);
        index += 1;
      } else if (kind === DENSE) index = this.#readDense(index);
      else index = this.#readWord(index);
    }
    this.#findPhrases();
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
    let low = 0;
    let high = hits.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((hits[middle] as number) < start) low = middle + 1;
      else high = middle;
    }
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

  #addAnchor(index: number): void {
    if (this.anchorCount === this.anchors.length) {
      const larger = new Int32Array(this.anchors.length * 2);
      larger.set(this.anchors);
      this.anchors = larger;
    }
    this.anchors[this.anchorCount] = index;
    this.anchorCount += 1;
  }

  #readWord(start: number): number {
    const { text } = this;
    const length = text.length;
    let index = start;
    let hash = HASH_START;
    let kinds = 0;
    for (; index < length; index += 1) {
      const unit = text.charCodeAt(index);
      const kind = classOf(unit);
      if (kind === LOWER) kinds |= HAS_LOWER | HAS_LETTER;
      else if (kind === UPPER) kinds |= HAS_UPPER | HAS_LETTER;
      else if (kind === DIGIT) kinds |= HAS_DIGIT;
      else if (kind === 0 || kind > 4) break;
      else kinds |= HAS_LETTER;
      hash = addToHash(hash, lowerCode(unit));
    }
    if (classOf(text.charCodeAt(start)) === UPPER) kinds |= STARTS_UPPER;
    const id =
      (kinds & HAS_LETTER) !== 0 && index - start <= LONGEST_WORD ? LEXICON.find(text, start, index, hash) : -1;
    this.#push(start, index, kinds, id);
    return index;
  }

  #readDense(start: number): number {
    const { text } = this;
    let index = start;
    for (; index < text.length && classOf(text.charCodeAt(index)) === DENSE; index += 1) {
      const found = LABELS.denseAt(text, index);
      if (found !== null) this.#addHit(index, index + found.word.length, found.label);
    }
    this.#push(start, index, IS_DENSE, -1);
    return index;
  }

  #push(start: number, end: number, kinds: number, id: number): void {
    if (this.count === this.starts.length) this.#grow();
    this.starts[this.count] = start;
    this.ends[this.count] = end;
    this.kinds[this.count] = kinds;
    this.flags[this.count] = 0;
    this.spans[this.count] = 1;
    if (id >= 0) {
      this.flags[this.count] = LEXICON.flagsOf(id);
      const label = LEXICON.labelOf(id);
      if (label >= 0) {
        this.#addHit(start, end, label);
        this.kinds[this.count] = kinds | IS_LABEL;
      }
      if (isPhraseStart(this.flags[this.count] as number)) this.#pending.push(this.count, id);
    }
    this.count += 1;
  }

  #pending: number[] = [];

  /** Phrases need the words behind them, so they are looked for when all words are known. */
  #findPhrases(): void {
    let added = false;
    for (let at = 0; at < this.#pending.length; at += 2) {
      const first = this.#pending[at] as number;
      for (const phrase of LEXICON.phrasesOf(this.#pending[at + 1] as number)) {
        if (!this.#isPhrase(first, phrase)) continue;
        this.flags[first] = (this.flags[first] as number) | phrase.flags;
        if (phrase.flags !== 0) this.spans[first] = phrase.rest.length + 1;
        if (phrase.label >= 0) {
          this.#addHit(this.starts[first] as number, this.ends[first + phrase.rest.length] as number, phrase.label);
          added = true;
        }
        break;
      }
    }
    this.#pending = [];
    if (added) this.#sortHits();
  }

  #isPhrase(first: number, { rest }: Phrase): boolean {
    for (let offset = 0; offset < rest.length; offset += 1) {
      const index = first + offset + 1;
      if (index >= this.count) return false;
      if ((this.starts[index] as number) - (this.ends[index - 1] as number) > PHRASE_GAP) return false;
      if (!isSame(rest[offset] as string, this.text, this.starts[index] as number, this.ends[index] as number))
        return false;
    }
    return true;
  }

  #addHit(start: number, end: number, label: number): void {
    this.hitStarts.push(start);
    this.hitEnds.push(end);
    this.hitLabels.push(label);
  }

  #sortHits(): void {
    const order = this.hitStarts.map((_, index) => index);
    order.sort((a, b) => (this.hitStarts[a] as number) - (this.hitStarts[b] as number));
    const pick = (list: readonly number[]): number[] => order.map((index) => list[index] as number);
    [this.hitStarts, this.hitEnds, this.hitLabels] = [pick(this.hitStarts), pick(this.hitEnds), pick(this.hitLabels)];
  }

  #grow(): void {
    const size = this.starts.length * 2;
    const wider = (from: Int32Array): Int32Array<ArrayBuffer> => {
      const to = new Int32Array(size);
      to.set(from);
      return to;
    };
    this.starts = wider(this.starts);
    this.ends = wider(this.ends);
    this.flags = wider(this.flags);
    const kinds = new Uint8Array(size);
    kinds.set(this.kinds);
    this.kinds = kinds;
    const spans = new Uint8Array(size);
    spans.set(this.spans);
    this.spans = spans;
  }
}
