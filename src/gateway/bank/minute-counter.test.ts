import fc from 'fast-check';
import { expect, test } from 'vitest';
import { MinuteCounter } from './minute-counter.ts';

const added = fc.record({ afterMs: fc.nat(30_000), units: fc.nat(50) });

test('counts at least the last 60 seconds and never what is older than 61', () => {
  fc.assert(
    fc.property(fc.array(added, { maxLength: 60 }), fc.nat(90_000), (list, restMs) => {
      const counter = new MinuteCounter();
      const seen: { at: number; units: number }[] = [];
      let now = 0;
      for (const { afterMs, units } of list) {
        now += afterMs;
        counter.add(units, now, now);
        seen.push({ at: now, units });
      }
      now += restMs;
      const since = (ms: number): number =>
        seen.filter(({ at }) => now - at < ms).reduce((sum, { units }) => sum + units, 0);
      expect(counter.total(now)).toBeGreaterThanOrEqual(since(60_000));
      expect(counter.total(now)).toBeLessThanOrEqual(since(61_000));
    }),
  );
});

test('says how long to wait until so many are left, to the second', () => {
  fc.assert(
    fc.property(fc.array(added, { minLength: 1, maxLength: 40 }), fc.nat(100), (list, most) => {
      const counter = new MinuteCounter();
      let now = 0;
      for (const { afterMs, units } of list) {
        now += afterMs;
        counter.add(units, now, now);
      }
      const waitMs = counter.waitMs(most, now);
      if (waitMs > 0) expect(counter.total(now + waitMs - 1)).toBeGreaterThan(most);
      expect(counter.total(now + waitMs)).toBeLessThanOrEqual(most);
    }),
  );
});

test('a correction leaves together with what it corrects', () => {
  const counter = new MinuteCounter();
  counter.add(100, 0, 0);
  counter.add(-40, 0, 30_000);
  expect(counter.total(30_000)).toBe(60);
  expect(counter.total(61_000)).toBe(0);
  counter.add(-40, 0, 61_000);
  expect(counter.total(61_000)).toBe(0);
});
