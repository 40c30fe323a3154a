import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ExtractedText } from './extract-text.ts';
import { decodeFeatureTable, type FeatureTable, WAYS } from './feature-table.ts';
import { BLOCKS, collectFeatures, FEATURES, readFeatures } from './text-features.ts';
import weights from './text-weights.generated.json' with { type: 'json' };

const TABLE = decodeFeatureTable(weights.features);

const WORDS =
  'write a poem explain the code of this function summarize contract my bank please fix bugs c++ 写一首诗 請 説明して Übersetze ça 2024 3 , . ; { } ( ) \n ```';
const text = fc
  .array(
    fc.oneof(
      { weight: 9, arbitrary: fc.constantFrom(...WORDS.split(' ')) },
      { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 12 }) },
    ),
    { maxLength: 80 },
  )
  .map((words) => words.join(' '));

/** What the table holds for a hash, one way after the other. */
function plainSlot(table: FeatureTable, hash: number): number {
  const first = (hash & (table.length / WAYS - 1)) * WAYS;
  const mark = (hash >>> 14) & 0xffff || 1;
  const way = [0, 1, 2, 3].find((at) => table[first + at] === mark);
  return way === undefined ? -1 : first + way;
}

/** Each known feature once, in the block that names it first. */
function plainFeatures(extracted: ExtractedText, earlier: string): number[][] {
  const { hashes, ends } = collectFeatures(extracted, earlier);
  const used = new Set<number>([-1]);
  return BLOCKS.map((_, block) => {
    const slots: number[] = [];
    for (const hash of hashes.subarray(block === 0 ? 0 : ends[block - 1], ends[block])) {
      const slot = plainSlot(TABLE, hash);
      if (!used.has(slot)) slots.push(slot);
      used.add(slot);
    }
    return slots;
  });
}

test('the features that weights know are found as if one after the other was looked for', () => {
  let found = 0;
  fc.assert(
    fc.property(text, text, text, (prose, code, earlier) => {
      const extracted = { text: prose, prose, code, characters: prose.length };
      const expected = plainFeatures(extracted, earlier);
      readFeatures(extracted, earlier, TABLE);
      const slots = BLOCKS.map((_, block) => {
        return Array.from(FEATURES.slots.subarray(block === 0 ? 0 : FEATURES.ends[block - 1], FEATURES.ends[block]));
      });
      expect(slots).toEqual(expected);
      found += slots.flat().length;
    }),
    // More than a byte tells calls apart by.
    { numRuns: 600 },
  );
  expect(found).toBeGreaterThan(10_000);
});
