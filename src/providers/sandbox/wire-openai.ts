import type { SandboxAnswer, SandboxCall } from './answer.ts';
import { outputTokens, piecesOf } from './answer.ts';
import type { Json, SandboxChatRequest } from './chat-request.ts';
import { SANDBOX_NOTICE } from './notice.ts';
import type { SandboxProfile } from './profiles.ts';
import { embeddedTokens, embeddingOf } from './programs/embedding.ts';
import { readOpenAiRequest } from './read-openai.ts';
import {
  type AnswerIdentity,
  type Asked,
  type HttpCall,
  invalid,
  type Problem,
  type SandboxDialect,
  type StreamEvent,
} from './sandbox-dialect.ts';

const POSTS: Readonly<Record<string, Asked['kind']>> = {
  '/v1/chat/completions': 'chat',
  '/v1/embeddings': 'embeddings',
};

function asked({ method, path }: HttpCall): Asked | null {
  const kind = method === 'GET' && path === '/v1/models' ? 'models' : method === 'POST' ? POSTS[path] : undefined;
  return kind === undefined ? null : { kind, model: null, framing: null };
}

function usageOf(request: SandboxChatRequest, answer: SandboxAnswer) {
  const completion = outputTokens(answer) * request.choices;
  const thoughts = answer.thoughts.length * request.choices;
  return {
    prompt_tokens: request.promptTokens,
    completion_tokens: completion,
    total_tokens: request.promptTokens + completion,
    ...(thoughts === 0 ? {} : { completion_tokens_details: { reasoning_tokens: thoughts } }),
  };
}

const wireCall = (call: SandboxCall) => ({
  id: `call_${call.id}`,
  type: 'function',
  function: { name: call.name, arguments: call.arguments },
});

/** A chat completion in one piece. */
function whole(identity: AnswerIdentity, request: SandboxChatRequest, answer: SandboxAnswer): string {
  const { calls, refusal, thoughts } = answer;
  const message = {
    role: 'assistant',
    content: calls.length === 0 && refusal === null ? answer.pieces.join('') : null,
    ...(request.thinking === 'shown' ? { reasoning_content: thoughts.join('') } : {}),
    ...(calls.length === 0 ? {} : { tool_calls: calls.map(wireCall) }),
    refusal,
  };
  return JSON.stringify({
    id: `chatcmpl-sandbox-${identity.id}`,
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

const sseData = (data: unknown): string => `data: ${typeof data === 'string' ? data : JSON.stringify(data)}\n\n`;

/** What one choice says, delta by delta, without its first and last. */
function* deltas(request: SandboxChatRequest, answer: SandboxAnswer): Iterable<unknown> {
  if (request.thinking === 'shown') for (const piece of answer.thoughts) yield { reasoning_content: piece };
  for (const piece of answer.pieces) yield { content: piece };
  if (answer.refusal !== null) yield { refusal: answer.refusal };
  for (const [index, call] of answer.calls.entries()) {
    yield { tool_calls: [{ index, ...wireCall({ ...call, arguments: '' }) }] };
    for (const piece of piecesOf(call.arguments)) yield { tool_calls: [{ index, function: { arguments: piece } }] };
  }
}

/** The events of a streamed chat completion, `[DONE]` last. */
function events(identity: AnswerIdentity, request: SandboxChatRequest, answer: SandboxAnswer): StreamEvent[] {
  const base = {
    id: `chatcmpl-sandbox-${identity.id}`,
    object: 'chat.completion.chunk',
    created: identity.created,
    model: identity.model,
    system_fingerprint: SANDBOX_NOTICE,
  };
  const chunk = (index: number, delta: unknown, finishReason: string | null = null): string =>
    sseData({ ...base, choices: [{ index, delta, logprobs: null, finish_reason: finishReason }] });
  const all: StreamEvent[] = [];
  const add = (text: string, isContent = false): number => all.push({ text, isContent });
  for (let index = 0; index < request.choices; index += 1) {
    add(chunk(index, { role: 'assistant', content: answer.calls.length === 0 ? '' : null }));
    for (const delta of deltas(request, answer)) add(chunk(index, delta), true);
    add(chunk(index, {}, answer.finishReason));
  }
  if (request.includeUsage) add(sseData({ ...base, choices: [], usage: usageOf(request, answer) }));
  add(sseData('[DONE]'));
  return all;
}

/** An error in OpenAI's shape. */
function errorBody({ status, message, code, param }: Problem): string {
  const type =
    status === 429
      ? 'rate_limit_error'
      : status >= 500
        ? 'server_error'
        : status === 404 && code === undefined
          ? 'not_found_error'
          : 'invalid_request_error';
  const error = { message: `${SANDBOX_NOTICE}. ${message}`, type, param: param ?? null, code: code ?? null };
  return JSON.stringify({ error });
}

/** `encoding_format: base64` is little-endian 32-bit floats. */
function embeddings(body: Json, model: string): string | Problem {
  const texts = typeof body.input === 'string' ? [body.input] : body.input;
  if (!Array.isArray(texts) || texts.length === 0 || !texts.every((text) => typeof text === 'string')) {
    return invalid('input must be a text or a list of texts.', 'input');
  }
  const data = (texts as string[]).map((text, index) => {
    const vector = embeddingOf(text, body.dimensions);
    const inBase64 = body.encoding_format === 'base64';
    const embedding = inBase64 ? Buffer.from(vector.buffer).toString('base64') : [...vector];
    return { object: 'embedding', index, embedding };
  });
  const tokens = embeddedTokens(texts);
  return JSON.stringify({ object: 'list', data, model, usage: { prompt_tokens: tokens, total_tokens: tokens } });
}

function models(profiles: readonly SandboxProfile[], created: number): string {
  const data = profiles.map(({ upstreamModel: id }) => ({ id, object: 'model', created, owned_by: 'sandbox' }));
  return JSON.stringify({ object: 'list', data });
}

/** Chat completions and embeddings. */
export const openAiSandbox: SandboxDialect = {
  asked,
  readChat: readOpenAiRequest,
  whole,
  events,
  count: () => null,
  embeddings,
  models,
  errorBody,
  errorEvent: (message) => `data: ${errorBody({ status: 500, message, code: 'sandbox_fault' })}\n\n`,
  malformedEvent: 'data: {"choices":[{"delta":{"con\n\n',
};
