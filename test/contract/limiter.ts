import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import type { LimitsConfig } from '../../src/contracts/configuration.ts';
import type { LimitClaim, Limiter, LimitLease, LimitRefusal, LimitSubject } from '../../src/contracts/limits.ts';
import { SteppedClock } from '../support/stepped-clock.ts';

const HOUR_MS = 3_600_000;
const LEASE_MS = 600_000;

const subjectOf = (limits: LimitsConfig, id = 'one', scope: LimitSubject['scope'] = 'key'): LimitSubject => ({
  scope,
  id,
  limits,
});

const claimOf = (subject: LimitSubject, more: Partial<LimitClaim> = {}): LimitClaim => ({
  subjects: [subject],
  requests: 0,
  slots: 0,
  tokens: 0,
  usd: 0,
  ...more,
});

const asLease = (taken: LimitLease | LimitRefusal): LimitLease => {
  if (!taken.ok) throw new Error(`refused by ${taken.measure} of ${taken.subject.id}`);
  return taken;
};

/** What every limiter does, whatever keeps its counts. */
export function describeLimiter(name: string, create: (clock: SteppedClock) => Limiter): void {
  describe(`limiter contract: ${name}`, () => {
    let clock: SteppedClock;
    let limiter: Limiter;
    const take = (...claims: LimitClaim[]) => limiter.take(claims, LEASE_MS);
    const count = (claim: LimitClaim, most = 1_000): number => {
      let taken = 0;
      while (taken < most && take(claim).ok) taken += 1;
      return taken;
    };

    beforeEach(() => {
      clock = new SteppedClock();
      limiter = create(clock);
    });

    it('lets everything through where nothing is limited', () => {
      expect(take().ok).toBe(true);
      expect(count(claimOf(subjectOf({}), { requests: 1, slots: 1, tokens: 1e9, usd: 1e9 }))).toBe(1_000);
      expect(limiter.room([subjectOf({})])).toEqual({ tokens: null, usd: null });
    });

    it('lets the whole count of a minute through at once, then one more an interval', () => {
      const claim = claimOf(subjectOf({ rpm: 60 }), { requests: 1 });
      expect(count(claim)).toBe(60);
      clock.advance(999);
      expect(take(claim)).toMatchObject({ ok: false, measure: 'rpm', because: 'used_up', retryAfterS: 1 });
      clock.advance(1);
      expect(count(claim)).toBe(1);
    });

    it('says how many requests are left and when one is free, of the tightest subject', () => {
      const claims = [
        claimOf(subjectOf({ rpm: 2 }), { requests: 1 }),
        claimOf(subjectOf({ rpm: 9 }, 'two', 'use_case'), { requests: 1 }),
      ];
      expect(take(...claims)).toMatchObject({ ok: true, requests: { limit: 2, remaining: 1, resetS: 0 } });
      expect(take(...claims)).toMatchObject({ requests: { limit: 2, remaining: 0, resetS: 30 } });
      clock.advance(10_000);
      expect(take(...claims)).toMatchObject({ ok: false, retryAfterS: 20, requests: { limit: 2, remaining: 0 } });
    });

    it('holds concurrency, and however often a lease is ended it frees one slot', () => {
      const claim = claimOf(subjectOf({ concurrency: 2 }), { slots: 1 });
      const first = asLease(take(claim));
      take(claim);
      expect(take(claim)).toMatchObject({ ok: false, measure: 'concurrency' });
      first.release();
      first.settle({ tokens: 0, usd: 0 });
      first.release();
      expect(count(claim)).toBe(1);
    });

    it('takes all claims or none', () => {
      const roomy = subjectOf({ rpm: 100, tpm: 1_000, usd_day: 10, concurrency: 5 }, 'roomy');
      const full = subjectOf({ concurrency: 1 }, 'full', 'deployment');
      const wanted = { requests: 1, slots: 1, tokens: 100, usd: 1 } as const;
      take(claimOf(full, { slots: 1 }));
      expect(take(claimOf(roomy, wanted), claimOf(full, wanted)).ok).toBe(false);
      expect(limiter.room([roomy])).toEqual({ tokens: 1_000, usd: 10 });
      expect(limiter.spent('key', 'roomy')).toEqual({ usd_day: 0, usd_month: 0, in_flight: 0 });
      expect(count(claimOf(roomy, { requests: 1 }))).toBe(100);
    });

    it('takes one claim of all its subjects, each by its own limits', () => {
      const rated = subjectOf({ rpm: 1 }, 'rated');
      const paid = subjectOf({ usd_day: 3, tpm: 1_000 }, 'paid', 'team');
      const both: LimitClaim = { subjects: [rated, paid], requests: 1, slots: 1, tokens: 100, usd: 1 };
      const lease = asLease(take(both));
      expect(limiter.room([rated, paid])).toEqual({ tokens: 900, usd: 2 });
      expect(take(both)).toMatchObject({ ok: false, measure: 'rpm', subject: { id: 'rated' } });
      expect(limiter.room([rated, paid])).toEqual({ tokens: 900, usd: 2 });
      lease.settle({ tokens: 40, usd: 0.5 });
      expect(limiter.room([rated, paid])).toEqual({ tokens: 960, usd: 2.5 });
    });

    it('keeps subjects of one name but different scopes apart', () => {
      const limits = { rpm: 1 };
      for (const scope of ['key', 'use_case', 'team', 'deployment'] as const) {
        expect(count(claimOf(subjectOf(limits, 'same', scope), { requests: 1 }))).toBe(1);
      }
    });

    it('names everybody of whom something was taken', () => {
      expect(limiter.subjects()).toEqual([]);
      take(claimOf(subjectOf({ rpm: 5, usd_day: 5 }, 'unconcerned'), { tokens: 9 }));
      take(claimOf(subjectOf({ rpm: 5 }, 'same', 'key'), { requests: 1 }));
      take(claimOf(subjectOf({ usd_day: 5 }, 'same', 'team'), { usd: 1 }));
      const named = limiter.subjects().map(({ scope, id }) => `${scope} ${id}`);
      expect(named.sort()).toEqual(['key same', 'team same']);
    });

    it('gives back tokens that were reserved and not used, and takes those that were used beyond', () => {
      const subject = subjectOf({ tpm: 1_000 });
      asLease(take(claimOf(subject, { tokens: 900 }))).settle({ tokens: 100, usd: null });
      expect(limiter.room([subject]).tokens).toBe(900);
      asLease(take(claimOf(subject, { tokens: 100 }))).settle({ tokens: 1_500, usd: null });
      expect(limiter.room([subject]).tokens).toBe(0);
      // 600 tokens of debt at 1,000 a minute.
      clock.advance(36_000);
      expect(limiter.room([subject]).tokens).toBe(0);
      clock.advance(6_000);
      expect(limiter.room([subject]).tokens).toBe(100);
    });

    it('books what was reserved when nobody knows what was used', () => {
      const subject = subjectOf({ tpm: 1_000, usd_day: 10 });
      asLease(take(claimOf(subject, { tokens: 900, usd: 4 }))).settle({ tokens: null, usd: null });
      expect(limiter.room([subject])).toEqual({ tokens: 100, usd: 6 });
    });

    it('refuses what is larger than a whole limit and says that waiting is in vain', () => {
      const wanted = { tokens: 1_001, usd: 11 };
      const refused = (limits: LimitsConfig) => take(claimOf(subjectOf(limits, JSON.stringify(limits)), wanted));
      expect(refused({ tpm: 1_000 })).toMatchObject({ measure: 'tpm', because: 'too_large', retryAfterS: null });
      expect(refused({ usd_day: 10 })).toMatchObject({ measure: 'usd_day', because: 'too_large', retryAfterS: null });
      expect(refused({ usd_month: 10 })).toMatchObject({ measure: 'usd_month', because: 'too_large' });
    });

    it('refuses an unknown price where dollars are limited, and only there', () => {
      expect(take(claimOf(subjectOf({ usd_month: 5 }), { usd: null }))).toMatchObject({ because: 'unpriced' });
      expect(take(claimOf(subjectOf({ tpm: 5 }), { usd: null, tokens: 5 })).ok).toBe(true);
    });

    it('lets what costs nothing through although the budget is used up', () => {
      const subject = subjectOf({ usd_day: 1 });
      asLease(take(claimOf(subject, { usd: 1 }))).settle({ tokens: null, usd: 2 });
      expect(take(claimOf(subject, { usd: 0.01 })).ok).toBe(false);
      expect(take(claimOf(subject, { usd: 0 })).ok).toBe(true);
    });

    it('counts a day and a month in UTC, each by the time of the reservation', () => {
      clock = new SteppedClock('2026-11-30T23:59:00Z');
      limiter = create(clock);
      const subject = subjectOf({ usd_day: 3, usd_month: 4 });
      const overnight = asLease(take(claimOf(subject, { usd: 3 })));
      expect(take(claimOf(subject, { usd: 1 }))).toMatchObject({ measure: 'usd_day', retryAfterS: 60 });
      clock.advance(60_000);
      expect(limiter.room([subject]).usd).toBe(3);
      overnight.settle({ tokens: null, usd: 3 });
      expect(limiter.spent('key', 'one')).toMatchObject({ usd_day: 0, usd_month: 0 });
    });

    it('keeps counting a month over its days', () => {
      const subject = subjectOf({ usd_day: 3, usd_month: 4 });
      asLease(take(claimOf(subject, { usd: 3 }))).settle({ tokens: null, usd: 3 });
      clock.advance(24 * HOUR_MS);
      expect(limiter.room([subject]).usd).toBe(1);
      expect(take(claimOf(subject, { usd: 2 }))).toMatchObject({ measure: 'usd_month', because: 'used_up' });
    });

    it('finds again what was spent when the clock is set back over midnight', () => {
      clock = new SteppedClock('2026-11-30T23:30:00Z');
      limiter = create(clock);
      const subject = subjectOf({ usd_day: 3, usd_month: 3 });
      asLease(take(claimOf(subject, { usd: 3 }))).settle({ tokens: null, usd: 3 });
      clock.jump(HOUR_MS);
      asLease(take(claimOf(subject, { usd: 2 }))).settle({ tokens: null, usd: 2 });
      clock.jump(-HOUR_MS);
      expect(limiter.room([subject]).usd).toBe(0);
      clock.jump(HOUR_MS);
      expect(limiter.room([subject]).usd).toBe(1);
    });

    it('is not spoilt by a clock that jumps a year ahead and comes back', () => {
      const subject = subjectOf({ usd_day: 3, rpm: 2, concurrency: 1 });
      asLease(take(claimOf(subject, { usd: 2, requests: 1 }))).settle({ tokens: null, usd: 2 });
      clock.jump(365 * 24 * HOUR_MS);
      expect(limiter.room([subject]).usd).toBe(3);
      const held = asLease(take(claimOf(subject, { slots: 1, requests: 1 })));
      expect(take(claimOf(subject, { slots: 1 })).ok).toBe(false);
      clock.jump(-365 * 24 * HOUR_MS);
      expect(limiter.room([subject]).usd).toBe(1);
      // Rates go by the other clock, which has not moved.
      expect(take(claimOf(subject, { requests: 1 }))).toMatchObject({ measure: 'rpm' });
      held.release();
      expect(take(claimOf(subject, { slots: 1 })).ok).toBe(true);
    });

    it('ends a lease nobody ends: the slot is free, what was reserved is booked, and a late settle corrects it', () => {
      const subject = subjectOf({ concurrency: 1, usd_day: 10, tpm: 1_000 });
      const claim = claimOf(subject, { slots: 1, usd: 4, tokens: 10 });
      const lost = asLease(take(claim));
      clock.advance(LEASE_MS - 1);
      expect(take(claim).ok).toBe(false);
      clock.advance(1);
      const next = asLease(take(claim));
      expect(limiter.spent('key', 'one')).toMatchObject({ usd_day: 8, in_flight: 1 });
      lost.settle({ tokens: 10, usd: 1 });
      expect(limiter.spent('key', 'one')).toMatchObject({ usd_day: 5, in_flight: 1 });
      lost.settle({ tokens: 10, usd: 9 });
      next.release();
      expect(limiter.spent('key', 'one')).toMatchObject({ usd_day: 1, in_flight: 0 });
    });

    it('ends lost leases when swept, and lives longer ones as long as they are extended', () => {
      const subject = subjectOf({ concurrency: 2, usd_day: 10 });
      const claim = claimOf(subject, { slots: 1, usd: 1 });
      const kept = asLease(take(claim));
      take(claim);
      clock.advance(LEASE_MS / 2);
      kept.extend(LEASE_MS);
      clock.advance(LEASE_MS / 2);
      limiter.sweep();
      expect(limiter.spent('key', 'one')).toMatchObject({ usd_day: 2, in_flight: 1 });
      kept.release();
      expect(limiter.spent('key', 'one')).toMatchObject({ usd_day: 1, in_flight: 0 });
    });

    it('uses the limits that come with the question, so that a reload counts at once and forgets nothing', () => {
      asLease(take(claimOf(subjectOf({ usd_day: 10 }), { usd: 5 }))).settle({ tokens: null, usd: 5 });
      expect(limiter.room([subjectOf({ usd_day: 6 })]).usd).toBe(1);
      expect(limiter.room([subjectOf({ usd_day: 2 })]).usd).toBe(0);
      expect(limiter.room([subjectOf({ usd_month: 20 })]).usd).toBe(15);
    });

    it('starts again where a snapshot stopped, what was in flight counted as used', () => {
      const subject = subjectOf({ usd_day: 10, usd_month: 50 });
      const free = subjectOf({ rpm: 5 }, 'free');
      asLease(take(claimOf(subject, { usd: 5 }), claimOf(free, { requests: 1 }))).settle({ tokens: 0, usd: 4 });
      clock.advance(24 * HOUR_MS);
      take(claimOf(subject, { usd: 2 }));
      const before = limiter.changes;
      const snapshot = JSON.parse(JSON.stringify(limiter.snapshot()));
      expect(limiter.changes).toBe(before);
      const restarted = create(clock);
      restarted.restore(snapshot);
      expect(restarted.spent('key', 'one')).toMatchObject({ usd_day: 2, usd_month: 6, in_flight: 0 });
      expect(restarted.room([subject]).usd).toBe(8);
      expect(restarted.snapshot()).toEqual(snapshot);
    });

    it('says by `changes` whenever a snapshot would differ', () => {
      const subject = subjectOf({ usd_day: 10 });
      let text = JSON.stringify(limiter.snapshot().subjects);
      let { changes } = limiter;
      const look = (): void => {
        const now = JSON.stringify(limiter.snapshot().subjects);
        if (now !== text) expect(limiter.changes).toBeGreaterThan(changes);
        text = now;
        changes = limiter.changes;
      };
      const one = asLease(take(claimOf(subject, { usd: 1 })));
      look();
      one.settle({ tokens: 0, usd: 0.5 });
      look();
      const lost = asLease(take(claimOf(subject, { usd: 1 })));
      look();
      clock.advance(LEASE_MS);
      limiter.sweep();
      look();
      lost.settle({ tokens: 0, usd: 0 });
      look();
      expect(limiter.spent('key', 'one').usd_day).toBe(0.5);
    });

    describeEdge(create);
  });
}

/** What a history of a budget says in the end. */
interface Call {
  lease: LimitLease;
  reserved: number;
  actual: number;
}

function describeEdge(create: (clock: SteppedClock) => Limiter): void {
  const LIMIT = 1;
  const subjects = [
    subjectOf({ usd_day: LIMIT }, 'k'),
    subjectOf({ usd_month: LIMIT * 2, tpm: 1_000_000 }, 'u', 'use_case'),
  ];
  const priced = (usd: number) => subjects.map((subject) => claimOf(subject, { usd, tokens: 1 }));

  it('1,000 parallel calls at the edge of a budget never overspend where the reply is bounded', () => {
    const cost = fc.double({ min: 0.0005, max: 0.02, noNaN: true });
    const call = fc.record({ reserved: cost, used: fc.double({ min: 0, max: 1, noNaN: true }), end: fc.nat(3) });
    fc.assert(
      fc.property(fc.array(call, { minLength: 1_000, maxLength: 1_000 }), (calls) => {
        const limiter = create(new SteppedClock());
        const running: Call[] = [];
        let spent = 0;
        let refused = 0;
        for (const { reserved, used, end } of calls) {
          const taken = limiter.take(priced(reserved), LEASE_MS);
          if (taken.ok) running.push({ lease: taken, reserved, actual: reserved * used });
          else refused += 1;
          // At every moment of the history, not only in the end.
          const held = running.reduce((sum, one) => sum + one.reserved, 0);
          expect(spent + held).toBeLessThanOrEqual(LIMIT + 1e-6);
          if (end > 0 || running.length === 0) continue;
          const done = running.splice(Math.floor(running.length / 2), 1)[0] as Call;
          done.lease.settle({ tokens: 1, usd: done.actual });
          spent += done.actual;
        }
        for (const one of running) {
          one.lease.settle({ tokens: 1, usd: one.actual });
          spent += one.actual;
        }
        expect(limiter.spent('key', 'k').usd_day).toBeCloseTo(spent, 6);
        expect(limiter.spent('use_case', 'u').usd_month).toBeCloseTo(spent, 6);
        expect(spent).toBeLessThanOrEqual(LIMIT + 1e-6);
        // A limiter that lets nothing through would pass all of this.
        expect(spent + refused).toBeGreaterThan(0);
        expect(refused).toBeLessThan(1_000);
      }),
      // A thousand calls shrink for minutes, and the seed is enough to see what happened.
      { numRuns: 10, endOnFailure: true },
    );
  });

  it('overspends at most by the sum over calls in flight of max(0, actual - reserved)', () => {
    const call = fc.record({
      reserved: fc.double({ min: 0.01, max: 0.2, noNaN: true }),
      factor: fc.double({ min: 0, max: 3, noNaN: true }),
      endWhich: fc.option(fc.nat(50), { freq: 2 }),
    });
    fc.assert(
      fc.property(fc.array(call, { maxLength: 80 }), (calls) => {
        const limiter = create(new SteppedClock());
        const running: Call[] = [];
        let spent = 0;
        // Each call that was let in fitted beside what was spent and held then; what came on top is each one's excess.
        let excess = 0;
        const finish = (one: Call): void => {
          one.lease.settle({ tokens: 1, usd: one.actual });
          spent += one.actual;
          excess += Math.max(0, one.actual - one.reserved);
        };
        for (const { reserved, factor, endWhich } of calls) {
          const taken = limiter.take(priced(reserved), LEASE_MS);
          if (taken.ok) {
            const held = running.reduce((sum, one) => sum + one.reserved, 0);
            expect(spent + held + reserved).toBeLessThanOrEqual(LIMIT + 1e-6);
            running.push({ lease: taken, reserved, actual: reserved * factor });
          }
          if (endWhich !== null && running.length > 0) finish(running.splice(endWhich % running.length, 1)[0] as Call);
        }
        for (const one of running) finish(one);
        expect(Math.max(0, spent - LIMIT)).toBeLessThanOrEqual(excess + 1e-6);
        expect(limiter.spent('key', 'k').usd_day).toBeCloseTo(spent, 6);
      }),
    );
  });

  it('tokens used in any stretch of time stay within the rate, its burst, and what was used beyond reserved', () => {
    const call = fc.record({
      afterMs: fc.nat(20_000),
      reserved: fc.integer({ min: 1, max: 900 }),
      factor: fc.double({ min: 0, max: 2, noNaN: true }),
      hold: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(call, { maxLength: 60 }), (calls) => {
        const clock = new SteppedClock();
        const limiter = create(clock);
        const subject = subjectOf({ tpm: 1_000 });
        const running: { lease: LimitLease; actual: number }[] = [];
        let used = 0;
        let excess = 0;
        for (const { afterMs, reserved, factor, hold } of calls) {
          clock.advance(afterMs);
          const taken = limiter.take([claimOf(subject, { tokens: reserved })], LEASE_MS);
          if (!taken.ok) continue;
          const actual = Math.floor(reserved * factor);
          used += actual;
          excess += Math.max(0, actual - reserved);
          if (hold) running.push({ lease: taken, actual });
          else taken.settle({ tokens: actual, usd: null });
          if (running.length > 3) {
            const done = running.shift();
            done?.lease.settle({ tokens: done.actual, usd: null });
          }
        }
        expect(used).toBeLessThanOrEqual(1_000 * (1 + clock.monotonic() / 60_000) + excess + 1);
      }),
    );
  });
}
