import fc from 'fast-check';
import { expect, test } from 'vitest';
import { textBetween } from './plain-text.ts';

const HEAD = '{"a":1,"text":"';
const TAIL = '","b":[2]}';

test('whatever text JSON holds is found as it is, or not at all', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.string({ unit: 'binary' })), (text) => {
      const json = JSON.stringify({ a: 1, text, b: [2] });
      const found = textBetween(json, HEAD, TAIL);
      if (JSON.stringify(text) === `"${text}"`) expect(found).toBe(text);
      else expect(found).toBeNull();
    }),
  );
});

test('nothing is found that JSON.parse would not find', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom('"', '\\', 'a', '\n', '\t', '{', '}', ',', ':', 'ü') }),
      (between) => {
        const json = HEAD + between + TAIL;
        const found = textBetween(json, HEAD, TAIL);
        if (found !== null) expect(JSON.parse(json)).toEqual({ a: 1, text: found, b: [2] });
      },
    ),
  );
});

test('head and tail do not share a quotation mark', () => {
  expect(textBetween(HEAD + TAIL.slice(1), HEAD, TAIL)).toBeNull();
  expect(textBetween('', HEAD, TAIL)).toBeNull();
  expect(textBetween(HEAD + TAIL, HEAD, TAIL)).toBe('');
});
