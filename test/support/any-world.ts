import fc from 'fast-check';
import type { HealthSnapshot, Moment, World } from '../../src/contracts/decision.ts';
import type { Deployment } from '../../src/contracts/deployment.ts';
import type { EvidenceRow } from '../../src/contracts/evidence.ts';
import type { RequestFacts } from '../../src/contracts/request-facts.ts';
import type { Route } from '../../src/contracts/route.ts';
import { testEvidence } from '../../src/contracts/test-evidence.ts';
import { CAPABILITIES, LABELS, TASKS } from '../../src/contracts/vocabulary.ts';
import {
  testDeployment,
  testFacts,
  testMoment,
  testPrice,
  testRoute,
  testWorld,
} from '../../src/routing/test-world.ts';

// Worlds, requests and moments for properties of routing, small enough that their parts meet often.

export const MODELS = ['m/a', 'm/b', 'n/c', 'n/d'];
export const OPERATORS = ['alpha', 'beta', 'gamma'];

/** Few different ones, so that costs are often equal. */
const price = fc.oneof(
  fc.tuple(fc.integer({ min: 0, max: 9 }), fc.integer({ min: 0, max: 9 })).map((rates) => testPrice(...rates)),
  fc.constantFrom<Deployment['price'][]>(
    { kind: 'owned', usdPerHour: 2, capacityTokensPerS: 1_000, utilisation: 0.5, source: 'config' },
    ...[[], [{ aboveInputTokens: 5_000, usdPerMtok: 8 }]].map((steps): Deployment['price'] => ({
      ...{ kind: 'catalogue', provider: 'p', model: 'm', inputUsdPerMtok: 1, outputUsdPerMtok: 2, source: 'test' },
      ...{ cachedInputUsdPerMtok: 0.5, cacheWriteUsdPerMtok: null },
      periods: [
        {
          ...{ from: null, daily: null, input: { baseUsdPerMtok: 2, steps }, output: { baseUsdPerMtok: 4, steps: [] } },
          ...{ cachedInput: { baseUsdPerMtok: 1, steps: [] }, cacheWrite: null },
        },
      ],
    })),
  ),
);

const deployment = fc
  .record({
    model: fc.constantFrom(...MODELS),
    operator: fc.constantFrom(...OPERATORS),
    price: fc.option(price),
    window: fc.option(fc.integer({ min: 1_000, max: 200_000 })),
    capabilities: fc.uniqueArray(fc.constantFrom(...CAPABILITIES)),
    weight: fc.integer({ min: 1, max: 5 }),
    sandbox: fc.boolean(),
  })
  .map(
    (made) =>
      (index: number): Deployment =>
        testDeployment(`d${index}@${made.operator}`, made.model, {
          price: made.price,
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
const id = fc.tuple(fc.nat({ max: 11 }), fc.constantFrom(...OPERATORS)).map(([i, operator]) => `d${i}@${operator}`);
/** What is said of some deployments. */
const said = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<Record<string, T>> =>
  fc.dictionary(id, value, { noNullPrototype: true });

const moment: fc.Arbitrary<Moment> = fc
  .record({
    seed: fc.integer(),
    session: fc.option(fc.constantFrom('d0@alpha', 'd1@beta', 'gone')),
    budget_left_usd: fc.option(fc.constantFrom(0, 0.01, 1)),
    health: said(snapshot),
    quota_expires_s: said(fc.constantFrom(60, 3_600)),
    learned: said(
      fc.record({
        output_tokens: fc.integer({ min: 1, max: 5_000 }),
        cached_share: fc.double({ min: 0, max: 1, noNaN: true }),
        calls: fc.double({ min: 1, max: 3, noNaN: true }),
      }),
    ),
    token_ratios: said(
      fc.record({
        mean: fc.double({ min: 0.5, max: 2, noNaN: true }),
        p95: fc.double({ min: 0.5, max: 3, noNaN: true }),
        trust: fc.double({ min: 0, max: 1, noNaN: true }),
      }),
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
      usd: fc.constantFrom(null, 0.001, 0.02),
      sandbox: fc.boolean(),
    }),
    { maxLength: 20 },
  )
  .map((rows) =>
    rows.map(({ model, deployment: target, n, right, task, language, name, kind, usd, sandbox }, index) =>
      testEvidence(model, Math.floor(n * right), n, {
        deployment: target === null ? null : `d${target[0]}@${target[1]}`,
        cell: { task, language },
        instrument: { name, version: null, items: null },
        run: `run-${index}`,
        kind,
        usd_per_item: usd,
        sandbox,
      }),
    ),
  );

/** A world, a request and a moment. */
export const everything = fc.record({
  deployments,
  routes,
  facts,
  moment,
  monitoringEnabled: fc.boolean(),
  kept: fc.boolean(),
  evidence,
});
export const worldOf = (
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
