import { FOLD } from './fold-characters.ts';
import { LEXICON, type WordGroup } from './lexicon.ts';
import { TOPICS, wordsOfTopic } from './topics/topic-words.ts';

/** Names of the groups in the order of their bits. */
export const WORD_GROUPS = Object.keys(LEXICON) as readonly WordGroup[];

const SEED = 0x811c9dc5 | 0;

/** One step of the hash of a word or of a run of words; FNV-1a over code units. */
export const step = (hash: number, unit: number): number => Math.imul(hash ^ unit, 0x01000193);
export const startHash = (): number => SEED;

/** Hash of two tokens side by side. */
export const pairHash = (left: number, right: number): number => Math.imul(left ^ (right >>> 13), 0x2c1b3c6d) ^ right;

function hashOf(word: string): number {
  let hash = SEED;
  for (let i = 0; i < word.length; i += 1) {
    const unit = FOLD[word.charCodeAt(i)] as number;
    if (unit !== 0) hash = step(hash, unit);
  }
  return hash;
}

const isLatin = (word: string): boolean => word.charCodeAt(0) < 0x250;

/** Hash by which an entry of the lexicon is found while a text is read. */
function hashOfEntry(entry: string): number {
  if (isLatin(entry)) return entry.split('_').map(hashOf).reduce(pairHash);
  return [...entry].slice(0, 3).map(hashOf).reduce(pairHash);
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
const mixed = (hash: number): number => hash ^ (hash >>> 15);

const mayBeKnown = (mix: number): boolean =>
  (((filter[(mix >>> 5) & (filter.length - 1)] as number) >>> (mix & 31)) & 1) === 1;

/** Where a hash is kept, or would be. */
function slotFor(hash: number): number {
  let slot = mixed(hash) & (SLOTS - 1);
  while (keys[slot] !== hash && keys[slot] !== 0) slot = (slot + 1) & (SLOTS - 1);
  return slot;
}

/** A slot that stays empty. */
let nobody = 0;

/** Place of a word or a pair of words; one look-up for its groups and its topic. */
export const entryOf = (hash: number): number => (mayBeKnown(mixed(hash)) ? slotFor(hash) : nobody);

/** Slot of a word that is put in. */
function slotToFill(hash: number): number {
  const mix = mixed(hash);
  const at = (mix >>> 5) & (filter.length - 1);
  filter[at] = (filter[at] as number) | (1 << (mix & 31));
  const slot = slotFor(hash);
  keys[slot] = hash;
  return slot;
}

/** Bits of the groups that hold it, 0 for none. */
export const groupsAt = (entry: number): number => masks[entry] as number;

/** Its topic as its place in TOPICS and one more, 0 for none. */
export const topicAt = (entry: number): number => topics[entry] as number;

for (const [bit, group] of WORD_GROUPS.entries()) {
  for (const word of LEXICON[group].split(' ')) {
    const slot = slotToFill(hashOfEntry(word));
    masks[slot] = (masks[slot] as number) | (1 << bit);
  }
}

function addTopic(word: string, topic: number): void {
  const slot = slotToFill(hashOfEntry(word));
  if (topics[slot] === 0) topics[slot] = topic;
}

/** Plural of a word that could have one; a word that has none gives one that nobody writes. */
const pluralOf = (word: string): string | null =>
  isLatin(word) && /[a-z]{3}$/.test(word) && !word.endsWith('s') ? `${word}s` : null;

for (const [index, topic] of TOPICS.entries()) for (const word of wordsOfTopic(topic)) addTopic(word, index + 1);
for (const [index, topic] of TOPICS.entries()) {
  for (const plural of wordsOfTopic(topic).map(pluralOf)) if (plural !== null) addTopic(plural, index + 1);
}

nobody = keys.indexOf(0);
