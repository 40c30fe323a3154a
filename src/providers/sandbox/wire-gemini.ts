import type { SandboxAnswer, SandboxCall } from './answer.ts';
import { outputTokens } from './answer.ts';
import { isObject, type Json, memberOf, objectsOf, type SandboxChatRequest, textOf } from './chat-request.ts';
import { SANDBOX_NOTICE } from './notice.ts';
import type { SandboxProfile } from './profiles.ts';
import { embeddedTokens, embeddingOf } from './programs/embedding.ts';
import { readGeminiRequest } from './read-gemini.ts';
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

const RESOURCE = /^\/v1beta\/models\/([^/:]+):([A-Za-z]+)$/;

const KINDS: Readonly<Record<string, Asked['kind']>> = {
  generateContent: 'chat',
  streamGenerateContent: 'chat',
  countTokens: 'count',
  embedContent: 'embeddings',
  batchEmbedContents: 'embeddings',
};

/** The name in a path; one whose escapes mean nothing stands for itself, and no program has it. */
function decoded(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}

function asked({ method, path, query }: HttpCall): Asked | null {
  if (method === 'GET' && path === '/v1beta/models') return { kind: 'models', model: null, framing: null };
  const [, name = '', verb = ''] = method === 'POST' ? (RESOURCE.exec(path) ?? []) : [];
  const kind = Object.hasOwn(KINDS, verb) ? KINDS[verb] : undefined;
  if (kind === undefined) return null;
  // Without `alt=sse` a stream is one JSON array.
  const streamed = query.get('alt') === 'sse' ? 'events' : 'array';
  return { kind, model: decoded(name), framing: verb === 'streamGenerateContent' ? streamed : 'whole' };
}

/** Thoughts are counted apart from candidates; counts of nothing are left out, as the vendor does. */
function usageOf(request: SandboxChatRequest, answer: SandboxAnswer, share = 1) {
  const thoughts = answer.thoughts.length * request.choices;
  const candidates = Math.round((outputTokens(answer) * request.choices - thoughts) * share);
  return {
    promptTokenCount: request.promptTokens,
    ...(candidates === 0 ? {} : { candidatesTokenCount: candidates }),
    totalTokenCount: request.promptTokens + candidates + thoughts,
    promptTokensDetails: [{ modality: 'TEXT', tokenCount: request.promptTokens }],
    ...(thoughts === 0 ? {} : { thoughtsTokenCount: thoughts }),
  };
}

const REASONS = { stop: 'STOP', length: 'MAX_TOKENS', tool_calls: 'STOP', content_filter: 'SAFETY' } as const;

/** The first call of a step is signed and the others are not; calls of this generation have no ids. */
const wireCall = ({ name, arguments: args }: SandboxCall, place: number) => ({
  functionCall: { name, args: JSON.parse(args) as unknown },
  ...(place === 0 ? { thoughtSignature: signatureOf('call', name) } : {}),
});

const aboutAnswer = (identity: AnswerIdentity) => ({
  modelVersion: identity.model,
  responseId: `sandbox-${identity.id}`,
  systemFingerprint: SANDBOX_NOTICE,
});

/** The parts of an answer, as finely as they are streamed. */
function partsOf(request: SandboxChatRequest, answer: SandboxAnswer): object[] {
  const thoughts = request.thinking === 'shown' ? answer.thoughts.map((text) => ({ text, thought: true })) : [];
  return [...thoughts, ...answer.pieces.map((text) => ({ text })), ...answer.calls.map(wireCall)];
}

/** Neighbouring texts of one kind as one part. */
function joined(parts: readonly object[]): object[] {
  const all: { text?: string; thought?: boolean }[] = [];
  for (const part of parts as typeof all) {
    const last = all.at(-1);
    if (last?.text !== undefined && part.text !== undefined && last.thought === part.thought) last.text += part.text;
    else all.push({ ...part });
  }
  return all;
}

/** A prompt that is declined has no candidates: this dialect has no other refusal. */
const blocked = (identity: AnswerIdentity, request: SandboxChatRequest) => ({
  promptFeedback: { blockReason: 'PROHIBITED_CONTENT' },
  usageMetadata: { promptTokenCount: request.promptTokens, totalTokenCount: request.promptTokens },
  ...aboutAnswer(identity),
});

function wholeValue(identity: AnswerIdentity, request: SandboxChatRequest, answer: SandboxAnswer): object {
  if (answer.refusal !== null) return blocked(identity, request);
  const content = { parts: joined(partsOf(request, answer)), role: 'model' };
  return {
    candidates: Array.from({ length: request.choices }, (_, index) => ({
      content,
      finishReason: REASONS[answer.finishReason],
      index,
    })),
    usageMetadata: usageOf(request, answer),
    ...aboutAnswer(identity),
  };
}

const sseData = (data: object): string => `data: ${JSON.stringify(data)}\r\n\r\n`;

/** Each event is a piece of the answer in the form of a whole one, with the counts so far; there is no end mark. */
function events(identity: AnswerIdentity, request: SandboxChatRequest, answer: SandboxAnswer): StreamEvent[] {
  if (answer.refusal !== null) return [{ text: sseData(blocked(identity, request)), isContent: false }];
  const all: StreamEvent[] = [];
  const parts = partsOf(request, answer);
  const total = parts.length * request.choices;
  let sent = 0;
  const event = (index: number, candidate: object, share: number): string =>
    sseData({
      candidates: [{ ...candidate, index }],
      usageMetadata: usageOf(request, answer, share),
      ...aboutAnswer(identity),
    });
  for (let index = 0; index < request.choices; index += 1) {
    for (const part of parts) {
      sent += 1;
      all.push({ text: event(index, { content: { parts: [part], role: 'model' } }, sent / total), isContent: true });
    }
    const end = { content: { parts: [{ text: '' }], role: 'model' }, finishReason: REASONS[answer.finishReason] };
    all.push({ text: event(index, end, (index + 1) / request.choices), isContent: false });
  }
  return all;
}

/** Canonical codes: https://ai.google.dev/gemini-api/docs/generate-content/api-errors */
const STATUSES: Readonly<Record<number, string>> = {
  400: 'INVALID_ARGUMENT',
  401: 'UNAUTHENTICATED',
  403: 'PERMISSION_DENIED',
  404: 'NOT_FOUND',
  429: 'RESOURCE_EXHAUSTED',
  499: 'CANCELLED',
  500: 'INTERNAL',
  503: 'UNAVAILABLE',
  504: 'DEADLINE_EXCEEDED',
};

function errorValue({ status, message, code, param, retryAfterS }: Problem): object {
  const canonical = STATUSES[status] ?? (status >= 500 ? 'UNKNOWN' : 'INVALID_ARGUMENT');
  const type = (name: string) => ({ '@type': `type.googleapis.com/google.rpc.${name}` });
  const details = [
    ...(param === undefined || code !== undefined
      ? []
      : [{ ...type('BadRequest'), fieldViolations: [{ field: param }] }]),
    ...(retryAfterS === undefined ? [] : [{ ...type('RetryInfo'), retryDelay: `${retryAfterS}s` }]),
  ];
  // The vendor says it in these words, and nothing else tells it from another bad request.
  const words =
    code === 'context_length_exceeded'
      ? `The input token count exceeds the maximum number of tokens allowed. ${message}`
      : message;
  const error = { code: status, message: `${SANDBOX_NOTICE}. ${words}`, status: canonical };
  return { error: details.length === 0 ? error : { ...error, details } };
}

const contentText = (content: unknown): string =>
  objectsOf(memberOf(content, 'parts'))
    .map(({ text }) => textOf(text))
    .join('\n');

/** `embedContent` takes one text, `batchEmbedContents` a list of such requests. */
function embeddings(body: Json): string | Problem {
  const isBatch = Array.isArray(body.requests);
  const requests = isBatch ? objectsOf(body.requests) : [body];
  if (requests.length === 0) return invalid('* BatchEmbedContentsRequest.requests: must not be empty', 'requests');
  if (!requests.every(({ content }) => isObject(content))) {
    return invalid('* EmbedContentRequest.content: content is not specified', 'content');
  }
  const vectors = requests.map(({ content, outputDimensionality }) => ({
    values: [...embeddingOf(contentText(content), outputDimensionality)],
  }));
  const usageMetadata = { promptTokenCount: embeddedTokens(requests.map(({ content }) => contentText(content))) };
  return JSON.stringify({
    ...(isBatch ? { embeddings: vectors } : { embedding: vectors[0] }),
    usageMetadata,
    systemFingerprint: SANDBOX_NOTICE,
  });
}

function models(profiles: readonly SandboxProfile[]): string {
  const listed = profiles.map(({ upstreamModel, contextWindowTokens, maxOutputTokens }) => ({
    name: `models/${upstreamModel}`,
    displayName: `${upstreamModel} (${SANDBOX_NOTICE})`,
    inputTokenLimit: contextWindowTokens,
    outputTokenLimit: maxOutputTokens,
    supportedGenerationMethods: Object.keys(KINDS),
  }));
  return JSON.stringify({ models: listed });
}

/** Google's generateContent (ai.google.dev/api/generate-content), read 2026-11-22. */
export const geminiSandbox: SandboxDialect = {
  asked,
  readChat: (body, what) => readGeminiRequest(what.kind === 'count' ? countedBody(body) : body, what),
  whole: (identity, request, answer, { framing }) => {
    const value = wholeValue(identity, request, answer);
    return JSON.stringify(framing === 'array' ? [value] : value);
  },
  events,
  count: ({ promptTokens }) => JSON.stringify({ totalTokens: promptTokens }),
  embeddings,
  models,
  // Errors of streams come in an array, which clients must expect.
  errorBody: (problem, what) => {
    const value = errorValue(problem);
    const isStream = what?.framing === 'array' || what?.framing === 'events';
    return JSON.stringify(isStream ? [value] : value);
  },
  errorEvent: (message) => sseData(errorValue({ status: 503, message })),
  malformedEvent: 'data: {"candidates": [{"content": {"par\r\n\r\n',
};

/** Whoever counts may send the whole request instead of its contents. */
const countedBody = (body: Json): Json => (isObject(body.generateContentRequest) ? body.generateContentRequest : body);
