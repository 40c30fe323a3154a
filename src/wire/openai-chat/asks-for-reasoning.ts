import { isRecord, type Json } from '../members.ts';

/**
 * Whether the caller wants the model to reason: OpenAI's `reasoning_effort`, OpenRouter's `reasoning`, the `thinking` of
 * several vendors, Alibaba's `enable_thinking`.
 */
export function asksForReasoning(body: Json): boolean {
  const router = isRecord(body.reasoning) ? body.reasoning : {};
  const effort = body.reasoning_effort ?? router.effort;
  if (typeof effort === 'string') return effort !== 'none';
  if (router.enabled === true || typeof router.max_tokens === 'number' || body.enable_thinking === true) return true;
  return isRecord(body.thinking) && body.thinking.type === 'enabled';
}
