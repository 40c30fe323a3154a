import { calcPrice, type ModelPrice } from '@pydantic/genai-prices';
import type { DeploymentPrice, PricePeriod, TieredRate } from '../contracts/deployment.ts';
import type { Modality } from '../contracts/vocabulary.ts';
import { periodAt, periodRates } from './price.ts';

/**
 * Prices of public endpoints. Its data weigh 20 MB and 60 ms at start, so the app imports this file only once a real
 * deployment exists; with `null` for a book every price is what the config says or unknown.
 */
export interface PriceBook {
  /** Names the data, e.g. `genai-prices@0.1.8`: the `prices` version of the world. */
  source: string;
  /** null where the data know no price, or one that tokens alone do not decide. */
  find(query: PriceQuery): DeploymentPrice | null;
}

export interface PriceQuery {
  /** Provider id of @pydantic/genai-prices. */
  provider: string;
  upstreamModel: string;
  kind: 'chat' | 'embedding';
  /** Factor for endpoints that charge more than the list price; 1 otherwise. */
  factor: number;
  now: Date;
}

/** The package does not export its version; a test holds this equal to package.json. */
export const GENAI_PRICES_VERSION = '0.1.8';

export function createPriceBook(): PriceBook {
  const source = `genai-prices@${GENAI_PRICES_VERSION}`;
  return { source, find: (query) => findPrice(query, source) };
}

function findPrice(query: PriceQuery, bookSource: string): DeploymentPrice | null {
  const { provider, upstreamModel, factor } = query;
  const found = calcPrice({}, upstreamModel, { providerId: provider, timestamp: query.now });
  if (found === null) return null;
  const rows = Array.isArray(found.model.prices) ? found.model.prices : [{ prices: found.model.prices }];
  const periods = rows.map((row) => toPeriod(row, query));
  if (periods.length === 0 || periods.some((period) => period === null)) return null;
  const known = periods as PricePeriod[];
  const apart = rows.map((row) => chargedApart(row.prices));
  if (apart.includes(null)) return null;
  const notFor = [...new Set(apart.flatMap((kinds) => kinds ?? []))];
  const source = factor === 1 ? bookSource : `${bookSource} x${factor}`;
  const usual = periodRates(periodAt(known, query.now.getTime(), false), 0);
  const numbers = {
    inputUsdPerMtok: usual.input,
    outputUsdPerMtok: usual.output,
    cachedInputUsdPerMtok: usual.cachedInput,
    cacheWriteUsdPerMtok: usual.cacheWrite,
    ...(notFor.length === 0 ? {} : { notFor }),
    source,
  };
  if (known.length === 1 && isFlat(known[0] as PricePeriod)) return { kind: 'tokens', ...numbers };
  return { kind: 'catalogue', provider, model: found.model.id, periods: known, ...numbers };
}

const OF_TEXT = new Set(['input_mtok', 'output_mtok', 'cache_read_mtok', 'cache_write_mtok', 'cache_write_1h_mtok']);

/**
 * What a row charges otherwise than text: a request shows that it holds sound, say. null: what a model makes of its own
 * accord (images, thoughts, citations) has a rate of its own, so that tokens alone do not tell the price.
 */
function chargedApart(prices: ModelPrice): Modality[] | null {
  const kinds: Modality[] = [];
  for (const [name, rate] of Object.entries(prices)) {
    if (!name.endsWith('_mtok') || rate === undefined || OF_TEXT.has(name)) continue;
    const [direction] = name.split('_');
    const ofText = prices[direction === 'cache' ? 'cache_read_mtok' : `${direction}_mtok`];
    if (JSON.stringify(rate) === JSON.stringify(ofText)) continue;
    if (name.includes('audio')) kinds.push('audio');
    else if (direction === 'output') return null;
    else kinds.push(name.includes('image') ? 'image' : 'file');
  }
  return kinds;
}

type PriceRow = { prices: ModelPrice; constraint?: unknown };

function toPeriod(row: PriceRow, query: PriceQuery): PricePeriod | null {
  const { prices } = row;
  // A price per request on top of tokens is not ours to settle, and a row without an input rate is no price but a gap.
  if (prices.requests_kcount !== undefined || prices.input_mtok === undefined) return null;
  // An embedding has no output, so a missing output rate is 0 there; elsewhere it is unknown.
  const output = prices.output_mtok ?? (query.kind === 'embedding' ? 0 : undefined);
  const when = toCondition(row.constraint);
  if (output === undefined || when === null) return null;
  const rate = (value: ModelPrice[string]) => (value === undefined ? null : toRate(value, query.factor));
  return {
    ...when,
    input: toRate(prices.input_mtok, query.factor),
    output: toRate(output, query.factor),
    cachedInput: rate(prices.cache_read_mtok),
    cacheWrite: rate(prices.cache_write_mtok),
  };
}

function toRate(value: Exclude<ModelPrice[string], undefined>, factor: number): TieredRate {
  if (typeof value === 'number') return { baseUsdPerMtok: value * factor, steps: [] };
  const steps = [...value.tiers]
    .sort((a, b) => a.start - b.start)
    .map((tier) => ({ aboveInputTokens: tier.start, usdPerMtok: tier.price * factor }));
  return { baseUsdPerMtok: value.base * factor, steps };
}

/** null for a kind of condition that this program does not know yet: then the price is unknown. */
function toCondition(constraint: unknown): Pick<PricePeriod, 'from' | 'daily'> | null {
  if (constraint === undefined) return { from: null, daily: null };
  const { type, start_date, start_time, end_time } = constraint as Record<string, unknown>;
  if (type === 'start_date' && typeof start_date === 'string') return { from: start_date, daily: null };
  if (type !== 'time_of_date') return null;
  const startS = utcSecond(start_time);
  const endS = utcSecond(end_time);
  return startS === null || endS === null ? null : { from: null, daily: { startS, endS } };
}

function utcSecond(time: unknown): number | null {
  const match = typeof time === 'string' ? /^(\d{2}):(\d{2}):(\d{2})Z$/.exec(time) : null;
  if (match === null) return null;
  const [hours, minutes, seconds] = match.slice(1).map(Number) as [number, number, number];
  return hours * 3600 + minutes * 60 + seconds;
}

function isFlat(period: PricePeriod): boolean {
  const rates = [period.input, period.output, period.cachedInput, period.cacheWrite];
  return period.daily === null && rates.every((rate) => rate === null || rate.steps.length === 0);
}
