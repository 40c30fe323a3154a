import { describe, expect, test } from 'vitest';
import type { Decision, HealthSnapshot, Moment, World } from '../contracts/decision.ts';
import type { Deployment } from '../contracts/deployment.ts';
import type { EvidenceRow } from '../contracts/evidence.ts';
import type { RequestFacts } from '../contracts/request-facts.ts';
import type { Objective } from '../contracts/route.ts';
import { testEvidence } from '../contracts/test-evidence.ts';
import { decide } from './decide.ts';
import type { Eligibility } from './eligibility.ts';
import { explain } from './explain.ts';
import { testDeployment, testFacts, testMoment, testPrice, testRoute, testWorld } from './test-world.ts';

const GLM = 'zhipu/glm-5.2';
const GPT = 'openai/gpt-5.5';
const CLAUDE = 'anthropic/claude-4-opus';

const glm = testDeployment('glm@zai', GLM, { price: testPrice(1, 2) });
const gpt = testDeployment('gpt@openai', GPT, { price: testPrice(4, 8) });
const claude = testDeployment('claude@anthropic', CLAUDE, { price: testPrice(8, 16) });
const ROUTES = [
  testRoute({ when: { label: 'agentic_tools' }, primary: [GLM], fallback: [GPT] }),
  testRoute({ default: true, primary: [GPT], fallback: [GLM, CLAUDE] }),
];

const OBJECTIVE: Objective = {
  mode: 'evidence',
  margin: 0.05,
  alpha: 0.1,
  usd_per_success: 0.05,
  usd_per_second_waited: 0.0005,
};

function worldOf(
  rows: readonly EvidenceRow[],
  more: { deployments?: readonly Deployment[]; objective?: Partial<Objective> } = {},
): World {
  return testWorld(more.deployments ?? [glm, gpt, claude], ROUTES, {
    evidence: { version: 'e1', rows },
    objectives: new Map([['default', { ...OBJECTIVE, ...more.objective }]]),
  });
}

/** Of 1,000 items each, so that two points are seen. */
const measured = (glmRight: number, gptRight: number, claudeRight: number | null = null): EvidenceRow[] => [
  testEvidence(GLM, glmRight, 1_000),
  testEvidence(GPT, gptRight, 1_000),
  ...(claudeRight === null ? [] : [testEvidence(CLAUDE, claudeRight, 1_000)]),
];

const CODE: Partial<RequestFacts> = { task: 'code_generation', estimatedTokens: 1_000, maxOutputTokens: 500 };
const decideIn = (
  world: World,
  facts: Partial<RequestFacts> = {},
  moment: Partial<Moment> = {},
  eligibility?: Eligibility,
): Decision => decide(testFacts({ ...CODE, ...facts }), world, testMoment(moment), eligibility);
const order = ({ plan }: Decision): string[] => plan.map(({ deployment }) => deployment);
const reasons = ({ plan }: Decision): string[] => plan.map((entry) => entry.selected_because);

const NO_PREFERENCES: NonNullable<RequestFacts['preferences']> = {
  ...{ models: [], order: [], only: [], ignore: [], allowFallbacks: true },
  ...{ dataCollection: 'allow', zeroRetention: false, maxPrice: null },
};

const health = (overrides: Partial<HealthSnapshot>): HealthSnapshot => ({
  error_rate: 0,
  calls: 100,
  breaker: 'closed',
  latency_ms: null,
  ...overrides,
});

describe('cheapest non-inferior', () => {
  test('takes the cheaper of two that nothing separates, and says with which numbers', () => {
    const decision = decideIn(worldOf(measured(860, 870)));
    expect(order(decision)).toEqual(['glm@zai', 'gpt@openai', 'claude@anthropic']);
    expect(reasons(decision)).toEqual(['cheapest_non_inferior', 'best_evidence', 'table_fallback']);
    expect(decision).toMatchObject({ objective: 'evidence', routing_reason: 'cheapest_non_inferior', model: GLM });
    expect(decision.plan[0]?.evidence).toEqual({
      quality: 0.8593,
      low: 0.8364,
      high: 0.8794,
      n: 1_000,
      run: `run_${GLM}`,
      p_non_inferior: 0.996,
      cell: 'code_generation',
    });
    expect(decision.plan[2]?.evidence).toBeNull();
  });

  test('takes the better where the cheaper is inferior, whatever it costs', () => {
    const decision = decideIn(worldOf(measured(700, 870)));
    expect(order(decision)).toEqual(['gpt@openai', 'glm@zai', 'claude@anthropic']);
    expect(reasons(decision)).toEqual(['best_evidence', 'table_fallback', 'table_fallback']);
  });

  test('among equals in quality and price takes the faster, and untimed ones are taken for average', () => {
    const same = [glm, { ...gpt, price: glm.price }];
    const world = worldOf(measured(860, 860), { deployments: same });
    const timed = { 'glm@zai': health({ latency_ms: 8_000 }), 'gpt@openai': health({ latency_ms: 300 }) };
    expect(order(decideIn(world, {}, { health: timed }))[0]).toBe('gpt@openai');
    const one = { 'gpt@openai': health({ latency_ms: 8_000 }) };
    expect(order(decideIn(world, {}, { health: one }))[0]).toBe('gpt@openai');
  });

  test('a model that fails often loses what its failures cost', () => {
    const same = worldOf(measured(860, 860), { objective: { usd_per_second_waited: 0.01 } });
    const failing = { 'glm@zai': health({ error_rate: 0.04, calls: 10, latency_ms: 30_000 }) };
    expect(order(decideIn(same, {}, { health: failing }))[0]).toBe('glm@zai');
    const worse = { 'glm@zai': health({ error_rate: 0.9, calls: 15, latency_ms: 30_000 }) };
    expect(order(decideIn(same, {}, { health: worse }))[0]).toBe('gpt@openai');
  });

  test('one whose price nobody knows comes behind those that are known', () => {
    const unpriced = [{ ...glm, price: null }, gpt];
    expect(order(decideIn(worldOf(measured(870, 865), { deployments: unpriced })))[0]).toBe('gpt@openai');
  });

  test('costs what receipts taught, not what a token costs', () => {
    const world = worldOf(measured(860, 870));
    const learned = {
      'glm@zai': { output_tokens: 9_000, cached_share: 0, calls: 1 },
      'gpt@openai': { output_tokens: 200, cached_share: 0, calls: 1 },
    };
    const decision = decideIn(world, { maxOutputTokens: null }, { learned });
    expect(order(decision)[0]).toBe('gpt@openai');
    expect(decision.plan.map((entry) => entry.expected_cost_usd).slice(0, 2)).toEqual([0.0056, 0.019]);
    expect(decision.moment.learned).toEqual(learned);
  });

  test('costs what the same items were billed at, while receipts have taught nothing', () => {
    const rows = measured(860, 870).map((row) => ({ ...row, usd_per_item: row.model === GLM ? 0.01 : 0.004 }));
    const decision = decideIn(worldOf(rows));
    expect(order(decision)[0]).toBe('gpt@openai');
    expect(decision.plan[0]?.expected_cost_usd).toBe(0.004);
    const [first, ...rest] = rows;
    const half = [{ ...(first as EvidenceRow), usd_per_item: null }, ...rest];
    expect(order(decideIn(worldOf(half)))[0]).toBe('glm@zai');
  });
});

describe('the table stays in force', () => {
  const table = (decision: Decision): void => {
    expect(decision.objective).toBe('table');
    expect(order(decision)[0]).toBe('gpt@openai');
    expect(decision.plan.every(({ evidence }) => evidence === null)).toBe(true);
  };

  test('until the first model of the row and one rival were measured', () => {
    table(decideIn(worldOf([])));
    table(decideIn(worldOf([testEvidence(GLM, 990, 1_000), testEvidence(CLAUDE, 990, 1_000)])));
    table(decideIn(worldOf([testEvidence(GPT, 990, 1_000)])));
    const deployments = [glm, gpt, { ...gpt, id: 'gpt@azure', price: testPrice(1, 1) }];
    const decision = decideIn(worldOf([testEvidence(GPT, 990, 1_000)], { deployments }));
    expect(decision.objective).toBe('table');
  });

  test('where the objective says so, of the configuration or of the request', () => {
    table(decideIn(worldOf(measured(990, 870), { objective: { mode: 'table' } })));
    table(decideIn(worldOf(measured(990, 870)), { objective: 'table' }));
    const asked = decideIn(worldOf(measured(990, 870), { objective: { mode: 'table' } }), { objective: 'evidence' });
    expect(asked.objective).toBe('evidence');
  });

  test('for tasks without evidence, for unsure ones, for named models and for an order that the caller gave', () => {
    const world = worldOf(measured(990, 870));
    table(decideIn(world, { task: 'creative' }));
    table(decideIn(world, { task: 'unsure' }));
    const preferences = {
      ...{ models: [], only: [], ignore: [], allowFallbacks: true, dataCollection: 'allow' as const },
      ...{ zeroRetention: false, maxPrice: null, order: ['openai'] },
    };
    expect(decideIn(world, { preferences }).objective).toBe('table');
    expect(decideIn(world, { model: { kind: 'model', model: GPT, endpoint: null } }).routing_reason).toBe('pinned');
  });

  test('and an unproven deployment keeps its place in it', () => {
    const rows = [testEvidence(GPT, 700, 1_000), testEvidence(CLAUDE, 900, 1_000)];
    const decision = decideIn(worldOf(rows));
    expect(order(decision)).toEqual(['claude@anthropic', 'glm@zai', 'gpt@openai']);
    expect(reasons(decision)).toEqual(['best_evidence', 'table_fallback', 'table_fallback']);
  });

  test('for real models where only sandbox programs were measured', () => {
    table(decideIn(worldOf(measured(990, 870).map((row) => ({ ...row, sandbox: true })))));
    const programs = [glm, gpt].map((deployment) => ({ ...deployment, sandbox: true }));
    const sandbox = measured(990, 870).map((row) => ({ ...row, sandbox: true }));
    expect(decideIn(worldOf(sandbox, { deployments: programs })).objective).toBe('evidence');
    expect(decideIn(worldOf(measured(990, 870), { deployments: programs })).objective).toBe('table');
  });
});

describe('use cases and labels', () => {
  test('a use case has its own objective', () => {
    const world = worldOf(measured(820, 870));
    const strict = new Map([...world.objectives, ['use_case/strict', { ...OBJECTIVE, margin: 0.001 }]]);
    const wide = new Map([...world.objectives, ['use_case/wide', { ...OBJECTIVE, margin: 0.2 }]]);
    expect(order(decideIn({ ...world, objectives: strict }, { useCase: 'strict' }))[0]).toBe('gpt@openai');
    expect(order(decideIn({ ...world, objectives: wide }, { useCase: 'wide' }))[0]).toBe('glm@zai');
  });

  test('a row chosen by a label goes by what was measured under that label, else by the class of the text', () => {
    const tools = [testEvidence(GLM, 500, 1_000), testEvidence(GPT, 900, 1_000)].map((row) => ({
      ...row,
      cell: { ...row.cell, task: 'agentic_tools' as const },
    }));
    const labelled = { labels: ['agentic_tools'] as const };
    expect(order(decideIn(worldOf([...measured(990, 870), ...tools]), labelled))[0]).toBe('gpt@openai');
    expect(order(decideIn(worldOf(measured(990, 870)), labelled))[0]).toBe('glm@zai');
  });
});

describe('hard filters and health', () => {
  test('what policy forbids is neither best nor compared with', () => {
    const forbid: Eligibility = (_, { id }) =>
      id === 'claude@anthropic'
        ? { permitted: false, rules: ['r'], wouldAdmit: null }
        : { permitted: true, obligations: [] };
    const world = worldOf(measured(815, 830, 990));
    expect(order(decideIn(world))[0]).toBe('claude@anthropic');
    const decision = decideIn(world, {}, {}, forbid);
    expect(order(decision)).toEqual(['glm@zai', 'gpt@openai']);
    expect(decision.routing_reason).toBe('cheapest_non_inferior');
  });

  test('health comes before evidence, and says so', () => {
    const failing = { 'glm@zai': health({ error_rate: 0.5 }) };
    const decision = decideIn(worldOf(measured(860, 870)), {}, { health: failing });
    expect(order(decision)).toEqual(['gpt@openai', 'claude@anthropic', 'glm@zai']);
    expect(decision.routing_reason).toBe('fallback_high_error_rate');
    const down = Object.fromEntries(order(decision).map((id) => [id, health({ breaker: 'open' })]));
    expect(decideIn(worldOf(measured(860, 870)), {}, { health: down }).routing_reason).toBe('last_resort');
  });

  test('the first fallback has another operator, if one is as good', () => {
    const openai = { ...gpt.endpoint };
    const deployments = [
      glm,
      gpt,
      { ...claude, price: testPrice(2, 4), endpoint: { ...claude.endpoint, operator: glm.endpoint.operator } },
    ];
    const world = worldOf(measured(860, 860, 860), { deployments });
    expect(order(decideIn(world))).toEqual(['glm@zai', 'gpt@openai', 'claude@anthropic']);
    expect(openai.operator).not.toBe(glm.endpoint.operator);
    const inferior = worldOf(measured(860, 500, 860), { deployments });
    expect(order(decideIn(inferior))).toEqual(['glm@zai', 'claude@anthropic', 'gpt@openai']);
  });
});

describe('a conversation', () => {
  const cached = (deployment: Deployment, cachedUsd: number): Deployment => ({
    ...deployment,
    price: { ...(deployment.price as object), cachedInputUsdPerMtok: cachedUsd } as Deployment['price'],
  });
  const long = { estimatedTokens: 100_000, estimatedTokensP95: 100_000, maxOutputTokens: 500 };

  test('stays where the cache saves more than moving would gain', () => {
    const deployments = [glm, cached(gpt, 0.4), claude];
    const world = worldOf(measured(865, 870), { deployments });
    const decision = decideIn(world, long, { session: 'gpt@openai' });
    expect(order(decision)[0]).toBe('gpt@openai');
    expect(decision.routing_reason).toBe('session');
    expect(decideIn(world, long).routing_reason).toBe('cheapest_non_inferior');
  });

  test('moves where the cache saves nothing, or the gain is greater', () => {
    const world = worldOf(measured(865, 870));
    expect(decideIn(world, long, { session: 'gpt@openai' }).routing_reason).toBe('cheapest_non_inferior');
    const cheap = worldOf(measured(865, 870), { deployments: [glm, cached(gpt, 3.9), claude] });
    expect(order(decideIn(cheap, long, { session: 'gpt@openai' }))[0]).toBe('glm@zai');
  });

  test('stays with one that nobody has measured', () => {
    const decision = decideIn(worldOf(measured(865, 870)), {}, { session: 'claude@anthropic' });
    expect(order(decision)[0]).toBe('claude@anthropic');
    expect(decision.routing_reason).toBe('session');
  });

  test('leaves what policy forbids now', () => {
    const forbid: Eligibility = (_, { id }) =>
      id === 'gpt@openai' ? { permitted: false, rules: ['r'], wouldAdmit: null } : { permitted: true, obligations: [] };
    const decision = decideIn(worldOf(measured(865, 870, 870)), {}, { session: 'gpt@openai' }, forbid);
    expect(order(decision)).not.toContain('gpt@openai');
  });
});

describe('the sentence', () => {
  const sentence = (world: World, facts: Partial<RequestFacts> = {}, moment: Partial<Moment> = {}): string =>
    explain(decideIn(world, facts, moment), world);

  test('gives quality, interval and number of items, the best and how sure it is, and what is saved', () => {
    expect(sentence(worldOf(measured(860, 870)))).toBe(
      'code_generation/en/short: glm@zai .86 [.84, .88] n=1000 in code_generation is within 5 points of the best ' +
        '(gpt@openai .87, P>.99) and costs 75 % less, expected $0.002; then gpt@openai, claude@anthropic.',
    );
  });

  test('leaves the cell out where it is the one of the request', () => {
    const cell = { task: 'code_generation', language: 'en', length: 'short', use_case: null } as const;
    const rows = measured(860, 870).map((row) => ({ ...row, cell }));
    expect(sentence(worldOf(rows))).toContain('glm@zai .86 [.84, .88] n=1000 is within 5 points of the best');
  });

  test('says of the best against whom it stands', () => {
    expect(sentence(worldOf(measured(700, 870)))).toContain(
      'gpt@openai .87 [.85, .89] n=1000 in code_generation is the best of 2 measured; against glm@zai .70 [.67, .73] ' +
        'n=1000, P<.01 of being within 5 points',
    );
  });

  test('names the best of those that were compared, not one that is better and fails', () => {
    const failing = { health: { 'gpt@openai': health({ error_rate: 0.5 }) } };
    expect(sentence(worldOf(measured(850, 880, 860)), {}, failing)).toContain(
      'is within 5 points of the best (claude@anthropic .86, P>.99) and costs 88 % less',
    );
  });

  test('calls nobody the best of whom the plan does not speak, least of all the leader itself', () => {
    const preferences = { ...NO_PREFERENCES, allowFallbacks: false };
    expect(sentence(worldOf(measured(860, 870)), { preferences })).toContain(
      'glm@zai .86 [.84, .88] n=1000 in code_generation is within 5 points of the best (P>.99), expected $0.002; 2 removed',
    );
  });

  test('does not say that something costs nothing less', () => {
    const nearly = [{ ...glm, price: testPrice(3.97, 8) }, gpt, claude];
    const said = sentence(worldOf(measured(870, 870.1), { deployments: nearly }));
    expect(said).toContain('glm@zai .87 [.85, .89] n=1000 in code_generation is within 5 points of the best');
    expect(said).not.toContain('costs 0 %');
  });
});
