import { describe, expect, it } from 'vitest';
import { environmentEndpoints } from '../config/environment.ts';
import { loadConfiguration } from '../config/load.ts';
import { NATIVE_PRESETS } from '../providers/native-presets.ts';
import { PRESETS } from '../providers/presets.ts';
import { buildCatalogue, type Catalogue } from './catalogue.ts';
import { findOperator } from './makers.ts';
import { listModels, listPresets, showModel } from './model-listing.ts';
import { catalogueNames, logicalName } from './model-names.ts';
import { createPriceBook } from './price-book.ts';
import { modelsOffered } from './served-model.ts';
import { NOW } from './test-catalogue.ts';

const ALL = [...NATIVE_PRESETS, ...PRESETS];
const TABLE_KEYS = {
  OPENAI_API_KEY: 'openai/gpt-5.5',
  ZAI_API_KEY: 'zhipu/glm-5.2',
  ZHIPU_API_KEY: 'zhipu/glm-5.2',
  DEEPSEEK_API_KEY: 'deepseek/deepseek-v3',
  DASHSCOPE_API_KEY: 'alibaba/qwen-3-max',
  MISTRAL_API_KEY: 'mistral/mistral-large-3',
  OPENROUTER_API_KEY: 'anthropic/claude-4-opus',
};

/** What the program has with nothing but these variables set. */
function catalogueWith(env: Record<string, string>): Catalogue {
  const { loaded } = loadConfiguration({ cwd: '/nowhere', env });
  if (loaded === null) throw new Error('the built-in default does not load');
  return buildCatalogue({
    endpoints: loaded.configuration.endpoints,
    deployments: loaded.configuration.deployments,
    aliases: loaded.configuration.aliases,
    routes: loaded.routes,
    presets: ALL,
    environment: environmentEndpoints(env, ALL, modelsOffered),
    sandbox: null,
    supportedDialects: ['openai'],
    prices: createPriceBook(),
    claimIds: null,
    references: loaded.modelPlaces,
    now: NOW,
  });
}

describe('the presets of this release', () => {
  it('have operators that the catalogue knows, and offer only models that it knows', () => {
    for (const preset of ALL) {
      if (preset.operator !== 'unknown') expect(findOperator(preset.operator), preset.name).not.toBeNull();
      for (const model of Object.keys(preset.upstreamModels ?? {})) {
        expect(catalogueNames().has(logicalName(model)), `${preset.name} ${model}`).toBe(true);
      }
    }
  });

  it('have distinct names', () => {
    expect(new Set(ALL.map((preset) => preset.name)).size).toBe(ALL.length);
  });

  it('are listed with what they offer and whether they can be called', () => {
    const rows = listPresets(ALL, ['openai']);
    expect(rows.find((row) => row.name === 'anthropic')).toMatchObject({ callable: false });
    expect(rows.find((row) => row.name === 'zai')?.models).toContain('zhipu/glm-5.2');
  });
});

describe('a key in the environment', () => {
  it.each(Object.entries(TABLE_KEYS))('%s lights %s of the default table', (variable, model) => {
    const catalogue = catalogueWith({ [variable]: 'key-for-tests' });
    expect(catalogue.findings).toEqual([]);
    expect(catalogue.deploymentsByModel.get(model)?.every((deployment) => !deployment.sandbox)).toBe(true);
    expect(catalogue.deploymentsByModel.get(model)?.[0]?.model).toBe(model);
    expect(catalogue.unavailable.has(model)).toBe(false);
  });

  it('keeps the asked name and sends what it resolves to', () => {
    const opus = catalogueWith({ OPENROUTER_API_KEY: 'key-for-tests' }).deploymentsById.get('claude-4-opus@openrouter');
    expect(opus).toMatchObject({ model: 'anthropic/claude-4-opus', upstreamModel: 'anthropic/claude-opus-4.8' });
    expect(opus?.price).toMatchObject({ inputUsdPerMtok: 5, outputUsdPerMtok: 25 });
  });

  it.each([
    ['ANTHROPIC_API_KEY', 'anthropic/claude-4-opus', 'claude-4-opus@anthropic', 'anthropic'],
    ['GEMINI_API_KEY', 'google/gemini-2.5-pro', 'gemini-2.5-pro@gemini', 'gemini'],
    ['GOOGLE_API_KEY', 'google/gemini-2.5-pro', 'gemini-2.5-pro@gemini', 'gemini'],
  ])('%s makes nothing callable yet and says so', (variable, model, deployment, dialect) => {
    const catalogue = catalogueWith({ [variable]: 'key-for-tests' });
    expect(catalogue.deployments).toEqual([]);
    expect(catalogue.unavailable.get(model)).toBe(
      `${deployment} is set up, but this release calls only upstreams that speak the openai dialect, and ${dialect} speaks the ${dialect} dialect. Set OPENROUTER_API_KEY, or add a deployment for it to the configuration.`,
    );
  });

  it('makes every deployment priced or of unknown price, never free', () => {
    const env = Object.fromEntries(Object.keys(TABLE_KEYS).map((variable) => [variable, 'key-for-tests']));
    const { deployments } = catalogueWith(env);
    expect(deployments.length).toBeGreaterThan(60);
    for (const { id, price } of deployments) {
      if (price === null || price.kind === 'owned') continue;
      expect(price.inputUsdPerMtok, id).toBeGreaterThan(0);
    }
  });

  it('has ids that differ and no key in what may be shown', () => {
    const catalogue = catalogueWith({ ZAI_API_KEY: 'key-for-tests', OPENROUTER_API_KEY: 'key-for-tests' });
    expect(new Set(catalogue.deployments.map((deployment) => deployment.id)).size).toBe(catalogue.deployments.length);
    const shown = showModel(catalogue, 'z-ai/glm-5.2', NOW);
    expect(JSON.stringify([listModels(catalogue), shown])).not.toContain('key-for-tests');
  });
});

it('operators are traced by the names that the conventions have for them', () => {
  const { deployments } = catalogueWith({ MISTRAL_API_KEY: 'k', OPENAI_API_KEY: 'k' });
  const traced = new Map(deployments.map(({ endpoint }) => [endpoint.operator, endpoint.tracedAs]));
  expect(traced.get('mistral')).toBe('mistral_ai');
  expect(traced.get('openai')).toBeUndefined();
});

describe('models list and show', () => {
  const catalogue = catalogueWith({ ZAI_API_KEY: 'key-for-tests' });

  it('list every known model, served ones first', () => {
    const rows = listModels(catalogue);
    expect(rows.map((row) => row.model).sort()).toEqual([...catalogue.knownModels].sort());
    const firstMissing = rows.findIndex((row) => row.unavailable !== null);
    expect(rows.slice(firstMissing).every((row) => row.deployments.length === 0)).toBe(true);
  });

  it('show a model under any spelling, with sources, claims and the price now', () => {
    const shown = showModel(catalogue, 'z-ai/glm-5.2', NOW);
    if (!shown.found) throw new Error('not found');
    expect(shown.details).toMatchObject({
      model: 'zhipu/glm-5.2',
      country: 'cn',
      open_weights: true,
      context_window: { value: 1_000_000, date: '2026-11-21' },
      capabilities: { tools: true, images: false, prefill: 'unknown' },
      served_by: [{ id: 'glm-5.2@zai', price_now: { input_usd_per_mtok: 1.4, output_usd_per_mtok: 4.4 } }],
    });
    expect(shown.details.other_spellings).toContain('zai/glm-5.2');
    expect(shown.details.claims).toContain('claim/longbench-v2');
  });

  it('show what a dated alias stands for, and near names for an unknown one', () => {
    const alias = showModel(catalogue, 'google/gemini-2.5-ultra', NOW);
    expect(alias).toMatchObject({ found: true, details: { alias: { resolves_to: null, since: '2026-11-21' } } });
    expect(showModel(catalogue, 'glm-5.22', NOW)).toMatchObject({
      found: false,
      nearest: ['zhipu/glm-5.2', expect.any(String), expect.any(String)],
    });
  });
});
