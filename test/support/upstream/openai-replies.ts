import { type Script, type Step, send } from './steps.ts';

/** Token counts as OpenAI's `usage` member carries them. */
export interface ReplyUsage {
  prompt_tokens: number;
  completion_tokens: number;
  total_tokens: number;
  prompt_tokens_details?: { cached_tokens: number };
  completion_tokens_details?: { reasoning_tokens: number };
}

export interface ReplyToolCall {
  id: string;
  name: string;
  /** JSON text, as the dialect wants it. */
  arguments: string;
}

export interface ChatReplyOptions {
  id?: string;
  model?: string;
  content?: string | null;
  reasoning?: string;
  toolCalls?: readonly ReplyToolCall[];
  finishReason?: string;
  usage?: ReplyUsage | null;
  /** Members added to the top level. */
  extra?: Readonly<Record<string, unknown>>;
}

export const usageOf = (promptTokens: number, completionTokens: number): ReplyUsage => ({
  prompt_tokens: promptTokens,
  completion_tokens: completionTokens,
  total_tokens: promptTokens + completionTokens,
});

const DEFAULT_USAGE = usageOf(11, 3);
/** A fixed moment, so that two runs of a test see the same bytes. */
const CREATED = 1_790_000_000;

const wireToolCalls = (calls: readonly ReplyToolCall[]) =>
  calls.map((call) => ({ id: call.id, type: 'function', function: { name: call.name, arguments: call.arguments } }));

/** The body of a chat completion as one JSON value. */
export function chatCompletionBody(options: ChatReplyOptions = {}): Record<string, unknown> {
  const toolCalls = options.toolCalls ?? [];
  return {
    id: options.id ?? 'chatcmpl-scripted',
    object: 'chat.completion',
    created: CREATED,
    model: options.model ?? 'scripted-model',
    choices: [
      {
        index: 0,
        message: {
          role: 'assistant',
          content: options.content ?? (toolCalls.length > 0 ? null : 'Hello there.'),
          ...(options.reasoning === undefined ? {} : { reasoning_content: options.reasoning }),
          ...(toolCalls.length === 0 ? {} : { tool_calls: wireToolCalls(toolCalls) }),
        },
        finish_reason: options.finishReason ?? (toolCalls.length > 0 ? 'tool_calls' : 'stop'),
      },
    ],
    ...(options.usage === null ? {} : { usage: options.usage ?? DEFAULT_USAGE }),
    ...options.extra,
  };
}

/** A whole, good, non-streaming answer. */
export const chatCompletion = (options: ChatReplyOptions = {}): Script => ({
  body: JSON.stringify(chatCompletionBody(options)),
});

export interface ChatStreamOptions {
  id?: string;
  model?: string;
  /** One content delta each. */
  deltas?: readonly string[];
  /** Reasoning deltas, sent before the content. */
  reasoning?: readonly string[];
  toolCalls?: readonly ReplyToolCall[];
  finishReason?: string | null;
  /** `chunk`: a last chunk with empty choices (as asked by include_usage); `finish`: on the finish chunk; `every`: on all. */
  usage?: 'chunk' | 'finish' | 'every' | 'none';
  usageValue?: ReplyUsage;
  /** End with `data: [DONE]`; true unless given. */
  done?: boolean;
}

/** The chunks of a streamed chat completion as JSON values, in order, without `[DONE]`. */
function chatChunks(options: ChatStreamOptions = {}): Record<string, unknown>[] {
  const where = options.usage ?? 'chunk';
  const usage = options.usageValue ?? DEFAULT_USAGE;
  const base = {
    id: options.id ?? 'chatcmpl-scripted',
    object: 'chat.completion.chunk',
    created: CREATED,
    model: options.model ?? 'scripted-model',
  };
  const chunk = (delta: unknown, finishReason: string | null = null): Record<string, unknown> => ({
    ...base,
    choices: [{ index: 0, delta, finish_reason: finishReason }],
    ...(where === 'every' || (where === 'finish' && finishReason !== null) ? { usage } : {}),
  });
  const toolCalls = options.toolCalls ?? [];
  const chunks = [chunk({ role: 'assistant', content: '' })];
  for (const text of options.reasoning ?? []) chunks.push(chunk({ reasoning_content: text }));
  for (const text of options.deltas ?? (toolCalls.length > 0 ? [] : ['Hello', ' there', '.']))
    chunks.push(chunk({ content: text }));
  toolCalls.forEach((call, index) => {
    chunks.push(
      chunk({ tool_calls: [{ index, id: call.id, type: 'function', function: { name: call.name, arguments: '' } }] }),
    );
    chunks.push(chunk({ tool_calls: [{ index, function: { arguments: call.arguments } }] }));
  });
  if (options.finishReason !== null) {
    chunks.push(chunk({}, options.finishReason ?? (toolCalls.length > 0 ? 'tool_calls' : 'stop')));
  }
  if (where === 'chunk') chunks.push({ ...base, choices: [], usage });
  return chunks;
}

/** One server-sent event with `data` only. */
export const sseEvent = (data: unknown): string =>
  `data: ${typeof data === 'string' ? data : JSON.stringify(data)}\n\n`;

/** The events of a streamed chat completion, `data: [DONE]` included, each as its own text. */
export function chatEvents(options: ChatStreamOptions = {}): string[] {
  const events = chatChunks(options).map(sseEvent);
  return options.done === false ? events : [...events, sseEvent('[DONE]')];
}

/** A 200 event stream with one step per event. `sliceBytes` cuts every event into pieces of that many bytes. */
export const eventStream = (events: readonly string[], options: { sliceBytes?: number } = {}): Script => ({
  body: events.map((event): Step => send(event, options)),
});

/** A whole, good, streamed answer. */
export const chatStream = (options: ChatStreamOptions & { sliceBytes?: number } = {}): Script =>
  eventStream(chatEvents(options), options.sliceBytes === undefined ? {} : { sliceBytes: options.sliceBytes });

/** A good answer in the form that the request asked for (`stream: true` or not). */
export function chatReply(
  options: Omit<ChatReplyOptions, 'usage'> & Omit<ChatStreamOptions, 'usage' | 'finishReason'> = {},
): (call: { json(): unknown }) => Script {
  return (call) => {
    const request = call.json() as { stream?: boolean; stream_options?: { include_usage?: boolean } };
    if (request.stream !== true) return chatCompletion(options);
    return chatStream({ ...options, usage: request.stream_options?.include_usage === true ? 'chunk' : 'none' });
  };
}

/** A good answer to `/embeddings`. */
export const embeddings = (vectors: readonly (readonly number[])[], model = 'scripted-embedding'): Script => ({
  body: JSON.stringify({
    object: 'list',
    data: vectors.map((embedding, index) => ({ object: 'embedding', index, embedding })),
    model,
    usage: { prompt_tokens: 5, total_tokens: 5 },
  }),
});

/** A good answer to `GET /models`. */
export const modelList = (ids: readonly string[]): Script => ({
  body: JSON.stringify({
    object: 'list',
    data: ids.map((id) => ({ id, object: 'model', created: CREATED, owned_by: 'scripted' })),
  }),
});

/** An error in OpenAI's shape. */
export const errorReply = (
  status: number,
  error: { message?: string; type?: string; code?: string | null; param?: string | null } = {},
  headers: Readonly<Record<string, string>> = {},
): Script => ({
  status,
  headers,
  body: JSON.stringify({
    error: {
      message: error.message ?? `scripted error ${status}`,
      type: error.type ?? 'scripted_error',
      param: error.param ?? null,
      code: error.code ?? null,
    },
  }),
});

/** 429 with `retry-after` in seconds, or without the header. */
export const rateLimited = (retryAfterS?: number): Script =>
  errorReply(
    429,
    { message: 'Rate limit reached', type: 'rate_limit_error', code: 'rate_limit_exceeded' },
    retryAfterS === undefined ? {} : { 'retry-after': String(retryAfterS) },
  );
