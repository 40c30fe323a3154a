import type { SandboxAnswer, SandboxCall } from './answer.ts';
import { outputTokens, piecesOf } from './answer.ts';
import type { SandboxChatRequest } from './chat-request.ts';
import { SANDBOX_NOTICE } from './notice.ts';
import type { SandboxProfile } from './profiles.ts';
import { readAnthropicRequest } from './read-anthropic.ts';
import {
  type AnswerIdentity,
  type Asked,
  type HttpCall,
  invalid,
  type Problem,
  type SandboxDialect,
  type StreamEvent,
} from './sandbox-dialect.ts';
import { signatureOf } from './signature.ts';

const POSTS: Readonly<Record<string, Asked['kind']>> = {
  '/v1/messages': 'chat',
  '/v1/messages/count_tokens': 'count',
};

/** The list of models stands where OpenAI's does; the version that every client of this dialect sends tells them apart. */
function asked({ method, path, headers }: HttpCall): Asked | null {
  const isList = method === 'GET' && path === '/v1/models' && headers['anthropic-version'] !== undefined;
  const kind = isList ? 'models' : method === 'POST' ? POSTS[path] : undefined;
  return kind === undefined ? null : { kind, model: null, framing: null };
}

function usageOf(request: SandboxChatRequest, answer: SandboxAnswer, output = outputTokens(answer)) {
  return {
    input_tokens: request.promptTokens,
    cache_creation_input_tokens: 0,
    cache_read_input_tokens: 0,
    output_tokens: output,
    ...(answer.thoughts.length === 0 ? {} : { output_tokens_details: { thinking_tokens: answer.thoughts.length } }),
    service_tier: 'standard',
  };
}

/** This dialect has one word for what the model declines and for what a classifier stops. */
function stopOf(answer: SandboxAnswer) {
  if (answer.refusal !== null || answer.finishReason === 'content_filter') {
    const explanation = answer.refusal ?? `${SANDBOX_NOTICE}. I was told to stop.`;
    return {
      stop_reason: 'refusal',
      stop_sequence: null,
      stop_details: { type: 'refusal', category: null, explanation },
    };
  }
  if (answer.stopSequence !== null) return { stop_reason: 'stop_sequence', stop_sequence: answer.stopSequence };
  const reasons = { stop: 'end_turn', length: 'max_tokens', tool_calls: 'tool_use' } as const;
  return { stop_reason: reasons[answer.finishReason as keyof typeof reasons], stop_sequence: null };
}

const wireCall = ({ id, name }: SandboxCall, input: unknown) => ({ type: 'tool_use', id: `toolu_${id}`, name, input });

/** The text of the thoughts as it is shown, which the signature covers. */
const shownThoughts = (request: SandboxChatRequest, { thoughts }: SandboxAnswer): string[] =>
  request.thinking === 'shown' ? [...thoughts] : [];

const messageOf = (identity: AnswerIdentity, rest: object) => ({
  id: `msg_sandbox_${identity.id}`,
  type: 'message',
  role: 'assistant',
  model: identity.model,
  ...rest,
  system_fingerprint: SANDBOX_NOTICE,
});

/** A complete message. */
function whole(identity: AnswerIdentity, request: SandboxChatRequest, answer: SandboxAnswer): string {
  const content: object[] = [];
  if (answer.thoughts.length > 0) {
    const thinking = shownThoughts(request, answer).join('');
    content.push({ type: 'thinking', thinking, signature: signatureOf('thought', thinking) });
  }
  if (answer.pieces.length > 0) content.push({ type: 'text', text: answer.pieces.join('') });
  for (const call of answer.calls) content.push(wireCall(call, JSON.parse(call.arguments)));
  return JSON.stringify(messageOf(identity, { content, ...stopOf(answer), usage: usageOf(request, answer) }));
}

interface Block {
  start: object;
  deltas: { delta: object; isContent: boolean }[];
}

function thoughtBlock(request: SandboxChatRequest, answer: SandboxAnswer): Block {
  const pieces = shownThoughts(request, answer);
  const deltas = pieces.map((thinking) => ({ delta: { type: 'thinking_delta', thinking }, isContent: true }));
  const signature = signatureOf('thought', pieces.join(''));
  return {
    start: { type: 'thinking', thinking: '', signature: '' },
    deltas: [...deltas, { delta: { type: 'signature_delta', signature }, isContent: false }],
  };
}

/** A call without arguments has no deltas, which is how the vendor sends one. */
function callBlock(call: SandboxCall): Block {
  const pieces = call.arguments === '{}' ? [] : piecesOf(call.arguments);
  return {
    start: wireCall(call, {}),
    deltas: pieces.map((json) => ({ delta: { type: 'input_json_delta', partial_json: json }, isContent: true })),
  };
}

function blocksOf(request: SandboxChatRequest, answer: SandboxAnswer): Block[] {
  const blocks: Block[] = [];
  if (answer.thoughts.length > 0) blocks.push(thoughtBlock(request, answer));
  if (answer.pieces.length > 0) {
    const deltas = answer.pieces.map((text) => ({ delta: { type: 'text_delta', text }, isContent: true }));
    blocks.push({ start: { type: 'text', text: '' }, deltas });
  }
  return [...blocks, ...answer.calls.map(callBlock)];
}

const sseEvent = (type: string, members: object): string =>
  `event: ${type}\ndata: ${JSON.stringify({ type, ...members })}\n\n`;

/** `message_start`, a ping, blocks one after the other, `message_delta` with the totals, `message_stop`. */
function events(identity: AnswerIdentity, request: SandboxChatRequest, answer: SandboxAnswer): StreamEvent[] {
  const all: StreamEvent[] = [];
  const add = (type: string, members: object, isContent = false): number =>
    all.push({ text: sseEvent(type, members), isContent });
  const begun = { content: [], stop_reason: null, stop_sequence: null, usage: usageOf(request, answer, 1) };
  add('message_start', { message: messageOf(identity, begun) });
  add('ping', {});
  for (const [index, { start, deltas }] of blocksOf(request, answer).entries()) {
    add('content_block_start', { index, content_block: start });
    for (const { delta, isContent } of deltas) add('content_block_delta', { index, delta }, isContent);
    add('content_block_stop', { index });
  }
  add('message_delta', { delta: stopOf(answer), usage: usageOf(request, answer) });
  add('message_stop', {});
  return all;
}

/** https://platform.claude.com/docs/en/api/errors */
const TYPES: Readonly<Record<number, string>> = {
  401: 'authentication_error',
  402: 'billing_error',
  403: 'permission_error',
  404: 'not_found_error',
  413: 'request_too_large',
  429: 'rate_limit_error',
  504: 'timeout_error',
  529: 'overloaded_error',
};

function errorValue({ status, message, code }: Problem): object {
  const type = TYPES[status] ?? (status >= 500 ? 'api_error' : 'invalid_request_error');
  // The vendor says it in these words, and clients look for them.
  const words = code === 'context_length_exceeded' ? `prompt is too long: ${message}` : message;
  // Messages of this vendor begin with the place of the fault, so who speaks stands at the end.
  return { error: { type, message: `${words} (${SANDBOX_NOTICE})` }, request_id: 'req_sandbox' };
}

function models(profiles: readonly SandboxProfile[], created: number): string {
  const data = profiles.map(({ upstreamModel: id }) => ({
    type: 'model',
    id,
    display_name: `${id} (${SANDBOX_NOTICE})`,
    created_at: new Date(created * 1_000).toISOString(),
  }));
  return JSON.stringify({ data, has_more: false, first_id: data[0]?.id ?? null, last_id: data.at(-1)?.id ?? null });
}

/** Anthropic's messages (platform.claude.com/docs/en/api/messages), read 2026-11-22. */
export const anthropicSandbox: SandboxDialect = {
  asked,
  readChat: (body, { kind }, headers) => readAnthropicRequest(body, headers, kind === 'count'),
  whole,
  events,
  count: ({ promptTokens }) => JSON.stringify({ input_tokens: promptTokens }),
  embeddings: () => invalid('This dialect has no embeddings.'),
  models,
  errorBody: (problem) => JSON.stringify({ type: 'error', ...errorValue(problem) }),
  errorEvent: (message) => sseEvent('error', errorValue({ status: 529, message })),
  malformedEvent: 'event: content_block_delta\ndata: {"type":"content_block_delta","index":0,"del\n\n',
};
