import type { JsonScan } from '../../lib/json-scan.ts';
import { parseAnswerInPieces } from '../answer-in-pieces.ts';
import type { Lane } from '../dialect.ts';
import { withTrailer } from '../with-trailer.ts';
import type { AnthropicClientHeaders } from './headers.ts';
import type { AnthropicRequest } from './read-request-members.ts';
import { readAnthropicRelayAnswer, readAnthropicRelayAnswerValue, readTokenCount } from './relay-answer.ts';
import { buildAnthropicRelayRequest } from './relay-request.ts';
import { AnthropicRelayStream } from './relay-stream.ts';
import { readUpstreamError } from './upstream-error.ts';

/** Anthropic client to Anthropic upstream: the bytes pass, only owned members are spliced. */
export function createAnthropicRelayLane(
  bytes: Buffer,
  scan: JsonScan,
  request: AnthropicRequest,
  clientHeaders: AnthropicClientHeaders,
): Lane {
  return {
    build: (deployment) => buildAnthropicRelayRequest(bytes, scan, request, clientHeaders, deployment),
    stream: (listener, trailer) => new AnthropicRelayStream(listener, trailer),
    readAnswer: request.countOnly ? readTokenCount : readAnthropicRelayAnswer,
    *readAnswerInPieces(body, holder) {
      if (request.countOnly) return readTokenCount(body);
      return readAnthropicRelayAnswerValue(yield* parseAnswerInPieces(body, holder, JSON.parse));
    },
    answer: withTrailer,
    readError: readUpstreamError,
  };
}
