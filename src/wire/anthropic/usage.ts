import type { RefusalDetails } from '../../contracts/chat-answer.ts';
import type { Usage } from '../../contracts/usage.ts';
import type { FinishReason } from '../../contracts/vocabulary.ts';
import { isRecord, textOrNull } from '../members.ts';
import { tokenCount } from '../token-count.ts';

/**
 * Usage as Anthropic counts it: `input` excludes what was read from or written to the cache, `output` includes thinking
 * (platform.claude.com/docs/en/api/messages). null: not reported so far.
 */
export interface AnthropicUsage {
  input: number | null;
  cacheRead: number | null;
  cacheWrite: number | null;
  /** Of `cacheWrite`, kept for an hour. */
  cacheWriteHour: number | null;
  output: number | null;
  thinking: number | null;
}

export const newUsage = (): AnthropicUsage => ({
  input: null,
  cacheRead: null,
  cacheWrite: null,
  cacheWriteHour: null,
  output: null,
  thinking: null,
});

/** A 0 after a larger count means "not repeated here" at look-alikes that fill every member: counts never fall. */
const later = (before: number | null, value: unknown): number | null => {
  const count = tokenCount(value);
  if (count === null) return before;
  return count === 0 && before !== null ? before : count;
};

/**
 * Takes over what a `usage` member says. `message_delta` reports totals of the whole message, so they overwrite what
 * `message_start` said and are never added to it; members that are left out keep what they were.
 */
export function mergeUsage(usage: AnthropicUsage, value: unknown): void {
  if (!isRecord(value)) return;
  usage.input = later(usage.input, value.input_tokens);
  usage.cacheRead = later(usage.cacheRead, value.cache_read_input_tokens);
  usage.cacheWrite = later(usage.cacheWrite, value.cache_creation_input_tokens);
  const written = value.cache_creation;
  if (isRecord(written)) usage.cacheWriteHour = later(usage.cacheWriteHour, written.ephemeral_1h_input_tokens);
  usage.output = later(usage.output, value.output_tokens);
  const details = value.output_tokens_details;
  if (isRecord(details)) usage.thinking = later(usage.thinking, details.thinking_tokens);
}

/** What `message_start` says: output has hardly begun, and whoever never says more of it has not counted it. */
export function beginUsage(usage: AnthropicUsage, value: unknown): void {
  mergeUsage(usage, value);
  usage.output = null;
}

/** In our own terms, where input includes the cached tokens; null when nothing was reported. */
export function toUsage(usage: AnthropicUsage): Usage | null {
  if (usage.input === null && usage.output === null) return null;
  return {
    input_tokens: usage.input === null ? null : usage.input + (usage.cacheRead ?? 0) + (usage.cacheWrite ?? 0),
    output_tokens: usage.output,
    cached_input_tokens: usage.cacheRead,
    cache_write_tokens: usage.cacheWrite,
    reasoning_tokens: usage.thinking,
    ...(usage.cacheWriteHour ? { cache_write_hour_tokens: usage.cacheWriteHour } : {}),
  };
}

/** Reads the `usage` member of a complete answer. */
export function readUsage(value: unknown): Usage | null {
  const usage = newUsage();
  mergeUsage(usage, value);
  return toUsage(usage);
}

/** The region that served the call, as `usage.inference_geo` tells it. */
export function readRegion(value: unknown): string | null {
  if (!isRecord(value) || typeof value.inference_geo !== 'string') return null;
  return value.inference_geo === '' || value.inference_geo === 'not_available' ? null : value.inference_geo;
}

const FINISH: ReadonlyMap<string, FinishReason> = new Map([
  ['end_turn', 'stop'],
  ['stop_sequence', 'stop'],
  ['max_tokens', 'length'],
  ['model_context_window_exceeded', 'length'],
  ['tool_use', 'tool_calls'],
  ['refusal', 'refusal'],
]);

/** null where the model has not stopped yet; words that we do not know are `other`, never a content filter. */
export function readStopReason(value: unknown): FinishReason | null {
  if (typeof value !== 'string' || value === '') return null;
  return FINISH.get(value) ?? 'other';
}

/** What `stop_details` says of a refusal; nothing where it says nothing. */
export function readRefusal(value: unknown): { refusal?: RefusalDetails } {
  if (!isRecord(value)) return {};
  const category = textOrNull(value.category);
  const explanation = textOrNull(value.explanation);
  return category === null && explanation === null ? {} : { refusal: { category, explanation } };
}
