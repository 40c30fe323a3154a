import { setImmediate as turn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { DeadlineSweeper, type Timed } from './deadlines.ts';

/** Time passes as checks take it, and not otherwise. */
function sweeperOf(costMs: number) {
  let nowMs = 1_000;
  const faults: unknown[] = [];
  const clock = { now: () => nowMs, monotonic: () => nowMs };
  const sweeper = new DeadlineSweeper(clock, (fault) => faults.push(fault));
  const checked: number[] = [];
  const add = (number: number, check: () => void = () => undefined) => {
    const timed: Timed = {
      check: () => {
        checked.push(number);
        nowMs += costMs;
        check();
      },
    };
    return sweeper.add(timed);
  };
  return { sweeper, add, checked, faults };
}

test('a crowd that takes long is checked in several turns, each of it once', async () => {
  const { sweeper, add, checked } = sweeperOf(1);
  const seats = Array.from({ length: 200 }, (_, number) => add(number));
  sweeper.sweep();
  const sizes = [checked.length];
  // Asked for again before it is over, the sweep goes on and does not begin anew.
  sweeper.sweep();
  while (checked.length < 200) {
    const before = checked.length;
    await turn();
    sizes.push(checked.length - before);
  }
  expect([...checked].sort((a, b) => a - b)).toEqual(Array.from({ length: 200 }, (_, number) => number));
  expect(Math.max(...sizes)).toBeLessThanOrEqual(16);
  for (const seat of seats) sweeper.delete(seat);
});

test('whoever leaves while the sweep waits for its next turn is not checked any more', async () => {
  const { sweeper, add, checked } = sweeperOf(10);
  const seats = Array.from({ length: 40 }, (_, number) => add(number));
  sweeper.sweep();
  const before = checked.length;
  expect(before).toBeLessThan(40);
  for (const seat of seats) sweeper.delete(seat);
  await turn();
  await turn();
  expect(checked).toHaveLength(before);
});

test('what one check throws is told and ends no other', () => {
  const { sweeper, add, checked, faults } = sweeperOf(0);
  const fault = new Error('mine');
  const seats = [0, 1, 2].map((number) =>
    add(number, () => {
      if (number === 1) throw fault;
    }),
  );
  sweeper.sweep();
  expect(checked).toHaveLength(3);
  expect(faults).toEqual([fault]);
  for (const seat of seats) sweeper.delete(seat);
});
