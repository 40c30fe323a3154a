import { describe, expect, test } from 'vitest';
import { geminiModelRules } from './models.ts';

const levels = (name: string) => {
  const { thinking } = geminiModelRules(name);
  return thinking.kind === 'level' ? thinking.levels.join(' ') : thinking.kind;
};

describe('quirk 4: what a model takes is known from its name', () => {
  test.each([
    ['gemini-1.5-pro', 'none'],
    ['gemini-2.0-flash-001', 'none'],
    ['gemini-2.5-flash-image', 'none'],
    ['gemini-2.5-pro', 'budget'],
    ['gemini-2.5-flash', 'budget'],
    ['gemini-2.5-flash-lite-preview-09-2025', 'budget'],
    ['gemini-3-pro-preview', 'low high'],
    ['gemini-3.1-pro-preview', 'low medium high'],
    ['gemini-3-flash-preview', 'minimal low medium high'],
    ['gemini-3.1-flash-lite', 'minimal low medium high'],
    ['gemini-3.5-flash', 'minimal low medium high'],
    ['gemini-3.5-flash-lite', 'minimal low medium high'],
    ['gemini-3.6-flash', 'minimal low medium high'],
    ['gemini-3.7-flash', 'low medium high'],
    ['gemini-3.8-flash', 'low medium high'],
    ['gemini-flash-latest', 'low medium high'],
    ['gemma-3-27b-it', 'none'],
  ])('%s thinks by %s', (name, expected) => {
    expect(levels(name)).toBe(expected);
  });

  test.each(['gemini-4-argon', 'gemini-9', 'somebody-elses-model', ''])(
    '%s, which no row knows, is treated as strictly as the newest',
    (name) => {
      expect(geminiModelRules(name)).toMatchObject({
        sampling: false,
        prefill: false,
        penalties: false,
        maxCandidates: 1,
        callIds: true,
        needsSignatures: true,
      });
      expect(levels(name)).toBe('low medium high');
    },
  );

  test('sampling and prefill end with 3.6 and 3.5 Flash-Lite, several candidates with 3', () => {
    const of = (name: string) => {
      const { sampling, prefill, maxCandidates } = geminiModelRules(name);
      return [sampling, prefill, maxCandidates];
    };
    expect(of('gemini-2.5-pro')).toEqual([true, true, 8]);
    expect(of('gemini-3.5-flash')).toEqual([true, true, 1]);
    expect(of('gemini-3.5-flash-lite')).toEqual([false, false, 1]);
    expect(of('gemini-3.6-flash')).toEqual([false, false, 1]);
  });

  test('quirk 9: calls have no ids behind the cloud service, which refuses them', () => {
    expect(geminiModelRules('publishers/google/models/gemini-3.8-flash').callIds).toBe(false);
    expect(geminiModelRules('gemini-3.8-flash').callIds).toBe(true);
  });

  test('quirk 25: log probabilities are those of 2.0, and of 2.5 in the cloud', () => {
    const having = ['gemini-2.0-flash', 'publishers/google/models/gemini-2.5-pro'];
    const lacking = ['gemini-1.5-flash-002', 'gemini-2.5-pro', 'gemini-3.5-flash', 'gemma-3-27b-it', 'gemini-9'];
    for (const name of having) expect(geminiModelRules(name).logprobs, name).toBe(true);
    for (const name of [...lacking, 'publishers/google/models/gemini-3.5-flash']) {
      expect(geminiModelRules(name).logprobs, name).toBe(false);
    }
  });

  test('whatever case and folder the name stands in', () => {
    expect(geminiModelRules('models/Gemini-2.5-Pro')).toEqual(geminiModelRules('gemini-2.5-pro'));
  });
});
