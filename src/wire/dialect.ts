// wire/: the dialects: how requests are read and built, how answers and streams are read, translated and ended.
// Pure: no I/O, no clock. May import contracts/ and lib/.
// One folder a dialect; this file is the seam that the gateway sees, so that it never names one.
// Start here, then openai-chat/relay-stream.ts (the hot path of every streamed answer).
// A pair of dialects is a Lane: relay where both ends speak the same, translate otherwise.
import type { Deployment } from '../contracts/deployment.ts';
import type { AppError, ErrorCode } from '../contracts/errors.ts';
import type { Loss } from '../contracts/receipt.ts';
import type { Usage } from '../contracts/usage.ts';
import type { FinishReason } from '../contracts/vocabulary.ts';

/** What one attempt sends upstream. */
export interface UpstreamBody {
  path: string;
  body: Buffer;
  /** Headers that the dialect needs besides credentials (`anthropic-version`). Lower case. Absent: none. */
  headers?: Readonly<Record<string, string>>;
  loss: readonly Loss[];
}

/** An upstream's error, read without keeping any text of it: vendors echo prompts in their messages. */
export interface UpstreamErrorReading {
  code: ErrorCode;
  /** The vendor's own code and parameter name where they are plain identifiers; safe to show. */
  vendorCode: string | null;
  vendorParam: string | null;
  /** Seconds after which the vendor says to try again, where its body says so (Google's `RetryInfo`); absent: not said. */
  retryAfterS?: number;
}

/** A complete, non-streaming answer. */
export type AnswerReading =
  | {
      ok: true;
      usage: Usage | null;
      finish: FinishReason | null;
      regionEcho: string | null;
      /** Bytes of what the model said, without the envelope, where the reader counts them. */
      contentBytes?: number;
    }
  | FailedReading;

/** No answer, or one that nobody may have; what it used is owed all the same. */
export interface FailedReading {
  ok: false;
  error: UpstreamErrorReading;
  /** As it was reported. Absent: it was not. */
  usage?: Usage | null;
  /** Bytes of what the model said before it broke off. Absent: nothing, as far as is known. */
  contentBytes?: number;
}

/** What a stream transducer tells while bytes arrive; synchronous, in wire order. */
export interface StreamListener {
  /** The bytes that follow hold the first text, reasoning or tool call: from here on the attempt cannot be replaced. */
  onContent(): void;
  /** Bytes for the client. Before `onContent` they may be held back and thrown away with the attempt. */
  onBytes(bytes: Buffer): void;
  onUsage(usage: Usage): void;
  onFinish(reason: FinishReason): void;
  /** The vendor told where it computes this answer, in its own word. Absent: not of interest. */
  onRegion?(region: string): void;
  /** The stream ended as its dialect says it must; its terminal bytes have been passed to `onBytes`. */
  onComplete(): void;
  /** The upstream reported an error inside the stream; nothing of it was passed on. */
  onStreamError(error: UpstreamErrorReading): void;
  /** The connection ended without the dialect's end. */
  onCut(): void;
  /** One event could not be read and was left out. */
  onMalformed(): void;
}

/** Synchronous: bytes in, calls to the listener out. */
export interface StreamTransducer {
  push(chunk: Buffer): void;
  /** The upstream closed its side. Answers with onComplete or onCut unless either was called before. */
  end(): void;
  /** Output events that carried content so far: the basis of an estimate where no usage is reported. */
  readonly contentEvents: number;
  /** Bytes of text, reasoning and arguments so far, where the transducer counts them. */
  readonly contentBytes?: number;
  /** The last content was a thought: what follows may be a long silence. Absent: cannot be told. */
  readonly reasoning?: boolean;
  readonly finished: boolean;
}

export interface StreamOptions {
  /** The client did not ask for usage, whether we did or it comes unasked: the chunk that carries only usage is not passed on. */
  swallowUsage: boolean;
  /** Answers asked for (`n`): a stream is complete when each has finished. */
  choices: number;
  /** Raw JSON value to add as member `alidade` to the last chunk; called once, when usage is known. */
  trailer: (() => string) | null;
}

/** One pair (what the client speaks, what the upstream speaks) for one request. */
export interface Lane {
  build(deployment: Deployment): UpstreamBody;
  stream(listener: StreamListener, trailer: (() => string) | null): StreamTransducer;
  readAnswer(body: Buffer): AnswerReading;
  /**
   * The same of large answers: it yields wherever somebody else may have a turn, and what `answer` will write is prepared.
   * Absent: they are read at once. `holder`: stands for long strings meanwhile; one that no vendor can know.
   */
  readAnswerInPieces?(body: Buffer, holder: string): Generator<void, AnswerReading>;
  /** The client's answer from a complete upstream answer that `readAnswer` found ok. `trailer`: raw JSON for `alidade`. */
  answer(body: Buffer, trailer: string | null): Buffer;
  readError(status: number, body: Buffer): UpstreamErrorReading;
  /**
   * What of the answer could not be kept for this client: complete after `answer`, or when the stream has ended. Absent:
   * nothing is ever lost.
   */
  answerLoss?(): readonly Loss[];
}

/** How a client's own dialect puts errors, pings and headers. */
export interface ClientDialect {
  /** `parts`: a caller inside this process (wire/parts/). */
  name: 'openai' | 'anthropic' | 'parts';
  /** JSON text of an error body. */
  errorBody(error: AppError, requestId: string): string;
  /** Terminal error event of a stream; never followed by the dialect's clean end. */
  errorEvent(error: AppError, requestId: string): Buffer;
  /** What may be sent before any content to keep a connection alive. */
  ping: Buffer;
  /** Header besides `x-request-id` under which clients of this dialect look for the request's id; null: none. */
  requestIdHeader: string | null;
}
