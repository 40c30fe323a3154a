import type { ReasoningPart, Signature } from '../../contracts/chat-request.ts';
import { isRecord, type Json, listOf } from '../members.ts';
import type { Carried } from '../tool-call-ids.ts';
import { originOfFormat } from './reasoning-details.ts';

/** What a message says of the model's thoughts, and the signatures of calls among it by call id. */
export interface ReadReasoning {
  parts: ReasoningPart[];
  callSignatures: ReadonlyMap<string, Signature>;
}

/** Text of the thoughts: DeepSeek's, vLLM's and Z.ai's `reasoning_content`, or OpenRouter's `reasoning`. */
function reasoningText(message: Json): string {
  if (typeof message.reasoning_content === 'string') return message.reasoning_content;
  return typeof message.reasoning === 'string' ? message.reasoning : '';
}

function readDetail(detail: Json): ReasoningPart | null {
  const origin = originOfFormat(detail.format) ?? 'openai';
  if (detail.type === 'reasoning.encrypted' && typeof detail.data === 'string') {
    return { type: 'reasoning', text: '', redacted: { origin, value: detail.data } };
  }
  const isSummary = detail.type === 'reasoning.summary';
  const text = isSummary ? detail.summary : detail.text;
  const signature =
    typeof detail.signature === 'string' && detail.signature !== '' ? { origin, value: detail.signature } : null;
  if (typeof text !== 'string' && signature === null) return null;
  return {
    type: 'reasoning',
    text: typeof text === 'string' ? text : '',
    ...(signature === null ? {} : { signature }),
    ...(isSummary ? { summary: true } : {}),
  };
}

/** Reads OpenRouter's `reasoning_details`, which hold the signatures; the plain text is a copy of their texts. */
function readDetails(details: readonly unknown[]): ReadReasoning {
  const parts: ReasoningPart[] = [];
  const callSignatures = new Map<string, Signature>();
  for (const detail of details) {
    if (!isRecord(detail)) continue;
    const part = readDetail(detail);
    if (part === null) continue;
    // Gemini signs calls and not thoughts: there `id` names the call.
    if (part.redacted?.origin === 'gemini') {
      if (typeof detail.id === 'string') callSignatures.set(detail.id, part.redacted);
    } else parts.push(part);
  }
  return { parts, callSignatures };
}

/** Reasoning that rode in tool-call ids, for a message whose `reasoning_details` a client has dropped. */
function fromCarried(carried: readonly Carried[], text: string): ReasoningPart[] {
  const thoughts = carried.filter(({ kind }) => kind === 'thought').length;
  const parts: ReasoningPart[] = [];
  for (const { kind, signature } of carried) {
    if (kind === 'redacted') parts.push({ type: 'reasoning', text: '', redacted: signature });
    // The text of several blocks comes as one, which nobody can divide again; the signature holds the thoughts anyway.
    else if (kind === 'thought') parts.push({ type: 'reasoning', text: thoughts === 1 ? text : '', signature });
  }
  return parts;
}

/** @param carried what the ids of the message's calls carry */
export function readReasoning(message: Json, carried: readonly Carried[]): ReadReasoning {
  const text = reasoningText(message);
  const details = readDetails(listOf(message.reasoning_details));
  if (details.parts.length > 0) return details;
  const parts = fromCarried(carried, text);
  if (parts.length > 0) return { parts, callSignatures: details.callSignatures };
  return {
    parts: text === '' ? [] : [{ type: 'reasoning', text }],
    callSignatures: details.callSignatures,
  };
}
