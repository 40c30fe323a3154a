import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import { SteppedClock } from '../../test/support/stepped-clock.ts';
import type { Deployment, Endpoint } from '../contracts/deployment.ts';
import { testDeployment, testEndpoint } from '../routing/test-world.ts';
import { RateBank } from './bank/rate-bank.ts';
import type { CallOutcome } from './call-outcome.ts';
import { CredentialRests } from './credential-rests.ts';
import { HealthBoard } from './health.ts';
import { type PlannedCall, PlanWalk } from './plan-walk.ts';

const NEED = { input: 10, output: 10 };

let clock: SteppedClock;
let health: HealthBoard;
let rests: CredentialRests;
let bank: RateBank;

beforeEach(() => {
  clock = new SteppedClock();
  health = new HealthBoard();
  rests = new CredentialRests();
  bank = new RateBank(clock);
});

const at = (id: string, endpoint: Partial<Endpoint> = {}): Deployment =>
  testDeployment(`m@${id}`, 'maker/m', { endpoint: testEndpoint(id, { apiKeys: ['fake'], ...endpoint }) });

const walk = (...plan: Deployment[]): PlanWalk =>
  new PlanWalk(plan, { health, rests, bank, clock, needOf: () => NEED });

function all(planWalk: PlanWalk): string[] {
  const seen: string[] = [];
  for (let call = planWalk.next(); call !== null; call = planWalk.next()) {
    seen.push(call.lastResort ? `${call.deployment.id} last` : call.deployment.id);
  }
  return seen;
}

function breakDown(deployment: Deployment): void {
  for (let i = 0; i < 5; i += 1) {
    health.admit(deployment, clock.monotonic())?.settle('connect', null, true, clock.monotonic());
  }
}

describe('walking a plan', () => {
  const [a, b, c] = [at('a'), at('b'), at('c')];

  test('visits each deployment once, in the order of the plan, and then stops', () => {
    const planWalk = walk(a, b, c);
    expect(all(planWalk)).toEqual(['m@a', 'm@b', 'm@c']);
    expect(planWalk.next()).toBeNull();
  });

  test('an open breaker is passed over and tried last, at most once a second whoever asks', () => {
    breakDown(a);
    expect(all(walk(a, b))).toEqual(['m@b', 'm@a last']);
    expect(all(walk(a, b))).toEqual(['m@b']);
    clock.advance(1_000);
    expect(all(walk(a, b))).toEqual(['m@b', 'm@a last']);
  });

  test('with every breaker open the first of the plan is the last resort, and no other is', () => {
    breakDown(a);
    breakDown(b);
    expect(all(walk(a, b))).toEqual(['m@a last']);
    const second = walk(a, b);
    expect(all(second)).toEqual([]);
    expect(second.refusal()).toMatchObject({ code: 'all_deployments_down', status: 503, retryAfterS: 5 });
  });

  test('one request probes what has rested, the others go on', () => {
    breakDown(a);
    clock.advance(5_000);
    const probing = walk(a, b).next() as PlannedCall;
    expect([probing.deployment.id, probing.pass.kind]).toEqual(['m@a', 'probe']);
    expect(walk(a, b).next()?.deployment.id).toBe('m@b');
  });

  test('what recovers takes a tenth of the requests at first, and all of them where nothing else is left', () => {
    breakDown(a);
    clock.advance(5_000);
    walk(a).next()?.pass.settle('ok', 5, true, clock.monotonic());
    const first = Array.from({ length: 20 }, () => walk(a, b).next()?.deployment.id);
    expect(first.filter((id) => id === 'm@a')).toHaveLength(2);
    expect(all(walk(a, b))).toEqual(['m@b', 'm@a']);
    expect(Array.from({ length: 5 }, () => walk(a).next()?.deployment.id)).toEqual(Array(5).fill('m@a'));
  });

  test('credentials that were told to wait are passed over, and used only as the last resort', () => {
    const two = at('two', { apiKeys: ['fake-a', 'fake-b'] });
    rests.rest(two, 0, 'rate_limited', 30, 0);
    expect(walk(two, b).next()).toMatchObject({ deployment: two, credential: 1, lastResort: false });
    rests.rest(two, 1, 'rate_limited', 20, 0);
    expect(walk(two, b).next()?.deployment).toBe(b);
    expect(walk(two).next()).toMatchObject({ deployment: two, credential: 1, lastResort: true });
    const next = walk(two);
    expect(next.next()).toBeNull();
    expect(next.refusal()).toMatchObject({ code: 'upstream_rate_limited', status: 429, retryAfterS: 20 });
  });

  test('a limit of the vendor is kept even when nothing else is left', () => {
    const limited = at('limited', { rate: { rpm: 1, tpm: null, resetsAt: null } });
    const ticket = bank.take(limited, 0, NEED);
    expect(all(walk(limited, b))).toEqual(['m@b']);
    const alone = walk(limited);
    expect(all(alone)).toEqual([]);
    expect(alone.refusal()).toMatchObject({ code: 'upstream_rate_limited', retryAfterS: 61 });
    ticket.end(NEED);
    clock.advance(61_000);
    expect(all(walk(limited))).toEqual(['m@limited']);
  });

  test('a credential at its limit gives way to one that is not', () => {
    const two = at('two', { apiKeys: ['fake-a', 'fake-b'] });
    const told = { 'x-ratelimit-remaining-requests': '0', 'x-ratelimit-reset-requests': '9s' };
    bank.take(two, 0, NEED).note(told, clock.monotonic());
    expect([walk(two).next()?.credential, walk(two).next()?.credential]).toEqual([1, 1]);
  });

  test('never leaves the plan, never visits a place twice but as the last resort, never sends past a limit', () => {
    const state = fc.record({
      broken: fc.boolean(),
      resting: fc.boolean(),
      full: fc.boolean(),
      recovering: fc.boolean(),
      outcomes: fc.constantFrom<CallOutcome>('ok', 'timeout', 'rate_limited'),
    });
    fc.assert(
      fc.property(fc.array(state, { maxLength: 6 }), (states) => {
        clock = new SteppedClock();
        [health, rests, bank] = [new HealthBoard(), new CredentialRests(), new RateBank(clock)];
        const plan = states.map((_, i) => at(`d${i}`, { rate: { rpm: 1, tpm: null, resetsAt: null } }));
        for (const [i, { recovering }] of states.entries()) if (recovering) breakDown(plan[i]!);
        clock.advance(5_000);
        for (const [i, { recovering, broken, resting, full }] of states.entries()) {
          const deployment = plan[i]!;
          if (recovering) health.admit(deployment, clock.monotonic())?.settle('ok', 1, true, clock.monotonic());
          if (broken) breakDown(deployment);
          if (resting) rests.rest(deployment, 0, 'rate_limited', 9, clock.monotonic());
          if (full) bank.take(deployment, 0, NEED);
        }
        const planWalk = walk(...plan);
        const visited: PlannedCall[] = [];
        for (let call = planWalk.next(); call !== null; call = planWalk.next()) {
          visited.push(call);
          call.pass.settle(states[call.place]!.outcomes, 1, true, clock.monotonic());
        }
        const places = visited.map(({ place }) => place);
        expect(new Set(places).size).toBe(places.length);
        for (const { place, deployment, lastResort } of visited) {
          expect(deployment).toBe(plan[place]);
          expect(states[place]!.full).toBe(false);
          expect(lastResort).toBe(states[place]!.broken || states[place]!.resting);
        }
        expect(visited.filter(({ lastResort }) => lastResort).length).toBeLessThanOrEqual(1);
        const callable = states.filter(({ broken, resting, full }) => !broken && !resting && !full).length;
        expect(visited.filter(({ lastResort }) => !lastResort)).toHaveLength(callable);
      }),
    );
  });
});
