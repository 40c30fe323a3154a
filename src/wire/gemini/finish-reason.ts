import type { FinishReason } from '../../contracts/vocabulary.ts';
import { entryOf } from '../members.ts';

/**
 * https://ai.google.dev/api/generate-content#FinishReason and #BlockReason. What is not here stays `other`: an unknown
 * reason must not look like a filter.
 */
const REASONS: Readonly<Record<string, FinishReason>> = {
  STOP: 'stop',
  MAX_TOKENS: 'length',
  // More would follow for a continuation token, which nobody can send through us.
  CONTINUATION: 'length',
  SAFETY: 'content_filter',
  RECITATION: 'content_filter',
  BLOCKLIST: 'content_filter',
  PROHIBITED_CONTENT: 'content_filter',
  SPII: 'content_filter',
  IMAGE_SAFETY: 'content_filter',
  IMAGE_PROHIBITED_CONTENT: 'content_filter',
  IMAGE_RECITATION: 'content_filter',
};

/**
 * The model failed in the middle of its answer: the call that it meant to make is missing. No client has a word for that
 * but `stop`, at which agents end as if all were done, so it is an error and another deployment may answer.
 */
const FAILURES = new Set([
  'MALFORMED_FUNCTION_CALL',
  'MALFORMED_RESPONSE',
  'UNEXPECTED_TOOL_CALL',
  'TOO_MANY_TOOL_CALLS',
  'MISSING_THOUGHT_SIGNATURE',
]);

export const isFailure = (vendorReason: string | null): boolean => vendorReason !== null && FAILURES.has(vendorReason);

/** `STOP` after calls means that the model waits for their results; every other dialect says so, this one does not. */
export function readGeminiFinish(vendorReason: string, hasToolCalls: boolean): FinishReason {
  const reason = entryOf(REASONS, vendorReason) ?? 'other';
  return reason === 'stop' && hasToolCalls ? 'tool_calls' : reason;
}

const UNSPECIFIED = new Set(['BLOCK_REASON_UNSPECIFIED', 'BLOCKED_REASON_UNSPECIFIED']);

/** Why the prompt itself was blocked, or null where it was not. A blocked prompt has no candidates. */
export function readBlockReason(feedback: unknown): string | null {
  if (typeof feedback !== 'object' || feedback === null) return null;
  const reason = (feedback as { blockReason?: unknown }).blockReason;
  return typeof reason === 'string' && reason !== '' && !UNSPECIFIED.has(reason) ? reason : null;
}
