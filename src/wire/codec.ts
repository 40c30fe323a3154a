import type { ChatAnswer } from '../contracts/chat-answer.ts';
import type { ChatRequest } from '../contracts/chat-request.ts';
import type { Deployment } from '../contracts/deployment.ts';
import type { StartPart, StreamPart } from '../contracts/stream-part.ts';
import type { Dialect } from '../contracts/vocabulary.ts';
import type { FailedReading, UpstreamErrorReading } from './dialect.ts';
import type { LossReport } from './losses.ts';

/** A request in an upstream's own words. */
export interface BuiltRequest {
  /** Path below the base URL, e.g. `/chat/completions` or `/models/gemini-3-pro:streamGenerateContent?alt=sse`. */
  path: string;
  /** Headers that the dialect needs besides credentials (`anthropic-version`). Lower case. */
  headers: Readonly<Record<string, string>>;
  /** What is written as JSON. */
  value: object;
  /** JSON text, written when it is asked for. */
  readonly body: string;
}

export const builtRequest = (path: string, headers: Readonly<Record<string, string>>, value: object): BuiltRequest => ({
  path,
  headers,
  value,
  get body() {
    return JSON.stringify(value);
  },
});

export type ChatAnswerReading = { ok: true; answer: ChatAnswer; regionEcho: string | null } | FailedReading;

/** Reads one upstream stream: a synchronous reducer over its events. One instance a stream. */
export interface StreamReader {
  /**
   * Appends the parts of one event to `parts`. `data` is never empty; comments never come here.
   * @returns false when the event could not be read and was left out
   */
  read(data: string, eventName: string, parts: StreamPart[]): boolean;
  /** The connection ended. Appends `end` where that is how the dialect ends, nothing where it means a cut. */
  close(parts: StreamPart[]): void;
  /** Where the vendor says that it computes, in its own word, as far as it was read. Absent: the dialect tells nothing. */
  readonly region?: string | null;
  /** Whether more text may follow in the block that was read last. Absent: the dialect has no blocks. */
  readonly textOpen?: boolean;
}

/** What a client has of an answer that consists of text alone and was broken off. */
export interface BegunAnswer {
  start: StartPart | null;
  /** Text by block, in order. */
  texts: readonly string[];
  /** The last block may go on; else the next text begins one of its own. */
  lastIsOpen: boolean;
}

/** How one dialect is spoken to an upstream. */
export interface UpstreamCodec {
  dialect: Dialect;
  buildRequest(request: ChatRequest, deployment: Deployment, losses: LossReport): BuiltRequest;
  /** `request` is what was asked, for answers that can only be read knowing it (names of tools that were changed). */
  readAnswer(body: Buffer, request: ChatRequest): ChatAnswerReading;
  /** The same of large answers, which are parsed by themselves first. Absent: they are read at once. */
  parsedAnswer?: {
    /** JSON.parse, or what the dialect needs in its place. */
    parse(text: string): unknown;
    /** undefined: it was no JSON. */
    read(value: unknown, request: ChatRequest): ChatAnswerReading;
    /** What is done with an answer that was read, yielding wherever somebody else may have a turn. Absent: nothing. */
    finish?(reading: ChatAnswerReading): Generator<void, ChatAnswerReading>;
  };
  /** `status` is never 200. */
  readError(status: number, body: Buffer): UpstreamErrorReading;
  createStreamReader(request: ChatRequest): StreamReader;
  /** The stream that says what a whole answer says, which `readAnswer` found ok. */
  answerEvents(body: Buffer): Buffer;
}

/** What an answer in the client's dialect needs besides the upstream's answer. */
export interface AnswerContext {
  /** Our id of the request. */
  requestId: string;
  /** Canonical id of the model that answers. */
  model: string;
  /** Seconds since the epoch. */
  createdS: number;
  request: ChatRequest;
  /** Our own count of the input, for dialects that tell usage before the upstream does. Absent: not counted. */
  estimatedInputTokens?: number;
}

/** Writes one stream for the client: text of server-sent events. One instance a stream. */
export interface StreamBuilder {
  /**
   * The events that this part becomes, '' where it becomes none (yet). Never called with `end` or `error`: the lane ends
   * streams.
   */
  build(part: StreamPart): string;
  /** Takes up, before anything was built, an answer that another builder began: what is built goes on from there. */
  resume(begun: BegunAnswer): void;
  /** The clean end of the stream. `trailer`: raw JSON to add as member `alidade` to the last event that may hold it. */
  end(trailer: string | null): string;
}

/** How one dialect is spoken with a client. */
export interface ClientCodec {
  /** `parts`: a caller inside this process (wire/parts/). */
  dialect: 'openai' | 'anthropic' | 'parts';
  /** JSON text of the answer. `trailer`: raw JSON to add as member `alidade`. */
  buildAnswer(answer: ChatAnswer, context: AnswerContext, losses: LossReport, trailer: string | null): string;
  /** What `buildAnswer` writes as JSON, without the trailer. Absent: it is no single JSON text. */
  answerValue?(answer: ChatAnswer, context: AnswerContext, losses: LossReport): object;
  /**
   * What `buildAnswer` writes of a large answer, for dialects that have neither losses nor a trailer: it yields wherever
   * somebody else may have a turn.
   */
  buildInPieces?(answer: ChatAnswer): Generator<void, Buffer>;
  createStreamBuilder(context: AnswerContext, losses: LossReport): StreamBuilder;
}
