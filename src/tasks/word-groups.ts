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
const keys = new Int32Array(SLOTS);
const masks = new Int32Array(SLOTS);
const topics = new Uint8Array(SLOTS);

/** Place of a word or a pair of words; one look-up for its groups and its topic. */
export function entryOf(hash: number): number {
  let slot = (hash ^ (hash >>> 15)) & (SLOTS - 1);
  while (keys[slot] !== hash && (masks[slot] !== 0 || topics[slot] !== 0)) slot = (slot + 1) & (SLOTS - 1);
  return slot;
}

/** Bits of the groups that hold it, 0 for none. */
export const groupsAt = (entry: number): number => masks[entry] as number;

/** Its topic as its place in TOPICS and one more, 0 for none. */
export const topicAt = (entry: number): number => topics[entry] as number;

for (const [bit, group] of WORD_GROUPS.entries()) {
  for (const word of LEXICON[group].split(' ')) {
    const hash = hashOfEntry(word);
    const slot = entryOf(hash);
    keys[slot] = hash;
    masks[slot] = (masks[slot] as number) | (1 << bit);
  }
}

function addTopic(word: string, topic: number): void {
  const hash = hashOfEntry(word);
  const slot = entryOf(hash);
  keys[slot] = hash;
  if (topics[slot] === 0) topics[slot] = topic;
}

/** Plural of a word that could have one; a word that has none gives one that nobody writes. */
const pluralOf = (word: string): string | null =>
  isLatin(word) && /[a-z]{3}$/.test(word) && !word.endsWith('s') ? `${word}s` : null;

for (const [index, topic] of TOPICS.entries()) for (const word of wordsOfTopic(topic)) addTopic(word, index + 1);
for (const [index, topic] of TOPICS.entries()) {
  for (const plural of wordsOfTopic(topic).map(pluralOf)) if (plural !== null) addTopic(plural, index + 1);
}
