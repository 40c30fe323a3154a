import type { TokenRatio } from '../contracts/decision.ts';
import type { Deployment, DeploymentPrice, PricePeriod, TieredRate } from '../contracts/deployment.ts';
import type { RequestFacts } from '../contracts/request-facts.ts';

/** Reply that windows and reservations are checked with where the caller states none. */
const DEFAULT_REPLY_TOKENS = 4_096;

/** A reply cut shorter than this to fit a budget helps nobody. */
export const LEAST_REPLY_TOKENS = 256;

/** Reply that expected costs are compared with, until dollars per task are learned; short chat answers run to this. */
export const EXPECTED_REPLY_TOKENS = 500;

type CataloguePrice = Extract<DeploymentPrice, { kind: 'catalogue' }>;

const SECONDS_PER_HOUR = 3_600;
const TOKENS_PER_MTOK = 1_000_000;

/** US dollars per million tokens. */
export interface Rates {
  input: number;
  output: number;
  /** null: charged as other input. */
  cachedInput: number | null;
}

/** Reply that windows are checked with where the caller states none. */
export const usualReply = ({ maxOutputTokens }: Deployment): number =>
  Math.min(DEFAULT_REPLY_TOKENS, maxOutputTokens ?? DEFAULT_REPLY_TOKENS);

/** Longest reply that the deployment gives; infinite where unknown. */
export const longestReply = ({ maxOutputTokens }: Deployment): number => maxOutputTokens ?? Number.POSITIVE_INFINITY;

/** Tokens that the reply may take: what was asked for, else at most 4,096; none for embeddings. */
export function replyTokens(facts: RequestFacts, deployment: Deployment): number {
  if (facts.operation === 'embeddings') return 0;
  return facts.maxOutputTokens ?? usualReply(deployment);
}

function tieredRate(rate: TieredRate, inputTokens: number): number {
  let usdPerMtok = rate.baseUsdPerMtok;
  for (const step of rate.steps) if (inputTokens > step.aboveInputTokens) usdPerMtok = step.usdPerMtok;
  return usdPerMtok;
}

/** `now` is RFC 3339 in UTC with `Z`, so dates compare as text. */
function applies(period: PricePeriod, now: string): boolean {
  if (period.from !== null && now.slice(0, 10) < period.from) return false;
  if (period.daily === null) return true;
  const { startS, endS } = period.daily;
  const second =
    Number(now.slice(11, 13)) * SECONDS_PER_HOUR + Number(now.slice(14, 16)) * 60 + Number(now.slice(17, 19));
  return startS <= endS ? second >= startS && second < endS : second >= startS || second < endS;
}

const isFlat = (rate: TieredRate | null): boolean => rate === null || rate.steps.length === 0;

/** Most prices of a catalogue have one period, which then holds always, and one tier. */
function flatRates(price: CataloguePrice): Rates | 'varies' {
  const [period, later] = price.periods;
  if (period === undefined) {
    const { inputUsdPerMtok, outputUsdPerMtok, cachedInputUsdPerMtok } = price;
    return { input: inputUsdPerMtok, output: outputUsdPerMtok, cachedInput: cachedInputUsdPerMtok };
  }
  const { input, output, cachedInput } = period;
  if (later !== undefined || !isFlat(input) || !isFlat(output) || !isFlat(cachedInput)) return 'varies';
  return {
    input: input.baseUsdPerMtok,
    output: output.baseUsdPerMtok,
    cachedInput: cachedInput?.baseUsdPerMtok ?? null,
  };
}

/** Rates that depend on nothing but the price; `varies` with tiers and times. Owned hardware is spread over its tokens. */
export function fixedRatesOf(price: DeploymentPrice | null): Rates | null | 'varies' {
  if (price === null) return null;
  if (price.kind === 'tokens') {
    return {
      input: price.inputUsdPerMtok,
      output: price.outputUsdPerMtok,
      cachedInput: price.cachedInputUsdPerMtok,
    };
  }
  if (price.kind === 'catalogue') return flatRates(price);
  const tokensPerHour = price.capacityTokensPerS * price.utilisation * SECONDS_PER_HOUR;
  const rate = (price.usdPerHour / tokensPerHour) * TOKENS_PER_MTOK;
  return { input: rate, output: rate, cachedInput: null };
}

/** Rates at `now` for a call of this length; null: the price is unknown. */
export function ratesOf(price: DeploymentPrice | null, inputTokens: number, now: string): Rates | null {
  const fixed = fixedRatesOf(price);
  if (fixed !== 'varies') return fixed;
  const { periods } = price as CataloguePrice;
  const utc = now.endsWith('Z') ? now : new Date(now).toISOString();
  const period = periods.findLast((candidate) => applies(candidate, utc)) ?? (periods[0] as PricePeriod);
  return {
    input: tieredRate(period.input, inputTokens),
    output: tieredRate(period.output, inputTokens),
    cachedInput: period.cachedInput === null ? null : tieredRate(period.cachedInput, inputTokens),
  };
}

const usd = (rates: Rates, inputTokens: number, outputTokens: number): number =>
  (inputTokens * rates.input + outputTokens * rates.output) / TOKENS_PER_MTOK;

/** What an attempt may cost at most as far as we can tell: p95 input and the whole reply, for every answer asked for. */
export const reservedUsd = (facts: RequestFacts, deployment: Deployment, rates: Rates): number =>
  usd(rates, facts.estimatedTokensP95, replyTokens(facts, deployment) * (facts.choices ?? 1));

/**
 * What must be left of a budget for an attempt to be worth planning: the whole of a reply whose length the caller asked
 * for, and of one that nobody bounded as much as helps; the attempt then cuts it to what is left.
 */
export function leastUsd(facts: RequestFacts, deployment: Deployment, rates: Rates): number {
  if (facts.maxOutputTokens !== null) return reservedUsd(facts, deployment, rates);
  const reply = Math.min(LEAST_REPLY_TOKENS, replyTokens(facts, deployment));
  return usd(rates, facts.estimatedTokensP95, reply * (facts.choices ?? 1));
}

/** Tokens as the deployment's vendor counts them; as estimated where it has not counted yet. */
export const tokensFor = ({ estimatedTokens }: RequestFacts, ratio: TokenRatio | undefined): number =>
  ratio === undefined ? estimatedTokens : Math.ceil(estimatedTokens * ratio.mean);

/** What 95 % of prompts stay below, as the vendor counts. */
export function p95TokensFor(facts: RequestFacts, ratio: TokenRatio | undefined): number {
  const { estimatedTokens, estimatedTokensP95 } = facts;
  if (ratio === undefined) return estimatedTokensP95;
  const p95 = ratio.trust * estimatedTokens * ratio.p95 + (1 - ratio.trust) * estimatedTokensP95;
  return Math.max(tokensFor(facts, ratio), Math.ceil(p95));
}

/** US dollars per million input tokens that a vendor's cache saves; 0 where it gives no discount. */
export const discountOf = ({ input, cachedInput }: Rates): number =>
  cachedInput === null ? 0 : Math.max(0, input - cachedInput);

/** Input dollars that a vendor's cache saves on so many tokens. */
export const cacheValueUsd = (tokens: number, rates: Rates): number => (discountOf(rates) * tokens) / TOKENS_PER_MTOK;

const NANO = 1e9;

/**
 * What Math.round gives from 0 on, without the branch that a processor guesses wrong every other time. Subtracted back
 * instead of added to what is whole, because an engine that sees whole numbers checks each for being one.
 */
function nearest(value: number): number {
  const over = value - Math.floor(value);
  return value - over + Math.floor(2 * over);
}

/**
 * What an answer probably costs, rounded to a billionth of a dollar: with the reply, cache hits (share of the prompt) and
 * repeated calls that receipts of the same kind of work had, because the price of a token is not the cost of a task.
 * Rates and discount are those of a million tokens. Where nothing was learned the share is 0 and calls are 1.
 */
export function expectedUsd(
  input: number,
  output: number,
  discount: number,
  tokens: number,
  reply: number,
  cachedShare: number,
  calls: number,
): number {
  const whole = (tokens * input + reply * output) / TOKENS_PER_MTOK;
  const saved = (discount * (tokens * cachedShare)) / TOKENS_PER_MTOK;
  return nearest((whole - saved) * calls * NANO) / NANO;
}

/** The same where nothing was learned. */
export const listedUsd = (input: number, output: number, tokens: number, reply: number): number =>
  nearest(((tokens * input + reply * output) / TOKENS_PER_MTOK) * NANO) / NANO;
