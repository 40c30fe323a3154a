import { describe, expect, test } from 'vitest';
import type { Moment } from '../contracts/decision.ts';
import type { RequestFacts } from '../contracts/request-facts.ts';
import type { Route } from '../contracts/route.ts';
import type { Label, Task } from '../contracts/vocabulary.ts';
import { decide } from './decide.ts';
import { testDeployment, testFacts, testMoment, testRoute, testWorld } from './test-world.ts';

const GLM = 'zhipu/glm-5.2';
const GPT = 'openai/gpt-5.5';
const CLAUDE = 'anthropic/claude-4-opus';
const MISTRAL = 'mistral/mistral-large-3';

const glm = testDeployment('glm@zai', GLM);
const gpt = testDeployment('gpt@openai', GPT);
const claude = testDeployment('claude@anthropic', CLAUDE);
const mistral = testDeployment('mistral@eu', MISTRAL);

const ROUTES: readonly Route[] = [
  testRoute({ when: { label: 'regulated_eu' }, primary: [MISTRAL], fallback: [CLAUDE] }),
  testRoute({ when: { modality: 'image' }, primary: [GPT] }),
  testRoute({ when: { label: 'long_document' }, primary: [GLM], fallback: [CLAUDE], context_threshold: 50_000 }),
  testRoute({ when: { label: 'agentic_tools' }, primary: [GLM], fallback: [GPT], context_threshold: 64_000 }),
  testRoute({ when: { task: 'code_generation' }, primary: [GLM], fallback: [GPT], context_threshold: 32_000 }),
  testRoute({ when: { task: 'quantitative' }, primary: [GLM], fallback: [GPT], context_threshold: 32_000 }),
  testRoute({ when: { label: 'cjk_language' }, primary: [GLM], fallback: [GPT], context_threshold: 128_000 }),
  testRoute({ when: { task: 'creative' }, primary: [GPT], fallback: [CLAUDE], context_threshold: 16_000 }),
  testRoute({ when: { task: 'conversational' }, primary: [GPT], fallback: [CLAUDE], context_threshold: 8_000 }),
  testRoute({ default: true, primary: [GPT], fallback: [CLAUDE] }),
];
const WORLD = testWorld([glm, gpt, claude, mistral], ROUTES);

const tokens = (count: number): Partial<RequestFacts> => ({ estimatedTokens: count, estimatedTokensP95: count });
const decideFor = (facts: Partial<RequestFacts> = {}, moment: Partial<Moment> = {}, world = WORLD) =>
  decide(testFacts(facts), world, testMoment(moment));

describe('rows', () => {
  test('the first whose conditions hold decides, and names itself', () => {
    expect(decideFor({ task: 'code_generation', labels: ['regulated_eu', 'cjk_language'] })).toMatchObject({
      model: MISTRAL,
      task_type: 'regulated_eu',
      task: 'code_generation',
      routing_reason: 'primary_optimal',
    });
    expect(decideFor({ task: 'code_generation', labels: ['cjk_language'] }).task_type).toBe('code_generation');
    expect(decideFor({ task: 'creative', labels: ['cjk_language'] }).task_type).toBe('cjk_language');
  });

  test('without a match the default decides, and the text class names the task', () => {
    expect(decideFor({ task: 'unsure' })).toMatchObject({ model: GPT, task_type: 'unsure', config: ROUTES.at(-1) });
  });

  test('all conditions of a row must hold', () => {
    const when = { task: 'extraction', language: 'zh', domain: 'legal', length: 'short', use_case: 'u' } as const;
    const world = testWorld(
      [glm, gpt],
      [testRoute({ when, primary: [GLM] }), testRoute({ default: true, primary: [GPT] })],
    );
    const all: Partial<RequestFacts> = { task: 'extraction', language: 'zh', domain: 'legal', useCase: 'u' };
    expect(decideFor(all, {}, world).model).toBe(GLM);
    for (const other of [
      { task: 'creative' },
      { language: 'en' },
      { domain: null },
      { lengthBucket: 'long' },
      { useCase: null },
    ] as const) {
      expect(decideFor({ ...all, ...other }, {}, world).model).toBe(GPT);
    }
  });

  test('a modality row matches any of the modalities of a request', () => {
    expect(decideFor({ modalities: ['text', 'image'] }).config?.when).toEqual({ modality: 'image' });
  });

  test('an empty condition that is not the default matches nothing', () => {
    const world = testWorld([glm, gpt], [testRoute({ primary: [GLM] }), testRoute({ default: true, primary: [GPT] })]);
    expect(decideFor({}, {}, world).model).toBe(GPT);
  });
});

describe('context_threshold', () => {
  test.each([
    ['code_generation', 32_000],
    ['quantitative', 32_000],
    ['creative', 16_000],
    ['conversational', 8_000],
  ] as [Task, number][])('%s keeps %i tokens and yields one more to long_document', (task, bound) => {
    expect(decideFor({ task, ...tokens(bound) }).task_type).toBe(task);
    expect(decideFor({ task, ...tokens(bound + 1) })).toMatchObject({ task_type: 'long_document', model: GLM, task });
  });

  test.each([
    ['agentic_tools', 64_000],
    ['cjk_language', 128_000],
  ] as [Label, number][])('%s keeps %i tokens and yields one more, where its row stands first', (label, bound) => {
    const own = ROUTES.filter((row) => row.when.label === label);
    const world = testWorld(WORLD.deployments, [...own, ...ROUTES.filter((row) => !own.includes(row))]);
    expect(decideFor({ labels: [label], ...tokens(bound) }, {}, world).task_type).toBe(label);
    expect(decideFor({ labels: [label], ...tokens(bound + 1) }, {}, world).task_type).toBe('long_document');
  });

  test('long_document is entered strictly above its own threshold, whatever label the text got', () => {
    const enter = (count: number, labels: readonly Label[]) => decideFor({ task: 'unsure', labels, ...tokens(count) });
    expect(enter(50_000, []).task_type).toBe('unsure');
    expect(enter(50_001, ['long_document']).task_type).toBe('long_document');
    const at = (threshold: number) =>
      testWorld(WORLD.deployments, [
        testRoute({ when: { label: 'long_document' }, primary: [GLM], context_threshold: threshold }),
        testRoute({ default: true, primary: [GPT] }),
      ]);
    expect(decideFor({ ...tokens(20_001) }, {}, at(20_000)).model).toBe(GLM);
    expect(decideFor({ labels: ['long_document'], ...tokens(60_000) }, {}, at(100_000)).model).toBe(GPT);
  });

  test('a stated long_document label holds at any length', () => {
    const labels: Label[] = ['long_document'];
    expect(decideFor({ labels, statedLabels: labels }).task_type).toBe('long_document');
  });

  test('without a long_document row, or with one that nothing serves, a row keeps what exceeds it', () => {
    const without = testWorld(
      WORLD.deployments,
      ROUTES.filter((row) => row.when.label !== 'long_document'),
    );
    expect(decideFor({ task: 'creative', ...tokens(16_001) }, {}, without).task_type).toBe('creative');
    const unserved = testWorld([gpt], ROUTES, { knownModels: new Set([GLM, CLAUDE, GPT, MISTRAL]) });
    expect(decideFor({ task: 'creative', ...tokens(16_001) }, {}, unserved)).toMatchObject({
      task_type: 'creative',
      model: GPT,
    });
  });

  test('a request above its threshold does not yield to a long_document row for another language', () => {
    const world = testWorld(WORLD.deployments, [
      testRoute({ when: { label: 'long_document', language: 'zh' }, primary: [GLM], context_threshold: 50_000 }),
      testRoute({ when: { task: 'creative' }, primary: [GPT], context_threshold: 16_000 }),
    ]);
    expect(decideFor({ task: 'creative', language: 'en', ...tokens(20_000) }, {}, world).model).toBe(GPT);
    expect(decideFor({ task: 'creative', language: 'zh', ...tokens(20_000) }, {}, world).model).toBe(GLM);
  });
});

describe('what is named', () => {
  test('a pinned model is answered by its own deployments only', () => {
    const second = testDeployment('glm@bigmodel', GLM);
    const world = testWorld([glm, second, gpt], ROUTES);
    const decision = decideFor({ model: { kind: 'model', model: GLM, endpoint: null } }, {}, world);
    expect(decision).toMatchObject({ model: GLM, routing_reason: 'pinned', config: null, task_type: 'conversational' });
    expect(decision.plan.map((entry) => entry.deployment).sort()).toEqual(['glm@bigmodel', 'glm@zai']);
    expect(decision.plan.every((entry) => entry.selected_because === 'pinned')).toBe(true);
  });

  test('a model at an endpoint and a deployment id narrow to one', () => {
    const world = testWorld([glm, testDeployment('glm@bigmodel', GLM)], ROUTES);
    const plans = [
      decideFor({ model: { kind: 'model', model: GLM, endpoint: 'bigmodel' } }, {}, world),
      decideFor({ model: { kind: 'deployment', deployment: 'glm@bigmodel' } }, {}, world),
    ].map((decision) => decision.plan.map((entry) => entry.deployment));
    expect(plans).toEqual([['glm@bigmodel'], ['glm@bigmodel']]);
  });

  test('rows may name aliases, endpoints and deployments too', () => {
    const world = testWorld(
      [glm, testDeployment('glm@bigmodel', GLM), gpt],
      [testRoute({ default: true, primary: [`${GLM}@bigmodel`, 'old/gpt'], fallback: ['glm@zai'] })],
      { aliases: new Map([['old/gpt', GPT]]) },
    );
    const { plan } = decideFor({}, {}, world);
    expect(plan.map((entry) => entry.deployment)).toEqual(['glm@bigmodel', 'gpt@openai', 'glm@zai']);
    expect(plan.map((entry) => entry.selected_because)).toEqual([
      'primary_optimal',
      'primary_optimal',
      'table_fallback',
    ]);
  });

  test('a known model that nothing serves gives an empty plan and the reason', () => {
    const reason = 'Set ZAI_API_KEY.';
    const world = testWorld([gpt], ROUTES, { knownModels: new Set([GLM, GPT]), unavailable: new Map([[GLM, reason]]) });
    expect(decideFor({ model: { kind: 'model', model: GLM, endpoint: null } }, {}, world)).toMatchObject({
      model: null,
      routing_reason: null,
      plan: [],
      removed: [],
      unavailable: [{ model: GLM, reason }],
    });
    expect(decideFor({ task: 'code_generation' }, {}, world)).toMatchObject({
      model: GPT,
      routing_reason: 'table_fallback',
    });
  });
});

describe('sandbox', () => {
  const toy = testDeployment('sandbox/glm-5.2', GLM, { sandbox: true });
  const routes = [testRoute({ default: true, primary: [GLM], fallback: [GPT] })];
  const planOf = (world: typeof WORLD, facts: Partial<RequestFacts> = {}) =>
    decideFor(facts, {}, world).plan.map((entry) => entry.deployment);

  test('answers where nothing real exists', () => {
    expect(planOf(testWorld([toy], routes))).toEqual(['sandbox/glm-5.2']);
  });

  test('leaves every plan as soon as one real deployment exists anywhere, and says what is missing', () => {
    const world = testWorld([toy, mistral], routes, { unavailable: new Map([[GLM, 'Set ZAI_API_KEY.']]) });
    const decision = decideFor({}, {}, world);
    expect(decision.plan).toEqual([]);
    expect(decision.unavailable).toContainEqual({ model: GLM, reason: 'Set ZAI_API_KEY.' });
    expect(planOf(world, { model: { kind: 'deployment', deployment: toy.id } })).toEqual([]);
  });

  test('kept beside real deployments, it still never shares a plan with one', () => {
    const options = { sandboxBesideReal: true };
    expect(planOf(testWorld([toy, glm, gpt], routes, options))).toEqual(['glm@zai', 'gpt@openai']);
    expect(planOf(testWorld([toy, mistral], routes, options))).toEqual(['sandbox/glm-5.2']);
    const pinned = { model: { kind: 'deployment', deployment: toy.id } } as const;
    expect(planOf(testWorld([toy, glm], routes, options), pinned)).toEqual(['sandbox/glm-5.2']);
  });

  test('does not answer in the place of a real deployment that policy forbids', () => {
    const world = testWorld([toy, glm], routes, { sandboxBesideReal: true });
    const forbid = () => ({ permitted: false, rules: ['no'], wouldAdmit: null }) as const;
    expect(decide(testFacts(), world, testMoment(), forbid).plan).toEqual([]);
  });
});

describe('sessions', () => {
  test('a conversation stays on its deployment', () => {
    const decision = decideFor({ task: 'creative' }, { session: 'claude@anthropic' });
    expect(decision).toMatchObject({ model: CLAUDE, routing_reason: 'session' });
    expect(decision.plan.map((entry) => entry.deployment)).toEqual(['claude@anthropic', 'gpt@openai']);
  });

  test('also where the text of the turn now matches another row', () => {
    expect(decideFor({ task: 'creative' }, { session: 'glm@zai' })).toMatchObject({
      model: GLM,
      routing_reason: 'session',
    });
  });

  test('but not against a label, which is no guess', () => {
    expect(decideFor({ labels: ['regulated_eu'] }, { session: 'glm@zai' }).model).toBe(MISTRAL);
  });

  test('is filtered anew at every turn', () => {
    const decision = decideFor({ task: 'creative', allowedModels: [GPT] }, { session: 'glm@zai' });
    expect(decision.model).toBe(GPT);
    expect(decision.removed.map((removal) => removal.deployment)).toContain('glm@zai');
  });

  test('gives way when its deployment fails', () => {
    const health = { 'glm@zai': { error_rate: 0.5, calls: 100, breaker: 'closed', latency_ms: null } } as const;
    expect(decideFor({ task: 'creative' }, { session: 'glm@zai', health })).toMatchObject({
      model: GPT,
      routing_reason: 'fallback_high_error_rate',
    });
  });

  test('a pin to a deployment that no longer exists is forgotten', () => {
    expect(decideFor({ task: 'creative' }, { session: 'gone' })).toMatchObject({
      model: GPT,
      routing_reason: 'primary_optimal',
    });
  });
});

describe('the record', () => {
  test('holds the health of what was considered and nothing else', () => {
    const entry = { error_rate: 0, calls: 3, breaker: 'closed', latency_ms: 400 } as const;
    const health = { 'gpt@openai': entry, 'glm@zai': entry, elsewhere: entry };
    expect(decideFor({ task: 'creative' }, { health }).moment.health).toEqual({ 'gpt@openai': entry });
  });

  test('an id such as constructor finds no health that nobody stated', () => {
    const odd = testDeployment('constructor', GPT);
    const world = testWorld([odd], [testRoute({ default: true, primary: [GPT] })]);
    expect(decideFor({}, {}, world)).toMatchObject({ routing_reason: 'primary_optimal', moment: { health: {} } });
  });

  test('says which objective was applied, not which was wished for', () => {
    expect(decideFor({ objective: 'evidence' }).objective).toBe('table');
  });
});
