// Labels: words and phrases that say what a number near them is. They are compiled from what recognizers declare.

import { classOf, DENSE, isWordCode } from './characters.ts';
import { FLAG, type Lexicon } from './lexicon.ts';

/** How far before and behind a number its label may stand, in UTF-16 units: a sentence, and the end of one. */
export const REACH_BEFORE = 90;
export const REACH_BEHIND = 45;

const isDense = (word: string): boolean => {
  for (let index = 0; index < word.length; index += 1) {
    if (classOf(word.charCodeAt(index)) === DENSE) return true;
  }
  return false;
};

/** The words of a label as the scan sees them: runs of letters and digits, in lower case. */
export function wordsOf(label: string): string[] {
  const lower = label.toLowerCase();
  const words: string[] = [];
  let start = 0;
  for (let at = 0; at <= lower.length; at += 1) {
    if (isWordCode(lower.charCodeAt(at))) continue;
    if (at > start) words.push(lower.slice(start, at));
    start = at + 1;
  }
  return words;
}

interface DenseLabel {
  word: string;
  label: number;
}

/** All that labels hold, in what `structuredClone` copies. The build writes it and a start reads it. */
export interface LabelTables {
  readonly topics: Map<string, number>;
  readonly byWord: Map<string, number>;
  readonly topicsOf: number[][];
  readonly dense: Map<number, DenseLabel[]>;
  readonly denseStarts: Uint8Array;
}

const noLabels = (): LabelTables => ({
  topics: new Map(),
  byWord: new Map(),
  topicsOf: [],
  dense: new Map(),
  denseStarts: new Uint8Array(0x10000),
});

/** Numbers of topics by name, and which topics each label speaks for. */
export class Labels {
  readonly #topics: Map<string, number>;
  readonly #byWord: Map<string, number>;
  /** For each label its topics; one may be there twice. */
  readonly #topicsOf: number[][];
  /** Whether a label speaks for a topic, one bit each and rows of equal length; null until somebody asks. */
  #bits: Uint32Array | null = null;
  #rowLength = 0;
  /** Labels of dense scripts by their first unit, longest first, and which units there are. */
  readonly #dense: Map<number, DenseLabel[]>;
  readonly #denseStarts: Uint8Array;

  /** @param tables of others, which must not be used any more; absent: there are none */
  constructor(tables: LabelTables = noLabels()) {
    this.#topics = tables.topics;
    this.#byWord = tables.byWord;
    this.#topicsOf = tables.topicsOf;
    this.#dense = tables.dense;
    this.#denseStarts = tables.denseStarts;
  }

  tables(): LabelTables {
    const [topics, byWord, topicsOf] = [this.#topics, this.#byWord, this.#topicsOf];
    return { topics, byWord, topicsOf, dense: this.#dense, denseStarts: this.#denseStarts };
  }

  topic(name: string): number {
    const known = this.#topics.get(name);
    if (known !== undefined) return known;
    this.#bits = null;
    this.#topics.set(name, this.#topics.size);
    return this.#topics.size - 1;
  }

  /** Adds labels divided by `|` for a topic, phrases also in one word, as programs write them. */
  add(lexicon: Lexicon, topicName: string, words: string): void {
    const topic = this.topic(topicName);
    for (const written of words.split('|')) {
      if (written === '') continue;
      if (isDense(written)) {
        this.#addDense(written, topic);
        continue;
      }
      const parts = wordsOf(written);
      const phrase = parts.join(' ');
      lexicon.add(phrase, 0, this.#labelOf(phrase, topic));
      if (parts.length === 1) continue;
      const inOne = parts.join('');
      lexicon.add(inOne, 0, this.#labelOf(inOne, topic));
    }
  }

  speaksFor(label: number, topic: number): boolean {
    const bits = this.#bits ?? this.#compile();
    return ((bits[label * this.#rowLength + (topic >>> 5)] as number) & (1 << (topic & 31))) !== 0;
  }

  #compile(): Uint32Array {
    this.#rowLength = (this.#topics.size >>> 5) + 1;
    const bits = new Uint32Array(this.#topicsOf.length * this.#rowLength);
    for (const [label, topics] of this.#topicsOf.entries()) {
      for (const topic of topics) {
        const at = label * this.#rowLength + (topic >>> 5);
        bits[at] = (bits[at] as number) | (1 << (topic & 31));
      }
    }
    this.#bits = bits;
    return bits;
  }

  /** The longest label of a dense script that begins at a place, or null. */
  denseAt(text: string, at: number): DenseLabel | null {
    const first = text.charCodeAt(at);
    if (this.#denseStarts[first] === 0) return null;
    const list = this.#dense.get(first);
    return list?.find(({ word }) => text.startsWith(word, at)) ?? null;
  }

  #labelOf(word: string, topic: number): number {
    this.#bits = null;
    const known = this.#byWord.get(word);
    if (known !== undefined) {
      (this.#topicsOf[known] as number[]).push(topic);
      return known;
    }
    const label = this.#topicsOf.push([topic]) - 1;
    this.#byWord.set(word, label);
    return label;
  }

  #addDense(word: string, topic: number): void {
    const label = this.#labelOf(word, topic);
    const first = word.charCodeAt(0);
    const list = this.#dense.get(first) ?? [];
    this.#dense.set(first, list);
    this.#denseStarts[first] = 1;
    if (!list.some((entry) => entry.word === word)) list.push({ word, label });
    list.sort((a, b) => b.word.length - a.word.length);
  }
}

export const isPhraseStart = (flags: number): boolean => (flags & FLAG.phrase) !== 0;
