import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import { SteppedClock } from '../../../test/support/stepped-clock.ts';
import type { Deployment, Endpoint } from '../../contracts/deployment.ts';
import { decide } from '../../routing/decide.ts';
import { testDeployment, testEndpoint, testFacts, testMoment, testPrice, testWorld } from '../../routing/test-world.ts';
import { RateBank } from './rate-bank.ts';

const NEED = { input: 80, output: 20 };

const at = (id: string, endpoint: Partial<Endpoint> = {}): Deployment =>
  testDeployment(`glm@${id}`, 'zhipu/glm', { endpoint: testEndpoint(id, { apiKeys: ['fake'], ...endpoint }) });

const rate = (rpm: number | null, tpm: number | null, resetsAt: string | null = null) => ({
  rate: { rpm, tpm, resetsAt },
});

let clock: SteppedClock;
let bank: RateBank;

beforeEach(() => {
  clock = new SteppedClock('2026-11-22T10:00:00Z');
  bank = new RateBank(clock);
});

function answer(deployment: Deployment, headers: Record<string, string>, credential = 0): void {
  const ticket = bank.take(deployment, credential, NEED);
  ticket.note(headers, clock.monotonic());
  ticket.end(NEED);
}

describe('the order among deployments of one model', () => {
  /** As planned for a request that names the model. */
  const ids = (deployments: readonly Deployment[]): string[] => {
    bank.publish(deployments);
    const facts = testFacts({ model: { kind: 'model', model: 'zhipu/glm', endpoint: null } });
    const moment = testMoment(bank.expiring === undefined ? {} : { quota_expires_s: bank.expiring });
    return decide(facts, testWorld(deployments, []), moment).plan.map(({ deployment }) => deployment);
  };

  test('unused quota that expires soonest goes first, before cheaper ones that expire never', () => {
    const late = at('late', rate(10, null, '2026-11-30T00:00:00Z'));
    const soon = at('soon', rate(10, null, '2026-11-22T18:00:00Z'));
    const daily = at('daily', rate(null, null, '23:00Z'));
    const cheap = { ...at('cheap'), price: testPrice(0.01, 0.01) };
    const passed = at('passed', rate(10, null, '2026-11-01T00:00:00Z'));
    expect(ids([cheap, passed, late, daily, soon])).toEqual([
      'glm@soon',
      'glm@daily',
      'glm@late',
      'glm@cheap',
      'glm@passed',
    ]);
  });

  test('a quota of the day told by headers counts until it renews, a speed limit of the minute does not', () => {
    const day = at('day');
    const minute = at('minute');
    const cheap = { ...at('cheap'), price: testPrice(0.01, 0.01) };
    answer(day, { 'x-ratelimit-remaining-requests-day': '100', 'x-ratelimit-reset-requests-day': '3600' });
    answer(minute, { 'x-ratelimit-remaining-tokens': '100000', 'x-ratelimit-reset-tokens': '60s' });
    expect(ids([cheap, minute, day])[0]).toBe('glm@day');
    expect(bank.expiring).toEqual({ 'glm@day': 3_600 });
    clock.advance(3_600_000);
    expect(ids([cheap, minute, day])[0]).toBe('glm@cheap');
    expect(bank.expiring).toBeUndefined();
  });

  test('a used up quota of the day does not go first', () => {
    const day = at('day');
    answer(day, { 'x-ratelimit-remaining-requests-day': '0', 'x-ratelimit-reset-requests-day': '3600' });
    bank.publish([day]);
    expect(bank.expiring).toBeUndefined();
  });

  test('does not come before health, and the receipt holds what it was decided by', () => {
    const soon = at('soon', rate(10, null, '2026-11-22T18:00:00Z'));
    const plain = at('plain');
    const facts = testFacts({ model: { kind: 'model', model: 'zhipu/glm', endpoint: null } });
    const moment = testMoment({
      quota_expires_s: { 'glm@soon': 60, 'somebody@else': 5 },
      health: { 'glm@soon': { error_rate: 0.5, calls: 100, breaker: 'closed', latency_ms: null } },
    });
    const world = testWorld([soon, plain], []);
    const decision = decide(facts, world, moment);
    expect(decision.plan.map(({ deployment }) => deployment)).toEqual(['glm@plain', 'glm@soon']);
    expect(decision.moment.quota_expires_s).toEqual({ 'glm@soon': 60 });
    expect(decide(facts, world, decision.moment)).toEqual(decision);
  });
});

describe('a request that would exceed a limit', () => {
  test('of the requests a minute is held back until one leaves', () => {
    const limited = at('limited', rate(2, null));
    bank.take(limited, 0, NEED);
    clock.advance(30_000);
    bank.take(limited, 0, NEED).end(NEED);
    expect(bank.wouldExceed(limited, NEED)).toBe(true);
    expect(bank.waitMs(limited, NEED)).toBe(31_000);
    clock.advance(31_000);
    expect(bank.wouldExceed(limited, NEED)).toBe(false);
  });

  test('of the tokens a minute is held back by what was announced, then by what was used', () => {
    const limited = at('limited', rate(null, 150));
    const ticket = bank.take(limited, 0, NEED);
    expect(bank.wouldExceed(limited, NEED)).toBe(true);
    ticket.end({ input: 30, output: 10 });
    expect(bank.wouldExceed(limited, NEED)).toBe(false);
    expect(bank.waitMs(limited, { input: 151, output: 0 })).toBe(Number.POSITIVE_INFINITY);
  });

  test('of the requests in flight is held back until one ends', () => {
    const limited = at('limited', { concurrency: 1 });
    const ticket = bank.take(limited, 0, NEED);
    expect(bank.wouldExceed(limited, NEED)).toBe(true);
    ticket.end(null);
    ticket.end(null);
    expect(bank.wouldExceed(limited, NEED)).toBe(false);
    bank.take(limited, 0, NEED);
    expect(bank.wouldExceed(limited, NEED)).toBe(true);
  });

  test('counts all models of an endpoint together, also after a reload', () => {
    const endpoint = testEndpoint('shared', { apiKeys: ['fake'], ...rate(1, null) });
    const one = testDeployment('one@shared', 'maker/one', { endpoint });
    const two = testDeployment('two@shared', 'maker/two', { endpoint: { ...endpoint } });
    bank.take(one, 0, NEED);
    expect(bank.wouldExceed(two, NEED)).toBe(true);
  });

  test('of what the headers left is held back until they say it renews', () => {
    const told = at('told');
    answer(told, {
      'x-ratelimit-limit-tokens': '1000',
      'x-ratelimit-remaining-tokens': '99',
      'x-ratelimit-reset-tokens': '20s',
    });
    expect(bank.waitMs(told, NEED)).toBe(20_000);
    expect(bank.wouldExceed(told, { input: 90, output: 9 })).toBe(false);
    clock.advance(20_000);
    expect(bank.wouldExceed(told, NEED)).toBe(false);
    expect(bank.waitMs(told, { input: 1_001, output: 0 })).toBe(Number.POSITIVE_INFINITY);
  });

  test.each([
    ['a limit below what is asked', { 'x-ratelimit-limit-tokens': '50', 'x-ratelimit-remaining-tokens': '50' }],
    ['a reset years ahead', { 'x-ratelimit-remaining-requests': '0', 'x-ratelimit-reset-requests': '99999999' }],
  ])('is not held back for good by headers that say %s', (_name, headers) => {
    const deployment = at('odd');
    answer(deployment, headers);
    clock.advance(599_000);
    expect(bank.wouldExceed(deployment, NEED)).toBe(true);
    clock.advance(2_000);
    expect(bank.wouldExceed(deployment, NEED)).toBe(false);
    answer(deployment, headers);
    expect(bank.wouldExceed(deployment, NEED)).toBe(true);
  });

  test('is held back by no limit of 0, which some say where there is none', () => {
    const deployment = at('zero');
    answer(deployment, { 'x-ratelimit-limit-requests': '0', 'x-ratelimit-remaining-requests': '0' });
    expect(bank.wouldExceed(deployment, NEED)).toBe(false);
  });

  test('takes calls under way off what the headers left, until their answers say it themselves', () => {
    const told = at('told');
    const headers = (left: number) => ({ 'x-ratelimit-remaining-requests': String(left) });
    answer(told, headers(2));
    const first = bank.take(told, 0, NEED);
    expect(bank.wouldExceed(told, NEED)).toBe(false);
    const second = bank.take(told, 0, NEED);
    expect(bank.wouldExceed(told, NEED)).toBe(true);
    first.note(headers(1), clock.monotonic());
    expect(bank.wouldExceed(told, NEED)).toBe(true);
    second.note(headers(5), clock.monotonic());
    expect(bank.wouldExceed(told, NEED)).toBe(false);
  });

  test('counts answers without headers, and not calls that never arrived', () => {
    const told = at('told');
    answer(told, { 'x-ratelimit-remaining-requests': '1' });
    bank.take(told, 0, NEED).end({ input: 0, output: 0 });
    expect(bank.wouldExceed(told, NEED)).toBe(false);
    bank.take(told, 0, NEED).end(NEED);
    expect(bank.wouldExceed(told, NEED)).toBe(true);
  });

  test('looks at each credential, and exceeds only when all do', () => {
    const two = at('two', { apiKeys: ['fake-a', 'fake-b'] });
    answer(two, { 'x-ratelimit-remaining-requests': '0' }, 0);
    expect(bank.wouldExceed(two, NEED)).toBe(false);
    expect([bank.credentialExceeds(two, 0, NEED), bank.credentialExceeds(two, 1, NEED)]).toEqual([true, false]);
    answer(two, { 'x-ratelimit-remaining-requests': '0' }, 1);
    expect(bank.wouldExceed(two, NEED)).toBe(true);
  });

  test('never happens in any 60 seconds of a configured quota, wherever they begin', () => {
    const step = fc.record({
      afterMs: fc.nat(8_000),
      input: fc.integer({ min: 1, max: 200 }),
      used: fc.double({ min: 0, max: 1, noNaN: true }),
      holdMs: fc.nat(3),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 120 }), fc.integer({ min: 1, max: 20 }), (steps, rpm) => {
        clock = new SteppedClock();
        bank = new RateBank(clock);
        const limited = at('limited', rate(rpm, 500));
        const sent: { at: number; tokens: number }[] = [];
        let refused = 0;
        for (const { afterMs, input, used, holdMs } of steps) {
          clock.advance(afterMs);
          const need = { input, output: 0 };
          if (bank.wouldExceed(limited, need)) {
            refused += 1;
            continue;
          }
          const actual = Math.floor(input * used);
          sent.push({ at: clock.monotonic(), tokens: actual });
          const ticket = bank.take(limited, 0, need);
          if (holdMs > 0) clock.advance(holdMs * 500);
          ticket.end({ input: actual, output: 0 });
        }
        for (const { at: start } of sent) {
          const inside = sent.filter((call) => call.at >= start && call.at < start + 60_000);
          expect(inside.length).toBeLessThanOrEqual(rpm);
          expect(inside.reduce((sum, call) => sum + call.tokens, 0)).toBeLessThanOrEqual(500);
        }
        expect(refused + sent.length).toBe(steps.length);
      }),
      { numRuns: 100 },
    );
  });
});
