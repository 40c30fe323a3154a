import type { RoutePreferences } from '../contracts/request-facts.ts';

/**
 * Habits of other gateways, read from a body. A preference that narrows must not be lost to a typing error, so a wrong
 * type is a problem for the caller (400) and never ignored. Members that are neither (`provider.sort`,
 * `provider.quantizations`, `provider.require_parameters`, `route`) have no effect here.
 */
export type PreferencesReading =
  | { ok: true; preferences: RoutePreferences | null }
  | { ok: false; param: string; message: string };

type Json = Readonly<Record<string, unknown>>;

class WrongType extends Error {
  readonly param: string;

  constructor(param: string, expected: string) {
    super(`${param} must be ${expected}.`);
    this.name = 'WrongType';
    this.param = param;
  }
}

const isRecord = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isAbsent = (value: unknown): value is null | undefined => value === undefined || value === null;

function record(value: unknown, param: string): Json | null {
  if (isAbsent(value)) return null;
  if (!isRecord(value)) throw new WrongType(param, 'an object');
  return value;
}

function names(value: unknown, param: string): readonly string[] {
  if (isAbsent(value)) return [];
  if (!Array.isArray(value)) throw new WrongType(param, 'an array of strings');
  return value.map((name: unknown, index) => {
    if (typeof name !== 'string' || name === '') throw new WrongType(`${param}[${index}]`, 'a non-empty string');
    return name;
  });
}

function flag(value: unknown, param: string, absent: boolean): boolean {
  if (isAbsent(value)) return absent;
  if (typeof value !== 'boolean') throw new WrongType(param, 'true or false');
  return value;
}

/** OpenRouter takes US dollars per million tokens, as a number or as text. */
function price(value: unknown, param: string): number | null {
  if (isAbsent(value)) return null;
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  if (typeof number !== 'number' || !Number.isFinite(number) || number < 0) {
    throw new WrongType(param, 'a number from 0 on, US dollars per million tokens');
  }
  return number;
}

function dataCollection(value: unknown): 'allow' | 'deny' {
  if (isAbsent(value)) return 'allow';
  if (value !== 'allow' && value !== 'deny') throw new WrongType('provider.data_collection', 'allow or deny');
  return value;
}

function maxPrice(value: unknown): RoutePreferences['maxPrice'] {
  const limits = record(value, 'provider.max_price');
  if (limits === null) return null;
  const inputUsdPerMtok = price(limits.prompt, 'provider.max_price.prompt');
  const outputUsdPerMtok = price(limits.completion, 'provider.max_price.completion');
  return inputUsdPerMtok === null && outputUsdPerMtok === null ? null : { inputUsdPerMtok, outputUsdPerMtok };
}

/** LiteLLM's `fallbacks`: names, or objects that carry the name as `model`. */
function fallbacks(value: unknown): readonly string[] {
  if (isAbsent(value)) return [];
  if (!Array.isArray(value)) throw new WrongType('fallbacks', 'an array of model names');
  return value.map((entry: unknown, index) => {
    const name = isRecord(entry) ? entry.model : entry;
    if (typeof name !== 'string' || name === '') throw new WrongType(`fallbacks[${index}]`, 'a model name');
    return name;
  });
}

/** Tags are LiteLLM's; `metadata` itself is OpenAI's and may hold anything, so only an array of strings counts. */
function tagsOf(body: Json): readonly string[] {
  const tags = isRecord(body.metadata) ? body.metadata.tags : null;
  return Array.isArray(tags) ? tags.filter((tag): tag is string => typeof tag === 'string') : [];
}

function read(body: Json): RoutePreferences | null {
  const provider = record(body.provider, 'provider');
  const models = [...names(body.models, 'models'), ...fallbacks(body.fallbacks)];
  const tags = tagsOf(body);
  if (provider === null && models.length === 0 && tags.length === 0) return null;
  const chosen: Json = provider ?? {};
  return {
    models,
    order: names(chosen.order, 'provider.order'),
    only: names(chosen.only, 'provider.only'),
    ignore: names(chosen.ignore, 'provider.ignore'),
    allowFallbacks: flag(chosen.allow_fallbacks, 'provider.allow_fallbacks', true),
    dataCollection: dataCollection(chosen.data_collection),
    zeroRetention: flag(chosen.zdr, 'provider.zdr', false),
    maxPrice: maxPrice(chosen.max_price),
    tags,
  };
}

/**
 * Preferences of a request in the words of OpenRouter (`models`, `provider`) and LiteLLM (`fallbacks`,
 * `metadata.tags`); null where it states none. `models` are names as written; decide() resolves them.
 */
export function readPreferences(body: Json): PreferencesReading {
  // The common request states none; these look-ups are all it pays.
  if (isAbsent(body.provider) && isAbsent(body.models) && isAbsent(body.fallbacks) && isAbsent(body.metadata)) {
    return { ok: true, preferences: null };
  }
  try {
    return { ok: true, preferences: read(body) };
  } catch (error) {
    if (error instanceof WrongType) return { ok: false, param: error.param, message: error.message };
    throw error;
  }
}
