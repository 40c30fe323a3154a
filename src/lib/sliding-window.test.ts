import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { SlidingWindow } from './sliding-window.ts';

const MINUTE = 60_000;

describe('SlidingWindow', () => {
  test('counts calls and errors inside the window', () => {
    const window = new SlidingWindow(5 * MINUTE, 30);
    expect(window.totals(0)).toEqual({ calls: 0, errors: 0 });
    window.record(1000, true);
    window.record(2000, false);
    window.record(4 * MINUTE, false);
    expect(window.totals(4 * MINUTE)).toEqual({ calls: 3, errors: 2 });
  });

  test('lets old calls leave step by step and never counts one older than the window', () => {
    const window = new SlidingWindow(300_000, 30);
    window.record(0, false);
    window.record(9_999, false);
    window.record(10_000, true);
    expect(window.totals(299_999)).toEqual({ calls: 3, errors: 2 });
    expect(window.totals(300_000)).toEqual({ calls: 1, errors: 0 });
    expect(window.totals(309_999)).toEqual({ calls: 1, errors: 0 });
    expect(window.totals(310_000)).toEqual({ calls: 0, errors: 0 });
  });

  test('is empty after a pause of any length', () => {
    const window = new SlidingWindow(1000, 10);
    window.record(50, false);
    expect(window.totals(1e15)).toEqual({ calls: 0, errors: 0 });
    window.record(1e15, true);
    expect(window.totals(1e15)).toEqual({ calls: 1, errors: 0 });
  });

  test('counts a time before the latest as the latest', () => {
    const window = new SlidingWindow(1000, 10);
    window.record(5000, true);
    window.record(100, false);
    expect(window.totals(0)).toEqual({ calls: 2, errors: 1 });
    expect(window.totals(5999)).toEqual({ calls: 2, errors: 1 });
    expect(window.totals(6000)).toEqual({ calls: 0, errors: 0 });
  });

  test('forgets everything on reset, the latest time too', () => {
    const window = new SlidingWindow(1000, 10);
    window.record(5000, false);
    window.reset();
    window.record(100, true);
    expect(window.totals(1099)).toEqual({ calls: 1, errors: 0 });
    expect(window.totals(1100)).toEqual({ calls: 0, errors: 0 });
  });

  test('agrees with a list of all calls, on clocks that start anywhere', () => {
    const call = fc.record({ wait: fc.nat(2500), ok: fc.boolean() });
    fc.assert(
      fc.property(
        fc.integer({ min: -10_000, max: 10_000 }),
        fc.array(call),
        fc.integer({ min: 1, max: 12 }),
        (start, calls, steps) => {
          const stepMs = 120;
          const window = new SlidingWindow(stepMs * steps, steps);
          const seen: { step: number; ok: boolean }[] = [];
          let now = start;
          for (const { wait, ok } of calls) {
            now += wait;
            window.record(now, ok);
            const step = Math.floor(now / stepMs);
            seen.push({ step, ok });
            const inside = seen.filter((one) => one.step > step - steps);
            const errors = inside.filter((one) => !one.ok).length;
            expect(window.totals(now)).toEqual({ calls: inside.length, errors });
          }
        },
      ),
    );
  });

  test.each([
    [0, 1],
    [-1, 1],
    [Number.NaN, 1],
    [Number.POSITIVE_INFINITY, 1],
    [1000, 0],
    [1000, 1.5],
  ])('refuses a window of %d ms in %d steps', (windowMs, steps) => {
    expect(() => new SlidingWindow(windowMs, steps)).toThrow(RangeError);
  });
});
