import { describe, expect, it } from 'vitest';
import { interferenceOf, parseStolenTicks } from './interference.ts';

describe('parseStolenTicks', () => {
  it('takes the eighth number of the first line', () => {
    expect(parseStolenTicks('cpu  100 1 20 500 7 2 3 40 0 0\ncpu0 1 2 3 4 5 6 7 8\n')).toBe(40);
  });

  it('refuses a file without the line', () => {
    expect(() => parseStolenTicks('intr 1 2 3')).toThrow(/proc\/stat/);
  });
});

describe('interferenceOf', () => {
  it('is a share of what all cores could have done meanwhile', () => {
    expect(interferenceOf({ others: 20, stolen: 40 }, 1_000, 2)).toEqual({ others: 0.1, stolen: 0.2 });
  });

  it('stays between nothing and all', () => {
    expect(interferenceOf({ others: 5, stolen: -1 }, 10, 1)).toEqual({ others: 1, stolen: 0 });
  });
});
