import { describe, expect, test } from 'vitest';
import type { Route } from './contracts/route.ts';
import { ModelRouter, type RouteInput } from './model-router.ts';

const GLM = 'zhipu/glm-5.2';
const GPT = 'openai/gpt-5.5';
const CLAUDE = 'anthropic/claude-4-opus';

const router = () => new ModelRouter({ performanceMonitoring: true });
const CONTRACT = '请审查以下供货合同，找出其中的主要法律风险，并逐条给出修改建议。';

describe("the article's worked example", () => {
  test('a Chinese contract of 85,000 tokens goes to the long-document row', () => {
    expect(router().route({ prompt: CONTRACT, metadata: { estimated_tokens: 85_000 } })).toMatchObject({
      model: GLM,
      taskType: 'long_document',
      routingReason: 'primary_optimal',
      config: { when: { label: 'long_document' }, primary: [GLM], fallback: [CLAUDE], context_threshold: 50_000 },
    });
  });
});

describe('classifyTask', () => {
  test.each([
    ['Write a function that reverses a list', {}, 'code_generation'],
    ['Calculate the net present value', {}, 'quantitative'],
    ['Good morning', {}, 'conversational'],
    [CONTRACT, {}, 'cjk_language'],
    ['契約書を確認してください', {}, 'cjk_language'],
    ['계약서를 검토해 주세요', {}, 'cjk_language'],
    ['Good morning', { tools_available: true }, 'agentic_tools'],
    ['Good morning', { toolsAvailable: true }, 'agentic_tools'],
    ['Good morning', { toolsAvailable: false }, 'conversational'],
    ['Good morning', { estimated_tokens: 50_001 }, 'long_document'],
    ['Good morning', { estimatedTokens: 50_001 }, 'long_document'],
    ['a long report '.repeat(30_000), {}, 'long_document'],
  ])('%s %j is %s', (prompt, metadata, task) => {
    expect(router().classifyTask(prompt, metadata)).toBe(task);
  });
});

describe('taskType', () => {
  test.each([
    ['long_document', GLM, 50_000],
    ['code_generation', GLM, 32_000],
    ['creative_content', GPT, 16_000],
    ['chinese_language', GLM, 128_000],
    ['agentic_tool_use', GLM, 64_000],
    ['conversational', GPT, 8_000],
    ['quantitative', GLM, 32_000],
  ])("the article's %s has %s as primary and threshold %i", (taskType, model, threshold) => {
    const routed = router().route({ prompt: 'hi', taskType });
    expect(routed.model).toBe(model);
    expect(routed.config.context_threshold).toBe(threshold);
  });

  test.each([
    ['code_generation', 32_000],
    ['creative', 16_000],
    ['cjk_language', 128_000],
    ['agentic_tools', 64_000],
    ['conversational', 8_000],
    ['quantitative', 32_000],
  ])('%s keeps %i tokens and yields one more', (taskType, bound) => {
    const at = (estimatedTokens: number) =>
      router().route({ prompt: 'hi', taskType, metadata: { estimatedTokens } }).taskType;
    expect(at(bound)).toBe(taskType);
    expect(at(bound + 1)).toBe('long_document');
  });

  test('wins over what the text and the tools suggest', () => {
    const input = { prompt: `${CONTRACT} implement`, metadata: { tools_available: true } };
    expect(router().route({ ...input, taskType: 'creative' })).toMatchObject({ model: GPT, taskType: 'creative' });
  });

  test('null decides by the text', () => {
    expect(router().route({ prompt: 'Good morning', taskType: null }).taskType).toBe('conversational');
  });
});

describe('error rates', () => {
  const creative: RouteInput = { prompt: 'hi', taskType: 'creative' };

  test('.05 stays and .0501 falls back', () => {
    const monitored = router();
    monitored.errorRates.set(GPT, 0.05);
    expect(monitored.route(creative)).toMatchObject({ model: GPT, routingReason: 'primary_optimal' });
    monitored.errorRates.set(GPT, 0.0501);
    expect(monitored.route(creative)).toMatchObject({ model: CLAUDE, routingReason: 'fallback_high_error_rate' });
    monitored.errorRates.delete(GPT);
    expect(monitored.route(creative).model).toBe(GPT);
  });

  test('a fallback that fails as well takes nothing over', () => {
    const failing = new ModelRouter({ errorRates: { [GPT]: 0.2, [CLAUDE]: 0.2 } });
    expect(failing.route(creative)).toMatchObject({ model: GPT, routingReason: 'primary_optimal' });
  });

  test('without monitoring they change nothing', () => {
    const unmonitored = new ModelRouter({ performanceMonitoring: false, errorRates: { [GPT]: 1 } });
    expect(unmonitored.route(creative)).toMatchObject({ model: GPT, routingReason: 'primary_optimal' });
  });
});

describe('a table of one’s own', () => {
  test('replaces the default', () => {
    const row: Route = {
      when: {},
      default: true,
      primary: ['me/mine@home'],
      fallback: [],
      context_threshold: null,
      because: null,
    };
    expect(new ModelRouter({ routes: [row] }).route({ prompt: 'Good morning' })).toEqual({
      model: 'me/mine',
      taskType: 'conversational',
      routingReason: 'primary_optimal',
      config: row,
    });
  });
});

describe('wrong arguments', () => {
  test.each([
    [{ prompt: 5 }, 'prompt'],
    [{ prompt: 'x', taskType: 'poetry' }, 'taskType'],
    [{ prompt: 'x', metadata: { estimated_tokens: '85000' } }, 'metadata.estimated_tokens'],
    [{ prompt: 'x', metadata: { estimatedTokens: Number.NaN } }, 'metadata.estimated_tokens'],
  ])('%j is refused and named', (input, param) => {
    expect(() => router().route(input as unknown as RouteInput)).toThrow(
      expect.objectContaining({ code: 'invalid_request', param }),
    );
  });

  test('a table without a row for the prompt is refused', () => {
    expect(() => new ModelRouter({ routes: [] }).route({ prompt: 'x' })).toThrow(
      expect.objectContaining({ param: 'routes' }),
    );
  });
});
