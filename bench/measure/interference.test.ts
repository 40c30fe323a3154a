import { describe, expect, it } from 'vitest';
import { interferenceBetween, parseMachineTicks } from './interference.ts';

describe('parseMachineTicks', () => {
  it('takes idle and waiting for idle, and stolen time for neither', () => {
    expect(parseMachineTicks('cpu  100 1 20 500 7 2 3 40 0 0\ncpu0 1 2 3 4 5 6 7 8\n')).toEqual({
      busy: 126,
      stolen: 40,
      total: 673,
    });
  });

  it('refuses a file without the line', () => {
    expect(() => parseMachineTicks('intr 1 2 3')).toThrow(/proc\/stat/);
  });
});

describe('interferenceBetween', () => {
  it('leaves to others what the bench itself did not use', () => {
    const before = { busy: 100, stolen: 0, total: 1_000 };
    const after = { busy: 200, stolen: 20, total: 1_200 };
    expect(interferenceBetween(before, after, 0.8e9)).toEqual({ others: 0.1, stolen: 0.1 });
    expect(interferenceBetween(before, after, 2e9).others).toBe(0);
  });
});
