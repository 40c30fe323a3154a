import { describe, expect, test } from 'vitest';
import { articleRoute, articleTask } from './article-rules.ts';
import { compare } from './compare.ts';

describe("the article's rules", () => {
  test('route its worked example as it prints', () => {
    expect(articleRoute('请分析以下合同中的主要风险', { estimated_tokens: 85_000 })).toEqual({
      task: 'long_document',
      model: 'zhipu/glm-5.2',
    });
  });

  test('take length from the caller alone, strictly above 50,000', () => {
    expect(articleTask('Hello', { estimated_tokens: 50_000 })).toBe('conversational');
    expect(articleTask('Hello', { estimated_tokens: 50_001 })).toBe('long_document');
    expect(articleTask('a'.repeat(400_000))).toBe('conversational');
  });

  test('hold in their order: Chinese, code, tools, quantitative', () => {
    expect(articleTask('请用 def 写一个函数')).toBe('chinese_language');
    expect(articleTask('Implement and solve this', { tools_available: true })).toBe('code_generation');
    expect(articleTask('Solve this', { tools_available: true })).toBe('agentic_tool_use');
    expect(articleTask('Solve this')).toBe('quantitative');
  });
});

test('ours see what the words alone do not tell', () => {
  const seen = Object.fromEntries(compare().map(({ name, article, ours }) => [name, [article.task, ours.task]]));
  expect(seen['Write a poem about autumn']).toEqual(['conversational', 'creative']);
  expect(seen['Summarise this class action complaint']).toEqual(['code_generation', 'extraction']);
  expect(seen['Which business model suits a bakery?']).toEqual(['quantitative', 'conversational']);
  expect(seen['Please import my contacts']?.[0]).toBe('code_generation');
  expect(seen['Please import my contacts']?.[1]).not.toBe('code_generation');
  expect(seen['a Korean request about a contract']?.[0]).toBe('conversational');
  expect(seen['400,000 characters, no metadata']).toEqual(['conversational', 'long_document']);
});
