import { describe, expect, test } from 'vitest';
import type { Moment, Removal } from '../contracts/decision.ts';
import type { Deployment, EndpointFacts } from '../contracts/deployment.ts';
import type { RequestFacts, RoutePreferences } from '../contracts/request-facts.ts';
import { decide } from './decide.ts';
import type { Eligibility } from './eligibility.ts';
import { testDeployment, testEndpoint, testFacts, testMoment, testPrice, testRoute, testWorld } from './test-world.ts';

const MODEL = 'maker/model';

const decideOn = (
  deployments: readonly Deployment[],
  facts: Partial<RequestFacts> = {},
  moment: Partial<Moment> = {},
  eligibility?: Eligibility,
) => {
  const primary = [...new Set(deployments.map((deployment) => deployment.model))];
  const world = testWorld(deployments, [testRoute({ default: true, primary })]);
  return decide(testFacts(facts), world, testMoment(moment), eligibility);
};
const removalOf = (...args: Parameters<typeof decideOn>): Removal | undefined => decideOn(...args).removed[0];
const plan = (...args: Parameters<typeof decideOn>): string[] =>
  decideOn(...args).plan.map((entry) => entry.deployment);

const preferences = (overrides: Partial<RoutePreferences>): Partial<RequestFacts> => ({
  preferences: {
    models: [],
    order: [],
    only: [],
    ignore: [],
    allowFallbacks: true,
    dataCollection: 'allow',
    zeroRetention: false,
    maxPrice: null,
    ...overrides,
  },
});

const at = (id: string, facts: Partial<EndpointFacts> = {}): Deployment => {
  const endpoint = testEndpoint(id);
  return testDeployment(`m@${id}`, MODEL, { endpoint: { ...endpoint, facts: { ...endpoint.facts, ...facts } } });
};

describe('policy', () => {
  test('removes with its rules and what would admit, before anything else is asked', () => {
    const forbid: Eligibility = () => ({ permitted: false, rules: ['r1', 'r2'], wouldAdmit: 'tokenise' });
    expect(removalOf([at('a')], { allowedModels: [] }, {}, forbid)).toEqual({
      deployment: 'm@a',
      removed_because: 'policy',
      rules: ['r1', 'r2'],
      would_admit: 'tokenise',
    });
  });

  test('its obligations join those that the request demands', () => {
    const admit: Eligibility = () => ({ permitted: true, obligations: ['tokenise', 'keep_no_body'] });
    const decision = decideOn([at('a')], { obligations: ['pin_region', 'tokenise'] }, {}, admit);
    expect([...(decision.plan[0]?.obligations ?? [])].sort()).toEqual(['keep_no_body', 'pin_region', 'tokenise']);
  });

  test('sees the deployment and the facts of this very decision', () => {
    const seen: string[] = [];
    const note: Eligibility = (facts, deployment) => {
      seen.push(`${deployment.id} ${facts.useCase}`);
      return { permitted: true, obligations: [] };
    };
    decideOn([at('a'), at('b')], { useCase: 'u' }, {}, note);
    expect(seen.sort()).toEqual(['m@a u', 'm@b u']);
  });
});

describe('allow_list', () => {
  test.each([
    [['maker/model'], true],
    [['maker/*'], true],
    [['*'], true],
    [['other/model', 'maker/*'], true],
    [['maker/mod'], false],
    [['make/*'], false],
    [[], false],
  ])('a key with models %j permits: %s', (allowedModels, permitted) => {
    expect(plan([at('a')], { allowedModels })).toEqual(permitted ? ['m@a'] : []);
    if (!permitted) {
      expect(removalOf([at('a')], { allowedModels })).toMatchObject({
        removed_because: 'allow_list',
        rules: ['key_models'],
      });
    }
  });

  test('only and ignore name operators in any case, or endpoints', () => {
    const three = [at('alpha'), at('beta'), at('gamma')];
    expect(plan(three, preferences({ only: ['ALPHA', 'beta'] })).sort()).toEqual(['m@alpha', 'm@beta']);
    expect(plan(three, preferences({ ignore: ['alpha'] })).sort()).toEqual(['m@beta', 'm@gamma']);
    expect(removalOf(three, preferences({ ignore: ['alpha'] }))?.rules).toEqual(['provider.ignore']);
  });

  test('order reorders; without fallbacks it also narrows', () => {
    const three = [at('alpha'), at('beta'), at('gamma')];
    expect(plan(three, preferences({ order: ['gamma', 'alpha'] }))).toEqual(['m@gamma', 'm@alpha', 'm@beta']);
    expect(plan(three, preferences({ order: ['gamma', 'alpha'], allowFallbacks: false }))).toEqual([
      'm@gamma',
      'm@alpha',
    ]);
  });

  test('without fallbacks and order only the first choice remains, and the others say why they do not', () => {
    const decision = decideOn([at('alpha'), at('beta')], preferences({ allowFallbacks: false }));
    expect(decision.plan).toHaveLength(1);
    expect(decision.removed).toEqual([expect.objectContaining({ rules: ['provider.allow_fallbacks'] })]);
  });

  test('data_collection deny admits only endpoints known neither to train nor to keep', () => {
    const deny = preferences({ dataCollection: 'deny' });
    expect(plan([at('a', { trainsOnData: false, zeroRetention: true })], deny)).toEqual(['m@a']);
    expect(plan([at('a', { trainsOnData: false, retentionDays: 0 })], deny)).toEqual(['m@a']);
    for (const facts of [
      {},
      { trainsOnData: false },
      { zeroRetention: true },
      { trainsOnData: true, zeroRetention: true },
    ]) {
      expect(removalOf([at('a', facts)], deny)?.rules).toEqual(['provider.data_collection']);
    }
  });

  test('zdr admits only endpoints known to keep nothing', () => {
    const zdr = preferences({ zeroRetention: true });
    expect(plan([at('a', { retentionDays: 0 })], zdr)).toEqual(['m@a']);
    expect(removalOf([at('a', { retentionDays: 30 })], zdr)?.rules).toEqual(['provider.zdr']);
    expect(removalOf([at('a')], zdr)?.rules).toEqual(['provider.zdr']);
  });

  test('what was known of terms counts no longer than it is valid, and not before', () => {
    const known = { retentionDays: 0, trainsOnData: false, checkedAt: '2026-03-01', validDays: 30 };
    for (const asked of [preferences({ zeroRetention: true }), preferences({ dataCollection: 'deny' })]) {
      expect(plan([at('a', known)], asked, { now: '2026-03-30T23:59:59Z' })).toEqual(['m@a']);
      expect(plan([at('a', known)], asked, { now: '2026-03-31T00:00:00Z' })).toEqual([]);
      expect(plan([at('a', known)], asked, { now: '2026-02-01T00:00:00Z' })).toEqual([]);
    }
  });

  test('tags narrow where a candidate carries one, and are ignored elsewhere', () => {
    const tagged = testDeployment('t@x', MODEL, { tags: ['eu', 'cheap'] });
    expect(plan([tagged, at('a')], preferences({ tags: ['eu'] }))).toEqual(['t@x']);
    expect(plan([tagged, at('a')], preferences({ tags: ['team-7'] })).sort()).toEqual(['m@a', 't@x']);
  });

  test("alternates that the caller names follow in the caller's order", () => {
    const world = testWorld(
      [testDeployment('a@x', 'm/a'), testDeployment('b@x', 'm/b'), testDeployment('c@x', 'm/c')],
      [testRoute({ default: true, primary: ['m/a'] })],
    );
    const named = preferences({ models: ['m/c', 'm/b', 'm/none'] });
    const auto = decide(testFacts(named), world, testMoment());
    expect(auto.plan.map((entry) => [entry.deployment, entry.selected_because])).toEqual([
      ['a@x', 'primary_optimal'],
      ['c@x', 'pinned'],
      ['b@x', 'pinned'],
    ]);
    expect(auto.unavailable).toEqual([{ model: 'm/none', reason: 'Nothing is called m/none.' }]);
    const pinned = { ...named, model: { kind: 'model', model: 'm/b', endpoint: null } } as const;
    expect(decide(testFacts(pinned), world, testMoment()).plan.map((entry) => entry.deployment)).toEqual([
      'b@x',
      'c@x',
    ]);
  });

  test('alternates are held to the key like everything else', () => {
    const world = testWorld(
      [testDeployment('a@x', 'm/a'), testDeployment('b@x', 'n/b')],
      [testRoute({ default: true, primary: ['m/a'] })],
    );
    const decision = decide(
      testFacts({ ...preferences({ models: ['n/b'] }), allowedModels: ['m/*'] }),
      world,
      testMoment(),
    );
    expect(decision.plan.map((entry) => entry.deployment)).toEqual(['a@x']);
    expect(decision.removed).toMatchObject([{ deployment: 'b@x', rules: ['key_models'] }]);
  });
});

describe('capability', () => {
  test.each(['images', 'audio', 'tools', 'json_schema'] as const)('%s must be there', (need) => {
    const able = testDeployment('able@x', MODEL, { capabilities: new Set([need]) });
    const unable = testDeployment('unable@x', MODEL, { capabilities: new Set() });
    expect(plan([able, unable], { needs: [need] })).toEqual(['able@x']);
    expect(removalOf([unable], { needs: [need] })).toMatchObject({ removed_because: 'capability', rules: [need] });
  });

  test.each(['reasoning', 'tools_with_reasoning', 'prefill', 'parallel_tools'] as const)(
    '%s is a loss to declare and removes nothing',
    (need) => {
      expect(plan([testDeployment('unable@x', MODEL, { capabilities: new Set() })], { needs: [need] })).toEqual([
        'unable@x',
      ]);
    },
  );

  test('the window must hold the p95 estimate and the reply that was asked for', () => {
    const deployment = testDeployment('d@x', MODEL, { contextWindowTokens: 10_000 });
    const facts = { estimatedTokens: 5_000, estimatedTokensP95: 9_000 };
    expect(plan([deployment], { ...facts, maxOutputTokens: 1_000 })).toEqual(['d@x']);
    expect(removalOf([deployment], { ...facts, maxOutputTokens: 1_001 })?.rules).toEqual(['context_window']);
  });

  test('without max_tokens the reply is 4,096, or less where the model gives less', () => {
    const facts = { estimatedTokensP95: 9_000 };
    const window = (contextWindowTokens: number, maxOutputTokens: number | null) =>
      plan([testDeployment('d@x', MODEL, { contextWindowTokens, maxOutputTokens })], facts).length;
    expect(window(9_000 + 4_096, null)).toBe(1);
    expect(window(9_000 + 4_095, null)).toBe(0);
    expect(window(9_000 + 1_024, 1_024)).toBe(1);
    expect(window(9_000 + 4_095, 32_000)).toBe(0);
  });

  test('an unknown window removes nothing', () => {
    const deployment = testDeployment('d@x', MODEL, { contextWindowTokens: null });
    expect(plan([deployment], { estimatedTokensP95: 10_000_000 })).toEqual(['d@x']);
  });

  test('embeddings need an endpoint that has them, and no window for their sum', () => {
    const endpoint = testEndpoint('x');
    const without = { ...endpoint, quirks: { ...endpoint.quirks, embeddings: false } };
    const deployment = testDeployment('d@x', MODEL, { contextWindowTokens: 100 });
    const facts = { operation: 'embeddings', estimatedTokensP95: 5_000 } as const;
    expect(plan([deployment], facts)).toEqual(['d@x']);
    expect(removalOf([{ ...deployment, endpoint: without }], facts)?.rules).toEqual(['embeddings']);
  });
});

describe('limits', () => {
  const priced = testDeployment('d@x', MODEL, { price: testPrice(10, 20) });
  const unpriced = testDeployment('u@x', MODEL, { price: null });
  const facts = { estimatedTokens: 500, estimatedTokensP95: 1_000, maxOutputTokens: 1_000 };

  test('a budget must cover the p95 input and the whole reply', () => {
    expect(plan([priced], facts, { budget_left_usd: 0.03 })).toEqual(['d@x']);
    expect(removalOf([priced], facts, { budget_left_usd: 0.0299 })).toMatchObject({
      removed_because: 'over_budget',
      rules: ['budget_left_usd'],
    });
    expect(plan([priced], { ...facts, choices: 2 }, { budget_left_usd: 0.03 })).toEqual([]);
  });

  test('an unknown price is removed only where a limit asks for one', () => {
    expect(plan([unpriced], facts)).toEqual(['u@x']);
    expect(removalOf([unpriced], facts, { budget_left_usd: 100 })).toMatchObject({
      removed_because: 'unpriced',
      rules: ['budget_left_usd'],
    });
    const capped = preferences({ maxPrice: { inputUsdPerMtok: 1, outputUsdPerMtok: null } });
    expect(removalOf([unpriced], { ...facts, ...capped })).toMatchObject({
      removed_because: 'unpriced',
      rules: ['max_price.prompt'],
    });
  });

  test('a maximum price is inclusive, for input and output apart', () => {
    const cap = (input: number | null, output: number | null) =>
      decideOn([priced], preferences({ maxPrice: { inputUsdPerMtok: input, outputUsdPerMtok: output } }));
    expect(cap(10, 20).plan).toHaveLength(1);
    expect(cap(9.99, 20).removed).toMatchObject([{ removed_because: 'over_budget', rules: ['max_price.prompt'] }]);
    expect(cap(null, 19.99).removed).toMatchObject([{ rules: ['max_price.completion'] }]);
  });

  test('a deadline removes what is measured to begin later, and nobody unmeasured', () => {
    const slow = { 'd@x': { error_rate: 0, calls: 50, breaker: 'closed', latency_ms: 901 } } as const;
    expect(removalOf([priced], { deadlineMs: 900 }, { health: slow })).toMatchObject({
      removed_because: 'deadline',
      rules: ['deadline_ms'],
    });
    expect(plan([priced], { deadlineMs: 901 }, { health: slow })).toEqual(['d@x']);
    expect(plan([priced], { deadlineMs: 1 })).toEqual(['d@x']);
  });

  test('the first filter that objects is the one that is named', () => {
    const everything = {
      allowedModels: [],
      needs: ['tools'],
      deadlineMs: 1,
    } as const;
    const bare = testDeployment('d@x', MODEL, { capabilities: new Set(), price: null });
    const health = { 'd@x': { error_rate: 0, calls: 50, breaker: 'closed', latency_ms: 901 } } as const;
    const moment = { health, budget_left_usd: 0 };
    expect(removalOf([bare], everything, moment)?.removed_because).toBe('allow_list');
    expect(removalOf([bare], { ...everything, allowedModels: null }, moment)?.removed_because).toBe('capability');
    expect(removalOf([bare], { deadlineMs: 1 }, moment)?.removed_because).toBe('deadline');
    expect(removalOf([bare], {}, moment)?.removed_because).toBe('unpriced');
  });
});
