import { describe, expect, test } from 'vitest';
import { readPreferences } from './preferences.ts';

const NONE = {
  models: [],
  order: [],
  only: [],
  ignore: [],
  allowFallbacks: true,
  dataCollection: 'allow',
  zeroRetention: false,
  maxPrice: null,
  tags: [],
};
const read = (body: Record<string, unknown>) => {
  const reading = readPreferences(body);
  return reading.ok ? reading.preferences : reading;
};

describe('readPreferences', () => {
  test.each([
    {},
    { metadata: {} },
    { metadata: { estimated_tokens: '5' } },
    { models: null, provider: null },
    { metadata: 'x' },
  ])('%j states none', (body) => {
    expect(read(body)).toBeNull();
  });

  test("OpenRouter's members", () => {
    expect(
      read({
        models: ['a/b', 'c/d'],
        provider: {
          order: ['OpenAI'],
          only: ['openai', 'azure'],
          ignore: ['together'],
          allow_fallbacks: false,
          data_collection: 'deny',
          zdr: true,
          max_price: { prompt: 1, completion: '2.5' },
          sort: 'price',
        },
      }),
    ).toEqual({
      models: ['a/b', 'c/d'],
      order: ['OpenAI'],
      only: ['openai', 'azure'],
      ignore: ['together'],
      allowFallbacks: false,
      dataCollection: 'deny',
      zeroRetention: true,
      maxPrice: { inputUsdPerMtok: 1, outputUsdPerMtok: 2.5 },
      tags: [],
    });
  });

  test("LiteLLM's members", () => {
    expect(read({ fallbacks: ['a/b', { model: 'c/d', temperature: 0 }], metadata: { tags: ['eu', 5] } })).toEqual({
      ...NONE,
      models: ['a/b', 'c/d'],
      tags: ['eu'],
    });
  });

  test('an empty provider states the defaults', () => {
    expect(read({ provider: {} })).toEqual(NONE);
  });

  test.each([
    [{ provider: 'openai' }, 'provider'],
    [{ provider: [] }, 'provider'],
    [{ models: 'a/b' }, 'models'],
    [{ models: ['a/b', 5] }, 'models[1]'],
    [{ fallbacks: [{ name: 'x' }] }, 'fallbacks[0]'],
    [{ provider: { only: 'openai' } }, 'provider.only'],
    [{ provider: { ignore: [''] } }, 'provider.ignore[0]'],
    [{ provider: { zdr: 'true' } }, 'provider.zdr'],
    [{ provider: { allow_fallbacks: 0 } }, 'provider.allow_fallbacks'],
    [{ provider: { data_collection: 'no' } }, 'provider.data_collection'],
    [{ provider: { max_price: 5 } }, 'provider.max_price'],
    [{ provider: { max_price: { prompt: -1 } } }, 'provider.max_price.prompt'],
    [{ provider: { max_price: { completion: 'cheap' } } }, 'provider.max_price.completion'],
  ])('a narrowing of the wrong type is never lost: %j', (body, param) => {
    expect(readPreferences(body)).toMatchObject({ ok: false, param, message: expect.stringContaining(param) });
  });
});
