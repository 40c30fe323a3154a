import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createLru } from './lru.ts';

describe('createLru', () => {
  test('forgets the entry used longest ago', () => {
    const lru = createLru<string, number>(2);
    lru.set('a', 1);
    lru.set('b', 2);
    expect(lru.get('a')).toBe(1);
    lru.set('c', 3);
    expect([lru.get('a'), lru.get('b'), lru.get('c')]).toEqual([1, undefined, 3]);
    expect(lru.size).toBe(2);
  });

  test('does not count has as use, but counts set of a known key', () => {
    const lru = createLru<string, number>(2);
    lru.set('a', 1);
    lru.set('b', 2);
    expect(lru.has('a')).toBe(true);
    lru.set('c', 3);
    expect([lru.has('a'), lru.has('b'), lru.has('c')]).toEqual([false, true, true]);
    lru.set('b', 4);
    lru.set('d', 5);
    expect([lru.get('b'), lru.has('c'), lru.has('d')]).toEqual([4, false, true]);
  });

  test('keeps undefined as a value', () => {
    const lru = createLru<string, undefined>(2);
    lru.set('a', undefined);
    lru.set('b', undefined);
    lru.get('a');
    lru.set('c', undefined);
    expect([lru.has('a'), lru.has('b')]).toEqual([true, false]);
  });

  test('tells what had to make room and nothing else', () => {
    const evicted: [string, number][] = [];
    const lru = createLru<string, number>(1, (key, value) => evicted.push([key, value]));
    lru.set('a', 1);
    lru.set('a', 2);
    lru.delete('a');
    lru.set('b', 3);
    lru.clear();
    lru.set('c', 4);
    lru.set('d', 5);
    expect(evicted).toEqual([['c', 4]]);
  });

  test('behaves like a list in order of use', () => {
    const name = fc.constantFrom(...'get get get set set set set set has has delete'.split(' '), 'clear');
    const operation = fc.tuple(name, fc.nat(7), fc.nat());
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5 }), fc.array(operation, { maxLength: 60 }), (capacity, operations) => {
        let model: [number, number][] = [];
        const evicted: [number, number][] = [];
        const expected: [number, number][] = [];
        const lru = createLru<number, number>(capacity, (key, value) => evicted.push([key, value]));
        for (const [name, key, value] of operations) {
          const entry = model.find(([known]) => known === key);
          const others = model.filter(([known]) => known !== key);
          if (name === 'get') {
            expect(lru.get(key)).toBe(entry?.[1]);
            if (entry !== undefined) model = [...others, entry];
          } else if (name === 'set') {
            lru.set(key, value);
            model = [...others, [key, value]];
            if (model.length > capacity) expected.push(model.shift() as [number, number]);
          } else if (name === 'has') {
            expect(lru.has(key)).toBe(entry !== undefined);
          } else if (name === 'delete') {
            expect(lru.delete(key)).toBe(entry !== undefined);
            model = others;
          } else {
            lru.clear();
            model = [];
          }
          expect(lru.size).toBe(model.length);
          expect([...lru.entries()]).toEqual(model);
        }
        for (let fresh = 0; fresh < capacity; fresh++) lru.set(100 + fresh, fresh);
        expect(evicted).toEqual([...expected, ...model]);
      }),
      { numRuns: 500 },
    );
  });

  test.each([0, -1, 1.5, Number.NaN])('refuses a capacity of %d', (capacity) => {
    expect(() => createLru(capacity)).toThrow(RangeError);
  });
});
