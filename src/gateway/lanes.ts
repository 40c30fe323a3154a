import type { ChatRequest } from '../contracts/chat-request.ts';
import type { Deployment } from '../contracts/deployment.ts';
import { AppError } from '../contracts/errors.ts';
import type { ClientDialectName, GatewayRequest } from '../contracts/gateway-request.ts';
import type { Dialect } from '../contracts/vocabulary.ts';
import type { WrittenStrings } from '../lib/json-writer.ts';
import { anthropicClientDialect } from '../wire/anthropic/client-dialect.ts';
import type { AnthropicClientHeaders } from '../wire/anthropic/headers.ts';
import { createAnthropicRelayLane } from '../wire/anthropic/relay-lane.ts';
import type { UpstreamCodec } from '../wire/codec.ts';
import type { ClientDialect, Lane } from '../wire/dialect.ts';
import { createGeminiEmbeddingsLane } from '../wire/gemini/embeddings-lane.ts';
import { openaiClientDialect } from '../wire/openai-chat/client-dialect.ts';
import { createOpenAiRelayLane } from '../wire/openai-chat/relay-lane.ts';
import type { RestoreOptions } from '../wire/tokens/restore-values.ts';
import { withRestoredAnswers } from '../wire/tokens/restored-codec.ts';
import { withRestoredRelay } from '../wire/tokens/restored-relay.ts';
import { createTranslateLane } from '../wire/translate-lane.ts';
import { CLIENT_CODECS, chatOf, UPSTREAM_CODECS } from './codecs.ts';
import type { ReadRequest } from './read-request.ts';

/** How errors, pings and headers are put in what a client speaks. */
export const CLIENT_DIALECTS: Readonly<Record<ClientDialectName, ClientDialect>> = {
  openai: openaiClientDialect,
  anthropic: anthropicClientDialect,
};

/** One request as the lanes need it. */
export interface LaneSource {
  read: ReadRequest;
  /** The body as it came. */
  body: Buffer;
  requestId: string;
  /** Milliseconds since the epoch, for answers that say when they were made. */
  receivedAtMs: number;
  /** Our count of the input, for dialects that tell usage before an upstream does. */
  estimatedInputTokens: number;
  clientHeaders: AnthropicClientHeaders;
  /**
   * What puts values back where `read` and `body` hold tokens (tokenised-request.ts); absent: they are as they came. A
   * source is one or the other, so an attempt that may see values needs lanes of its own.
   */
  restore?: RestoreOptions;
  /** Long strings of it that were written ahead (write-ahead.ts). Absent: none. */
  written?: WrittenStrings;
}

/** A request as it came. */
export function laneSourceOf(request: GatewayRequest, read: ReadRequest, estimatedInputTokens: number): LaneSource {
  const { body, requestId, receivedAtMs, headers } = request;
  const clientHeaders = { version: headers.anthropicVersion, beta: headers.anthropicBeta };
  return { read, body, requestId, receivedAtMs, estimatedInputTokens, clientHeaders };
}

/** Whether the deployment counts the tokens of a prompt itself; where not, our own count is the answer. */
export const countsTokens = (deployment: Deployment): boolean => deployment.endpoint.dialect === 'anthropic';

function relayLane(source: LaneSource): Lane {
  const { restore, read } = source;
  const lane = plainRelayLane(source);
  const says = read.dialect === 'anthropic' ? !read.request.countOnly : read.request.operation === 'chat';
  return restore === undefined || !says ? lane : withRestoredRelay(lane, { ...restore, dialect: read.dialect });
}

function plainRelayLane(source: LaneSource): Lane {
  const { read, body } = source;
  if (read.dialect === 'anthropic') {
    return createAnthropicRelayLane(body, read.scan, read.request, source.clientHeaders);
  }
  return createOpenAiRelayLane(body, read.scan, read.request);
}

function upstreamCodec({ restore }: LaneSource, dialect: Dialect): UpstreamCodec {
  const codec = UPSTREAM_CODECS[dialect];
  return restore === undefined ? codec : withRestoredAnswers(codec, restore);
}

function embeddingsLane(read: ReadRequest & { dialect: 'openai' }, dialect: Dialect): Lane {
  if (dialect === 'gemini') return createGeminiEmbeddingsLane(read.request);
  throw new AppError('no_capable_deployment', 'The upstream of this deployment has no embeddings.');
}

/**
 * From deployments to lanes, for one request: relay where the upstream speaks what the client does, translation
 * elsewhere. Each call makes a new lane, since a lane keeps what its own answer needs. The conversation is read for
 * translation at most once.
 * @throws AppError for a conversation that cannot be understood well enough to be translated
 */
export function createLanes(source: LaneSource): (deployment: Deployment) => Lane {
  let chat: ChatRequest | null = null;
  return ({ endpoint }) => {
    const { read } = source;
    if (endpoint.dialect === read.dialect) return relayLane(source);
    if (read.dialect === 'openai' && read.request.operation === 'embeddings') {
      return embeddingsLane(read, endpoint.dialect);
    }
    chat ??= chatOf(read, source.body);
    return createTranslateLane({
      from: CLIENT_CODECS[read.dialect],
      to: upstreamCodec(source, endpoint.dialect),
      request: chat,
      requestId: source.requestId,
      createdS: Math.floor(source.receivedAtMs / 1000),
      estimatedInputTokens: source.estimatedInputTokens,
      betas: (source.clientHeaders.beta ?? '') !== '',
      ...(source.written === undefined ? {} : { written: source.written }),
    });
  };
}
