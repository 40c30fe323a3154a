import type { Deployment, DeploymentPrice, PricePeriod, TieredRate } from '../contracts/deployment.ts';
import type { RequestFacts } from '../contracts/request-facts.ts';
import type { PriceSnapshot, Usage } from '../contracts/usage.ts';

/** What one token costs, in US dollars per million. */
interface Rates {
  input: number;
  output: number;
  /** null: charged at the input rate. */
  cachedInput: number | null;
  cacheWrite: number | null;
}

const PER_MILLION = 1_000_000;
const SECONDS_PER_HOUR = 3600;
const MS_PER_DAY = 86_400_000;

/**
 * Rates that hold for a call to `deployment` at `atMs` (since 1970) with `inputTokens` of input (null: the base tier), to be frozen in
 * its receipt. null: unknown price, which is not 0.
 */
export function priceOf(deployment: Deployment, atMs: number, inputTokens: number | null = null): PriceSnapshot | null {
  const price = deployment.price;
  if (price === null) return null;
  if (price.kind === 'catalogue') return snapshotOf(price, ratesAt(price, atMs, inputTokens ?? 0));
  let fixed = fixedSnapshots.get(price);
  if (fixed === undefined) {
    fixed = snapshotOf(price, ratesAt(price, atMs, 0));
    fixedSnapshots.set(price, fixed);
  }
  return fixed;
}

/** Prices that neither the hour nor the length of a prompt changes, written out once. */
const fixedSnapshots = new WeakMap<DeploymentPrice, PriceSnapshot>();

function snapshotOf(price: DeploymentPrice, rates: Rates): PriceSnapshot {
  return {
    input_usd_per_mtok: rates.input,
    output_usd_per_mtok: rates.output,
    cached_input_usd_per_mtok: rates.cachedInput,
    cache_write_usd_per_mtok: rates.cacheWrite,
    source: price.source,
  };
}

/** Whether its price is a vendor's listed one, which other speeds multiply; own hardware costs what it costs. */
export const sellsSpeeds = ({ price, endpoint, sandbox }: Deployment): boolean =>
  price !== null && price.kind !== 'owned' && endpoint.operator !== 'self' && !sandbox;

/** Whether it has content whose tokens the deployment's price is not for (sound, nearly always). */
export const isChargedApart = ({ price }: Deployment, { modalities }: Pick<RequestFacts, 'modalities'>): boolean =>
  price !== null && price.kind !== 'owned' && price.notFor?.some((kind) => modalities.includes(kind)) === true;

/** Whether a call is charged as its deployment's price says. */
export const isAtListedPrice = (
  deployment: Deployment,
  facts: Pick<RequestFacts, 'modalities' | 'priceTier'>,
): boolean => (facts.priceTier === undefined || !sellsSpeeds(deployment)) && !isChargedApart(deployment, facts);

/**
 * What a call cost in US dollars, or null where the price or a priced token count is unknown. `usage` counts every token
 * once with cached and written ones inside the input (contracts/usage.ts), so cached tokens are charged once, at the
 * cached rate, or at the input rate where no cached rate is known. A missing cached count means that nothing was cached.
 */
export function costUsd(deployment: Deployment, usage: Usage, atMs: number): number | null {
  const price = deployment.price;
  if (price === null) return null;
  const input = usage.input_tokens;
  const output = usage.output_tokens;
  const rates = ratesAt(price, atMs, input ?? 0);
  // Unknown counts times a rate of 0 are 0: the sandbox is free and an embedding has no output.
  if (input === null && rates.input !== 0) return null;
  if (output === null && rates.output !== 0) return null;
  // Each input token is charged once, also where an upstream claims more cached ones than there were.
  const cached = Math.min(usage.cached_input_tokens ?? 0, input ?? 0);
  const written = Math.min(usage.cache_write_tokens ?? 0, (input ?? 0) - cached);
  const hour = Math.min(usage.cache_write_hour_tokens ?? 0, written);
  const plain = (input ?? 0) - cached - written;
  const dollars =
    plain * rates.input +
    cached * (rates.cachedInput ?? rates.input) +
    (written - hour) * (rates.cacheWrite ?? rates.input) +
    hour * hourRate(rates) +
    (output ?? 0) * rates.output;
  return dollars / PER_MILLION;
}

/**
 * Whoever charges writes to its cache above the input rate charges twice that rate where they are kept for an hour, which
 * no list of prices says (platform.claude.com/docs/en/build-with-claude/prompt-caching).
 */
const hourRate = ({ input, cacheWrite }: Rates): number =>
  cacheWrite === null || cacheWrite <= input ? (cacheWrite ?? input) : 2 * input;

/**
 * The most that a call of so many tokens can cost in US dollars at `atMs`: a vendor may write all of the input to its
 * cache, which some charge above the input rate. null: unknown price.
 */
export function mostUsd(
  deployment: Deployment,
  inputTokens: number,
  outputTokens: number,
  atMs: number,
): number | null {
  const price = deployment.price;
  if (price === null) return null;
  const rates = ratesAt(price, atMs, inputTokens);
  const dearestInput = Math.max(rates.input, rates.cachedInput ?? 0, rates.cacheWrite ?? 0, hourRate(rates));
  return (inputTokens * dearestInput + outputTokens * rates.output) / PER_MILLION;
}

function ratesAt(price: DeploymentPrice, atMs: number, inputTokens: number): Rates {
  if (price.kind === 'tokens') {
    return {
      input: price.inputUsdPerMtok,
      output: price.outputUsdPerMtok,
      cachedInput: price.cachedInputUsdPerMtok,
      cacheWrite: price.cacheWriteUsdPerMtok,
    };
  }
  if (price.kind === 'catalogue') return periodRates(periodAt(price.periods, atMs), inputTokens);
  const usdPerToken = price.usdPerHour / (price.capacityTokensPerS * SECONDS_PER_HOUR * price.utilisation);
  const rate = usdPerToken * PER_MILLION;
  return { input: rate, output: rate, cachedInput: null, cacheWrite: null };
}

/** The last period that applies at `atMs`, else the first. Daily windows can be left out to find the usual rate. */
export function periodAt(periods: readonly PricePeriod[], atMs: number, withDaily = true): PricePeriod {
  for (let index = periods.length - 1; index > 0; index--) {
    const period = periods[index] as PricePeriod;
    if (period.daily !== null && !(withDaily && inDailyWindow(period.daily, atMs))) continue;
    if (period.from !== null && atMs < Date.parse(period.from)) continue;
    return period;
  }
  return periods[0] as PricePeriod;
}

function inDailyWindow(daily: { startS: number; endS: number }, atMs: number): boolean {
  // Every day of UTC has as many, those before 1970 too.
  const second = (((atMs % MS_PER_DAY) + MS_PER_DAY) % MS_PER_DAY) / 1_000;
  const { startS, endS } = daily;
  return endS < startS ? second >= startS || second < endS : second >= startS && second < endS;
}

export function periodRates(period: PricePeriod, inputTokens: number): Rates {
  return {
    input: tierRate(period.input, inputTokens),
    output: tierRate(period.output, inputTokens),
    cachedInput: period.cachedInput === null ? null : tierRate(period.cachedInput, inputTokens),
    cacheWrite: period.cacheWrite === null ? null : tierRate(period.cacheWrite, inputTokens),
  };
}

function tierRate(rate: TieredRate, inputTokens: number): number {
  let usdPerMtok = rate.baseUsdPerMtok;
  for (const step of rate.steps) {
    if (inputTokens > step.aboveInputTokens) usdPerMtok = step.usdPerMtok;
  }
  return usdPerMtok;
}
