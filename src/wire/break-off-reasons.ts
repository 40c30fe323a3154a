import { isRecord } from './members.ts';

/**
 * Finish reasons of answers that the vendor did not bring to an end: OpenRouter and Mistral `error`, Z.ai
 * `network_error`, DeepSeek `insufficient_system_resource`, vLLM and SGLang `abort`. Under any word that clients know such
 * an answer would look whole, so it is an error: another deployment may answer, and a stream does not end well. Vendors
 * that speak several dialects say the same words in each.
 */
export const BREAK_OFF_REASONS: ReadonlySet<unknown> = new Set([
  'error',
  'abort',
  'network_error',
  'insufficient_system_resource',
]);

/** Whether a member that is there for errors holds one; some send it always, and empty where all is well. */
export const saysError = (error: unknown): boolean =>
  isRecord(error) ? Object.keys(error).length > 0 : typeof error === 'string' && error !== '';
