import { describe, expect, test } from 'vitest';
import { firstDifference } from './first-difference.ts';

describe('firstDifference', () => {
  test('is nowhere in equal values, whatever the order of their members', () => {
    expect(firstDifference({ a: 1, b: [{ c: null }] }, { b: [{ c: null }], a: 1 })).toBeNull();
  });

  test('names the place and both values', () => {
    const a = { plan: [{ id: 'x' }, { id: 'y' }], other: 1 };
    expect(firstDifference(a, { ...a, plan: [{ id: 'x' }, { id: 'z' }] })).toEqual({
      path: 'plan.1.id',
      a: 'y',
      b: 'z',
    });
    expect(firstDifference([1], [1, 2])).toEqual({ path: '1', a: undefined, b: 2 });
    expect(firstDifference({ a: 1 }, {})).toEqual({ path: 'a', a: 1, b: undefined });
    expect(firstDifference({ a: [] }, { a: {} })).toEqual({ path: 'a', a: [], b: {} });
    expect(firstDifference(1, 2)).toEqual({ path: '', a: 1, b: 2 });
  });
});
