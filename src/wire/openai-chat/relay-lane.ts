import type { JsonScan } from '../../lib/json-scan.ts';
import { parseAnswerInPieces, sketchEmbeddingsInPieces } from '../answer-in-pieces.ts';
import type { Lane } from '../dialect.ts';
import { withTrailer } from '../with-trailer.ts';
import type { OpenAiRequest } from './read-request.ts';
import { type RelayedOperation, readRelayAnswer, readRelayAnswerValue, vectorsAskedFor } from './relay-answer.ts';
import { asksForUsage, buildRelayRequest } from './relay-request.ts';
import { OpenAiRelayStream } from './relay-stream.ts';
import { readUpstreamError } from './upstream-error.ts';

/** OpenAI client to OpenAI upstream: the bytes pass, only owned members are spliced. */
export function createOpenAiRelayLane(bytes: Buffer, scan: JsonScan, request: OpenAiRequest): Lane {
  let swallowUsage = false;
  const { operation } = request;
  const asked: RelayedOperation =
    operation === 'chat' ? { operation } : { operation, vectors: vectorsAskedFor(request.body.input) };
  return {
    build: (deployment) => {
      swallowUsage = asksForUsage(request, deployment);
      return buildRelayRequest(bytes, scan, request, deployment);
    },
    stream: (listener, trailer) => new OpenAiRelayStream(listener, { swallowUsage, choices: request.choices, trailer }),
    readAnswer: (body) => readRelayAnswer(asked, body),
    *readAnswerInPieces(body, holder) {
      const value: unknown =
        operation === 'chat'
          ? yield* parseAnswerInPieces(body, holder, JSON.parse)
          : yield* sketchEmbeddingsInPieces(body);
      return readRelayAnswerValue(asked, value);
    },
    answer: withTrailer,
    readError: readUpstreamError,
  };
}
