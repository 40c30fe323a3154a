import fc from 'fast-check';
import { expect, test } from 'vitest';
import { copyUnits, MOST_UNITS, UNITS } from './code-units.ts';

const unit = fc.oneof(fc.integer({ min: 32, max: 126 }), fc.integer({ min: 0, max: 0xffff }));
const text = fc
  .tuple(fc.array(unit, { maxLength: 50 }), fc.constantFrom(0, 1, 4_096, 9_000))
  .map(([units, padding]) => String.fromCharCode(...units) + 'x'.repeat(padding));

test('the code units of any text are those that it has, as far as there is room, halves of surrogate pairs included', () => {
  fc.assert(
    fc.property(text, (of) => {
      const length = copyUnits(of);
      const expected = Array.from({ length: Math.min(of.length, MOST_UNITS) }, (_, at) => of.charCodeAt(at));
      expect(Array.from(UNITS.subarray(0, length))).toEqual(expected);
    }),
  );
});
