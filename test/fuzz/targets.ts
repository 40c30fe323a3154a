import { type JsonScan, scanJson } from '../../src/lib/json-scan.ts';
import { anthropicClient, anthropicUpstream } from '../../src/wire/anthropic/codec.ts';
import { NO_CLIENT_HEADERS } from '../../src/wire/anthropic/headers.ts';
import { readAnthropicChat } from '../../src/wire/anthropic/read-chat.ts';
import { readAnthropicRequest } from '../../src/wire/anthropic/read-request-members.ts';
import { createAnthropicRelayLane } from '../../src/wire/anthropic/relay-lane.ts';
import { geminiUpstream } from '../../src/wire/gemini/codec.ts';
import { openAiClient, openAiUpstream } from '../../src/wire/openai-chat/codec.ts';
import { readOpenAiChat } from '../../src/wire/openai-chat/read-chat.ts';
import { readOpenAiRequest } from '../../src/wire/openai-chat/read-request.ts';
import { createOpenAiRelayLane } from '../../src/wire/openai-chat/relay-lane.ts';
import { chatRequest } from '../support/chat-requests.ts';
import { GOLDEN_REQUESTS } from '../support/golden-requests.ts';
import { acceptedAnthropicRequest, acceptedOpenAiRequest } from '../support/vendors/accepted-requests.ts';
import { anthropicComplaints } from '../support/vendors/anthropic-rules.ts';
import { geminiComplaints } from '../support/vendors/gemini-rules.ts';
import { openAiComplaints } from '../support/vendors/openai-rules.ts';
import { answerTarget } from './answer-target.ts';
import { bodyCorpus, streamCorpus } from './corpus.ts';
import { httpAnswerTarget } from './http-answer-target.ts';
import { httpRequestTarget } from './http-request-target.ts';
import { legalTarget } from './legal-target.ts';
import { openAiRequests } from './openai-requests.ts';
import { relayTarget } from './relay-target.ts';
import { relayedTarget } from './relayed-target.ts';
import { requestTarget } from './request-target.ts';
import { streamTarget } from './stream-target.ts';
import type { FuzzTarget } from './target.ts';
import { restoredRelayTarget, restoring, spokenTarget, withTokens } from './token-targets.ts';

const request = chatRequest({ stream: true, includeUsage: true });
const clients = [openAiClient, anthropicClient];
const readingClients = [
  { codec: openAiClient, createReader: () => openAiUpstream.createStreamReader(request) },
  { codec: anthropicClient, createReader: () => anthropicUpstream.createStreamReader(request) },
];
const upstreams = [
  { codec: openAiUpstream, model: 'gpt-5.5' },
  { codec: anthropicUpstream, model: 'claude-opus-4-8' },
  { codec: geminiUpstream, model: 'gemini-3.5-flash' },
];

/** A signature that the clients of these requests bring. */
const ISSUED: ReadonlySet<string> = new Set(['c2ln']);
const toAnthropic = ['claude-sonnet-4-6', 'claude-sonnet-4-5', 'claude-opus-5-5'].map((model) => ({
  codec: anthropicUpstream,
  model,
  complaints: (_model: string, body: Readonly<Record<string, unknown>>) => anthropicComplaints(body, ISSUED, false),
}));
const toOpenAi = ['gpt-4o', 'gpt-5.1', 'gpt-5.6'].map((model) => ({
  codec: openAiUpstream,
  model,
  complaints: (_model: string, body: Readonly<Record<string, unknown>>) => openAiComplaints(body),
}));
const toGemini = ['gemini-2.5-pro', 'gemini-3.5-flash', 'gemini-3.8-flash'].map((model) => ({
  codec: geminiUpstream,
  model,
  complaints: (name: string, body: Readonly<Record<string, unknown>>) => geminiComplaints(name, body, ISSUED),
}));

function readLegalOpenAi(body: Record<string, unknown>) {
  readOpenAiRequest('chat', body);
  return readOpenAiChat(body);
}

function readLegalAnthropic(body: Record<string, unknown>) {
  readAnthropicRequest('messages', body);
  return readAnthropicChat(body);
}

const goldenBodies = (from: string): unknown[] =>
  GOLDEN_REQUESTS.filter((golden) => golden.from === from).map(({ body }) => body);
const openAiBodies = [...openAiRequests, ...goldenBodies('openai')];
const anthropicBodies = [...bodyCorpus('anthropic', 'request'), ...goldenBodies('anthropic')];

const ASK = { model: 'm', max_tokens: 9, stream: true, messages: [{ role: 'user', content: 'a' }] };
const ASK_BYTES = Buffer.from(JSON.stringify(ASK));
const ASK_SCAN = scanJson(ASK_BYTES, { maxDepth: 8, maxKeys: 50 }) as JsonScan;

const relayToOpenAi = () => createOpenAiRelayLane(ASK_BYTES, ASK_SCAN, readOpenAiRequest('chat', { ...ASK }));
const relayToAnthropic = () =>
  createAnthropicRelayLane(ASK_BYTES, ASK_SCAN, readAnthropicRequest('messages', { ...ASK }), NO_CLIENT_HEADERS);

/** Targets for each reader and each builder of wire/. Another dialect is another few lines. */
export const FUZZ_TARGETS: readonly FuzzTarget[] = [
  requestTarget('openai-request', readOpenAiChat, openAiBodies, upstreams),
  requestTarget('anthropic-request', readAnthropicChat, anthropicBodies, upstreams),
  legalTarget('openai-legal', readLegalOpenAi, acceptedOpenAiRequest, [...toAnthropic, ...toGemini]),
  legalTarget('anthropic-legal', readLegalAnthropic, acceptedAnthropicRequest, [...toOpenAi, ...toGemini]),
  relayTarget(
    'openai-relay',
    (bytes, scan, body) => createOpenAiRelayLane(bytes, scan, readOpenAiRequest('chat', body)),
    openAiBodies,
    ['gpt-4o', 'gpt-5.5', 'o4-mini', 'somebody-elses'],
  ),
  relayTarget(
    'anthropic-relay',
    (bytes, scan, body) =>
      createAnthropicRelayLane(bytes, scan, readAnthropicRequest('messages', body), NO_CLIENT_HEADERS),
    anthropicBodies,
    ['claude-opus-5-5', 'claude-sonnet-4-5', 'somebody-elses'],
  ),
  answerTarget('openai-answer', openAiUpstream, bodyCorpus('openai-chat', 'answer'), clients),
  answerTarget('anthropic-answer', anthropicUpstream, bodyCorpus('anthropic', 'answer'), clients),
  answerTarget('gemini-answer', geminiUpstream, bodyCorpus('gemini', ''), clients),
  streamTarget('openai-stream', openAiUpstream, streamCorpus('openai-chat'), readingClients),
  streamTarget('anthropic-stream', anthropicUpstream, streamCorpus('anthropic'), readingClients),
  streamTarget('gemini-stream', geminiUpstream, streamCorpus('gemini'), readingClients),
  relayedTarget('openai-relayed', 'openai', relayToOpenAi, streamCorpus('openai-chat')),
  relayedTarget('anthropic-relayed', 'anthropic', relayToAnthropic, streamCorpus('anthropic')),
  spokenTarget('openai-spoken', openAiBodies),
  spokenTarget('anthropic-spoken', anthropicBodies),
  restoredRelayTarget('openai-restored', 'openai', relayToOpenAi, streamCorpus('openai-chat')),
  restoredRelayTarget('anthropic-restored', 'anthropic', relayToAnthropic, streamCorpus('anthropic')),
  httpAnswerTarget('http-answer'),
  httpRequestTarget('http-request'),
  streamTarget('gemini-restored', restoring(geminiUpstream), streamCorpus('gemini').map(withTokens), readingClients),
];
