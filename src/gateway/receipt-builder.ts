import { costUsd, isAtListedPrice, priceOf } from '../catalog/price.ts';
import type { AttemptRecord } from '../contracts/receipt.ts';
import type { RequestFacts } from '../contracts/request-facts.ts';
import { NO_USAGE, type Usage, type UsageSource } from '../contracts/usage.ts';
import type { Outcome } from '../contracts/vocabulary.ts';
import { isoTime } from '../lib/iso-time.ts';
import type { Attempt } from './attempt.ts';
import { outcomeOf } from './upstream-failure.ts';

/** Rounded to microseconds: enough for any latency, half the characters of a float. */
export const roundMs = (ms: number): number => Math.round(ms * 1000) / 1000;

/** What a record is made from. */
export type EndedAttempt = Pick<
  Attempt,
  | 'deployment'
  | 'role'
  | 'startedWallMs'
  | 'startedAtMs'
  | 'endedAtMs'
  | 'status'
  | 'error'
  | 'finish'
  | 'firstTokenMs'
  | 'usage'
  | 'estimatedOutputTokens'
  | 'carriedTokens'
  | 'wentOnSinceReport'
  | 'regionEcho'
>;

export function outcomeOfAttempt(attempt: Pick<EndedAttempt, 'error' | 'finish'>): Outcome {
  if (attempt.error !== null) return outcomeOf(attempt.error);
  switch (attempt.finish) {
    case 'length':
      return 'truncated_by_length';
    case 'content_filter':
      return 'content_filter';
    case 'refusal':
      return 'refused_by_model';
    // The answer ended as it should and does not say why, or in a word that nobody knows: whether it is whole, nobody knows.
    case null:
    case 'other':
      return 'unknown';
    default:
      return 'ok';
  }
}

/** Failures before which nothing can have been generated for us: no vendor examined bills them. */
const UNBILLED: ReadonlySet<string> = new Set([
  'upstream_unreachable',
  'upstream_address_forbidden',
  'call_withdrawn',
  'shutting_down',
  'journal_unavailable',
]);

function mayHaveGenerated(attempt: EndedAttempt): boolean {
  if (attempt.firstTokenMs !== null) return true;
  if (attempt.status !== null && (attempt.status < 200 || attempt.status >= 300)) return false;
  return attempt.error === null || !UNBILLED.has(attempt.error.code);
}

/** How far our estimate of output may be off (attempt.ts): a report that is further below it is one of the beginning. */
const ESTIMATE_FACTOR = 2;

/** What was used, as reported. Some look-alikes report 0 of everything: where something was said, that is no report. */
const reportOf = (reported: number | null | undefined, estimated: number): number | null =>
  reported === 0 && estimated > 0 ? null : (reported ?? null);

/**
 * Output tokens of an attempt. Some dialects report usage when the answer begins and again when it ends; of an attempt
 * that broke in between, or of a vendor who leaves out the second, the first report is still there and says next to
 * nothing.
 */
function outputTokensOf(attempt: EndedAttempt, facts: RequestFacts): number {
  const estimated = facts.operation === 'embeddings' ? 0 : attempt.estimatedOutputTokens;
  const reported = reportOf(attempt.usage?.output_tokens, estimated);
  if (reported === null) return estimated;
  const isEarly = attempt.error !== null || attempt.wentOnSinceReport;
  return isEarly && reported * ESTIMATE_FACTOR < estimated ? estimated : reported;
}

/**
 * Usage with its provenance. Reported by the upstream where it was; else, where something may have been generated, our
 * estimate: input as inspected, output by what arrived. A refused or unconnected call used nothing.
 */
function usageOf(attempt: EndedAttempt, facts: RequestFacts, drained: boolean): { usage: Usage; source: UsageSource } {
  const reported = attempt.usage;
  if (reported === null && !mayHaveGenerated(attempt)) return { usage: NO_USAGE, source: 'none' };
  const output = outputTokensOf(attempt, facts);
  const estimatedInput = facts.estimatedTokens + attempt.carriedTokens;
  const reportedInput = reportOf(reported?.input_tokens, estimatedInput);
  if (reported !== null && reportedInput !== null && reported.output_tokens === output) {
    return { usage: reported, source: drained ? 'drained' : 'reported' };
  }
  const input = reportedInput ?? estimatedInput;
  return { usage: { ...(reported ?? NO_USAGE), input_tokens: input, output_tokens: output }, source: 'estimated' };
}

/** The record of one finished attempt, its price frozen. */
export function recordOfAttempt(attempt: EndedAttempt, facts: RequestFacts, drained: boolean): AttemptRecord {
  const { usage, source } = usageOf(attempt, facts, drained);
  const endedAtMs = attempt.endedAtMs ?? attempt.startedAtMs;
  const isListed = isAtListedPrice(attempt.deployment, facts);
  return {
    deployment: attempt.deployment.id,
    role: attempt.role,
    started_at: isoTime(attempt.startedWallMs),
    outcome: outcomeOfAttempt(attempt),
    status: attempt.status,
    error: attempt.error?.code ?? null,
    first_token_ms: attempt.firstTokenMs === null ? null : roundMs(attempt.firstTokenMs),
    total_ms: roundMs(endedAtMs - attempt.startedAtMs),
    usage,
    usage_source: source,
    price: isListed ? priceOf(attempt.deployment, attempt.startedWallMs, usage.input_tokens) : null,
    // Nothing was generated for us, so nothing is owed.
    cost_usd: source === 'none' ? 0 : isListed ? costUsd(attempt.deployment, usage, attempt.startedWallMs) : null,
    region_echo: attempt.regionEcho,
  };
}

const add = (a: number | null, b: number | null): number | null => (a === null ? b : b === null ? a : a + b);

/** Tokens of both; null where neither says anything. */
export function addUsage(a: Usage, b: Usage): Usage {
  const hour = (a.cache_write_hour_tokens ?? 0) + (b.cache_write_hour_tokens ?? 0);
  return {
    input_tokens: add(a.input_tokens, b.input_tokens),
    output_tokens: add(a.output_tokens, b.output_tokens),
    cached_input_tokens: add(a.cached_input_tokens, b.cached_input_tokens),
    cache_write_tokens: add(a.cache_write_tokens, b.cache_write_tokens),
    reasoning_tokens: add(a.reasoning_tokens, b.reasoning_tokens),
    ...(hour === 0 ? {} : { cache_write_hour_tokens: hour }),
  };
}

/** Tokens over all attempts; null where nobody said anything. */
export function totalUsage(attempts: readonly AttemptRecord[]): Usage {
  if (attempts.length === 1) return (attempts[0] as AttemptRecord).usage;
  let total: Usage = NO_USAGE;
  for (const { usage } of attempts) total = addUsage(total, usage);
  return total;
}

/** Dollars over all attempts; null as soon as one of them is unknown, since a partial sum would look like the truth. */
export function totalCost(attempts: readonly AttemptRecord[]): number | null {
  let total = 0;
  for (const { cost_usd } of attempts) {
    if (cost_usd === null) return null;
    total += cost_usd;
  }
  return total;
}
