import { FOLD } from './fold-characters.ts';
import { LEXICON, type WordGroup } from './lexicon.ts';

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
function entryHash(entry: string): number {
  if (isLatin(entry)) return entry.split('_').map(hashOf).reduce(pairHash);
  return [...entry].slice(0, 3).map(hashOf).reduce(pairHash);
}

const SLOTS = 1 << 14;
const keys = new Int32Array(SLOTS);
const masks = new Int32Array(SLOTS);

function slotOf(hash: number): number {
  let slot = (hash ^ (hash >>> 15)) & (SLOTS - 1);
  while (masks[slot] !== 0 && keys[slot] !== hash) slot = (slot + 1) & (SLOTS - 1);
  return slot;
}

for (const [bit, group] of WORD_GROUPS.entries()) {
  for (const entry of LEXICON[group].split(' ')) {
    const hash = entryHash(entry);
    const slot = slotOf(hash);
    keys[slot] = hash;
    masks[slot] = (masks[slot] as number) | (1 << bit);
  }
}

/** Bits of the groups that hold a word or a pair of words, 0 for none. */
export const groupsOf = (hash: number): number => masks[slotOf(hash)] as number;
