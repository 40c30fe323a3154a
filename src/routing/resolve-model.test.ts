import { describe, expect, test } from 'vitest';
import { resolveModel } from './resolve-model.ts';
import { testDeployment, testWorld } from './test-world.ts';

const WORLD = testWorld(
  [
    testDeployment('glm-5.2@zai', 'zhipu/glm-5.2'),
    testDeployment('glm-5.2@onprem', 'zhipu/glm-5.2'),
    testDeployment('sandbox/gpt-5.5', 'openai/gpt-5.5', { sandbox: true }),
    testDeployment('openai/gpt-5.5', 'openai/gpt-5.5'),
  ],
  [],
  {
    knownModels: new Set(['zhipu/glm-5.2', 'zhipu/glm-4.7', 'openai/gpt-5.5', 'anthropic/claude-4-opus']),
    aliases: new Map([
      ['best', 'zhipu/glm-5.2'],
      ['z-ai/*', 'zhipu/*'],
    ]),
  },
);

const referenceOf = (name: string) => {
  const resolution = resolveModel(name, WORLD);
  return resolution.kind === 'resolved' ? resolution.reference : resolution.kind;
};

describe('resolveModel', () => {
  test.each(['auto', 'alidade/auto', ' auto '])('%j lets the gateway decide', (name) => {
    expect(resolveModel(name, WORLD)).toEqual({ kind: 'resolved', reference: { kind: 'auto' }, useCase: null });
  });

  test.each(['auto/legal-review', 'alidade/auto/legal-review'])('%s also names a use case', (name) => {
    expect(resolveModel(name, WORLD)).toEqual({
      kind: 'resolved',
      reference: { kind: 'auto' },
      useCase: 'legal-review',
    });
  });

  test('a model name pins the model, also where a deployment is called the same', () => {
    expect(referenceOf('zhipu/glm-5.2')).toEqual({ kind: 'model', model: 'zhipu/glm-5.2', endpoint: null });
    expect(referenceOf('openai/gpt-5.5')).toEqual({ kind: 'model', model: 'openai/gpt-5.5', endpoint: null });
  });

  test('a known model without a deployment resolves: the decision says what is missing', () => {
    expect(referenceOf('anthropic/claude-4-opus')).toEqual({
      kind: 'model',
      model: 'anthropic/claude-4-opus',
      endpoint: null,
    });
  });

  test('a deployment id pins the deployment', () => {
    expect(referenceOf('glm-5.2@zai')).toEqual({ kind: 'deployment', deployment: 'glm-5.2@zai' });
    expect(referenceOf('sandbox/gpt-5.5')).toEqual({ kind: 'deployment', deployment: 'sandbox/gpt-5.5' });
  });

  test('a model at an endpoint narrows to it, where that endpoint serves the model', () => {
    expect(referenceOf('zhipu/glm-5.2@onprem')).toEqual({ kind: 'model', model: 'zhipu/glm-5.2', endpoint: 'onprem' });
    expect(referenceOf('best@zai')).toEqual({ kind: 'model', model: 'zhipu/glm-5.2', endpoint: 'zai' });
    expect(referenceOf('zhipu/glm-5.2@nowhere')).toBe('unknown');
    expect(referenceOf('@zai')).toBe('unknown');
  });

  test('an alias stands for its model, and a renamed maker for the known models of it', () => {
    expect(referenceOf('best')).toEqual({ kind: 'model', model: 'zhipu/glm-5.2', endpoint: null });
    expect(referenceOf('z-ai/glm-4.7')).toEqual({ kind: 'model', model: 'zhipu/glm-4.7', endpoint: null });
    expect(referenceOf('z-ai/glm-9')).toBe('unknown');
  });

  test('an ensemble is known by its prefix', () => {
    expect(resolveModel('ensemble/legal', WORLD)).toEqual({ kind: 'ensemble', ensemble: 'legal' });
  });

  test.each([
    ['gpt-5.5', 'openai/gpt-5.5'],
    ['azure/gpt-5.5', 'openai/gpt-5.5'],
    ['openai/gpt5.5', 'openai/gpt-5.5'],
    ['GLM-5.2', 'zhipu/glm-5.2'],
    ['zhipu/glm-5.3', 'zhipu/glm-5.2'],
    ['auot', 'auto'],
  ])('%s is unknown and %s is near', (name, near) => {
    const resolution = resolveModel(name, WORLD);
    expect(resolution.kind).toBe('unknown');
    expect(resolution.kind === 'unknown' ? resolution.nearMatches : []).toContain(near);
  });

  test('near matches are at most five, never a pattern, and none for what resembles nothing', () => {
    expect(resolveModel('qqqqqqqqqqqq', WORLD)).toEqual({ kind: 'unknown', name: 'qqqqqqqqqqqq', nearMatches: [] });
    const many = testWorld([], [], { knownModels: new Set(Array.from({ length: 40 }, (_, i) => `m/model-${i}`)) });
    const resolution = resolveModel('m/model', many);
    expect(resolution.kind === 'unknown' ? resolution.nearMatches.length : 0).toBeLessThanOrEqual(5);
    expect(JSON.stringify(resolveModel('z-ai/x', WORLD))).not.toContain('/*');
  });

  test.each(['', '/', '@', '__proto__', 'constructor', `${'x'.repeat(1_000_000)}`])(
    'an odd name is merely unknown',
    (name) => {
      expect(resolveModel(name, WORLD).kind).toBe('unknown');
    },
  );
});
