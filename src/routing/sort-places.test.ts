import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { sortByGroup, sortNearlySorted } from './sort-places.ts';

/** Many equal ones, some far from all others, some of an unknown price. */
const key = fc.oneof(
  fc.double({ min: -1, max: 1, noNaN: true }),
  fc.integer({ min: 0, max: 3 }),
  fc.constantFrom(-1e300, 1e300, Number.MIN_VALUE, Number.NEGATIVE_INFINITY),
);
const entries = fc.array(fc.record({ key, group: fc.nat(3) }), { maxLength: 3_000, size: 'max' });

describe('sortByGroup', () => {
  test('puts the lowest group and the highest key first, and equals as the comparison says', () => {
    fc.assert(
      fc.property(entries, fc.constantFrom(1, -1), (of, sign) => {
        const columns = {
          ...{ group: Uint8Array.from(of, ({ group }) => group) },
          ...{ key: Float64Array.from(of, ({ key }) => key), compare: (a: number, b: number) => sign * (a - b) },
        };
        const list = Array.from(of.keys()).reverse();
        const keyOf = (entry: number): number => columns.key[entry] as number;
        const groupOf = (entry: number): number => columns.group[entry] as number;
        const expected = list.toSorted((a, b) => {
          if (groupOf(a) !== groupOf(b)) return groupOf(a) - groupOf(b);
          return keyOf(a) === keyOf(b) ? sign * (a - b) : keyOf(b) > keyOf(a) ? 1 : -1;
        });
        sortByGroup(list, 0, columns);
        expect(list).toEqual(expected);
      }),
    );
  });
});

describe('sortByGroup', () => {
  test('leaves what stands before the index where it is', () => {
    const columns = { group: new Uint8Array(4), key: Float64Array.of(1, 4, 2, 3), compare: () => 0 };
    const list = [0, 2, 1, 3];
    sortByGroup(list, 1, columns);
    expect(list).toEqual([0, 1, 3, 2]);
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
