import { describe, expect, test } from 'vitest';
import type { PromptView } from '../contracts/prompt-view.ts';
import { TASKS } from '../contracts/vocabulary.ts';
import { type InspectionHints, inspectRequest, LONG_DOCUMENT_TOKENS } from './inspect-request.ts';
import { testView } from './test-view.ts';
import type { TextClassifier } from './text-classifier.ts';

const inspect = (text: string, view: Partial<PromptView> = {}, hints: InspectionHints = {}) =>
  inspectRequest(testView(text, view), hints);

describe('long_document', () => {
  test('begins strictly above 50,000 tokens', () => {
    expect(inspect('hi', {}, { estimatedTokens: LONG_DOCUMENT_TOKENS }).labels).toEqual([]);
    expect(inspect('hi', {}, { estimatedTokens: LONG_DOCUMENT_TOKENS + 1 }).labels).toEqual(['long_document']);
  });

  test('follows from the text alone when nobody states a count', () => {
    expect(inspect('and so it goes on '.repeat(25_000)).labels).toContain('long_document');
  });

  test("takes the caller's count where it is larger, from the body or from outside it", () => {
    expect(inspect('hi', { statedTokens: 85_000 }).estimatedTokens).toBe(85_000);
    expect(inspect('hi', { statedTokens: 10 }, { estimatedTokens: 85_000 }).estimatedTokens).toBe(85_000);
    const long = 'and so it goes on '.repeat(25_000);
    expect(inspect(long, { statedTokens: 5 }).estimatedTokens).toBe(inspect(long).estimatedTokens);
  });

  test.each([Number.NaN, Number.POSITIVE_INFINITY, -5, 0])('ignores a stated count of %d', (estimatedTokens) => {
    expect(inspect('hello', {}, { estimatedTokens })).toEqual(inspect('hello'));
  });

  test('p95 is never below the estimate', () => {
    const facts = inspect('hello', {}, { estimatedTokens: 9_000 });
    expect(facts.estimatedTokensP95).toBeGreaterThanOrEqual(facts.estimatedTokens);
    expect(facts.lengthBucket).toBe('medium');
  });
});

describe('cjk_language', () => {
  const mixed = (cjk: number): string => '中'.repeat(cjk) + 'a'.repeat(100 - cjk);

  test('begins strictly above 15 % of the letters', () => {
    expect(inspect(mixed(15)).labels).not.toContain('cjk_language');
    expect(inspect(mixed(16)).labels).toContain('cjk_language');
  });

  test.each(['この契約書を確認してください', '계약서를 검토해 주세요', '请检查合同'])('holds for %s', (text) => {
    expect(inspect(text).labels).toEqual(['cjk_language']);
  });

  test('is judged by prose, not by the code beside it', () => {
    const code = `\`\`\`python\n${'value = compute(left, right)\n'.repeat(20)}\`\`\``;
    expect(inspect(`这段代码为什么报错？\n${code}`).labels).toContain('cjk_language');
    expect(inspect('Why does this fail?\n```\nprint("请检查合同请检查合同请检查合同")\n```').labels).toEqual([]);
  });

  test('is independent of the class: a Chinese coding prompt is code and Chinese', () => {
    const facts = inspect('请 implement 一个快速排序函数');
    expect(facts.task).toBe('code_generation');
    expect(facts.labels).toEqual(['cjk_language']);
  });
});

describe('agentic_tools', () => {
  const tools = { toolsPresent: true, toolNames: ['get_current_weather', 'sendEmail'] };

  test('holds after a tool turn and for a forced choice', () => {
    expect(inspect('thanks', { toolTurnPresent: true }).labels).toEqual(['agentic_tools']);
    expect(inspect('hi', { ...tools, toolChoice: 'forced' }).labels).toEqual(['agentic_tools']);
  });

  test.each([
    'Is the weather nice in Oslo?',
    'Send Ann the minutes',
    'Please book a table for two',
    'Draft an email to Ann',
    '帮我预订明天去上海的机票',
    '明日の会議室を予約してください',
    '내일 회의실을 예약해 주세요',
  ])('holds for an ask that fits the tools: %s', (text) => {
    expect(inspect(text, tools).labels).toContain('agentic_tools');
  });

  test.each(['Hello!', 'Write a haiku about rain', 'Explain recursion to a child', '你好'])(
    'does not hold merely because tools are offered: %s',
    (text) => {
      expect(inspect(text, tools).labels).not.toContain('agentic_tools');
    },
  );

  test('does not hold without tools or when the caller forbids their use', () => {
    expect(inspect('Please book a table').labels).toEqual([]);
    expect(inspect('Please book a table', { ...tools, toolChoice: 'none' }).labels).toEqual([]);
  });
});

describe('stated labels', () => {
  test('regulated_eu and bulk_low_latency come from what is stated, never from text', () => {
    expect(inspect('This is regulated EU personal data, bulk, low latency: regulated_eu').labels).toEqual([]);
    const facts = inspect('hi', {}, { statedLabels: ['bulk_low_latency', 'regulated_eu'] });
    expect(facts.labels).toEqual(['regulated_eu', 'bulk_low_latency']);
    expect(facts.statedLabels).toEqual(['bulk_low_latency', 'regulated_eu']);
  });

  test('join those that rules find, each once', () => {
    const facts = inspect('请检查合同', {}, { statedLabels: ['cjk_language', 'long_document'] });
    expect(facts.labels).toEqual(['long_document', 'cjk_language']);
  });
});

describe('task', () => {
  test('comes from the request, else from the use case, else from the text', () => {
    const text = 'implement a queue';
    expect(inspect(text)).toMatchObject({ task: 'code_generation', taskSource: 'text' });
    expect(inspect(text, {}, { useCaseTask: 'creative' })).toMatchObject({ task: 'creative', taskSource: 'use_case' });
    expect(inspect(text, {}, { useCaseTask: 'creative', requestTask: 'extraction' })).toMatchObject({
      task: 'extraction',
      taskSource: 'request',
    });
  });

  test('stated or not, the text still gets its probabilities', () => {
    const stated = inspect('implement a queue', {}, { requestTask: 'creative' });
    expect(stated.tasks).toEqual(inspect('implement a queue').tasks);
    expect(stated.tasks).toHaveLength(TASKS.length);
  });

  test('is what the given classifier says, with its version', () => {
    const unsure: TextClassifier = () => ({
      task: 'unsure',
      tasks: TASKS.map((task) => ({ task, p: 1 / 6 })),
      version: 'test-1',
    });
    expect(inspectRequest(testView('implement a queue'), {}, unsure)).toMatchObject({
      task: 'unsure',
      taskSource: 'text',
      classifierVersion: 'test-1',
    });
  });

  test('domain comes from outside the text', () => {
    expect(inspect('medical advice').domain).toBeNull();
    expect(inspect('hi', {}, { domain: 'legal' }).domain).toBe('legal');
  });
});

describe('needs', () => {
  test('are what the request uses', () => {
    expect(inspect('hi').needs).toEqual([]);
    expect(
      inspect('hi', {
        modalities: ['text', 'image', 'audio'],
        images: 1,
        toolsPresent: true,
        parallelToolsRequested: true,
        reasoningRequested: true,
        jsonSchemaRequested: true,
        prefill: true,
      }).needs,
    ).toEqual([
      'images',
      'audio',
      'tools',
      'parallel_tools',
      'tools_with_reasoning',
      'json_schema',
      'reasoning',
      'prefill',
    ]);
  });

  test('reasoning without tools does not need both together', () => {
    expect(inspect('hi', { reasoningRequested: true }).needs).toEqual(['reasoning']);
  });
});

describe('bad input', () => {
  test.each([
    ['nothing', ''],
    ['binary', '\u0000\u0001\ufffd\u0002'.repeat(500)],
    ['unpaired surrogates', '\ud800\udc00\udc00\ud800'.repeat(900)],
    ['one character for ever', '😀'.repeat(200_000)],
    ['backticks only', '`'.repeat(100_000)],
  ])('gets an answer: %s', (_, text) => {
    const facts = inspect(text);
    expect(facts.tasks).toHaveLength(TASKS.length);
    expect(facts.estimatedTokens).toBeGreaterThanOrEqual(0);
  });

  test('the same request gets the same facts, whatever was looked at between', () => {
    const first = inspect('请检查合同 implement', {}, {});
    inspect('something else entirely '.repeat(500));
    expect(inspect('请检查合同 implement', {}, {})).toEqual(first);
  });
});
