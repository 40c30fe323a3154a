import { setImmediate as turn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { FairTurns } from './fair-turns.ts';

/** What begins takes time only as this clock says. */
function turnsOf(costMs: number) {
  let nowMs = 1_000;
  const turns = new FairTurns(() => nowMs);
  const begun: number[] = [];
  const add = (number: number): void =>
    turns.add(() => {
      begun.push(number);
      nowMs += costMs;
    });
  return { add, begun };
}

test('what comes alone begins at once, however long the one before took', async () => {
  const { add, begun } = turnsOf(1_000);
  for (let round = 1; round <= 3; round += 1) {
    add(round);
    expect(begun).toHaveLength(round);
    await turn();
  }
});

test.each([
  { costMs: 0.1, most: 80 },
  { costMs: 1, most: 8 },
  { costMs: 20, most: 1 },
])(
  'a crowd at $costMs ms each begins in order, $most a turn, and whoever comes meanwhile is behind it',
  async ({ costMs, most }) => {
    const { add, begun } = turnsOf(costMs);
    for (let number = 0; number < 200; number += 1) add(number);
    const sizes = [begun.length];
    add(200);
    while (begun.length < 201) {
      const before = begun.length;
      await turn();
      sizes.push(begun.length - before);
    }
    expect(begun).toEqual(Array.from({ length: 201 }, (_, number) => number));
    // Sums of tenths may lack a hair.
    expect(Math.max(...sizes)).toBeLessThanOrEqual(most + 1);
    expect(sizes[0]).toBeGreaterThanOrEqual(most);
  },
);
