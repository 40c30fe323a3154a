import fc from 'fast-check';
import { expect, test } from 'vitest';
import { HedgeBudget } from './hedge-budget.ts';

test('grants a share of the requests of the last minute, and nothing where there were none', () => {
  const budget = new HedgeBudget(0.05);
  expect(budget.tryHedge(0)).toBe(false);
  for (let request = 0; request < 100; request += 1) budget.request(1_000);
  const granted = Array.from({ length: 10 }, () => budget.tryHedge(2_000)).filter(Boolean);
  expect(granted).toHaveLength(5);
  // A minute later nothing of it is left.
  expect(budget.tryHedge(63_000)).toBe(false);
});

test('grants nothing where the share is none, and never more than the share of any minute, rounded up', () => {
  const step = fc.record({ afterMs: fc.nat({ max: 5_000 }), requests: fc.nat({ max: 9 }), hedges: fc.nat({ max: 9 }) });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), fc.constantFrom(0, 0.05, 0.5, 1), (steps, share) => {
      const budget = new HedgeBudget(share);
      const asked: number[] = [];
      const granted: number[] = [];
      let nowMs = 0;
      for (const { afterMs, requests, hedges } of steps) {
        nowMs += afterMs;
        for (let request = 0; request < requests; request += 1) {
          budget.request(nowMs);
          asked.push(nowMs);
        }
        for (let hedge = 0; hedge < hedges; hedge += 1) if (budget.tryHedge(nowMs)) granted.push(nowMs);
        // The window moves in steps of a second, so it may reach back one second further.
        const recent = (times: readonly number[], ms: number) => times.filter((at) => at > nowMs - ms).length;
        expect(recent(granted, 59_000)).toBeLessThanOrEqual(Math.ceil(recent(asked, 61_000) * share));
      }
    }),
  );
});
