import fc from 'fast-check';
import { expect, test } from 'vitest';
import { RetryBudget } from './retry-budget.ts';

test('gives 10 retries a minute even without traffic, and no more', () => {
  const budget = new RetryBudget();
  const given = (now: number): number => {
    let count = 0;
    while (budget.tryRetry(now)) count += 1;
    return count;
  };
  expect(given(0)).toBe(10);
  expect(given(30_000)).toBe(0);
  expect(given(61_000)).toBe(10);
});

test('gives a fifth of the requests of the last minute when that is more', () => {
  const budget = new RetryBudget();
  for (let i = 0; i < 1_000; i += 1) budget.request(0);
  let given = 0;
  while (budget.tryRetry(1_000)) given += 1;
  expect(given).toBe(200);
});

test('in no minute are there more retries than the rule allows for the requests around it', () => {
  const event = fc.record({ afterMs: fc.nat(900), retry: fc.boolean() });
  fc.assert(
    fc.property(fc.array(event, { maxLength: 400 }), (events) => {
      const budget = new RetryBudget();
      const requests: number[] = [];
      const retries: number[] = [];
      let now = 0;
      for (const { afterMs, retry } of events) {
        now += afterMs;
        if (!retry) {
          budget.request(now);
          requests.push(now);
        } else if (budget.tryRetry(now)) retries.push(now);
      }
      for (const end of retries) {
        // The window moves in steps of a second, so 59 seconds are inside it for certain.
        const inside = (times: number[], ms: number) => times.filter((at) => at <= end && at > end - ms).length;
        expect(inside(retries, 59_000)).toBeLessThanOrEqual(Math.max(10, inside(requests, 61_000) * 0.2));
      }
    }),
    { numRuns: 100 },
  );
});
