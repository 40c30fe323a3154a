import { describe, expect, it } from 'vitest';
import { ratioRows } from './rounds.ts';

describe('ratioRows', () => {
  it('compares the pairs that were measured, round by round and at their lowest', () => {
    const rounds = new Map([
      ['nginx', [10, 20]],
      ['alidade', [50, 80]],
    ]);
    const rows = ratioRows({ process: rounds });
    expect(rows.map(({ name }) => name)).toEqual(['alidade / nginx']);
    expect(rows[0]?.values.process?.rounds).toEqual([5, 4]);
    expect(rows[0]?.values.best?.median).toBe(5);
  });

  it('says nothing where there is nothing to compare', () => {
    expect(ratioRows({ process: new Map([['alidade', [50]]]) })).toEqual([]);
  });
});
