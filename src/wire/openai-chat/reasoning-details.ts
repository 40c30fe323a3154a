import type { ReasoningPart, Signature } from '../../contracts/chat-request.ts';
import type { Dialect } from '../../contracts/vocabulary.ts';

/** OpenRouter's names for whose signature it is (openrouter.ai/docs/use-cases/reasoning-tokens). */
const FORMATS: Readonly<Record<Dialect, string>> = {
  anthropic: 'anthropic-claude-v1',
  gemini: 'google-gemini-v1',
  openai: 'openai-responses-v1',
};

/** `format` of an entry -> whose signature it is; null for names of others. */
export function originOfFormat(format: unknown): Dialect | null {
  if (format === 'anthropic-claude-v1') return 'anthropic';
  if (format === 'google-gemini-v1') return 'gemini';
  return format === 'openai-responses-v1' ? 'openai' : null;
}

/** One thought block in OpenRouter's shape, which clients that keep unknown members send back. */
export function reasoningDetail(part: ReasoningPart, index: number): Record<string, unknown> {
  if (part.redacted !== undefined) {
    const { origin, value } = part.redacted;
    return { type: 'reasoning.encrypted', data: value, format: FORMATS[origin], index };
  }
  const format = part.signature === undefined ? 'unknown' : FORMATS[part.signature.origin];
  if (part.summary === true && part.signature === undefined) {
    return { type: 'reasoning.summary', summary: part.text, format, index };
  }
  return {
    type: 'reasoning.text',
    text: part.text,
    ...(part.signature === undefined ? {} : { signature: part.signature.value }),
    format,
    index,
  };
}

export const reasoningDetails = (parts: readonly ReasoningPart[]): Record<string, unknown>[] =>
  parts.map(reasoningDetail);

/** The signature of a call: there `id` names it. */
export const callSignatureDetail = (id: string, signature: Signature, index: number): Record<string, unknown> => ({
  type: 'reasoning.encrypted',
  data: signature.value,
  id,
  format: FORMATS[signature.origin],
  index,
});
