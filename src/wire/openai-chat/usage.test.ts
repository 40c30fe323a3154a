import { describe, expect, test } from 'vitest';
import { readUsage, usageOf } from './usage.ts';

describe('usage of the OpenAI dialect', () => {
  test('counts reasoning inside the completion and cached tokens inside the prompt (OpenAI, 2026)', () => {
    const usage = {
      prompt_tokens: 100,
      completion_tokens: 50,
      total_tokens: 150,
      prompt_tokens_details: { cached_tokens: 64 },
      completion_tokens_details: { reasoning_tokens: 30 },
    };
    expect(readUsage(usage)).toEqual({
      input_tokens: 100,
      output_tokens: 50,
      cached_input_tokens: 64,
      cache_write_tokens: null,
      reasoning_tokens: 30,
    });
  });

  test('adds reasoning that is counted beside the completion, which the total tells (quirk: xAI)', () => {
    const usage = {
      prompt_tokens: 37,
      completion_tokens: 530,
      total_tokens: 800,
      completion_tokens_details: { reasoning_tokens: 233 },
    };
    expect(readUsage(usage)).toMatchObject({ input_tokens: 37, output_tokens: 763, reasoning_tokens: 233 });
  });

  test('adds reasoning that only the total holds (quirk: Google behind this dialect)', () => {
    const usage = { prompt_tokens: 10, completion_tokens: 5, total_tokens: 115 };
    expect(readUsage(usage)).toMatchObject({ input_tokens: 10, output_tokens: 105, reasoning_tokens: 100 });
  });

  test('adds cached tokens that are counted beside the prompt, which the total tells', () => {
    const usage = { prompt_tokens: 10, completion_tokens: 5, total_tokens: 1_015, cached_tokens: 1_000 };
    expect(readUsage(usage)).toMatchObject({ input_tokens: 1_010, output_tokens: 5, cached_input_tokens: 1_000 });
  });

  test('leaves alone what the total does not explain, and a total that is too small', () => {
    const odd = { prompt_tokens: 10, completion_tokens: 5, completion_tokens_details: { reasoning_tokens: 2 } };
    expect(readUsage({ ...odd, total_tokens: 40 })).toMatchObject({ input_tokens: 10, output_tokens: 5 });
    expect(readUsage({ ...odd, total_tokens: 3 })).toMatchObject({ input_tokens: 10, output_tokens: 5 });
  });

  test('knows cached tokens by each of their names', () => {
    const counted = { prompt_tokens: 10, completion_tokens: 1 };
    for (const named of [
      { prompt_tokens_details: { cached_tokens: 7 } },
      { prompt_cache_hit_tokens: 7 },
      { cached_tokens: 7 },
    ]) {
      expect(readUsage({ ...counted, ...named })?.cached_input_tokens).toBe(7);
    }
  });

  test('says nothing about what is not there, and 0 output for embeddings', () => {
    expect(readUsage(null)).toBeNull();
    expect(readUsage({})).toBeNull();
    expect(readUsage({ prompt_tokens: 8, total_tokens: 8 })).toMatchObject({ input_tokens: 8, output_tokens: 0 });
  });
});

describe('where usage is told', () => {
  const told = (prompt_tokens: number) => ({ prompt_tokens, completion_tokens: 2 });

  test.each([
    ['beside the choices', { usage: told(9), choices: [] }],
    ['in x_groq (Groq)', { choices: [{ finish_reason: 'stop' }], x_groq: { id: 'r', usage: told(9) } }],
    ['in a choice (Moonshot)', { choices: [{ finish_reason: 'stop', usage: told(9) }], usage: null }],
    [
      'in the first and in the second place',
      { usage: told(9), choices: [{ usage: told(5) }], x_groq: { usage: told(5) } },
    ],
  ])('%s', (_place, holder) => {
    expect(usageOf(holder)).toMatchObject({ input_tokens: 9, output_tokens: 2 });
  });

  test.each([{}, { choices: 'none', x_groq: 'none' }, { choices: [null, 1, { usage: 'much' }], x_groq: {} }])(
    'nowhere: %j',
    (holder) => {
      expect(usageOf(holder)).toBeNull();
    },
  );
});
