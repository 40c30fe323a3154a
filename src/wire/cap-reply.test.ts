import { describe, expect, test } from 'vitest';
import { type SampleDeployment, sampleDeployment } from '../../test/support/deployments.ts';
import { capReply } from './cap-reply.ts';

function capped(body: unknown, most: number, sample: SampleDeployment = {}) {
  const built = { path: '/x', body: Buffer.from(JSON.stringify(body)), loss: [] };
  const result = capReply(built, sampleDeployment(sample), most);
  return result === null
    ? null
    : { body: JSON.parse(result.body.toString()), loss: result.loss.map(({ field }) => field) };
}

describe('a reply that a budget cuts short', () => {
  test('is limited under the name that the upstream takes, and said as a loss', () => {
    const own = { quirks: { maxTokensMember: 'max_tokens' } } as const;
    expect(capped({ model: 'm' }, 300)).toEqual({
      body: { model: 'm', max_completion_tokens: 300 },
      loss: ['max_tokens'],
    });
    expect(capped({ model: 'm' }, 300, own)?.body).toEqual({ model: 'm', max_tokens: 300 });
    expect(capped({ max_tokens: 900 }, 300)?.body).toEqual({ max_tokens: 300 });
    expect(capped({ max_tokens: 900 }, 300, { dialect: 'anthropic' })?.body).toEqual({ max_tokens: 300 });
    expect(capped({ generationConfig: { topK: 1 } }, 300, { dialect: 'gemini' })?.body).toEqual({
      generationConfig: { topK: 1, maxOutputTokens: 300 },
    });
    expect(capped({}, 300, { dialect: 'gemini' })?.body).toEqual({ generationConfig: { maxOutputTokens: 300 } });
  });

  test('is left alone, without a loss, where the caller asked for less', () => {
    for (const [body, sample] of [
      [{ max_tokens: 300 }, {}],
      [{ max_tokens: 299 }, { dialect: 'anthropic' }],
      [{ generationConfig: { maxOutputTokens: 1 } }, { dialect: 'gemini' }],
    ] as const) {
      expect(capped(body, 300, sample)).toEqual({ body, loss: [] });
    }
  });

  test('cannot be had where the request asks for more thinking than that', () => {
    const thinking = (budget_tokens: number) => ({ max_tokens: 9_000, thinking: { type: 'enabled', budget_tokens } });
    expect(capped(thinking(2_000), 2_000, { dialect: 'anthropic' })).toBeNull();
    expect(capped(thinking(1_999), 2_000, { dialect: 'anthropic' })?.body.max_tokens).toBe(2_000);
    const config = { generationConfig: { thinkingConfig: { thinkingBudget: 2_000 } } };
    expect(capped(config, 2_000, { dialect: 'gemini' })).toBeNull();
    expect(capped(config, 2_001, { dialect: 'gemini' })?.body.generationConfig.maxOutputTokens).toBe(2_001);
  });

  test('changes no other byte', () => {
    const text = '{ "model":"m",\n "seed": 12345678901234567890, "max_tokens" : 900 }';
    const built = { path: '/x', body: Buffer.from(text), loss: [] };
    expect(capReply(built, sampleDeployment(), 300)?.body.toString()).toBe(text.replace('900', '300'));
  });
});
