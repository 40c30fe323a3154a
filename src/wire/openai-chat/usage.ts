import type { Usage } from '../../contracts/usage.ts';
import type { FinishReason } from '../../contracts/vocabulary.ts';
import { entryOf, isRecord } from '../members.ts';
import { tokenCount as count } from '../token-count.ts';

interface WireUsage {
  prompt_tokens?: unknown;
  completion_tokens?: unknown;
  total_tokens?: unknown;
  /** `cache_write_tokens` is OpenRouter's. */
  prompt_tokens_details?: { cached_tokens?: unknown; cache_write_tokens?: unknown } | null;
  completion_tokens_details?: { reasoning_tokens?: unknown } | null;
  /** DeepSeek's name for cached tokens. */
  prompt_cache_hit_tokens?: unknown;
  /** Moonshot's. */
  cached_tokens?: unknown;
}

/**
 * Usage of the OpenAI dialect: `prompt_tokens` includes cached ones, `completion_tokens` includes reasoning
 * (platform.openai.com/docs/api-reference/chat/object). Embeddings report `prompt_tokens` and `total_tokens` only.
 */
export function readUsage(value: unknown): Usage | null {
  if (typeof value !== 'object' || value === null) return null;
  const usage = value as WireUsage;
  const input = count(usage.prompt_tokens);
  const output = count(usage.completion_tokens);
  if (input === null && output === null) return null;
  return withUncounted(count(usage.total_tokens), {
    input_tokens: input,
    output_tokens: output ?? (count(usage.total_tokens) === input ? 0 : null),
    cached_input_tokens:
      count(usage.prompt_tokens_details?.cached_tokens) ??
      count(usage.prompt_cache_hit_tokens) ??
      count(usage.cached_tokens),
    cache_write_tokens: count(usage.prompt_tokens_details?.cache_write_tokens),
    reasoning_tokens: count(usage.completion_tokens_details?.reasoning_tokens),
  });
}

/** What of an answer or of a chunk may tell usage. */
interface UsageHolder {
  usage?: unknown;
  choices?: unknown;
  x_groq?: unknown;
}

/**
 * Usage of an answer or of a chunk: beside the choices, where the dialect has it; else in `x_groq`, or within a choice, as
 * Moonshot's streams tell it where nobody asked (platform.moonshot.ai/docs/api/chat). Told twice it is read once.
 */
export function usageOf(holder: UsageHolder): Usage | null {
  const told = readUsage(holder.usage);
  if (told !== null) return told;
  const ofGroq = isRecord(holder.x_groq) ? readUsage(holder.x_groq.usage) : null;
  if (ofGroq !== null || !Array.isArray(holder.choices)) return ofGroq;
  for (const choice of holder.choices) {
    const ofChoice = isRecord(choice) && choice.usage !== undefined ? readUsage(choice.usage) : null;
    if (ofChoice !== null) return ofChoice;
  }
  return null;
}

/**
 * Look-alikes count reasoning beside the completion (xAI, and Google without naming it) or cached tokens beside the
 * prompt; the total tells, because it holds them. What it holds beyond prompt and completion and what nothing else
 * explains was generated.
 */
function withUncounted(total: number | null, usage: Usage): Usage {
  const { input_tokens: input, output_tokens: output, reasoning_tokens: reasoning } = usage;
  if (total === null || input === null || output === null) return usage;
  const uncounted = total - input - output;
  if (uncounted <= 0) return usage;
  const cache = (usage.cached_input_tokens ?? 0) + (usage.cache_write_tokens ?? 0);
  if (uncounted === cache && !reasoning) return { ...usage, input_tokens: total - output };
  if (uncounted === reasoning || reasoning === null) {
    return { ...usage, output_tokens: total - input, reasoning_tokens: uncounted };
  }
  return usage;
}

const FINISH: Readonly<Record<string, FinishReason>> = {
  stop: 'stop',
  eos: 'stop',
  length: 'length',
  // Z.ai's name for running out of the context window.
  model_context_window_exceeded: 'length',
  // Mistral's name for the same.
  model_length: 'length',
  tool_calls: 'tool_calls',
  function_call: 'tool_calls',
  content_filter: 'content_filter',
  // Z.ai's name for content that its moderation stopped.
  sensitive: 'content_filter',
};

export function readFinishReason(value: unknown): FinishReason | null {
  if (typeof value !== 'string' || value === '') return null;
  return entryOf(FINISH, value) ?? 'other';
}
