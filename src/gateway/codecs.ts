import type { ChatRequest } from '../contracts/chat-request.ts';
import type { ClientDialectName } from '../contracts/gateway-request.ts';
import type { Dialect } from '../contracts/vocabulary.ts';
import { anthropicClient, anthropicUpstream } from '../wire/anthropic/codec.ts';
import { readAnthropicChat } from '../wire/anthropic/read-chat.ts';
import type { ClientCodec, UpstreamCodec } from '../wire/codec.ts';
import { geminiUpstream } from '../wire/gemini/codec.ts';
import { openAiClient, openAiUpstream } from '../wire/openai-chat/codec.ts';
import { readOpenAiChat } from '../wire/openai-chat/read-chat.ts';
import type { ReadRequest } from './read-request.ts';

/** How each dialect is spoken to an upstream. */
export const UPSTREAM_CODECS: Readonly<Record<Dialect, UpstreamCodec>> = {
  openai: openAiUpstream,
  anthropic: anthropicUpstream,
  gemini: geminiUpstream,
};

/** How each dialect is spoken with a client. */
export const CLIENT_CODECS: Readonly<Record<ClientDialectName, ClientCodec>> = {
  openai: openAiClient,
  anthropic: anthropicClient,
};

/**
 * The conversation in no dialect.
 * @throws AppError for one that cannot be understood well enough
 */
export const chatOf = (read: ReadRequest, body: Buffer): ChatRequest =>
  read.dialect === 'anthropic' ? readAnthropicChat(read.request.body, body) : readOpenAiChat(read.request.body);
