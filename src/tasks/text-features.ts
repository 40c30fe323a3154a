import type { ExtractedText } from './extract-text.ts';
import {
  add,
  collectedHashes,
  FOUND_SLOTS,
  lookUpNamed,
  slotsFound,
  startCollecting,
  startFinding,
} from './feature-slots.ts';
import type { FeatureTable } from './feature-table.ts';
import { normalizeRare } from './fold-characters.ts';
import type { WordGroup } from './lexicon.ts';
import { LINE_SHAPES } from './line-shape.ts';
import { KIND, readTokens, TOKENS } from './read-tokens.ts';
import { withoutSetPhrases } from './set-phrases.ts';
import { TOPICS } from './topics/topic-words.ts';
import { pairHash, WORD_GROUPS } from './word-groups.ts';

/** Kinds of features. Each block is scaled to length 1, so that a long paste cannot drown the ask around it. */
export const BLOCKS = [
  'shape',
  'groups',
  'words',
  'parts',
  'opening',
  'closing',
  'material',
  'topics',
  'asks',
  'earlier',
] as const;

/** Features of one prompt: the slots of each block, one after the other. Binary: a feature is named once. */
export interface Features {
  slots: Uint16Array;
  /** Index after the last slot of each block. */
  ends: Int32Array;
}

/** Those of the prompt that was read last. */
export const FEATURES: Features = { slots: FOUND_SLOTS, ends: new Int32Array(BLOCKS.length) };

/** How much of the words is used: all of an ordinary prompt, head and tail of one without spaces. */
const HEAD_TOKENS = 420;
const TAIL_TOKENS = 160;
/** What opens and closes a prompt, in words; an ideograph is a part of a word. */
const OPENING = 12;
const CLOSING = 14;
const IDEOGRAPH = 0.55;
const GROUP_HITS = 20;
const EARLIER_CHARACTERS = 240;

const IDEOGRAPH_KIND = KIND.ideograph;

/** Arrays that V8 reads without checks, see feature-slots.ts. */
const read = TOKENS;
const { hash: hashes, pair: pairs, groups, topic: topics, kind: kinds, prefix: prefixes, suffix: suffixes } = TOKENS;

/** 1, 2 to 3, 4 to 8, 9 and more: how often, where the exact number says nothing. */
const several = (count: number): number => (count > 8 ? 4 : count > 3 ? 3 : count > 1 ? 2 : 1);

function addShape(): void {
  add(1, several(Math.ceil(read.length / 4)) + (read.length > 60 ? 4 : 0) + (read.length > 200 ? 1 : 0));
  for (let shape = 2; shape < LINE_SHAPES; shape += 1) {
    const count = read.shapes[shape] as number;
    if (count > 0) {
      add(2, shape);
      add(3, shape * 8 + several(count));
    }
  }
  for (let mark = 33; mark < 127; mark += 1) {
    const count = read.marks[mark] as number;
    if (count > 0) {
      add(4, mark);
      if (count > 1) add(5, mark * 8 + several(count));
    }
  }
  for (let at = 0; at < read.markPairsLength; at += 1) add(9, read.markPairs[at] as number);
  if (read.digits > 0) add(6, several(read.digits));
  if (read.symbols > 0) add(7, several(read.symbols));
  if (read.codeLength > 0) add(8, several(read.codeLength >> 3));
}

/** One feature for each bit of a mask. */
function addBits(salt: number, mask: number, above = 0): void {
  for (let rest = mask; rest !== 0; rest &= rest - 1) add(salt, above + 31 - Math.clz32(rest & -rest));
}

const QUESTION_BIT = 1 << WORD_GROUPS.indexOf('question');
const QUESTION_MARK = 63;
const hits = new Int32Array(GROUP_HITS);
const counts = new Int32Array(32);

/** Index of the first token after the opening, and of the first of the closing. */
const bounds = { opening: 0, closing: 0 };

function findBounds(): void {
  let weight = 0;
  let at = 0;
  for (; at < read.length && weight < OPENING; at += 1) weight += kinds[at] === IDEOGRAPH_KIND ? IDEOGRAPH : 1;
  bounds.opening = at;
  weight = 0;
  at = read.length;
  for (; at > 0 && weight < CLOSING; at -= 1) weight += kinds[at - 1] === IDEOGRAPH_KIND ? IDEOGRAPH : 1;
  bounds.closing = at;
}

function addGroups(): void {
  counts.fill(0);
  let found = 0;
  let seenOpening = 0;
  let seenClosing = 0;
  for (let at = 0; at < read.length; at += 1) {
    const mask = groups[at] as number;
    if (mask === 0) continue;
    for (let rest = mask; rest !== 0; rest &= rest - 1) {
      const bit = 31 - Math.clz32(rest & -rest);
      counts[bit] = (counts[bit] as number) + 1;
    }
    if (at < bounds.opening) seenOpening |= mask;
    if (at >= bounds.closing) seenClosing |= mask;
    if (found < GROUP_HITS) {
      hits[found] = mask;
      found += 1;
    }
  }
  for (let bit = 0; bit < WORD_GROUPS.length; bit += 1) {
    const count = counts[bit] as number;
    if (count === 0) continue;
    add(10, bit);
    if (count > 1) add(11, bit * 8 + several(count));
  }
  addBits(12, seenOpening);
  addBits(13, seenClosing);
  addBits(14, read.codeGroups);
  if (found > 0) addTogether(seenOpening, hits[0] as number);
  for (let at = 1; at < found; at += 1) {
    for (let left = hits[at - 1] as number; left !== 0; left &= left - 1) {
      addBits(16, hits[at] as number, (31 - Math.clz32(left & -left)) * 32);
    }
  }
}

/**
 * Groups together with what the prompt opens with and with whether it is a question: "how do I classify" asks about what
 * "classify" asks for.
 */
function addTogether(opening: number, hit: number): void {
  addBits(15, hit);
  const first = 31 - Math.clz32(hit & -hit);
  const asks = ((opening & QUESTION_BIT) === 0 ? 0 : 1) + ((read.marks[QUESTION_MARK] as number) > 0 ? 2 : 0);
  for (let bit = 0; bit < WORD_GROUPS.length; bit += 1) {
    if (counts[bit] === 0) continue;
    add(18, first * 32 + bit);
    if (asks > 0) add(17, asks * 32 + bit);
  }
}

/** How often each topic is named. */
const topicCounts = new Int32Array(TOPICS.length + 1);
function addTopics(): void {
  topicCounts.fill(0);
  let last = 0;
  let pairs = 0;
  for (let at = 0; at < read.length; at += 1) {
    const topic = topics[at] as number;
    if (topic === 0) continue;
    topicCounts[topic] = (topicCounts[topic] as number) + 1;
    if (at < bounds.opening) add(62, topic);
    if (at >= bounds.closing) add(63, topic);
    if (last === 0) add(64, topic);
    else if (last !== topic && pairs < GROUP_HITS) {
      add(65, last * 128 + topic);
      pairs += 1;
    }
    last = topic;
  }
  let main = 0;
  for (let topic = 1; topic < topicCounts.length; topic += 1) {
    const count = topicCounts[topic] as number;
    if (read.codeTopics[topic] === 1) add(66, topic);
    if (count === 0) continue;
    add(60, topic);
    if (count > 1) add(61, topic * 8 + several(count));
    if (count > (topicCounts[main] as number)) main = topic;
  }
  if (main > 0) add(67, main);
}

/** Groups whose words say what is wanted; what follows them is what it is wanted of. */
const ASKING: readonly WordGroup[] = [
  'write',
  'make',
  'rewrite',
  'build',
  'extract',
  'compute',
  'howmany',
  'judge',
  'advice',
  'explain',
  'question',
];
const ASKING_BITS = ASKING.reduce((bits, group) => bits | (1 << WORD_GROUPS.indexOf(group)), 0);
const ASK_REACH = 7;

/** The first and the last ask of the prompt, wherever it stands: a long introduction or a paste must not hide it. */
function addAsks(): void {
  let first = 0;
  while (first < read.length && ((groups[first] as number) & ASKING_BITS) === 0) first += 1;
  if (first === read.length) return;
  let last = read.length - 1;
  while (((groups[last] as number) & ASKING_BITS) === 0) last -= 1;
  addAsk(first);
  if (last > first) addAsk(last);
}

function addAsk(from: number): void {
  const asked = (groups[from] as number) & ASKING_BITS;
  const to = Math.min(read.length, from + ASK_REACH);
  addRange(80, Math.max(0, from - 1), to);
  let about = 0;
  for (let at = from; at < to && about === 0; at += 1) {
    about = topics[at] as number;
  }
  add(82, about);
  addBits(83, asked, about * 32);
  for (let at = from + 1; at < to; at += 1) addBits(84, groups[at] as number);
}

function addWords(from: number, to: number): void {
  for (let at = from; at < to; at += 1) {
    add(20, hashes[at] as number);
    if (at === from) continue;
    const pair = pairs[at] as number;
    add(21, pair);
    if (kinds[at] === IDEOGRAPH_KIND && at > from + 1) add(22, pairHash(pair, hashes[at - 2] as number));
  }
}

function addParts(from: number, to: number): void {
  for (let at = from; at < to; at += 1) {
    if (prefixes[at] === 0) continue;
    add(23, prefixes[at] as number);
    add(24, suffixes[at] as number);
  }
}

function addRange(salt: number, from: number, to: number): void {
  for (let at = from; at < to; at += 1) {
    add(salt, hashes[at] as number);
    if (at > from) add(salt + 1, pairs[at] as number);
  }
}

function endBlock(block: number): void {
  lookUpNamed();
  FEATURES.ends[block] = slotsFound();
}

/** What training starts from: hashes in place of slots, of every feature that a prompt has. */
export function collectFeatures(extracted: ExtractedText, earlier: string): { hashes: Int32Array; ends: Int32Array } {
  startCollecting();
  readAll(extracted, earlier);
  return { hashes: collectedHashes(), ends: FEATURES.ends.slice() };
}

/**
 * Those features of the last user turn and, lightly, of the user's turn before it that `table` knows, as FEATURES.
 * Deterministic, without allocation where the text needs no NFKC; the time is bounded by the windows of `extracted`.
 */
export function readFeatures(extracted: ExtractedText, earlier: string, table: FeatureTable): void {
  startFinding(table);
  readAll(extracted, earlier);
}

function readAll(extracted: ExtractedText, earlier: string): void {
  readTokens(withoutSetPhrases(extracted.prose), extracted.code);
  findBounds();
  addShape();
  endBlock(0);
  addGroups();
  endBlock(1);
  const head = Math.min(read.length, HEAD_TOKENS);
  const tail = Math.max(head, read.length - TAIL_TOKENS);
  addWords(0, head);
  addWords(tail, read.length);
  endBlock(2);
  addParts(0, head);
  addParts(tail, read.length);
  endBlock(3);
  addRange(30, 0, bounds.opening);
  endBlock(4);
  addRange(32, bounds.closing, read.length);
  endBlock(5);
  for (let at = 0; at < read.codeLength; at += 1) add(40, read.code[at] as number);
  endBlock(6);
  addTopics();
  endBlock(7);
  addAsks();
  endBlock(8);
  if (earlier !== '') addEarlier(earlier);
  endBlock(9);
}

function addEarlier(earlier: string): void {
  readTokens(normalizeRare(earlier.slice(0, EARLIER_CHARACTERS)), '');
  let named = 0;
  for (let at = 0; at < read.length; at += 1) {
    named |= groups[at] as number;
    add(51, hashes[at] as number);
  }
  addBits(50, named | read.codeGroups);
}
