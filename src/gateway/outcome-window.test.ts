import fc from 'fast-check';
import { expect, test } from 'vitest';
import { CALL_FAILURES, type CallOutcome } from './call-outcome.ts';
import { OutcomeWindow } from './outcome-window.ts';

test('counts each kind of failure apart, as a list of all calls would', () => {
  const outcome = fc.constantFrom<CallOutcome>('ok', ...CALL_FAILURES);
  const calls = fc.array(fc.record({ afterMs: fc.nat(40_000), outcome }), { maxLength: 80 });
  fc.assert(
    fc.property(calls, fc.nat(400_000), (list, restMs) => {
      const window = new OutcomeWindow(300_000, 30);
      const seen: { at: number; outcome: CallOutcome }[] = [];
      let now = 0;
      for (const call of list) {
        now += call.afterMs;
        seen.push({ at: now, outcome: call.outcome });
        window.record(now, call.outcome);
      }
      now += restMs;
      const inside = seen.filter(({ at }) => Math.floor(at / 10_000) > Math.floor(now / 10_000) - 30);
      const totals = window.totals(now);
      expect(totals.calls).toBe(inside.length);
      expect(totals.errors).toBe(inside.filter((call) => call.outcome !== 'ok').length);
      for (const kind of CALL_FAILURES) {
        expect(totals.failures[kind]).toBe(inside.filter((call) => call.outcome === kind).length);
      }
    }),
  );
});

test('a time before the latest neither loses calls nor brings old ones back', () => {
  const window = new OutcomeWindow(300_000, 30);
  window.record(1_000_000, 'ok');
  window.record(0, 'timeout');
  expect(window.totals(0)).toMatchObject({ calls: 2, errors: 1 });
  expect(window.totals(1_400_000).calls).toBe(0);
});
