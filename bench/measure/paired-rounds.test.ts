import { expect, it } from 'vitest';
import { disturbanceOf, judgePairs, MOST_DISTURBED, type PairedRound } from './paired-rounds.ts';

const ratio = (changed: number, usual: number): number => changed / usual;
/** Every request takes the same. */
const round = (usual: number, changed: number, disturbed = 0): PairedRound => ({
  usual: [usual, usual, usual],
  changed: [changed, changed],
  disturbed,
});

it('compares within each round and takes the median over rounds', () => {
  const { perRound, counted, leftOut } = judgePairs([round(10, 11), round(20, 20), round(10, 30)], 0.99, ratio);
  expect(perRound?.median).toBe(1.1);
  expect(perRound?.rounds).toEqual([1.1, 1, 3]);
  expect([counted, leftOut]).toEqual([3, 0]);
});

it('compares all requests of the same rounds beside it', () => {
  const { pooled } = judgePairs([round(10, 11), round(20, 20), round(10, 30), round(1, 99, 0.5)], 0.99, ratio);
  expect(pooled?.value).toBe(1.5);
});

it('leaves out rounds in which others were busy, whichever way they show', () => {
  const quiet = [round(10, 11), round(10, 11), round(10, 12, MOST_DISTURBED)];
  const verdict = judgePairs([...quiet, round(10, 90, MOST_DISTURBED + 0.001), round(90, 10, 0.3)], 0.99, ratio);
  expect(verdict.perRound?.rounds).toEqual([1.1, 1.1, 1.2]);
  expect([verdict.counted, verdict.leftOut]).toEqual([3, 2]);
});

it('says nothing where too few rounds are left', () => {
  const verdict = judgePairs([round(1, 1), round(1, 1), round(1, 1, 0.5)], 0.99, ratio);
  expect([verdict.perRound, verdict.pooled]).toEqual([null, null]);
  const silent = { usual: [], changed: [1], disturbed: 0 };
  expect(judgePairs([silent, round(1, 1), round(1, 1)], 0.99, ratio).leftOut).toBe(1);
});

it('takes the worse of two halves, others and the host together', () => {
  expect(disturbanceOf({ others: 0.01, stolen: 0 }, { others: 0.02, stolen: 0.25 })).toBe(0.27);
});
