import type { SandboxAnswer } from './answer.ts';
import { piecesOf } from './answer.ts';
import { SANDBOX_NOTICE } from './notice.ts';
import type { SandboxChatRequest } from './read-chat-request.ts';
import { chance } from './seeded.ts';

/** What all chunks and the whole answer have in common. */
export interface AnswerIdentity {
  id: string;
  model: string;
  /** Unix seconds. */
  created: number;
}

const usageOf = (request: SandboxChatRequest, answer: SandboxAnswer) => {
  const perChoice = answer.toolCall === null ? answer.pieces.length : piecesOf(answer.toolCall.arguments).length + 2;
  const completion = perChoice * request.choices;
  return {
    prompt_tokens: request.promptTokens,
    completion_tokens: completion,
    total_tokens: request.promptTokens + completion,
  };
};

const wireToolCall = (call: NonNullable<SandboxAnswer['toolCall']>) => ({
  id: call.id,
  type: 'function',
  function: { name: call.name, arguments: call.arguments },
});

/** A chat completion in one piece. */
export function wholeAnswer(identity: AnswerIdentity, request: SandboxChatRequest, answer: SandboxAnswer): string {
  const { toolCall } = answer;
  const message = {
    role: 'assistant',
    content: toolCall === null && answer.refusal === null ? answer.pieces.join('') : null,
    ...(toolCall === null ? {} : { tool_calls: [wireToolCall(toolCall)] }),
    refusal: answer.refusal,
  };
  return JSON.stringify({
    id: identity.id,
    object: 'chat.completion',
    created: identity.created,
    model: identity.model,
    choices: Array.from({ length: request.choices }, (_, index) => ({
      index,
      message,
      logprobs: null,
      finish_reason: answer.finishReason,
    })),
    usage: usageOf(request, answer),
    system_fingerprint: SANDBOX_NOTICE,
  });
}

/** The events of a streamed chat completion, one text each, `[DONE]` last. */
export function streamEvents(identity: AnswerIdentity, request: SandboxChatRequest, answer: SandboxAnswer): string[] {
  const base = {
    id: identity.id,
    object: 'chat.completion.chunk',
    created: identity.created,
    model: identity.model,
    system_fingerprint: SANDBOX_NOTICE,
  };
  const chunk = (index: number, delta: unknown, finishReason: string | null = null): string =>
    sseEvent({ ...base, choices: [{ index, delta, logprobs: null, finish_reason: finishReason }] });
  const events: string[] = [];
  for (let index = 0; index < request.choices; index += 1) {
    events.push(chunk(index, { role: 'assistant', content: answer.toolCall === null ? '' : null }));
    for (const piece of answer.pieces) events.push(chunk(index, { content: piece }));
    if (answer.refusal !== null) events.push(chunk(index, { refusal: answer.refusal }));
    if (answer.toolCall !== null) {
      const { arguments: whole, ...head } = answer.toolCall;
      events.push(chunk(index, { tool_calls: [{ index: 0, ...wireToolCall({ ...head, arguments: '' }) }] }));
      for (const piece of piecesOf(whole)) {
        events.push(chunk(index, { tool_calls: [{ index: 0, function: { arguments: piece } }] }));
      }
    }
    events.push(chunk(index, {}, answer.finishReason));
  }
  if (request.includeUsage) events.push(sseEvent({ ...base, choices: [], usage: usageOf(request, answer) }));
  events.push(sseEvent('[DONE]'));
  return events;
}

const sseEvent = (data: unknown): string => `data: ${typeof data === 'string' ? data : JSON.stringify(data)}\n\n`;

/** An error in OpenAI's shape. */
export function errorBody(message: string, type: string, code: string | null, param: string | null = null): string {
  return JSON.stringify({ error: { message: `${SANDBOX_NOTICE}. ${message}`, type, param, code } });
}

/** An error event inside a stream. */
export const errorEvent = (message: string): string =>
  `data: ${errorBody(message, 'server_error', 'sandbox_fault')}\n\n`;

/** `GET /models`. */
export function modelList(models: readonly string[], created: number): string {
  const data = models.map((id) => ({ id, object: 'model', created, owned_by: 'sandbox' }));
  return JSON.stringify({ object: 'list', data });
}

const EMBEDDING_DIMENSIONS = 256;

/**
 * Embeddings that mean something small: hashed character trigrams, normalised, so that similar texts are near each
 * other. `dimensions` as asked for; `encoding_format: base64` as little-endian 32-bit floats.
 */
export function embeddings(model: string, input: unknown, dimensions: unknown, encodingFormat: unknown): string | null {
  const texts = typeof input === 'string' ? [input] : input;
  if (!Array.isArray(texts) || texts.length === 0) return null;
  if (!texts.every((text): text is string => typeof text === 'string')) return null;
  const size =
    typeof dimensions === 'number' && dimensions >= 1 && dimensions <= 4_096
      ? Math.trunc(dimensions)
      : EMBEDDING_DIMENSIONS;
  const data = texts.map((text, index) => {
    const vector = embeddingOf(text, size);
    const embedding = encodingFormat === 'base64' ? Buffer.from(vector.buffer).toString('base64') : [...vector];
    return { object: 'embedding', index, embedding };
  });
  const tokens = texts.reduce((sum, text) => sum + Math.ceil(Buffer.byteLength(text) / 4), 0);
  return JSON.stringify({ object: 'list', data, model, usage: { prompt_tokens: tokens, total_tokens: tokens } });
}

function embeddingOf(text: string, size: number): Float32Array {
  const vector = new Float32Array(size);
  const padded = ` ${text.toLowerCase().slice(0, 8_192)} `;
  for (let at = 0; at + 3 <= padded.length; at += 1) {
    const position = Math.floor(chance('embedding', padded.slice(at, at + 3)) * size);
    vector[position] = (vector[position] ?? 0) + 1;
  }
  const length = Math.hypot(...vector) || 1;
  return vector.map((value) => value / length);
}
