import { expect, it } from 'vitest';
import { judgePairs, type PairedRound } from './paired-rounds.ts';

const round = (usual: number, changed: number, disturbed = 0.02): PairedRound => ({ usual, changed, disturbed });

it('takes the ratio within each round and its median over rounds', () => {
  const { ratio, leftOut } = judgePairs([round(1, 1.1), round(2, 2), round(1, 3)], 0.1);
  expect(ratio?.median).toBe(1.1);
  expect(ratio?.rounds).toEqual([1.1, 1, 3]);
  expect(leftOut).toBe(0);
});

it('leaves out rounds in which others were busy, whichever way they show', () => {
  const quiet = [round(1, 1.1), round(1, 1.1), round(1, 1.2)];
  const { ratio, leftOut } = judgePairs([...quiet, round(1, 9, 0.3), round(9, 1, 0.11)], 0.1);
  expect(ratio?.rounds).toEqual([1.1, 1.1, 1.2]);
  expect(leftOut).toBe(2);
});

it('says nothing where too few rounds are left', () => {
  expect(judgePairs([round(1, 1), round(1, 1), round(1, 1, 0.5)], 0.1)).toEqual({ ratio: null, leftOut: 1 });
  expect(judgePairs([round(Number.NaN, 1), round(0, 1)], 0.1).ratio).toBeNull();
});
