import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createSeededRandom, type RandomState, type SeededRandom } from './seeded-random.ts';

const take = (random: SeededRandom, count: number): number[] => Array.from({ length: count }, () => random.uint32());

describe('createSeededRandom', () => {
  test('is xoshiro128** 1.1: the outputs of the reference implementation', () => {
    // From the state 1, 2, 3, 4; also the test vector of Rust's rand_xoshiro.
    expect(take(createSeededRandom([1, 2, 3, 4]), 10)).toEqual([
      11520, 0, 5927040, 70819200, 2031721883, 1637235492, 1287239034, 3734860849, 3729100597, 4258142804,
    ]);
  });

  // Computed with unbounded integers in another language from the definitions.
  test.each<[number | string, number[]]>([
    [0, [3809008728, 1133695204, 53579671, 2891528803]],
    [7, [1004282400, 2200021487, 1928073449, 741806228]],
    [4294967295, [835879718, 1921286648, 2356205009, 1885780724]],
    [1.5, [338355785, 1030465120, 3594418210, 4226589291]],
    ['größe', [3935298551, 3722016762, 1309875400, 2639162451]],
  ])('gives the same sequence on every machine for the seed %j', (seed, expected) => {
    expect(take(createSeededRandom(seed), 4)).toEqual(expected);
  });

  test('gives the same sequence for the same seed and another for another', () => {
    const seed = fc.oneof(fc.integer(), fc.double(), fc.string());
    fc.assert(
      fc.property(seed, seed, (one, other) => {
        expect(take(createSeededRandom(one), 8)).toEqual(take(createSeededRandom(one), 8));
        fc.pre(!Object.is(one, other) && !(one === 0 && other === 0));
        expect(take(createSeededRandom(one), 8)).not.toEqual(take(createSeededRandom(other), 8));
      }),
    );
  });

  test('refuses a state of zeros', () => {
    expect(() => createSeededRandom([0, 0, 0, 0] satisfies RandomState)).toThrow(RangeError);
  });
});

describe('next', () => {
  test('is 53 bits of two outputs', () => {
    expect(createSeededRandom(7).next()).toBe(0.2338277214186818);
  });

  test('is uniform over [0, 1)', () => {
    const random = createSeededRandom('uniform');
    const draws = Array.from({ length: 100_000 }, () => random.next());
    expect(draws.every((draw) => draw >= 0 && draw < 1)).toBe(true);
    // Chi-squared over 100 cells; 149 is its 99.9 % point for 99 degrees of freedom. The seed is fixed.
    expect(
      chiSquared(
        draws.map((draw) => Math.floor(draw * 100)),
        100,
      ),
    ).toBeLessThan(149);
  });
});

describe('integer', () => {
  test.each([1, 2, 3, 6, 10, 1000])('is uniform over [0, %d)', (below) => {
    const random = createSeededRandom(below);
    const draws = Array.from({ length: 50_000 }, () => random.integer(below));
    expect(draws.every((draw) => Number.isInteger(draw) && draw >= 0 && draw < below)).toBe(true);
    // The mean of a chi-squared is its degrees of freedom, its variance twice that: five deviations are allowed.
    expect(chiSquared(draws, below)).toBeLessThan(below + 5 * Math.sqrt(2 * below));
  });

  test('favours no half of a range that does not divide 2^32', () => {
    // Remainders of a 32-bit number would fall into the lower third of [0, 3 * 2^30) twice as often.
    const random = createSeededRandom(1);
    const below = 3 * 2 ** 30;
    const low = Array.from({ length: 30_000 }, () => random.integer(below)).filter((draw) => draw < 2 ** 30).length;
    expect(low / 30_000).toBeCloseTo(1 / 3, 1);
    expect(low / 30_000).toBeLessThan(0.4);
  });

  test.each([0, -1, 1.5, 2 ** 32 + 1, Number.NaN])('refuses the bound %d', (below) => {
    expect(() => createSeededRandom(1).integer(below)).toThrow(RangeError);
  });

  test('reaches 2^32', () => {
    expect(createSeededRandom(7).integer(2 ** 32)).toBe(createSeededRandom(7).uint32());
  });
});

describe('shuffle', () => {
  test('reorders a copy and loses nothing', () => {
    fc.assert(
      fc.property(fc.array(fc.integer()), fc.integer(), (items, seed) => {
        const before = [...items];
        const shuffled = createSeededRandom(seed).shuffle(items);
        expect(items).toEqual(before);
        expect([...shuffled].sort((a, b) => a - b)).toEqual(before.sort((a, b) => a - b));
      }),
    );
  });

  test('makes every order equally likely', () => {
    const random = createSeededRandom('orders');
    const orders = new Map<string, number>();
    for (let index = 0; index < 24_000; index++) {
      const order = random.shuffle(['a', 'b', 'c', 'd']).join('');
      orders.set(order, (orders.get(order) ?? 0) + 1);
    }
    expect(orders.size).toBe(24);
    for (const count of orders.values()) expect(Math.abs(count - 1000)).toBeLessThan(160);
  });
});

function chiSquared(draws: readonly number[], cells: number): number {
  const counts = new Array<number>(cells).fill(0);
  for (const draw of draws) counts[draw] = (counts[draw] as number) + 1;
  const expected = draws.length / cells;
  return counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
}
