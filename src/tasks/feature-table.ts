/**
 * Which features the weights know. A feature is a 32-bit hash; its low bits choose a set of four slots, and 16 others are
 * kept in the slot that is its own. Without that every word of a prompt that training never saw would borrow the weights
 * of whatever shares its bucket; measured, that cost two points of accuracy and changed more answers after a typo.
 */
const SET_BITS = 14;
const SETS = 1 << SET_BITS;
const WAY_BITS = 2;
export const WAYS = 1 << WAY_BITS;

/** Slots in all: the most features that weights can know. */
export const SLOTS = SETS * WAYS;

/** What is kept of the hash in each slot; 0: nobody's. */
export type FeatureTable = Uint16Array;

export const setOf = (hash: number): number => hash & (SETS - 1);

/** Never 0, which means an empty slot. */
const markOf = (hash: number): number => (hash >>> SET_BITS) & 0xffff || 1;

/** 1 where two numbers below 2 ** 31 are the same, else 0; arithmetic, because a processor cannot guess which. */
const same = (a: number, b: number): number => ((a ^ b) - 1) >>> 31;
export const isSame: (a: number, b: number) => number = same;

/** Slot of a feature, -1 for one that is not known. Marks of one set differ. */
export function slotOf(table: FeatureTable, hash: number): number {
  const mark = markOf(hash);
  // Shifts by what this module keeps to itself: what it exports is read from memory whenever it is used.
  const first = (hash & (SETS - 1)) << WAY_BITS;
  const way =
    same(table[first] as number, mark) +
    2 * same(table[first + 1] as number, mark) +
    3 * same(table[first + 2] as number, mark) +
    4 * same(table[first + 3] as number, mark);
  // Found nowhere: 0 is taken from every bit.
  return ((first + way) & -(1 - same(way, 0))) - 1;
}

/** A table of the features given, first come first served: what finds its set full stays unknown. */
export function createFeatureTable(hashes: Iterable<number>): FeatureTable {
  const table = new Uint16Array(SLOTS);
  for (const hash of hashes) {
    if (slotOf(table, hash) !== -1) continue;
    const first = setOf(hash) * WAYS;
    const free = table.subarray(first, first + WAYS).indexOf(0);
    if (free !== -1) table[first + free] = markOf(hash);
  }
  return table;
}

/** The table as text, the low byte of each mark first whatever the machine. */
export function encodeFeatureTable(table: FeatureTable): string {
  const bytes = Buffer.alloc(2 * SLOTS);
  for (let slot = 0; slot < SLOTS; slot += 1) bytes.writeUInt16LE(table[slot] as number, 2 * slot);
  return bytes.toString('base64');
}

/** @throws Error where it is not as long as a table is */
export function decodeFeatureTable(text: string): FeatureTable {
  const bytes = Buffer.from(text, 'base64');
  if (bytes.length !== 2 * SLOTS) throw new Error('The table of features of the text classifier has another length.');
  const table = new Uint16Array(SLOTS);
  // The other order of bytes is that of machines that Node hardly runs on any more.
  if (new Uint8Array(Uint16Array.of(1).buffer)[0] === 0) bytes.swap16();
  new Uint8Array(table.buffer).set(bytes);
  return table;
}
