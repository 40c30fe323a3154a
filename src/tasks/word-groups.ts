import { FOLD } from './fold-characters.ts';
import { LEXICON, type WordGroup } from './lexicon.ts';
import { TOPICS, topicList } from './topics/topic-words.ts';

/** Names of the groups in the order of their bits. */
export const WORD_GROUPS = Object.keys(LEXICON) as readonly WordGroup[];

const SEED = 0x811c9dc5 | 0;

/** One step of the hash of a word or of a run of words; FNV-1a over code units. */
export const step = (hash: number, unit: number): number => Math.imul(hash ^ unit, 0x01000193);
export const startHash = (): number => SEED;

/** Hash of two tokens side by side. */
export const pairHash = (left: number, right: number): number => Math.imul(left ^ (right >>> 13), 0x2c1b3c6d) ^ right;

const isLatin = (unit: number): boolean => unit < 0x250;
const BETWEEN_WORDS = '_'.charCodeAt(0);
const PLURAL = 's'.charCodeAt(0);

/** Words of scripts that write them together count by as many characters, none of them outside the plane. */
const CHARACTERS = 3;

/**
 * Hash by which the entry of a list from `start` to `end` is found while a text is read, with another unit behind it where
 * that is not 0. Nothing is allocated: a start waits for some ten thousand of them.
 */
function hashOfEntry(list: string, start: number, end: number, behind = 0): number {
  const latin = isLatin(list.charCodeAt(start));
  const to = latin ? end : Math.min(end, start + CHARACTERS);
  let pair = 0;
  let words = 0;
  let hash = SEED;
  for (let at = start; at < to; at += 1) {
    const code = list.charCodeAt(at);
    const divides = code === BETWEEN_WORDS && latin;
    const unit = divides ? 0 : (FOLD[code] as number);
    if (unit !== 0) hash = step(hash, unit);
    if (latin && !divides) continue;
    pair = words === 0 ? hash : pairHash(pair, hash);
    words += 1;
    hash = SEED;
  }
  if (!latin) return pair;
  if (behind !== 0) hash = step(hash, behind);
  return words === 0 ? hash : pairHash(pair, hash);
}

const SLOTS = 1 << 16;
/** 0: nobody's. No word of the lexicon has this hash, which a test holds. */
const keys = new Int32Array(SLOTS);
const masks = new Int32Array(SLOTS);
const topics = new Uint8Array(SLOTS);

/**
 * One bit for each 17 bits of a hash: most pairs of words are none of the lexicon's, and this says so from the fastest of
 * the caches. One in nine passes that should not.
 */
const FILTER_BITS = 17;
const filter = new Int32Array(1 << (FILTER_BITS - 5));
const FILTER_MASK = filter.length - 1;
const mixed = (hash: number): number => hash ^ (hash >>> 15);

/** 1 for what may be a word or a pair of words of a list, 0 for what is none. */
export function mayBeKnown(hash: number): number {
  const mix = mixed(hash);
  return ((filter[(mix >>> 5) & FILTER_MASK] as number) >>> (mix & 31)) & 1;
}

/** Where a hash is kept, or would be. */
export function slotFor(hash: number): number {
  let slot = mixed(hash) & (SLOTS - 1);
  while (keys[slot] !== hash && keys[slot] !== 0) slot = (slot + 1) & (SLOTS - 1);
  return slot;
}

/** A slot that stays empty. */
let nobody = 0;

/** Place of a word or a pair of words; one look-up for its groups and its topic. */
export const entryOf = (hash: number): number => (mayBeKnown(hash) === 1 ? slotFor(hash) : nobody);

/** Slot of a word that is put in. */
function slotToFill(hash: number): number {
  const mix = mixed(hash);
  const at = (mix >>> 5) & FILTER_MASK;
  filter[at] = (filter[at] as number) | (1 << (mix & 31));
  const slot = slotFor(hash);
  keys[slot] = hash;
  return slot;
}

/** Bits of the groups that hold it, 0 for none. */
export const groupsAt = (entry: number): number => masks[entry] as number;

/** Its topic as its place in TOPICS and one more, 0 for none. */
export const topicAt = (entry: number): number => topics[entry] as number;

/** Calls `visit` for each word of a list that blanks and line ends divide. */
function eachEntry(list: string, visit: (start: number, end: number) => void): void {
  let start = 0;
  for (let at = 0; at < list.length; at += 1) {
    if (list.charCodeAt(at) > 0x20) continue;
    if (at > start) visit(start, at);
    start = at + 1;
  }
  if (list.length > start) visit(start, list.length);
}

function addGroup(list: string, bit: number): void {
  eachEntry(list, (start, end) => {
    const slot = slotToFill(hashOfEntry(list, start, end));
    masks[slot] = (masks[slot] as number) | (1 << bit);
  });
}

/** The first topic that names a word keeps it. */
function addToTopic(hash: number, topic: number): void {
  const slot = slotToFill(hash);
  if (topics[slot] === 0) topics[slot] = topic;
}

const isSmall = (unit: number): boolean => unit >= 0x61 && unit <= 0x7a;

/** Whether the word could have a plural in -s; one that has none gives one that nobody writes. */
function hasPlural(list: string, start: number, end: number): boolean {
  if (end - start < 3 || !isLatin(list.charCodeAt(start)) || list.charCodeAt(end - 1) === PLURAL) return false;
  return [end - 3, end - 2, end - 1].every((at) => isSmall(list.charCodeAt(at)));
}

function fillTables(): void {
  for (const [bit, group] of WORD_GROUPS.entries()) addGroup(LEXICON[group], bit);
  for (const [index, topic] of TOPICS.entries()) {
    const list = topicList(topic);
    eachEntry(list, (start, end) => addToTopic(hashOfEntry(list, start, end), index + 1));
  }
  // After all words: a word that is written comes before a plural that is guessed.
  for (const [index, topic] of TOPICS.entries()) {
    const list = topicList(topic);
    eachEntry(list, (start, end) => {
      if (hasPlural(list, start, end)) addToTopic(hashOfEntry(list, start, end, PLURAL), index + 1);
    });
  }
  nobody = keys.indexOf(0);
}

fillTables();
