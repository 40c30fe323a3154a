import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  createFeatureTable,
  decodeFeatureTable,
  encodeFeatureTable,
  SLOTS,
  setOf,
  slotOf,
  WAYS,
} from './feature-table.ts';

const hashes = fc.uniqueArray(fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }), { maxLength: 400 });

describe('a table of features', () => {
  test('gives every feature that found room a slot of its own in its set, and the others none', () => {
    fc.assert(
      fc.property(hashes, (features) => {
        const table = createFeatureTable(features);
        const taken = new Map<number, number>();
        for (const hash of features) {
          const slot = slotOf(table, hash);
          if (slot === -1) continue;
          expect(slot >> 2).toBe(setOf(hash));
          taken.set(slot, (taken.get(slot) ?? 0) + 1);
        }
        expect(taken.size).toBe(table.filter((mark) => mark !== 0).length);
      }),
      { numRuns: 50 },
    );
  });

  test('keeps those that come first where a set is full', () => {
    const ofOneSet = Array.from({ length: WAYS + 1 }, (_, at) => 7 | ((at + 1) << 14));
    const table = createFeatureTable(ofOneSet);
    expect(ofOneSet.map((hash) => slotOf(table, hash) === -1)).toEqual([false, false, false, false, true]);
  });

  test('does not know what was not put in', () => {
    expect(slotOf(new Uint16Array(SLOTS), 0)).toBe(-1);
    const table = createFeatureTable([1 << 14]);
    expect(slotOf(table, 1 << 14)).not.toBe(-1);
    expect(slotOf(table, 2 << 14)).toBe(-1);
  });

  test('is the same after it was written and read, and refuses another length', () => {
    const table = createFeatureTable([1, -5, 1 << 20, 77_777_777]);
    expect(decodeFeatureTable(encodeFeatureTable(table))).toEqual(table);
    expect(() => decodeFeatureTable('AAAA')).toThrow('length');
  });
});
