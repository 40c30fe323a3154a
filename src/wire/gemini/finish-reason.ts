import type { FinishReason } from '../../contracts/vocabulary.ts';

/**
 * https://ai.google.dev/api/generate-content#FinishReason and #BlockReason. What is not here stays `other`: an unknown
 * reason must not look like a filter, and a malformed call must not look like an answer that is complete.
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

/** `STOP` after calls means that the model waits for their results; every other dialect says so, this one does not. */
export function readGeminiFinish(vendorReason: string, hasToolCalls: boolean): FinishReason {
  const reason = Object.hasOwn(REASONS, vendorReason) ? (REASONS[vendorReason] as FinishReason) : 'other';
  return reason === 'stop' && hasToolCalls ? 'tool_calls' : reason;
}

const UNSPECIFIED = new Set(['BLOCK_REASON_UNSPECIFIED', 'BLOCKED_REASON_UNSPECIFIED']);

/** Why the prompt itself was blocked, or null where it was not. A blocked prompt has no candidates. */
export function readBlockReason(feedback: unknown): string | null {
  if (typeof feedback !== 'object' || feedback === null) return null;
  const reason = (feedback as { blockReason?: unknown }).blockReason;
  return typeof reason === 'string' && reason !== '' && !UNSPECIFIED.has(reason) ? reason : null;
}
