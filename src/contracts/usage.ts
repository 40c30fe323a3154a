/**
 * Tokens of one call, each counted once. `inputTokens` includes cached and cache-write tokens,
 * `outputTokens` includes reasoning tokens (OpenAI's convention; other dialects are converted on reading).
 * null means that nobody said, which is not 0.
 */
export interface Usage {
  input_tokens: number | null;
  output_tokens: number | null;
  cached_input_tokens: number | null;
  cache_write_tokens: number | null;
  reasoning_tokens: number | null;
  /** Those of `cache_write_tokens` that are kept for an hour, which is dearer than the usual minutes; absent: none. */
  cache_write_hour_tokens?: number;
}

/** Where the numbers come from: the upstream's own report, the report drained after a cut, or our estimate. */
export type UsageSource = 'reported' | 'drained' | 'estimated' | 'none';

/** Prices frozen at the time of the attempt, US dollars per million tokens; null is unknown, never 0. */
export interface PriceSnapshot {
  input_usd_per_mtok: number | null;
  output_usd_per_mtok: number | null;
  cached_input_usd_per_mtok: number | null;
  cache_write_usd_per_mtok: number | null;
  /** `config`, `genai-prices@<version>`, `sandbox` or `owned` (hardware by the hour). */
  source: string;
}

export const NO_USAGE: Readonly<Usage> = Object.freeze({
  input_tokens: null,
  output_tokens: null,
  cached_input_tokens: null,
  cache_write_tokens: null,
  reasoning_tokens: null,
});
