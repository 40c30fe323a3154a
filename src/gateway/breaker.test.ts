import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Breaker, type BreakerPass } from './breaker.ts';
import { CALL_FAILURES, type CallOutcome } from './call-outcome.ts';

function fail(breaker: Breaker, times: number, nowMs: number, outcome: CallOutcome = 'server_error'): void {
  for (let i = 0; i < times; i += 1) breaker.admit(nowMs)?.settle(outcome, nowMs);
}

describe('the breaker', () => {
  test('opens when half of at least 20 calls failed, and not before', () => {
    const breaker = new Breaker();
    fail(breaker, 10, 0, 'ok');
    fail(breaker, 9, 0);
    expect(breaker.state(0)).toBe('closed');
    fail(breaker, 1, 0, 'timeout');
    expect(breaker.state(0)).toBe('open');
    expect(breaker.admit(0)).toBeNull();
  });

  test('opens after 5 connect failures in a row, which any other answer interrupts', () => {
    const breaker = new Breaker();
    fail(breaker, 4, 0, 'connect');
    fail(breaker, 1, 0, 'server_error');
    fail(breaker, 4, 0, 'connect');
    expect(breaker.state(0)).toBe('closed');
    fail(breaker, 1, 0, 'connect');
    expect(breaker.state(0)).toBe('open');
  });

  test('never opens for 429, refused credentials, client aborts and the callers own errors', () => {
    const breaker = new Breaker();
    for (let i = 0; i < 200; i += 1) {
      for (const outcome of ['rate_limited', 'refused', null] as const) breaker.admit(0)?.settle(outcome, 0);
    }
    expect(breaker.state(0)).toBe('closed');
  });

  test('rests 5 s, doubling to 60 s while probes fail', () => {
    const breaker = new Breaker();
    let now = 0;
    fail(breaker, 20, now);
    const rests: number[] = [];
    for (let i = 0; i < 6; i += 1) {
      const rest = breaker.restsForMs(now);
      rests.push(rest);
      expect(breaker.admit(now + rest - 1)).toBeNull();
      now += rest;
      breaker.admit(now)?.settle('timeout', now);
    }
    expect(rests).toEqual([5_000, 10_000, 20_000, 40_000, 60_000, 60_000]);
    expect(breaker.openings).toBe(1);
  });

  test('lets one probe at a time through, and the next when the first has said nothing or not come back in a minute', () => {
    const breaker = new Breaker();
    fail(breaker, 20, 0);
    const probe = breaker.admit(5_000);
    expect(probe?.kind).toBe('probe');
    expect(breaker.state(5_000)).toBe('half_open');
    expect(breaker.admit(5_000)).toBeNull();
    probe?.settle(null, 5_001);
    expect(breaker.admit(5_001)?.kind).toBe('probe');
    expect(breaker.admit(65_000)).toBeNull();
    expect(breaker.admit(65_001)?.kind).toBe('probe');
  });

  test('is tried as the last resort at most once a second, and a success there closes it', () => {
    const breaker = new Breaker();
    fail(breaker, 20, 0);
    const first = breaker.admitLastResort(0);
    expect(first?.kind).toBe('last_resort');
    expect(breaker.admitLastResort(999)).toBeNull();
    first?.settle('server_error', 500);
    expect(breaker.restsForMs(500)).toBe(4_500);
    breaker.admitLastResort(1_000)?.settle('ok', 1_200);
    expect(breaker.state(1_200)).toBe('closed');
  });

  test('takes its traffic back slowly, from a tenth to all within 30 s', () => {
    const breaker = new Breaker();
    fail(breaker, 20, 0);
    breaker.admit(5_000)?.settle('ok', 5_000);
    const taken = (from: number): number => {
      let count = 0;
      for (let i = 0; i < 100; i += 1) if (!breaker.yields(from)) count += 1;
      return count;
    };
    expect(breaker.share(5_000)).toBeCloseTo(0.1, 9);
    expect(taken(5_000)).toBeGreaterThanOrEqual(9);
    expect(taken(5_000)).toBeLessThanOrEqual(11);
    expect(taken(20_000)).toBeGreaterThanOrEqual(54);
    expect(taken(20_000)).toBeLessThanOrEqual(56);
    expect(taken(35_000)).toBe(100);
  });

  test('rests twice as long when it fails again while recovering, and starts anew once it had recovered', () => {
    const breaker = new Breaker();
    fail(breaker, 20, 0);
    breaker.admit(5_000)?.settle('ok', 5_000);
    fail(breaker, 20, 6_000);
    expect(breaker.restsForMs(6_000)).toBe(10_000);
    breaker.admit(16_000)?.settle('ok', 16_000);
    fail(breaker, 20, 50_000);
    expect(breaker.restsForMs(50_000)).toBe(5_000);
    expect(breaker.openings).toBe(3);
  });

  test('is not moved by calls that began before it opened or closed', () => {
    const breaker = new Breaker();
    const before = breaker.admit(0);
    const late = Array.from({ length: 30 }, () => breaker.admit(0));
    fail(breaker, 20, 0);
    before?.settle('ok', 1_000);
    expect(breaker.state(1_000)).toBe('open');
    breaker.admit(5_000)?.settle('ok', 5_000);
    for (const pass of late) pass?.settle('server_error', 5_001);
    expect(breaker.state(5_001)).toBe('closed');
  });
});

/** The same rules said with a list of everything that happened: no windows that move, no counters. */
class BreakerModel {
  calls: { at: number; outcome: CallOutcome }[] = [];
  opened: { at: number; rest: number } | null = null;
  lastRest = 0;
  closedAt = Number.NEGATIVE_INFINITY;
  era = 0;
  probe: { id: number; at: number } | null = null;
  lastResortAt = Number.NEGATIVE_INFINITY;

  admit(id: number, now: number): BreakerPass['kind'] | null {
    if (this.opened === null) return 'normal';
    if (now < this.opened.at + this.opened.rest) return null;
    if (this.probe !== null && now < this.probe.at + 60_000) return null;
    this.probe = { id, at: now };
    return 'probe';
  }

  lastResort(id: number, now: number): BreakerPass['kind'] | null {
    if (now < this.lastResortAt + 1_000) return null;
    this.lastResortAt = now;
    return this.admit(id, now) ?? 'last_resort';
  }

  settle(id: number, kind: BreakerPass['kind'], era: number, outcome: CallOutcome | null, now: number): void {
    if (this.probe?.id === id) this.probe = null;
    if (era !== this.era || outcome === null || outcome === 'rate_limited' || outcome === 'refused') return;
    if (this.opened !== null) {
      if (outcome === 'ok') this.change(null, now);
      else if (kind === 'probe') this.change(Math.min(60_000, this.opened.rest * 2), now);
      return;
    }
    this.calls.push({ at: now, outcome });
    if (outcome === 'ok') return;
    const failing = [
      { step: 5_000, steps: 12 },
      { step: 10_000, steps: 30 },
    ].some(({ step, steps }) => {
      const inside = this.calls.filter(({ at }) => Math.floor(at / step) > Math.floor(now / step) - steps);
      return inside.length >= 20 && inside.filter((call) => call.outcome !== 'ok').length * 2 >= inside.length;
    });
    const connects = this.calls.length >= 5 && this.calls.slice(-5).every((call) => call.outcome === 'connect');
    if (!failing && !connects) return;
    this.change(now - this.closedAt < 30_000 ? Math.min(60_000, this.lastRest * 2) : 5_000, now);
  }

  private change(rest: number | null, now: number): void {
    this.era += 1;
    this.calls = [];
    this.probe = null;
    if (rest === null) {
      this.lastRest = this.opened?.rest ?? 0;
      this.opened = null;
      this.closedAt = now;
    } else this.opened = { at: now, rest };
  }

  state(now: number): string {
    if (this.opened === null) return 'closed';
    return now < this.opened.at + this.opened.rest ? 'open' : 'half_open';
  }
}

describe('against a model that remembers everything', () => {
  const outcome = fc.oneof(
    { weight: 6, arbitrary: fc.constantFrom<CallOutcome>('server_error', 'connect', 'timeout') },
    { weight: 3, arbitrary: fc.constant<CallOutcome>('ok') },
    { weight: 1, arbitrary: fc.constantFrom<CallOutcome | null>(...CALL_FAILURES, null) },
  );
  const step = fc.oneof(
    { weight: 6, arbitrary: fc.record({ do: fc.constant('call' as const), outcome, afterMs: fc.nat(400) }) },
    { weight: 2, arbitrary: fc.record({ do: fc.constant('begin' as const), lastResort: fc.boolean() }) },
    { weight: 2, arbitrary: fc.record({ do: fc.constant('end' as const), which: fc.nat(20), outcome }) },
    {
      weight: 2,
      arbitrary: fc.record({
        do: fc.constant('wait' as const),
        ms: fc.oneof(fc.nat(2_000), fc.nat(70_000), fc.constantFrom(1, 999, 1_000, 5_000, 60_000, 400_000)),
      }),
    },
  );

  test('opens, probes, closes and refuses alike in any history', () => {
    let opened = 0;
    fc.assert(
      fc.property(fc.array(step, { minLength: 40, maxLength: 250 }), (steps) => {
        const breaker = new Breaker();
        const model = new BreakerModel();
        const open: { id: number; era: number; pass: BreakerPass }[] = [];
        let now = 0;
        let id = 0;
        const begin = (lastResort: boolean): void => {
          id += 1;
          const expected = lastResort ? model.lastResort(id, now) : model.admit(id, now);
          const pass = lastResort ? breaker.admitLastResort(now) : breaker.admit(now);
          expect(pass?.kind ?? null).toBe(expected);
          if (pass !== null) open.push({ id, era: model.era, pass });
        };
        const end = (index: number, result: CallOutcome | null): void => {
          const [call] = open.splice(index, 1);
          if (call === undefined) return;
          model.settle(call.id, call.pass.kind, call.era, result, now);
          call.pass.settle(result, now);
        };
        for (const one of steps) {
          if (one.do === 'wait') now += one.ms;
          else if (one.do === 'begin') begin(one.lastResort);
          else if (one.do === 'end') end(one.which % Math.max(1, open.length), one.outcome);
          else {
            const before = open.length;
            begin(false);
            now += one.afterMs;
            if (open.length > before) end(open.length - 1, one.outcome);
          }
          expect(breaker.state(now)).toBe(model.state(now));
        }
        opened += breaker.openings;
      }),
      { numRuns: 400 },
    );
    // Histories that never open it would prove nothing.
    expect(opened).toBeGreaterThan(100);
  });
});
