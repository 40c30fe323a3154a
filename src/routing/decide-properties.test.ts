import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { HealthSnapshot, Moment, World } from '../contracts/decision.ts';
import type { Deployment } from '../contracts/deployment.ts';
import type { EvidenceRow } from '../contracts/evidence.ts';
import type { RequestFacts } from '../contracts/request-facts.ts';
import type { Route } from '../contracts/route.ts';
import { testEvidence } from '../contracts/test-evidence.ts';
import { CAPABILITIES, LABELS, REMOVED_BECAUSE, TASKS } from '../contracts/vocabulary.ts';
import { decide } from './decide.ts';
import type { Eligibility } from './eligibility.ts';
import { testDeployment, testFacts, testMoment, testPrice, testRoute, testWorld } from './test-world.ts';

const MODELS = ['m/a', 'm/b', 'n/c', 'n/d'];
const OPERATORS = ['alpha', 'beta', 'gamma'];

const deployment = fc
  .record({
    model: fc.constantFrom(...MODELS),
    operator: fc.constantFrom(...OPERATORS),
    price: fc.option(fc.tuple(fc.integer({ min: 0, max: 9 }), fc.integer({ min: 0, max: 9 }))),
    window: fc.option(fc.integer({ min: 1_000, max: 200_000 })),
    capabilities: fc.uniqueArray(fc.constantFrom(...CAPABILITIES)),
    weight: fc.integer({ min: 1, max: 5 }),
    sandbox: fc.boolean(),
  })
  .map(
    (made) =>
      (index: number): Deployment =>
        testDeployment(`d${index}@${made.operator}`, made.model, {
          price: made.price === null ? null : testPrice(...made.price),
          contextWindowTokens: made.window,
          capabilities: new Set(made.capabilities),
          weight: made.weight,
          sandbox: made.sandbox,
        }),
  );
const deployments = fc
  .array(deployment, { minLength: 1, maxLength: 12 })
  .map((makers) => makers.map((make, i) => make(i)));

const names = fc.uniqueArray(fc.constantFrom(...MODELS), { minLength: 1, maxLength: 3 });
const route: fc.Arbitrary<Route> = fc
  .record({
    task: fc.option(fc.constantFrom(...TASKS)),
    label: fc.option(fc.constantFrom(...LABELS)),
    primary: names,
    fallback: names,
    context_threshold: fc.option(fc.constantFrom(100, 1_000, 50_000)),
  })
  .map(({ task, label, ...rest }) =>
    testRoute({ ...rest, when: { ...(task === null ? {} : { task }), ...(label === null ? {} : { label }) } }),
  );
const routes = fc
  .tuple(fc.array(route, { maxLength: 5 }), names, names)
  .map(([rows, primary, fallback]) => [...rows, testRoute({ default: true, primary, fallback })]);

const facts: fc.Arbitrary<RequestFacts> = fc
  .record({
    task: fc.constantFrom(...TASKS, 'unsure' as const),
    labels: fc.uniqueArray(fc.constantFrom(...LABELS)),
    needs: fc.uniqueArray(fc.constantFrom(...CAPABILITIES), { maxLength: 2 }),
    tokens: fc.integer({ min: 0, max: 150_000 }),
    maxOutputTokens: fc.option(fc.integer({ min: 1, max: 10_000 })),
    allowedModels: fc.option(fc.uniqueArray(fc.constantFrom('m/*', 'n/*', 'm/a', 'n/d'))),
    pinned: fc.option(fc.constantFrom(...MODELS)),
    only: fc.uniqueArray(fc.constantFrom(...OPERATORS)),
    order: fc.uniqueArray(fc.constantFrom(...OPERATORS)),
    allowFallbacks: fc.boolean(),
    alternates: fc.uniqueArray(fc.constantFrom(...MODELS), { maxLength: 2 }),
    deadlineMs: fc.option(fc.integer({ min: 1, max: 3_000 })),
  })
  .map(({ tokens, pinned, only, order, allowFallbacks, alternates, ...rest }) =>
    testFacts({
      ...rest,
      estimatedTokens: tokens,
      estimatedTokensP95: Math.ceil(tokens * 1.3),
      model: pinned === null ? { kind: 'auto' } : { kind: 'model', model: pinned, endpoint: null },
      preferences: {
        models: alternates,
        order,
        only,
        ignore: [],
        allowFallbacks,
        dataCollection: 'allow',
        zeroRetention: false,
        maxPrice: null,
      },
    }),
  );

const snapshot: fc.Arbitrary<HealthSnapshot> = fc.record({
  error_rate: fc.constantFrom(0, 0.04, 0.05, 0.2, 1),
  calls: fc.option(fc.integer({ min: 1, max: 200 })),
  breaker: fc.constantFrom('closed', 'open', 'half_open'),
  latency_ms: fc.option(fc.integer({ min: 1, max: 4_000 })),
});
const moment: fc.Arbitrary<Moment> = fc
  .record({
    seed: fc.integer(),
    session: fc.option(fc.constantFrom('d0@alpha', 'd1@beta', 'gone')),
    budget_left_usd: fc.option(fc.constantFrom(0, 0.01, 1)),
    health: fc.dictionary(
      fc.tuple(fc.nat({ max: 11 }), fc.constantFrom(...OPERATORS)).map(([i, operator]) => `d${i}@${operator}`),
      snapshot,
      { noNullPrototype: true },
    ),
  })
  .map((made) => testMoment(made));

/** Measurements of models and of single deployments, own ones and other people's. */
const evidence: fc.Arbitrary<readonly EvidenceRow[]> = fc
  .array(
    fc.record({
      model: fc.constantFrom(...MODELS),
      deployment: fc.option(fc.tuple(fc.nat({ max: 11 }), fc.constantFrom(...OPERATORS))),
      n: fc.constantFrom(40, 50, 200, 5_000),
      right: fc.double({ min: 0, max: 1, noNaN: true }),
      task: fc.constantFrom(...TASKS, ...LABELS),
      language: fc.constantFrom(null, 'en', 'de'),
      name: fc.constantFrom('suite', 'board'),
      kind: fc.constantFrom('own' as const, 'own' as const, 'public' as const),
      sandbox: fc.boolean(),
    }),
    { maxLength: 20 },
  )
  .map((rows) =>
    rows.map(({ model, deployment: target, n, right, task, language, name, kind, sandbox }, index) =>
      testEvidence(model, Math.floor(n * right), n, {
        deployment: target === null ? null : `d${target[0]}@${target[1]}`,
        cell: { task, language },
        instrument: { name, version: null, items: null },
        run: `run-${index}`,
        kind,
        sandbox,
      }),
    ),
  );

function deepFreeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  Object.freeze(value);
  for (const member of Object.values(value)) deepFreeze(member);
  return value;
}

const everything = fc.record({
  deployments,
  routes,
  facts,
  moment,
  monitoringEnabled: fc.boolean(),
  kept: fc.boolean(),
  evidence,
});
const worldOf = (
  made: { routes: readonly Route[]; monitoringEnabled: boolean; kept: boolean; evidence: readonly EvidenceRow[] },
  list: readonly Deployment[],
): World =>
  testWorld(list, made.routes, {
    monitoringEnabled: made.monitoringEnabled,
    sandboxBesideReal: made.kept,
    evidence: { version: 'e1', rows: made.evidence },
    objectives: new Map([
      ['default', { mode: 'evidence', margin: 0.05, alpha: 0.1, usd_per_success: 0.05, usd_per_second_waited: 0.0005 }],
    ]),
  });

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
