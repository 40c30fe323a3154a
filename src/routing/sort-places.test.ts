import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { sortByKey, sortNearlySorted } from './sort-places.ts';

/** Many equal ones, some far from all others, some of an unknown price. */
const key = fc.oneof(
  fc.double({ min: -1, max: 1, noNaN: true }),
  fc.integer({ min: 0, max: 3 }),
  fc.constantFrom(-1e300, 1e300, Number.MIN_VALUE, Number.NEGATIVE_INFINITY),
);
const keys = fc.array(key, { maxLength: 300, size: 'max' }).map((list) => Float64Array.from(list));

describe('sortByKey', () => {
  test('puts the highest key first and keeps equals as they came', () => {
    fc.assert(
      fc.property(keys, (of) => {
        const list = Array.from(of.keys()).reverse();
        const keyOf = (entry: number): number => of[entry] as number;
        const expected = list.toSorted((a, b) => (keyOf(a) === keyOf(b) ? 0 : keyOf(b) > keyOf(a) ? 1 : -1));
        sortByKey(list, of);
        expect(list).toEqual(expected);
      }),
    );
  });
});

describe('sortNearlySorted', () => {
  test('sorts, however little is in order', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.nat(), { maxLength: 300, size: 'max' }), (list) => {
        const expected = list.toSorted((a, b) => a - b);
        sortNearlySorted(list, (a, b) => a - b);
        expect(list).toEqual(expected);
      }),
    );
  });
});
