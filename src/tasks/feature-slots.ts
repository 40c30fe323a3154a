import { type FeatureTable, isSame, SLOTS, slotOf } from './feature-table.ts';

/**
 * What a prompt names, and the slots of what the weights know of it. Everything lies in arrays that this module keeps to
 * itself: V8 compiles their addresses and lengths into the loops, where an array that it is handed, or that another
 * module exports, is checked at every access. Measured, the loops take about half the time.
 */
const MOST_FEATURES = 6_144;

const slots = new Uint16Array(MOST_FEATURES);
let length = 0;

/** Slots that were found, valid until the next prompt; how many there are is `slotsFound()`. */
export const FOUND_SLOTS: Uint16Array = slots;
export const slotsFound = (): number => length;

const findSlot = slotOf;
const same = isSame;

const table: FeatureTable = new Uint16Array(SLOTS);
/** What `table` is a copy of. */
let copied: FeatureTable | null = null;

/** Slot and one more -> the last call that used it; at 0 stands every call, so that a feature without a slot is never new. */
const stamps = new Uint8Array(2 * SLOTS);
let generation = 0;

/** What a block names, in its order, until its slots are looked up: one loop for all is twice as fast as a call for each. */
const named = new Int32Array(MOST_FEATURES);
let names = 0;

/** In place of slots, while training collects. */
const hashes = new Int32Array(MOST_FEATURES);
const collected = new Set<number>();
let collecting = false;

/** Must stand before its block ends; what is named twice counts once. */
export function add(salt: number, value: number): void {
  if (names === MOST_FEATURES) lookUpNamed();
  named[names] = value ^ Math.imul(salt, 0x9e3779b1);
  names += 1;
}

/** Murmur3's finaliser. */
const mixed = (value: number): number => {
  let hash = Math.imul(value, 0x85ebca6b);
  hash ^= hash >>> 13;
  hash = Math.imul(hash, 0xc2b2ae35);
  return hash ^ (hash >>> 16);
};

/** Slots of what was named since the last time. */
export function lookUpNamed(): void {
  if (collecting) collectNamed();
  else findNamed();
  names = 0;
}

function findNamed(): void {
  const now = generation;
  const last = names;
  let next = length;
  for (let at = 0; at < last && next < MOST_FEATURES; at += 1) {
    // No branch: what is not new is written where the next one will be.
    const place = findSlot(table, mixed(named[at] as number)) + 1;
    slots[next] = place - 1;
    next += 1 - same(stamps[place] as number, now);
    stamps[place] = now;
  }
  length = next;
}

function collectNamed(): void {
  for (let at = 0; at < names && length < MOST_FEATURES; at += 1) {
    const hash = mixed(named[at] as number);
    if (collected.has(hash)) continue;
    collected.add(hash);
    hashes[length] = hash;
    length += 1;
  }
}

/** Begins a prompt of which those features count that `known` holds. */
export function startFinding(known: FeatureTable): void {
  if (copied !== known) {
    table.set(known);
    copied = known;
  }
  // Calls are told apart by a byte, because more would not stay in the processor's cache.
  if (generation === 255) {
    stamps.fill(0);
    generation = 0;
  }
  generation += 1;
  stamps[0] = generation;
  collecting = false;
  length = names = 0;
}

/** Begins a prompt whose features are all kept as hashes: what training starts from. */
export function startCollecting(): void {
  collected.clear();
  collecting = true;
  length = names = 0;
}

export const collectedHashes = (): Int32Array => hashes.slice(0, length);
