// wire/gemini/: Google's generateContent as an upstream: requests built, answers, streams and errors read.
// Pure: no I/O, no clock. May import contracts/, lib/ and what lies directly in wire/.
// No client speaks this dialect to us, so nothing here reads requests or builds answers.
// Start here, then build-request.ts (a conversation on the way out) and read-stream.ts (the hot path back).
// What differs between generations of models is data, in models.ts.
import type { ChatRequest } from '../../contracts/chat-request.ts';
import type { UpstreamCodec } from '../codec.ts';
import { parseExactJson } from '../exact-json.ts';
import { geminiAnswerEvents } from './answer-events.ts';
import { buildGeminiRequest, geminiToolNames } from './build-request.ts';
import { readGeminiAnswer, readGeminiAnswerValue } from './read-answer.ts';
import { GeminiStreamReader } from './read-stream.ts';
import { readGeminiError } from './upstream-error.ts';

/** How generateContent is spoken to an upstream. */
export const geminiUpstream: UpstreamCodec = {
  dialect: 'gemini',
  buildRequest: buildGeminiRequest,
  readAnswer: (body, request) => readGeminiAnswer(body, request, geminiToolNames(request)),
  parsedAnswer: {
    parse: parseExactJson,
    read: (value, request) => readGeminiAnswerValue(value, request, geminiToolNames(request)),
  },
  readError: readGeminiError,
  createStreamReader: (request: ChatRequest) => new GeminiStreamReader(request, geminiToolNames(request)),
  answerEvents: geminiAnswerEvents,
};
