import { anthropicClient, anthropicUpstream } from '../../src/wire/anthropic/codec.ts';
import { readAnthropicChat } from '../../src/wire/anthropic/read-chat.ts';
import { geminiUpstream } from '../../src/wire/gemini/codec.ts';
import { openAiClient, openAiUpstream } from '../../src/wire/openai-chat/codec.ts';
import { readOpenAiChat } from '../../src/wire/openai-chat/read-chat.ts';
import { chatRequest } from '../support/chat-requests.ts';
import { answerTarget } from './answer-target.ts';
import { bodyCorpus, streamCorpus } from './corpus.ts';
import { openAiRequests } from './openai-requests.ts';
import { requestTarget } from './request-target.ts';
import { streamTarget } from './stream-target.ts';
import type { FuzzTarget } from './target.ts';

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

/** One target for each reader of wire/. Another dialect is another few lines. */
export const FUZZ_TARGETS: readonly FuzzTarget[] = [
  requestTarget('openai-request', readOpenAiChat, openAiRequests, upstreams),
  requestTarget('anthropic-request', readAnthropicChat, bodyCorpus('anthropic', 'request'), upstreams),
  answerTarget('openai-answer', openAiUpstream, bodyCorpus('openai-chat', 'answer'), clients),
  answerTarget('anthropic-answer', anthropicUpstream, bodyCorpus('anthropic', 'answer'), clients),
  answerTarget('gemini-answer', geminiUpstream, bodyCorpus('gemini', ''), clients),
  streamTarget('openai-stream', openAiUpstream, streamCorpus('openai-chat'), readingClients),
  streamTarget('anthropic-stream', anthropicUpstream, streamCorpus('anthropic'), readingClients),
  streamTarget('gemini-stream', geminiUpstream, streamCorpus('gemini'), readingClients),
];
