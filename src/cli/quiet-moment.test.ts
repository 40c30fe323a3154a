import { expect, test } from 'vitest';
import { atQuietMoment } from './quiet-moment.ts';

test('waits until the process was idle for a whole interval, and works once', () => {
  let usedMs = 800;
  let worked = 0;
  const look = atQuietMoment(
    3_000,
    () => usedMs,
    () => {
      worked += 1;
    },
  );
  for (const busyMs of [2_900, 151, 150]) {
    usedMs += busyMs;
    expect(look()).toBe(false);
  }
  usedMs += 149;
  expect(look()).toBe(true);
  expect(look()).toBe(true);
  expect(worked).toBe(1);
});
