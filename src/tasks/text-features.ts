import type { ExtractedText } from './extract-text.ts';
import { type FeatureTable, isSame, SLOTS, slotOf } from './feature-table.ts';
import { normalizeRare } from './fold-characters.ts';
import type { WordGroup } from './lexicon.ts';
import { LINE_SHAPES } from './line-shape.ts';
import { createTokens, KIND, readTokens, type Tokens } from './read-tokens.ts';
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
  slots: Int32Array;
  /** Index after the last slot of each block. */
  ends: Int32Array;
}

const MOST_FEATURES = 6_144;

export const createFeatures = (): Features => ({
  slots: new Int32Array(MOST_FEATURES),
  ends: new Int32Array(BLOCKS.length),
});

/** How much of the words is used: all of an ordinary prompt, head and tail of one without spaces. */
const HEAD_TOKENS = 420;
const TAIL_TOKENS = 160;
/** What opens and closes a prompt, in words; an ideograph is a part of a word. */
const OPENING = 12;
const CLOSING = 14;
const IDEOGRAPH = 0.55;
const GROUP_HITS = 20;
const EARLIER_CHARACTERS = 240;

const tokens = createTokens();

/** Slot and one more -> the last call that used it; at 0 stands every call, so that a feature without a slot is never new. */
const stamps = new Uint8Array(SLOTS + 1);
let generation = 0;
let into: Features = createFeatures();
let length = 0;
/** null: hashes are collected as they are, for training. */
let known: FeatureTable | null = null;
const collected = new Set<number>();

/** What a block names, in its order, until its slots are looked up: one loop for all is twice as fast as a call for each. */
const named = new Int32Array(MOST_FEATURES);
let names = 0;

/** Must stand before its block ends; what is named twice counts once. */
function add(salt: number, value: number): void {
  if (names === MOST_FEATURES) lookUp();
  named[names] = value ^ Math.imul(salt, 0x9e3779b1);
  names += 1;
}

/** Murmur3's finaliser. */
function mixed(value: number): number {
  let hash = Math.imul(value, 0x85ebca6b);
  hash ^= hash >>> 13;
  hash = Math.imul(hash, 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}

/** Slots of what was named since the last time. */
function lookUp(): void {
  if (known === null) for (let at = 0; at < names; at += 1) collect(mixed(named[at] as number));
  else lookUpIn(known, into.slots);
  names = 0;
}

function lookUpIn(table: FeatureTable, slots: Int32Array): void {
  // Local names: measured, the loop takes half as long again with the module's.
  const all = named;
  const used = stamps;
  const now = generation;
  let next = length;
  for (let at = 0; at < names && next < MOST_FEATURES; at += 1) {
    // No branch: what is not new is written where the next one will be.
    const slot = slotOf(table, mixed(all[at] as number));
    slots[next] = slot;
    next += 1 - isSame(used[slot + 1] as number, now);
    used[slot + 1] = now;
  }
  length = next;
}

/** Nothing is used yet. Calls are told apart by a byte, because more would not stay in the processor's cache. */
function forgetUsed(): void {
  if (generation === 255) {
    stamps.fill(0);
    generation = 0;
  }
  generation += 1;
  stamps[0] = generation;
}

function collect(hash: number): void {
  if (collected.has(hash) || length === MOST_FEATURES) return;
  collected.add(hash);
  into.slots[length] = hash;
  length += 1;
}

/** 1, 2 to 3, 4 to 8, 9 and more: how often, where the exact number says nothing. */
const several = (count: number): number => (count > 8 ? 4 : count > 3 ? 3 : count > 1 ? 2 : 1);

function addShape(read: Tokens): void {
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

function findBounds(read: Tokens): void {
  let weight = 0;
  let at = 0;
  for (; at < read.length && weight < OPENING; at += 1) weight += read.kind[at] === KIND.ideograph ? IDEOGRAPH : 1;
  bounds.opening = at;
  weight = 0;
  at = read.length;
  for (; at > 0 && weight < CLOSING; at -= 1) weight += read.kind[at - 1] === KIND.ideograph ? IDEOGRAPH : 1;
  bounds.closing = at;
}

function addGroups(read: Tokens): void {
  counts.fill(0);
  let found = 0;
  let seenOpening = 0;
  let seenClosing = 0;
  for (let at = 0; at < read.length; at += 1) {
    const mask = read.groups[at] as number;
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
  if (found > 0) addTogether(read, seenOpening, hits[0] as number);
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
function addTogether(read: Tokens, opening: number, hit: number): void {
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
function addTopics(read: Tokens): void {
  topicCounts.fill(0);
  let last = 0;
  let pairs = 0;
  for (let at = 0; at < read.length; at += 1) {
    const topic = read.topic[at] as number;
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
function addAsks(read: Tokens): void {
  let first = 0;
  while (first < read.length && ((read.groups[first] as number) & ASKING_BITS) === 0) first += 1;
  if (first === read.length) return;
  let last = read.length - 1;
  while (((read.groups[last] as number) & ASKING_BITS) === 0) last -= 1;
  addAsk(read, first);
  if (last > first) addAsk(read, last);
}

function addAsk(read: Tokens, from: number): void {
  const asked = (read.groups[from] as number) & ASKING_BITS;
  const to = Math.min(read.length, from + ASK_REACH);
  addRange(80, read, Math.max(0, from - 1), to);
  let about = 0;
  for (let at = from; at < to && about === 0; at += 1) {
    about = read.topic[at] as number;
  }
  add(82, about);
  addBits(83, asked, about * 32);
  for (let at = from + 1; at < to; at += 1) addBits(84, read.groups[at] as number);
}

function addWords(read: Tokens, from: number, to: number): void {
  for (let at = from; at < to; at += 1) {
    const hash = read.hash[at] as number;
    add(20, hash);
    if (at === from) continue;
    const pair = pairHash(read.hash[at - 1] as number, hash);
    add(21, pair);
    if (at > from + 1 && read.kind[at] === KIND.ideograph) add(22, pairHash(pair, read.hash[at - 2] as number));
  }
}

function addParts(read: Tokens, from: number, to: number): void {
  for (let at = from; at < to; at += 1) {
    if (read.prefix[at] === 0) continue;
    add(23, read.prefix[at] as number);
    add(24, read.suffix[at] as number);
  }
}

function addRange(salt: number, read: Tokens, from: number, to: number): void {
  for (let at = from; at < to; at += 1) {
    add(salt, read.hash[at] as number);
    if (at > from) add(salt + 1, pairHash(read.hash[at - 1] as number, read.hash[at] as number));
  }
}

function endBlock(block: number): void {
  lookUp();
  into.ends[block] = length;
}

/** What training starts from: hashes in place of slots, of every feature that a prompt has. */
export function collectFeatures(extracted: ExtractedText, earlier: string): { hashes: Int32Array; ends: Int32Array } {
  const features = createFeatures();
  collected.clear();
  readAll(extracted, earlier, features, null);
  return { hashes: features.slots.slice(0, length), ends: features.ends };
}

/**
 * Those features of the last user turn and, lightly, of the user's turn before it that `table` knows. Deterministic,
 * without allocation where the text needs no NFKC; the time is bounded by the windows of `extracted`.
 */
export function readFeatures(extracted: ExtractedText, earlier: string, features: Features, table: FeatureTable): void {
  forgetUsed();
  readAll(extracted, earlier, features, table);
}

function readAll(extracted: ExtractedText, earlier: string, features: Features, table: FeatureTable | null): void {
  into = features;
  length = names = 0;
  known = table;
  readTokens(withoutSetPhrases(extracted.prose), extracted.code, tokens);
  findBounds(tokens);
  addShape(tokens);
  endBlock(0);
  addGroups(tokens);
  endBlock(1);
  const head = Math.min(tokens.length, HEAD_TOKENS);
  const tail = Math.max(head, tokens.length - TAIL_TOKENS);
  addWords(tokens, 0, head);
  addWords(tokens, tail, tokens.length);
  endBlock(2);
  addParts(tokens, 0, head);
  addParts(tokens, tail, tokens.length);
  endBlock(3);
  addRange(30, tokens, 0, bounds.opening);
  endBlock(4);
  addRange(32, tokens, bounds.closing, tokens.length);
  endBlock(5);
  for (let at = 0; at < tokens.codeLength; at += 1) add(40, tokens.code[at] as number);
  endBlock(6);
  addTopics(tokens);
  endBlock(7);
  addAsks(tokens);
  endBlock(8);
  if (earlier !== '') addEarlier(earlier);
  endBlock(9);
}

function addEarlier(earlier: string): void {
  readTokens(normalizeRare(earlier.slice(0, EARLIER_CHARACTERS)), '', tokens);
  let groups = 0;
  for (let at = 0; at < tokens.length; at += 1) {
    groups |= tokens.groups[at] as number;
    add(51, tokens.hash[at] as number);
  }
  addBits(50, groups | tokens.codeGroups);
}
