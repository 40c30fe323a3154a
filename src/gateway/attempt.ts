import type { Deployment } from '../contracts/deployment.ts';
import { AppError } from '../contracts/errors.ts';
import type { UpstreamCall, UpstreamClient, UpstreamFailure, UpstreamHandler } from '../contracts/upstream.ts';
import type { Usage } from '../contracts/usage.ts';
import type { AttemptRole, FinishReason } from '../contracts/vocabulary.ts';
import type { Lane, StreamListener, StreamTransducer, UpstreamBody, UpstreamErrorReading } from '../wire/dialect.ts';
import type { Clock } from './clock.ts';
import { readingError, transportError } from './upstream-failure.ts';

/** Enough of an error body to read its code; the rest is not worth memory. */
const MAX_ERROR_BODY_BYTES = 65_536;

/** Limits of one attempt where the endpoint does not say otherwise (DESIGN 5.5). */
const CONNECT_TIMEOUT_MS = 3_000;
const STREAM_FIRST_BYTE_MS = 30_000;
const STREAM_FIRST_TOKEN_MS = 60_000;
const STREAM_IDLE_MS = 30_000;

/** Of text in today's tokenizers, within a factor of two for most scripts; used only where nothing was reported. */
const BYTES_PER_TOKEN = 4;
/** A stream whose choices have all finished needs no sentinel; this is how long one is waited for. */
const SENTINEL_WAIT_MS = 1_000;

type Headers = Readonly<Record<string, string | string[] | undefined>>;

/** What an attempt tells the exchange it belongs to. After `onFailed`, `onAnswer` or `onComplete` it says nothing more. */
export interface AttemptOwner {
  onContent(): void;
  onBytes(bytes: Buffer): void;
  onAnswer(attempt: Attempt, body: Buffer): void;
  onComplete(attempt: Attempt): void;
  onFailed(attempt: Attempt, error: AppError): void;
}

export interface AttemptOptions {
  deployment: Deployment;
  role: AttemptRole;
  lane: Lane;
  upstreamBody: UpstreamBody;
  stream: boolean;
  credential: number;
  headers: Readonly<Record<string, string>>;
  trailer: (() => string) | null;
  clock: Clock;
}

/** One call to one deployment: bytes and time in, one verdict out. */
export class Attempt implements UpstreamHandler, StreamListener {
  readonly deployment: Deployment;
  readonly role: AttemptRole;
  readonly lane: Lane;
  readonly startedWallMs: number;
  readonly startedAtMs: number;
  status: number | null = null;
  firstTokenMs: number | null = null;
  endedAtMs: number | null = null;
  usage: Usage | null = null;
  finish: FinishReason | null = null;
  regionEcho: string | null = null;
  error: AppError | null = null;
  malformedEvents = 0;
  /** Bytes of what a complete answer says: the basis of an estimate of output tokens. */
  answerBytes = 0;
  /** The upstream side is over: nothing more will arrive and there is nothing left to abort. */
  closed = false;

  #options: AttemptOptions;
  #owner: AttemptOwner;
  #call: UpstreamCall | null = null;
  #transducer: StreamTransducer | null = null;
  #chunks: Buffer[] = [];
  #collected = 0;
  #lastByteAtMs: number;
  #paused = false;
  #retryAfterS: number | null = null;

  constructor(owner: AttemptOwner, options: AttemptOptions) {
    this.#owner = owner;
    this.#options = options;
    this.deployment = options.deployment;
    this.role = options.role;
    this.lane = options.lane;
    this.startedWallMs = options.clock.now();
    this.startedAtMs = options.clock.monotonic();
    this.#lastByteAtMs = this.startedAtMs;
  }

  get ended(): boolean {
    return this.endedAtMs !== null;
  }

  /** Our estimate of what the model said, in tokens: at least one an event, else four bytes each. */
  get estimatedOutputTokens(): number {
    const events = this.#transducer?.contentEvents ?? 0;
    const bytes = this.#transducer?.contentBytes ?? this.answerBytes;
    return Math.max(events, Math.ceil(bytes / BYTES_PER_TOKEN));
  }

  start(client: UpstreamClient): void {
    const { deployment, upstreamBody, credential, headers } = this.#options;
    const call = client.dispatch(
      {
        endpoint: deployment.endpoint,
        credential,
        path: upstreamBody.path,
        headers,
        body: upstreamBody.body,
        connectTimeoutMs: deployment.endpoint.timeouts.connectMs || CONNECT_TIMEOUT_MS,
      },
      this,
    );
    this.#call = call;
    // A failure inside dispatch has ended us before there was a call to abort.
    if (this.ended) call.abort();
  }

  pause(): void {
    this.#paused = true;
    this.#call?.pause();
  }

  resume(): void {
    this.#paused = false;
    this.#lastByteAtMs = this.#options.clock.monotonic();
    this.#call?.resume();
  }

  /** Ends the attempt from outside (client gone, deadline, shutdown). The owner hears nothing. */
  cancel(error: AppError): void {
    if (!this.ended) {
      this.error = error;
      this.#end();
    }
    this.#call?.abort();
  }

  /** Called by the sweeper. A socket that we paused ourselves is not silent. */
  check(nowMs: number): void {
    if (this.ended) return;
    const timeouts = this.deployment.endpoint.timeouts;
    const waited = nowMs - this.startedAtMs;
    if (!this.#options.stream) {
      if (timeouts.firstByteMs !== null && this.status === null && waited > timeouts.firstByteMs) this.#timeout();
      return;
    }
    if (this.status === null && waited > (timeouts.firstByteMs ?? STREAM_FIRST_BYTE_MS)) return this.#timeout();
    if (this.firstTokenMs === null && waited > (timeouts.firstTokenMs ?? STREAM_FIRST_TOKEN_MS)) return this.#timeout();
    const idle = nowMs - this.#lastByteAtMs;
    if (this.finish !== null && !this.#paused && idle > SENTINEL_WAIT_MS) {
      this.#transducer?.end();
      this.#call?.abort();
      return;
    }
    if (!this.#paused && this.firstTokenMs !== null && idle > (timeouts.idleMs ?? STREAM_IDLE_MS)) {
      this.#fail(new AppError('upstream_stalled', `The upstream of ${this.deployment.id} stopped sending.`));
    }
  }

  onHead(status: number, headers: Headers): void {
    if (this.ended) return;
    this.status = status;
    this.#retryAfterS = readRetryAfter(headers['retry-after']);
    const contentType = headers['content-type'];
    const isEvents = typeof contentType === 'string' && contentType.startsWith('text/event-stream');
    if (this.#options.stream && isEvents && status >= 200 && status < 300) {
      this.#transducer = this.lane.stream(this, this.#options.trailer);
    }
  }

  onData(chunk: Buffer): void {
    if (this.ended) return;
    if (this.#transducer !== null) {
      this.#lastByteAtMs = this.#options.clock.monotonic();
      this.#transducer.push(chunk);
      return;
    }
    if (this.#expectsAnswer() || this.#collected < MAX_ERROR_BODY_BYTES) this.#chunks.push(chunk);
    this.#collected += chunk.length;
  }

  onEnd(): void {
    this.closed = true;
    if (this.ended) return;
    if (this.#transducer !== null) {
      this.#transducer.end();
      return;
    }
    const body = this.#chunks.length === 1 ? (this.#chunks[0] as Buffer) : Buffer.concat(this.#chunks);
    if (this.#expectsAnswer()) this.#readAnswer(body);
    else this.#readError(body);
  }

  onFailure(failure: UpstreamFailure, cause: Error): void {
    this.closed = true;
    if (this.ended) return;
    if (this.#transducer !== null && failure === 'reset') {
      // A finish reason may have arrived already: then the stream is complete, and the transducer knows.
      this.#transducer.end();
      return;
    }
    this.#fail(transportError(this.deployment, failure, cause));
  }

  onContent(): void {
    this.firstTokenMs = this.#options.clock.monotonic() - this.startedAtMs;
    this.#owner.onContent();
  }

  onBytes(bytes: Buffer): void {
    this.#owner.onBytes(bytes);
  }

  onUsage(usage: Usage): void {
    this.usage = usage;
  }

  onFinish(reason: FinishReason): void {
    this.finish = reason;
  }

  onComplete(): void {
    this.#end();
    this.#owner.onComplete(this);
  }

  onStreamError(reading: UpstreamErrorReading): void {
    this.#fail(readingError(this.deployment, this.status ?? 200, reading, reading.retryAfterS ?? null));
  }

  onCut(): void {
    const text = `The upstream of ${this.deployment.id} closed the stream before finishing it.`;
    this.#fail(new AppError('upstream_cut', text));
  }

  onMalformed(): void {
    this.malformedEvents += 1;
  }

  #expectsAnswer(): boolean {
    const status = this.status ?? 0;
    return !this.#options.stream && status >= 200 && status < 300;
  }

  #readAnswer(body: Buffer): void {
    const reading = this.lane.readAnswer(body);
    if (!reading.ok) {
      this.#fail(readingError(this.deployment, this.status ?? 200, reading.error, null));
      return;
    }
    this.usage = reading.usage;
    this.finish = reading.finish;
    this.regionEcho = reading.regionEcho;
    this.answerBytes = reading.contentBytes ?? body.length;
    this.firstTokenMs = this.#options.clock.monotonic() - this.startedAtMs;
    this.#end();
    this.#owner.onAnswer(this, body);
  }

  #readError(body: Buffer): void {
    const status = this.status ?? 0;
    const reading = this.lane.readError(status, body);
    this.#fail(readingError(this.deployment, status, reading, this.#retryAfterS ?? reading.retryAfterS ?? null));
  }

  #timeout(): void {
    this.#fail(new AppError('upstream_timeout', `The upstream of ${this.deployment.id} did not answer in time.`));
  }

  #fail(error: AppError): void {
    if (this.ended) return;
    this.error = error;
    this.#end();
    this.#call?.abort();
    this.#owner.onFailed(this, error);
  }

  #end(): void {
    this.endedAtMs = this.#options.clock.monotonic();
    this.#chunks = [];
  }
}

/** Seconds; HTTP dates are ignored, since no examined vendor sends them. */
function readRetryAfter(value: string | string[] | undefined): number | null {
  const seconds = typeof value === 'string' ? Number(value) : Number.NaN;
  return Number.isFinite(seconds) && seconds >= 0 ? seconds : null;
}
