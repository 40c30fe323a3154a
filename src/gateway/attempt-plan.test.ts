import { expect, test } from 'vitest';
import { SteppedClock } from '../../test/support/stepped-clock.ts';
import { AppError } from '../contracts/errors.ts';
import { testDeployment, testEndpoint, testFacts } from '../routing/test-world.ts';
import { AttemptPlan } from './attempt-plan.ts';
import { RateBank } from './bank/rate-bank.ts';
import { CredentialRests } from './credential-rests.ts';
import { HealthBoard } from './health.ts';
import type { PlannedCall } from './plan-walk.ts';
import { RetryBudget } from './retry-budget.ts';

const one = testDeployment('one@x', 'maker/one', { endpoint: testEndpoint('x', { apiKeys: ['not-a-secret'] }) });
const FAILED = new AppError('upstream_error', 'It failed.');

function planOf(random: () => number, deadlineAtMs = 600_000) {
  const clock = new SteppedClock();
  const plan = new AttemptPlan({
    ...{ plan: [one], facts: testFacts(), clock, random, deadlineAtMs },
    ...{
      health: new HealthBoard(),
      rests: new CredentialRests(),
      bank: new RateBank(clock),
      retries: new RetryBudget(),
    },
    gate: { isPermittedNow: () => true },
  });
  return { plan, clock, call: plan.next() as PlannedCall };
}

test('the same deployment is asked again after a random part of 250 ms, so that many do not come together', () => {
  for (const [random, waitMs] of [
    [0, 0],
    [0.5, 125],
    [0.999, 249],
  ] as const) {
    const { plan, clock, call } = planOf(() => random);
    expect(plan.after(call, FAILED)).toMatchObject({ kind: 'wait', call, untilMs: clock.monotonic() + waitMs });
    expect(plan.after(call, FAILED)).toBeNull();
  }
});

test('nothing is waited for past the deadline', () => {
  const { plan, clock, call } = planOf(() => 0.5, 100);
  expect(clock.monotonic()).toBe(0);
  expect(plan.after(call, FAILED)).toBeNull();
});
