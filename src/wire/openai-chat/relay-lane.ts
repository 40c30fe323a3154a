import type { Deployment } from '../../contracts/deployment.ts';
import type { JsonScan } from '../../lib/json-scan.ts';
import { parseAnswerInPieces, sketchEmbeddingsInPieces } from '../answer-in-pieces.ts';
import type {
  AnswerReading,
  Lane,
  StreamListener,
  StreamTransducer,
  UpstreamBody,
  UpstreamErrorReading,
} from '../dialect.ts';
import { withTrailer } from '../with-trailer.ts';
import type { OpenAiRequest } from './read-request.ts';
import { type RelayedOperation, readRelayAnswer, readRelayAnswerValue, vectorsAskedFor } from './relay-answer.ts';
import { buildRelayRequest } from './relay-request.ts';
import { OpenAiRelayStream } from './relay-stream.ts';
import { readUpstreamError } from './upstream-error.ts';

const CHAT: RelayedOperation = { operation: 'chat' };

/** A class, since every request has one: as functions of a literal its six methods would be made each time. */
class OpenAiRelayLane implements Lane {
  readonly #bytes: Buffer;
  readonly #scan: JsonScan;
  readonly #request: OpenAiRequest;
  readonly #asked: RelayedOperation;

  constructor(bytes: Buffer, scan: JsonScan, request: OpenAiRequest) {
    this.#bytes = bytes;
    this.#scan = scan;
    this.#request = request;
    const { operation, body } = request;
    this.#asked = operation === 'chat' ? CHAT : { operation, vectors: vectorsAskedFor(body.input) };
  }

  build(deployment: Deployment): UpstreamBody {
    return buildRelayRequest(this.#bytes, this.#scan, this.#request, deployment);
  }

  stream(listener: StreamListener, trailer: (() => string) | null): StreamTransducer {
    const { choices, includeUsage } = this.#request;
    return new OpenAiRelayStream(listener, { swallowUsage: !includeUsage, choices, trailer });
  }

  readAnswer(body: Buffer): AnswerReading {
    return readRelayAnswer(this.#asked, body);
  }

  *readAnswerInPieces(body: Buffer, holder: string): Generator<void, AnswerReading> {
    const isChat = this.#asked.operation === 'chat';
    const value: unknown = isChat
      ? yield* parseAnswerInPieces(body, holder, JSON.parse)
      : yield* sketchEmbeddingsInPieces(body);
    return readRelayAnswerValue(this.#asked, value);
  }

  answer(body: Buffer, trailer: string | null): Buffer {
    return withTrailer(body, trailer);
  }

  readError(status: number, body: Buffer): UpstreamErrorReading {
    return readUpstreamError(status, body);
  }
}

/** OpenAI client to OpenAI upstream: the bytes pass, only owned members are spliced. */
export function createOpenAiRelayLane(bytes: Buffer, scan: JsonScan, request: OpenAiRequest): Lane {
  return new OpenAiRelayLane(bytes, scan, request);
}
