import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { everything, MODELS, OPERATORS, worldOf } from '../../test/support/any-world.ts';
import type { Moment } from '../contracts/decision.ts';
import { testEvidence } from '../contracts/test-evidence.ts';
import { REMOVED_BECAUSE } from '../contracts/vocabulary.ts';
import { decide } from './decide.ts';
import type { Eligibility } from './eligibility.ts';
import { testDeployment, testFacts, testMoment, testPrice, testRoute, testWorld } from './test-world.ts';

function deepFreeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  Object.freeze(value);
  for (const member of Object.values(value)) deepFreeze(member);
  return value;
}

/** Ids that the plan may try. */
const planned = (decision: { plan: readonly { deployment: string }[] }): string[] =>
  decision.plan.map((entry) => entry.deployment);

describe('decide, for any request and world', () => {
  test('changes none of its arguments and gives the same again', () => {
    fc.assert(
      fc.property(everything, (made) => {
        const world = deepFreeze(worldOf(made, made.deployments));
        const first = decide(deepFreeze(made.facts), world, deepFreeze(made.moment));
        expect(decide(made.facts, world, made.moment)).toEqual(first);
        expect(decide(made.facts, worldOf(made, made.deployments), made.moment)).toEqual(first);
      }),
    );
  });

  test('gives itself again from the moment that it recorded', () => {
    fc.assert(
      fc.property(everything, (made) => {
        const world = worldOf(made, made.deployments);
        const first = decide(made.facts, world, made.moment);
        const again = decide(made.facts, world, JSON.parse(JSON.stringify(first.moment)) as Moment);
        expect(again).toEqual(first);
      }),
    );
  });

  test('does not depend on the order in which the world lists deployments', () => {
    fc.assert(
      fc.property(everything, fc.infiniteStream(fc.nat()), (made, keys) => {
        const shuffled = made.deployments
          .map((entry) => ({ entry, key: keys.next().value as number }))
          .sort((a, b) => a.key - b.key)
          .map(({ entry }) => entry);
        const first = decide(made.facts, worldOf(made, made.deployments), made.moment);
        const second = decide(made.facts, worldOf(made, shuffled), made.moment);
        expect(second.plan).toEqual(first.plan);
        expect(second.removed).toEqual(first.removed);
      }),
    );
  });

  test('forbidding more never lets anything in', () => {
    fc.assert(
      fc.property(everything, fc.constantFrom(...OPERATORS), (made, operator) => {
        const forbid: Eligibility = (_, { endpoint }) =>
          endpoint.operator === operator
            ? { permitted: false, rules: ['r'], wouldAdmit: null }
            : { permitted: true, obligations: [] };
        // Without fallbacks the plan is cut after ranking, so a removal rightly moves another up.
        const request = { ...made.facts, preferences: null };
        const world = worldOf(made, made.deployments);
        const free = planned(decide(request, world, made.moment));
        const bound = planned(decide(request, world, made.moment, forbid));
        expect(free).toEqual(expect.arrayContaining(bound));
        expect(bound.filter((id) => id.endsWith(`@${operator}`))).toEqual([]);
      }),
    );
  });

  test('narrower keys, tighter budgets and more needs never let anything in', () => {
    fc.assert(
      fc.property(everything, (made) => {
        const request = { ...made.facts, preferences: null };
        const world = worldOf(made, made.deployments);
        const free = planned(
          decide({ ...request, needs: [], allowedModels: null }, world, { ...made.moment, budget_left_usd: null }),
        );
        for (const bound of [
          decide({ ...request, allowedModels: null }, world, { ...made.moment, budget_left_usd: null }),
          decide({ ...request, needs: [] }, world, { ...made.moment, budget_left_usd: null }),
          decide({ ...request, needs: [], allowedModels: null }, world, made.moment),
        ]) {
          expect(free).toEqual(expect.arrayContaining(planned(bound)));
        }
      }),
    );
  });

  test('plans and removes each deployment at most once, and never both', () => {
    fc.assert(
      fc.property(everything, (made) => {
        const decision = decide(made.facts, worldOf(made, made.deployments), made.moment);
        const ids = [...planned(decision), ...decision.removed.map((removal) => removal.deployment)];
        expect(new Set(ids).size).toBe(ids.length);
        expect(decision.model).toBe(decision.plan[0]?.model ?? null);
        for (const removal of decision.removed) {
          expect(REMOVED_BECAUSE).toContain(removal.removed_because);
          expect(removal.rules.length).toBeGreaterThan(0);
        }
      }),
    );
  });

  test('never mixes sandbox and real deployments', () => {
    fc.assert(
      fc.property(everything, (made) => {
        const world = worldOf(made, made.deployments);
        const kinds = new Set(
          planned(decide(made.facts, world, made.moment)).map((id) => world.deploymentsById.get(id)?.sandbox),
        );
        expect(kinds.size).toBeLessThanOrEqual(1);
        const real = made.deployments.some((entry) => !entry.sandbox);
        if (real && !made.kept) expect(kinds.has(true)).toBe(false);
      }),
    );
  });

  test('plans open breakers last, unless nobody monitors', () => {
    fc.assert(
      fc.property(everything, (made) => {
        const decision = decide(made.facts, worldOf(made, made.deployments), made.moment);
        const open = planned(decision).map((id) => decision.moment.health[id]?.breaker === 'open');
        expect(open).toEqual([...open].sort((a, b) => Number(a) - Number(b)));
        expect(decision.plan.map((entry) => entry.selected_because === 'last_resort')).toEqual(open);
      }),
    );
  });

  test('plans by evidence exactly those that it would plan by the table', () => {
    fc.assert(
      fc.property(everything, (made) => {
        const world = worldOf(made, made.deployments);
        const request = { ...made.facts, preferences: null };
        const byTable = decide({ ...request, objective: 'table' }, world, made.moment);
        const byEvidence = decide({ ...request, objective: 'evidence' }, world, made.moment);
        expect(planned(byEvidence).toSorted()).toEqual(planned(byTable).toSorted());
        expect(byEvidence.removed).toEqual(byTable.removed);
        expect(byTable.objective).toBe('table');
      }),
    );
  });
});

/** Four models that one instrument has measured, in one row. */
const measured = fc.record({
  right: fc.tuple(...MODELS.map(() => fc.integer({ min: 0, max: 199 }))),
  prices: fc.tuple(...MODELS.map(() => fc.integer({ min: 0, max: 9 }))),
  board: fc.tuple(...MODELS.map(() => fc.option(fc.double({ min: 0, max: 1, noNaN: true })))),
  lucky: fc.nat({ max: MODELS.length - 1 }),
  gain: fc.integer({ min: 1, max: 60 }),
  margin: fc.constantFrom(0, 0.02, 0.05, 0.2),
  alpha: fc.constantFrom(0.01, 0.1, 0.3),
});

describe('evidence, for any measurements', () => {
  test('more successes never lower a rank', () => {
    fc.assert(
      fc.property(measured, ({ right, prices, board, lucky, gain, margin, alpha }) => {
        const list = MODELS.map((model, index) =>
          testDeployment(`d${index}@op${index}`, model, { price: testPrice(prices[index] as number, 1) }),
        );
        const placeWith = (successes: readonly number[]): number => {
          const rows = MODELS.flatMap((model, index) => [
            testEvidence(model, successes[index] as number, 200),
            ...(board[index] == null
              ? []
              : [
                  testEvidence(model, 1, 1, {
                    ...{ mean: board[index], n: 100, kind: 'public' as const },
                    instrument: { name: 'board', version: null, items: null },
                  }),
                ]),
          ]);
          const world = testWorld(
            list,
            [testRoute({ default: true, primary: MODELS.slice(0, 1), fallback: MODELS.slice(1) })],
            {
              evidence: { version: 'e', rows },
              objectives: new Map([
                ['default', { mode: 'evidence', margin, alpha, usd_per_success: 0.05, usd_per_second_waited: 0 }],
              ]),
            },
          );
          const decision = decide(testFacts({ task: 'code_generation' }), world, testMoment());
          expect(decision.objective).toBe('evidence');
          return planned(decision).indexOf(`d${lucky}@op${lucky}`);
        };
        const before = placeWith(right);
        const after = placeWith(right.map((count, index) => (index === lucky ? Math.min(200, count + gain) : count)));
        expect(after).toBeLessThanOrEqual(before);
      }),
      { numRuns: 1_000 },
    );
  });
});
