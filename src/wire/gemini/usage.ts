import type { Usage } from '../../contracts/usage.ts';
import { isRecord } from '../members.ts';
import { tokenCount as count } from '../token-count.ts';

/**
 * Usage of one answer or event (https://ai.google.dev/api/generate-content#UsageMetadata): `promptTokenCount` includes
 * cached tokens, thoughts are counted apart from candidates and belong to the output. Every event of a stream has the
 * counts so far, so a later one replaces an earlier one. Zero counts are left out on the wire: where the total is said,
 * an absent count of candidates follows from it.
 */
export function readGeminiUsage(value: unknown): Usage | null {
  if (!isRecord(value)) return null;
  const prompt = count(value.promptTokenCount);
  const total = count(value.totalTokenCount);
  const candidates = count(value.candidatesTokenCount);
  if (prompt === null && total === null && candidates === null) return null;
  const thoughts = count(value.thoughtsTokenCount);
  const input = prompt === null ? null : prompt + (count(value.toolUsePromptTokenCount) ?? 0);
  const rest = total === null || input === null ? null : Math.max(0, total - input);
  return {
    input_tokens: input,
    output_tokens: candidates === null ? rest : candidates + (thoughts ?? 0),
    cached_input_tokens: count(value.cachedContentTokenCount),
    cache_write_tokens: null,
    reasoning_tokens: thoughts,
  };
}
