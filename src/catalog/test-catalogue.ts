import { deploymentSchema, endpointSchema } from '../contracts/configuration.ts';
import type { Preset } from '../contracts/preset.ts';
import type { Route } from '../contracts/route.ts';
import { buildCatalogue, type Catalogue, type CatalogueInput } from './catalogue.ts';
import type { PriceBook } from './price-book.ts';

export const NOW = new Date('2026-11-21T12:00:00Z');

const QUIRKS = { maxTokensMember: 'either', streamUsage: 'ask', refusedMembers: [], embeddings: true } as const;

function preset(name: string, operator: string, more: Partial<Preset>): Preset {
  return {
    name,
    operator,
    dialect: 'openai',
    baseUrl: `https://${name}.example.com/v1`,
    auth: 'bearer',
    environmentVariables: [`${name.toUpperCase()}_API_KEY`],
    quirks: QUIRKS,
    docs: 'https://docs.example.com',
    checkedAt: '2026-11-21',
    ...more,
  };
}

/** Presets of the shapes that matter, at addresses that lead nowhere. */
export const PRESETS: readonly Preset[] = [
  preset('openai', 'openai', {
    regions: { us: 'https://us.openai.example.com/v1', eu: 'https://eu.openai.example.com/v1' },
    priceProvider: 'openai',
    priceFactors: { eu: 1.1 },
    regionFacts: { eu: { region: 'eu', storageRegion: 'eu' } },
  }),
  preset('anthropic', 'anthropic', { dialect: 'anthropic', auth: 'x-api-key', priceProvider: 'anthropic' }),
  preset('zai', 'zhipu', { priceProvider: 'zai', facts: { region: 'sg', checkedAt: '2026-10-01', validDays: 90 } }),
  preset('deepseek', 'deepseek', { priceProvider: 'deepseek' }),
  preset('mistral', 'mistral', { priceProvider: 'mistral' }),
  preset('openrouter', 'openrouter', {
    priceProvider: 'openrouter',
    upstreamModels: {
      'z-ai/glm-5.2': 'z-ai/glm-5.2',
      'openai/gpt-5.5': 'openai/gpt-5.5',
      'anthropic/claude-opus-4.8': 'anthropic/claude-opus-4.8',
      'deepseek/deepseek-v3': 'deepseek/deepseek-chat-v3-0324',
    },
  }),
  preset('vllm', 'self', {
    baseUrl: null,
    auth: 'none',
    environmentVariables: [],
    capabilities: ['tools', 'json_schema'],
  }),
];

export function findPreset(name: string): Preset {
  const found = PRESETS.find((candidate) => candidate.name === name);
  if (found === undefined) throw new Error(`no preset ${name}`);
  return found;
}

export function route(members: Partial<Route>): Route {
  return { when: {}, default: false, primary: [], fallback: [], context_threshold: null, because: null, ...members };
}

export type LooseInput = Partial<Omit<CatalogueInput, 'endpoints' | 'deployments'>> & {
  endpoints?: Record<string, unknown>;
  deployments?: unknown[];
  prices?: PriceBook | null;
};

/** Builds from what a file would hold, so that the schema's defaults apply. */
export function catalogueOf(input: LooseInput): Catalogue {
  const { endpoints = {}, deployments = [], ...rest } = input;
  return buildCatalogue({
    endpoints: Object.fromEntries(Object.entries(endpoints).map(([id, value]) => [id, endpointSchema.parse(value)])),
    deployments: deployments.map((value) => deploymentSchema.parse(value)),
    aliases: {},
    routes: [],
    presets: PRESETS,
    environment: null,
    sandbox: null,
    supportedDialects: ['openai'],
    prices: null,
    claimIds: null,
    references: [],
    now: NOW,
    ...rest,
  });
}

/** `path: message` of every error, for short expectations. */
export function errorsOf(catalogue: Catalogue): string[] {
  return catalogue.findings
    .filter((finding) => finding.severity === 'error')
    .map(
      (finding) => `${finding.path.join('.')}: ${finding.message}${finding.hint === null ? '' : ` ${finding.hint}`}`,
    );
}
