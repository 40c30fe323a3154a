import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { routeSchema } from '../contracts/configuration.ts';
import { DEFAULT_ROUTES, defaultTableModels } from './default-routes.ts';
import { compileObjectives, compileRoutes } from './routes.ts';
import { load, problemsOf } from './test-files.ts';

const row = (when: object) => routeSchema.parse({ when, primary: 'zhipu/glm-5.2' });
const last = routeSchema.parse({ default: true, primary: 'openai/gpt-5.5' });

describe('the default table', () => {
  const { routes, findings } = compileRoutes(undefined);

  it('is a valid configuration of its own', () => {
    expect(findings).toEqual([]);
    for (const written of DEFAULT_ROUTES) expect(routeSchema.safeParse(written).success).toBe(true);
  });

  it('tries rows in the order of the design', () => {
    const names = routes.map(({ when, default: isDefault }) => (isDefault ? 'default' : Object.values(when).join()));
    expect(names).toEqual([
      'regulated_eu',
      'bulk_low_latency',
      'image',
      'audio',
      'long_document',
      'agentic_tools',
      'code_generation',
      'quantitative',
      'security_review',
      'extraction',
      'cjk_language',
      'creative',
      'conversational',
      'default',
    ]);
  });

  it.each([
    ['long_document', 'zhipu/glm-5.2', 'anthropic/claude-4-opus', 50_000],
    ['code_generation', 'zhipu/glm-5.2', 'openai/gpt-5.5', 32_000],
    ['creative', 'openai/gpt-5.5', 'anthropic/claude-4-opus', 16_000],
    ['cjk_language', 'zhipu/glm-5.2', 'alibaba/qwen-3-max', 128_000],
    ['agentic_tools', 'zhipu/glm-5.2', 'openai/gpt-5.5', 64_000],
    ['conversational', 'openai/gpt-5.5', 'anthropic/claude-4-opus', 8_000],
    ['quantitative', 'zhipu/glm-5.2', 'deepseek/deepseek-v3', 32_000],
    ['security_review', 'zhipu/glm-5.2', 'anthropic/claude-4-opus', null],
    ['extraction', 'deepseek/deepseek-v3', 'mistral/mistral-large-3', null],
    ['regulated_eu', 'mistral/mistral-large-3', 'anthropic/claude-4-opus', null],
  ])('sends %s to %s, then %s', (name, primary, fallback, threshold) => {
    const found = routes.find(({ when }) => when.task === name || when.label === name);
    expect(found?.primary).toEqual([primary]);
    expect(found?.fallback[0]).toBe(fallback);
    expect(found?.context_threshold).toBe(threshold);
  });

  it('rests only on claims that data/claims holds', () => {
    const folder = new URL('../../data/claims/', import.meta.url);
    const ids = readdirSync(folder)
      .filter((file) => file.endsWith('.jsonl'))
      .flatMap((file) => readFileSync(new URL(file, folder), 'utf8').trimEnd().split('\n'))
      .map((line) => JSON.parse(line).id);
    const named = routes.flatMap((route) => route.because ?? []);
    expect(named.length).toBeGreaterThan(8);
    for (const id of named) expect(ids).toContain(id);
  });

  it('names six models, which the sandbox stands in for', () => {
    expect(defaultTableModels().sort()).toEqual([
      'alibaba/qwen-3-max',
      'anthropic/claude-4-opus',
      'deepseek/deepseek-v3',
      'mistral/mistral-large-3',
      'openai/gpt-5.5',
      'zhipu/glm-5.2',
    ]);
  });
});

describe('compileRoutes', () => {
  it('accepts the names of the source article, wherever they stand', () => {
    const rows = [
      row({ task: 'creative_content' }),
      row({ task: 'chinese_language' }),
      row({ label: 'agentic_tool_use' }),
      row({ task: 'long_document' }),
    ];
    const { routes, findings } = compileRoutes([...rows, last]);
    expect(findings).toEqual([]);
    expect(routes.slice(0, 4).map((route) => route.when)).toEqual([
      { task: 'creative' },
      { label: 'cjk_language' },
      { label: 'agentic_tools' },
      { label: 'long_document' },
    ]);
  });

  it('refuses unsure, unknown names and two labels in one row, with what was probably meant', () => {
    const text = `
routes:
  - { when: { task: unsure }, primary: a/b }
  - { when: { task: codegeneration }, primary: a/b }
  - { when: { task: chinese_language, label: regulated_eu }, primary: a/b }
  - { default: true, primary: a/b }
`;
    expect(problemsOf(load(text))).toEqual([
      'alidade.yaml:3:21: error: routes[0].when.task: There is no task or label unsure. Tasks: code_generation, quantitative, creative, conversational, security_review, extraction. Labels: long_document, cjk_language, agentic_tools, regulated_eu, bulk_low_latency.',
      'alidade.yaml:4:21: error: routes[1].when.task: There is no task or label codegeneration. Did you mean code_generation?',
      'alidade.yaml:5:13: error: routes[2].when: The row names two labels, and no request has both.',
    ]);
  });

  it('wants one default row, at the end', () => {
    const paths = (rows: unknown[]) => compileRoutes(rows as never).findings.map((finding) => finding.path.join('.'));
    expect(paths([row({ task: 'creative' })])).toEqual(['routes']);
    expect(paths([last, row({ task: 'creative' })])).toEqual(['routes.1']);
    expect(paths([last, last])).toEqual(['routes.1']);
    expect(paths([row({ task: 'creative' }), last])).toEqual([]);
  });
});

describe('compileObjectives', () => {
  it('always has a default, which goes by evidence as soon as there is some', () => {
    expect(compileObjectives({}).get('default')).toMatchObject({ mode: 'evidence', margin: 0.05, alpha: 0.1 });
  });

  it('keeps what the configuration says of it', () => {
    const { loaded } = load('objectives: { default: { mode: table }, cheap: { margin: 0.2 } }\n');
    expect(loaded?.objectives.get('default')?.mode).toBe('table');
    expect(loaded?.objectives.get('cheap')).toMatchObject({ mode: 'evidence', margin: 0.2 });
  });
});
