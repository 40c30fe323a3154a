import type { ClientCodec, UpstreamCodec } from '../codec.ts';
import { openAiAnswerEvents } from './answer-events.ts';
import { buildOpenAiAnswer, openAiAnswerValue } from './build-answer.ts';
import { buildOpenAiChat } from './build-chat.ts';
import { OpenAiStreamBuilder } from './build-stream.ts';
import { readOpenAiAnswer, readOpenAiAnswerValue } from './read-answer.ts';
import { OpenAiStreamReader } from './read-stream.ts';
import { readUpstreamError } from './upstream-error.ts';

/** Chat completions as an upstream of translated requests. */
export const openAiUpstream: UpstreamCodec = {
  dialect: 'openai',
  buildRequest: buildOpenAiChat,
  readAnswer: readOpenAiAnswer,
  parsedAnswer: { parse: JSON.parse, read: readOpenAiAnswerValue },
  readError: readUpstreamError,
  createStreamReader: (request) => new OpenAiStreamReader(request),
  answerEvents: openAiAnswerEvents,
};

/** Clients of chat completions whose answers are translated. */
export const openAiClient: ClientCodec = {
  dialect: 'openai',
  buildAnswer: buildOpenAiAnswer,
  answerValue: openAiAnswerValue,
  createStreamBuilder: (context, losses) => new OpenAiStreamBuilder(context, losses),
};
