import type { UpstreamErrorReading } from '../dialect.ts';
import { isRecord } from '../members.ts';
import { readUpstreamErrorValue } from './upstream-error.ts';

/**
 * Finish reasons of answers that the vendor did not bring to an end: OpenRouter and Mistral `error`, Z.ai
 * `network_error`, DeepSeek `insufficient_system_resource`, vLLM and SGLang `abort`. Under any word that clients know such
 * an answer would look whole, so it is an error: another deployment may answer, and a stream does not end well.
 */
const BROKEN_OFF: ReadonlySet<unknown> = new Set(['error', 'abort', 'network_error', 'insufficient_system_resource']);

const says = (error: unknown): boolean => (isRecord(error) ? Object.keys(error).length > 0 : isText(error));
const isText = (value: unknown): boolean => typeof value === 'string' && value !== '';

/** Why one of the choices broke off (OpenRouter says it beside the text so far); null where none did. */
export function brokenOff(choices: readonly unknown[]): UpstreamErrorReading | null {
  for (const choice of choices) {
    if (!isRecord(choice)) continue;
    if (says(choice.error)) return readUpstreamErrorValue(200, choice);
    if (BROKEN_OFF.has(choice.finish_reason)) {
      return { code: 'upstream_error', vendorCode: choice.finish_reason as string, vendorParam: null };
    }
  }
  return null;
}

/** The same of a whole answer, which may also hold an error beside its choices. */
export const brokenOffAnswer = (
  answer: { error?: unknown },
  choices: readonly unknown[],
): UpstreamErrorReading | null => (says(answer.error) ? readUpstreamErrorValue(200, answer) : brokenOff(choices));
