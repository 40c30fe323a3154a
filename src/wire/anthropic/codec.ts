import type { ClientCodec, UpstreamCodec } from '../codec.ts';
import { parseExactJson } from '../exact-json.ts';
import { anthropicAnswerEvents } from './answer-events.ts';
import { anthropicAnswerValue, buildAnthropicAnswer } from './build-answer.ts';
import { buildAnthropicChat } from './build-chat.ts';
import { AnthropicStreamBuilder } from './build-stream.ts';
import { readAnthropicAnswer, readAnthropicAnswerValue } from './read-answer.ts';
import { AnthropicStreamReader } from './read-stream.ts';
import { readUpstreamError } from './upstream-error.ts';

/** Messages as an upstream of translated requests. */
export const anthropicUpstream: UpstreamCodec = {
  dialect: 'anthropic',
  buildRequest: buildAnthropicChat,
  readAnswer: readAnthropicAnswer,
  parsedAnswer: { parse: parseExactJson, read: readAnthropicAnswerValue },
  readError: readUpstreamError,
  createStreamReader: (request) => new AnthropicStreamReader(request),
  answerEvents: anthropicAnswerEvents,
};

/** Clients of messages whose answers are translated. */
export const anthropicClient: ClientCodec = {
  dialect: 'anthropic',
  buildAnswer: buildAnthropicAnswer,
  answerValue: anthropicAnswerValue,
  createStreamBuilder: (context, losses) => new AnthropicStreamBuilder(context, losses),
};
