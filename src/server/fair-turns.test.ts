import { setImmediate as turn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { FairTurns } from './fair-turns.ts';

test('what comes alone begins at once', async () => {
  const turns = new FairTurns();
  for (let round = 0; round < 3; round += 1) {
    let begun = false;
    turns.add(() => {
      begun = true;
    });
    expect(begun).toBe(true);
    await turn();
  }
});

test('a crowd begins in order, a part of it each turn, and whoever comes meanwhile is behind it', async () => {
  const turns = new FairTurns();
  const begun: number[] = [];
  for (let number = 0; number < 100; number += 1) turns.add(() => begun.push(number));
  const first = begun.length;
  expect(first).toBeLessThan(50);
  turns.add(() => begun.push(100));
  const sizes = [first];
  while (begun.length < 101) {
    await turn();
    sizes.push(begun.length - sizes.reduce((sum, size) => sum + size, 0));
  }
  expect(begun).toEqual(Array.from({ length: 101 }, (_, number) => number));
  expect(Math.max(...sizes)).toBe(first);
});
