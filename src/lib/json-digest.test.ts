import { expect, it } from 'vitest';
import { sha256Hex } from './hash.ts';
import { jsonListTexts, sha256OfTexts } from './json-digest.ts';

it.each([
  [[]],
  [[1]],
  [['a', { b: [null, 'ü\ud83d\ude00'] }, undefined, 2.5]],
  [Array.from({ length: 5_000 }, (_, index) => ({ index, text: 'x'.repeat(index % 90) }))],
])('a list has the digest of its whole text (case %#)', (list) => {
  expect([...jsonListTexts(list)].join('')).toBe(JSON.stringify(list));
  expect(sha256OfTexts(jsonListTexts(list))).toBe(sha256Hex(JSON.stringify(list)));
});
