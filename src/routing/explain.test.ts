import { describe, expect, test } from 'vitest';
import type { HealthSnapshot, Moment } from '../contracts/decision.ts';
import type { RequestFacts } from '../contracts/request-facts.ts';
import { decide } from './decide.ts';
import type { Eligibility } from './eligibility.ts';
import { explain, publishDecision } from './explain.ts';
import { testDeployment, testFacts, testMoment, testPrice, testRoute, testWorld } from './test-world.ts';

const GLM = 'zhipu/glm-5.2';
const GPT = 'openai/gpt-5.5';
const WORLD = testWorld(
  [testDeployment('glm@zai', GLM, { price: testPrice(2, 4) }), testDeployment('gpt@openai', GPT)],
  [
    testRoute({ when: { label: 'long_document' }, primary: [GLM], context_threshold: 50_000 }),
    testRoute({ when: { task: 'creative' }, primary: [GPT], fallback: [GLM], context_threshold: 16_000 }),
    testRoute({ default: true, primary: [GLM], fallback: [GPT] }),
  ],
);

const sentence = (
  facts: Partial<RequestFacts> = {},
  moment: Partial<Moment> = {},
  eligibility?: Eligibility,
  world = WORLD,
) => explain(decide(testFacts(facts), world, testMoment(moment), eligibility), world);

const health = (overrides: Partial<HealthSnapshot>): HealthSnapshot => ({
  error_rate: 0,
  calls: 40,
  breaker: 'closed',
  latency_ms: null,
  ...overrides,
});

describe('explain', () => {
  test('says task, leader, row, cost, and who follows', () => {
    expect(sentence({ estimatedTokens: 1_000, maxOutputTokens: 250 })).toBe(
      'conversational/en/short: glm@zai (zhipu/glm-5.2) is the primary of the default row, expected $0.003; then gpt@openai.',
    );
  });

  test('gives the threshold that was held, and the one that was exceeded', () => {
    const tokens = (count: number) =>
      ({ task: 'creative', estimatedTokens: count, estimatedTokensP95: count }) as const;
    expect(sentence(tokens(16_000))).toContain('the row for task creative (16,000 tokens, threshold 16,000)');
    expect(sentence(tokens(16_001))).toContain('(16,001 tokens, above the threshold of the row that matched first)');
    expect(sentence(tokens(85_000))).toContain('the row for label long_document (85,000 tokens, above 50,000)');
    const labels = ['long_document'] as const;
    expect(sentence({ labels, statedLabels: labels })).toContain('(stated; 100 tokens)');
    const world = testWorld(WORLD.deployments, WORLD.routes.slice(1));
    expect(sentence(tokens(16_001), {}, undefined, world)).toContain(
      'kept although 16,001 tokens are above its 16,000',
    );
  });

  test('gives the error rate that the leader yielded for', () => {
    const measured = { 'glm@zai': health({ error_rate: 0.15 }), 'gpt@openai': health({ latency_ms: 1_200 }) };
    expect(sentence({}, { health: measured })).toContain(
      'gpt@openai (openai/gpt-5.5) takes over in the default row because glm@zai fails 15 % (over 40 calls; threshold 5 %), ' +
        'expected $0.0011, 1,200 ms to the first token',
    );
    const given = { 'glm@zai': health({ error_rate: 0.0501, calls: null }) };
    expect(sentence({}, { health: given })).toContain('glm@zai fails 5.01 % (given; threshold 5 %)');
  });

  test('names removals with their rules and what would admit them, and counts the rest', () => {
    const forbid: Eligibility = (_, { id }) =>
      id === 'glm@zai'
        ? { permitted: false, rules: ['eu_transfer', 'no_cn'], wouldAdmit: 'tokenise' }
        : { permitted: true, obligations: [] };
    expect(sentence({}, {}, forbid)).toContain(
      'gpt@openai (openai/gpt-5.5) is the fallback of the default row, expected $0.0011; 1 removed: glm@zai (policy: eu_transfer, no_cn; tokenise would admit it).',
    );
    const many = Array.from({ length: 7 }, (_, i) => testDeployment(`d${i}@x`, GLM));
    const world = testWorld(many, [testRoute({ default: true, primary: [GLM] })]);
    expect(sentence({ allowedModels: [] }, {}, undefined, world)).toMatch(/7 removed: .* and 3 more\.$/);
  });

  test('says what it would take where rules leave nobody to fall back to', () => {
    const forbids =
      (wouldAdmit: string | null): Eligibility =>
      (_facts, { id }) =>
        id === 'gpt@openai'
          ? { permitted: false, rules: ['eu_only'], wouldAdmit }
          : { permitted: true, obligations: [] };
    expect(sentence({}, {}, forbids('tokenise'))).toContain('; fallback unavailable: needs tokenise.');
    expect(sentence({}, {}, forbids(null))).toContain(
      '; fallback unavailable: needs a deployment that satisfies eu_only.',
    );
    expect(sentence()).not.toContain('fallback unavailable');
  });

  test('says why nothing may answer', () => {
    const world = testWorld([], WORLD.routes, {
      knownModels: new Set([GLM, GPT]),
      unavailable: new Map([[GLM, 'Set ZAI_API_KEY.']]),
    });
    expect(sentence({}, {}, undefined, world)).toBe(
      `conversational/en/short: no deployment may answer; not available: ${GLM} (Set ZAI_API_KEY), ${GPT} (No deployment serves ${GPT}).`,
    );
  });

  test('says that a price is unknown, that a conversation goes on, that a name was followed, and what is down', () => {
    const unpriced = testWorld([testDeployment('glm@zai', GLM, { price: null })], WORLD.routes);
    expect(sentence({}, {}, undefined, unpriced)).toContain('price unknown');
    expect(sentence({}, { session: 'gpt@openai' })).toContain('has answered this conversation so far');
    expect(sentence({ model: { kind: 'model', model: GPT, endpoint: null } })).toContain('is what the request names');
    const open = health({ breaker: 'open' });
    expect(sentence({}, { health: { 'glm@zai': open, 'gpt@openai': open } })).toContain('is tried as last resort');
  });

  test('says SANDBOX of what is no AI model', () => {
    const world = testWorld([testDeployment('sandbox/glm', GLM, { sandbox: true })], WORLD.routes);
    expect(sentence({}, {}, undefined, world)).toMatch(/^SANDBOX: not an AI model; /);
  });
});

describe('publishDecision', () => {
  test('adds the sentence and the versions, and changes nothing', () => {
    const decision = decide(testFacts(), WORLD, testMoment());
    expect(publishDecision(decision, WORLD)).toEqual({
      ...decision,
      explanation: explain(decision, WORLD),
      versions: WORLD.versions,
    });
  });
});
