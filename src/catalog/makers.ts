import type { EndpointFacts, Known } from '../contracts/deployment.ts';

/** Who makes models. The id is the first half of a logical model's name. */
export interface Maker {
  id: string;
  name: string;
  /** ISO 3166 alpha-2 of the seat. */
  country: string;
  /** Other first halves that mean the same maker, as other catalogues and model hubs write them. */
  prefixes: readonly string[];
}

export const MAKERS: readonly Maker[] = [
  { id: 'alibaba', name: 'Alibaba', country: 'cn', prefixes: ['qwen'] },
  { id: 'anthropic', name: 'Anthropic', country: 'us', prefixes: [] },
  { id: 'bloomberg', name: 'Bloomberg', country: 'us', prefixes: [] },
  { id: 'deepseek', name: 'DeepSeek', country: 'cn', prefixes: ['deepseek-ai'] },
  { id: 'google', name: 'Google', country: 'us', prefixes: [] },
  { id: 'meta', name: 'Meta', country: 'us', prefixes: ['meta-llama'] },
  { id: 'mistral', name: 'Mistral AI', country: 'fr', prefixes: ['mistralai'] },
  { id: 'openai', name: 'OpenAI', country: 'us', prefixes: [] },
  { id: 'zhipu', name: 'Zhipu AI (Z.ai)', country: 'cn', prefixes: ['z-ai', 'zai', 'zai-org', 'zhipuai'] },
];

/** Who operates endpoints, with what the operator documents for all of them. A preset's own facts come before these. */
export interface Operator {
  id: string;
  name: string;
  country: Known<string>;
  /** Only what a primary or agreeing secondary sources state; contradictions and hearsay stay `unknown`. */
  facts: Partial<EndpointFacts>;
  source: string | null;
  /** Its name in OpenTelemetry's GenAI conventions, where that is not the id (registry of gen_ai.provider.name, v1.41.1). */
  tracedAs?: string;
}

/** Read in November 2026; vendors change these pages often, so the facts expire. */
const READ = { checkedAt: '2026-11-21', validDays: 90 } as const;

export const OPERATORS: readonly Operator[] = [
  {
    id: 'alibaba',
    name: 'Alibaba Cloud',
    country: 'cn',
    facts: {},
    source: null,
  },
  {
    id: 'anthropic',
    name: 'Anthropic',
    country: 'us',
    facts: { ...READ, trainsOnData: false, retentionDays: 30 },
    source: 'https://platform.claude.com/docs/en/manage-claude/api-and-data-retention',
  },
  {
    // Where the servers and the law are is documented; training and retention are contradicted between sources.
    id: 'deepseek',
    name: 'DeepSeek',
    country: 'cn',
    facts: { ...READ, storageRegion: 'cn' },
    source: "DeepSeek privacy policy: storage in the People's Republic of China",
  },
  { id: 'google', name: 'Google', country: 'us', facts: {}, source: null, tracedAs: 'gcp.gemini' },
  { id: 'groq', name: 'Groq', country: 'us', facts: {}, source: null },
  { id: 'microsoft', name: 'Microsoft', country: 'us', facts: {}, source: null, tracedAs: 'azure.ai.openai' },
  {
    id: 'mistral',
    name: 'Mistral AI',
    country: 'fr',
    facts: {},
    source: null,
    tracedAs: 'mistral_ai',
  },
  {
    id: 'openai',
    name: 'OpenAI',
    country: 'us',
    facts: { ...READ, trainsOnData: false, retentionDays: 30 },
    source: 'https://developers.openai.com/api/docs/guides/your-data',
  },
  { id: 'openrouter', name: 'OpenRouter', country: 'us', facts: {}, source: null },
  { id: 'sandbox', name: 'Alidade sandbox (not an AI operator)', country: 'unknown', facts: {}, source: null },
  { id: 'self', name: 'Own machines', country: 'unknown', facts: {}, source: null },
  { id: 'together', name: 'Together AI', country: 'us', facts: {}, source: null },
  { id: 'zhipu', name: 'Zhipu AI (Z.ai)', country: 'cn', facts: {}, source: null },
];

const makersById = new Map(MAKERS.map((maker) => [maker.id, maker]));
const makersByPrefix = new Map(MAKERS.flatMap((maker) => maker.prefixes.map((prefix) => [prefix, maker.id] as const)));
const operatorsById = new Map(OPERATORS.map((operator) => [operator.id, operator]));

/** The maker with this id, or null. */
export function findMaker(id: string): Maker | null {
  return makersById.get(id) ?? null;
}

/** The operator with this id, or null. */
export function findOperator(id: string): Operator | null {
  return operatorsById.get(id) ?? null;
}

/** `z-ai` and `Zhipu` -> `zhipu`; what nobody knows comes back as it is. */
export function makerIdOf(name: string): string {
  const lower = name.toLowerCase();
  return makersByPrefix.get(lower) ?? (makersById.has(lower) ? lower : name);
}

/** The same of an operator: many makers serve their own models. */
export function operatorIdOf(name: string): string {
  const lower = name.toLowerCase();
  const id = makersByPrefix.get(lower) ?? lower;
  return operatorsById.has(id) ? id : name;
}

/** `z-ai/glm-5.2` -> `zhipu/glm-5.2`; anything without a known prefix comes back as it is. */
export function withMakerId(model: string): string {
  const slash = model.indexOf('/');
  const maker = slash < 0 ? undefined : makersByPrefix.get(model.slice(0, slash).toLowerCase());
  return maker === undefined ? model : maker + model.slice(slash);
}

/** First half of a logical model's name; the whole text when it has none. */
export function makerOf(model: string): string {
  const slash = model.indexOf('/');
  return slash < 0 ? model : model.slice(0, slash);
}

/** A logical model's name without its maker. */
export function bareName(model: string): string {
  return model.slice(model.indexOf('/') + 1);
}
