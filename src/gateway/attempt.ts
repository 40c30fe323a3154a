import type { Deployment } from '../contracts/deployment.ts';
import { AppError } from '../contracts/errors.ts';
import type { Loss } from '../contracts/receipt.ts';
import type { UpstreamCall, UpstreamClient, UpstreamFailure, UpstreamHandler } from '../contracts/upstream.ts';
import type { Usage } from '../contracts/usage.ts';
import type { AttemptRole, FinishReason } from '../contracts/vocabulary.ts';
import type {
  AnswerReading,
  FailedReading,
  Lane,
  StreamListener,
  StreamTransducer,
  UpstreamBody,
  UpstreamErrorReading,
} from '../wire/dialect.ts';
import { AttemptDeadlines } from './attempt-deadlines.ts';
import type { AttemptGate } from './attempt-gate.ts';
import { lossOf } from './attempt-loss.ts';
import type { BankTicket } from './bank/rate-bank.ts';
import type { Clock } from './clock.ts';
import { UPSTREAM_CODECS } from './codecs.ts';
import type { FairTurns } from './fair-turns.ts';
import type { AttemptBudget } from './limits/request-budget.ts';
import type { PlannedCall } from './plan-walk.ts';
import { readRetryAfter } from './retry-after.ts';
import { readingError, transportError } from './upstream-failure.ts';
import {
  answerEventsOf,
  beginsEvents,
  beginsJson,
  isGood,
  UNWRITABLE,
  type WholeBody,
  type WholeBodyOwner,
  wholeBodyOf,
} from './whole-body.ts';

const CONNECT_TIMEOUT_MS = 3_000;
/** Of text in today's tokenizers, within a factor of two for most scripts; used only where nothing was reported. */
const BYTES_PER_TOKEN = 4;
/** A stream whose choices have all finished needs no sentinel; this is how long one is waited for. */
const SENTINEL_WAIT_MS = 1_000;

/** Names of media types are read in either case (RFC 9110, 8.3.1). */
const EVENTS = /^text\/event-stream\b/i;

type Headers = Readonly<Record<string, string | string[] | undefined>>;

/** What an attempt tells the exchange it belongs to. After `onFailed`, `onAnswer` or `onComplete` it says nothing more. */
export interface AttemptOwner {
  onContent(attempt: Attempt): void;
  onBytes(attempt: Attempt, bytes: Buffer): void;
  onAnswer(attempt: Attempt, body: Buffer): void;
  onComplete(attempt: Attempt): void;
  onFailed(attempt: Attempt, error: AppError): void;
}

export interface AttemptOptions {
  /** Place among the attempts of its request, from 0. */
  number: number;
  call: PlannedCall;
  role: AttemptRole;
  lane: Lane;
  upstreamBody: UpstreamBody;
  stream: boolean;
  /** Answers asked for (`n`). */
  choices: number;
  headers: Readonly<Record<string, string>>;
  trailer: ((attempt: Attempt) => string) | null;
  /** As measured, milliseconds. */
  firstTokenLimitMs: number;
  ticket: BankTicket;
  budget: AttemptBudget;
  gate: AttemptGate;
  /** As in AttemptGate. */
  carried: string | null;
  clock: Clock;
  turns: FairTurns;
}

/** One call to one deployment: bytes and time in, one verdict out. */
export class Attempt implements UpstreamHandler, StreamListener, WholeBodyOwner {
  readonly number: number;
  readonly call: PlannedCall;
  readonly deployment: Deployment;
  readonly role: AttemptRole;
  readonly lane: Lane;
  readonly startedWallMs: number;
  readonly startedAtMs: number;
  readonly ticket: BankTicket;
  readonly budget: AttemptBudget;
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
  #deadlines: AttemptDeadlines;
  #call: UpstreamCall | null = null;
  #transducer: StreamTransducer | null = null;
  /** Of an answer that does not stream. */
  #whole: WholeBody | null = null;
  /** For the client, but not sent as long as another attempt could take this one's place. */
  #held: Buffer[] = [];
  #bodyIsNew = true;
  #paused = false;
  #isBegun = false;
  #retryAfterS: number | null = null;
  /** Events with content when it first said that it has finished, and when usage was last reported. */
  #finishedAfter = 0;
  #reportedAfter = 0;

  constructor(owner: AttemptOwner, options: AttemptOptions) {
    const { clock, call } = options;
    this.#owner = owner;
    this.#options = options;
    this.number = options.number;
    this.call = call;
    this.deployment = call.deployment;
    this.role = options.role;
    this.lane = options.lane;
    this.ticket = options.ticket;
    this.budget = options.budget;
    this.startedWallMs = clock.now();
    this.startedAtMs = clock.monotonic();
    this.#deadlines = new AttemptDeadlines(
      call.deployment.endpoint.timeouts,
      options.firstTokenLimitMs,
      this.startedAtMs,
    );
  }

  get ended(): boolean {
    return this.endedAtMs !== null;
  }

  get stream(): boolean {
    return this.#options.stream;
  }

  get #contentEvents(): number {
    return this.#transducer?.contentEvents ?? 0;
  }

  /** Our estimate of what the model said, in tokens: at least one an event, else four bytes each. */
  get estimatedOutputTokens(): number {
    const bytes = this.#transducer?.contentBytes ?? this.answerBytes;
    return Math.max(this.#contentEvents, Math.ceil(bytes / BYTES_PER_TOKEN));
  }

  /** More was said since usage was reported. */
  get wentOnSinceReport(): boolean {
    return this.#contentEvents > this.#reportedAfter;
  }

  /** Our estimate of what it was asked with besides the request, in tokens. */
  get carriedTokens(): number {
    return Math.ceil(Buffer.byteLength(this.#options.carried ?? '') / BYTES_PER_TOKEN);
  }

  /** What could not be kept of the request and, as far as it has come, of the answer. */
  get loss(): readonly Loss[] {
    return lossOf(this.#options.upstreamBody, this.lane, this.malformedEvents);
  }

  start(client: UpstreamClient): void {
    const { upstreamBody, headers } = this.#options;
    const { endpoint } = this.deployment;
    const call = client.dispatch(
      {
        endpoint,
        credential: this.call.credential,
        path: upstreamBody.path,
        headers,
        body: upstreamBody.body,
        connectTimeoutMs: endpoint.timeouts.connectMs || CONNECT_TIMEOUT_MS,
      },
      this,
    );
    this.#isBegun = true;
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
    this.#deadlines.onResume(this.#options.clock.monotonic());
    this.#call?.resume();
  }

  /** Keeps bytes until it is certain that this attempt is the one that answers. */
  hold(bytes: Buffer): void {
    this.#held.push(bytes);
  }

  /** What was held, in order; it is the caller's from now on. */
  takeHeld(): readonly Buffer[] {
    const held = this.#held;
    this.#held = [];
    return held;
  }

  /** Ends the attempt from outside (client gone, deadline, shutdown, another one was faster). The owner hears nothing. */
  cancel(error: AppError): void {
    if (!this.ended) {
      this.error = error;
      this.#end();
    }
    this.#call?.abort();
  }

  /** Called by the sweeper. */
  check(nowMs: number): void {
    if (this.ended) return;
    if (this.#isWhole(nowMs)) {
      this.#transducer?.end();
      this.#call?.abort();
      return;
    }
    const overdue = this.#deadlines.overdue(
      {
        stream: this.#options.stream,
        hasHead: this.status !== null,
        hasToken: this.firstTokenMs !== null,
        reasoning: this.#transducer?.reasoning === true,
        paused: this.#paused,
      },
      nowMs,
    );
    if (overdue === 'idle') {
      // Of several answers some have finished: the transducer knows whether it was all of them.
      if (this.finish !== null && this.#transducer !== null) this.#transducer.end();
      else this.#fail(new AppError('upstream_stalled', `The upstream of ${this.deployment.id} stopped sending.`));
    } else if (overdue !== null) {
      this.#fail(new AppError('upstream_timeout', `The upstream of ${this.deployment.id} did not answer in time.`));
    }
  }

  mayLeave(): boolean {
    // Whoever begins a call has just asked; one that waited for a connection has been overtaken by what came since.
    if (!this.#isBegun) return true;
    const { gate, carried } = this.#options;
    return gate.isPermittedNow(this.deployment, carried);
  }

  onHead(status: number, headers: Headers): void {
    if (this.ended) return;
    this.status = status;
    const nowMs = this.#options.clock.monotonic();
    this.#deadlines.onHead(nowMs);
    this.ticket.note(headers, nowMs);
    this.#retryAfterS = readRetryAfter(headers, this.#options.clock);
    const encoding = headers['content-encoding'];
    // A status that says no says it whatever its body looks like.
    if (encoding !== undefined && encoding !== 'identity' && isGood(status)) {
      const text = `The upstream of ${this.deployment.id} sent a content-encoding that was not asked for.`;
      this.#fail(new AppError('upstream_protocol', text));
      return;
    }
    const contentType = headers['content-type'];
    const isEvents = typeof contentType === 'string' && EVENTS.test(contentType);
    if (this.#options.stream && isEvents && isGood(status)) this.#beginStream();
  }

  onData(chunk: Buffer): void {
    if (this.ended) return;
    this.#deadlines.onBytes(chunk, this.#options.stream, this.#options.clock.monotonic());
    if (this.#bodyIsNew) this.#beginBody(chunk);
    if (this.#transducer !== null) {
      this.#transducer.push(chunk);
      return;
    }
    this.#whole ??= wholeBodyOf(this, this.#options);
    this.#whole.push(chunk);
  }

  onEnd(): void {
    this.closed = true;
    if (this.ended) return;
    if (this.#transducer !== null) {
      this.#transducer.end();
      return;
    }
    this.#whole ??= wholeBodyOf(this, this.#options);
    this.#whole.end();
  }

  onReading(reading: AnswerReading, body: Buffer): void {
    if (!reading.ok) return this.#failReading(reading);
    this.usage = reading.usage;
    this.finish = reading.finish;
    this.regionEcho = reading.regionEcho;
    this.answerBytes = reading.contentBytes ?? body.length;
    this.firstTokenMs = this.#options.clock.monotonic() - this.startedAtMs;
    this.#end();
    this.#owner.onAnswer(this, body);
  }

  onOtherBody(body: Buffer): void {
    const status = this.status ?? 0;
    if (isGood(status)) return this.#onWholeForStream(body);
    const reading = this.lane.readError(status, body);
    this.#fail(readingError(this.deployment, status, reading, this.#retryAfterS ?? reading.retryAfterS ?? null));
  }

  onUnreadable(cause: unknown): void {
    this.#fail(new AppError('internal', 'The answer could not be read.', { cause }));
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
    this.#owner.onContent(this);
  }

  onBytes(bytes: Buffer): void {
    this.#owner.onBytes(this, bytes);
  }

  onUsage(usage: Usage): void {
    this.usage = usage;
    this.#reportedAfter = this.#contentEvents;
  }

  onRegion(region: string): void {
    this.regionEcho = region;
  }

  onFinish(reason: FinishReason): void {
    if (this.finish === null) this.#finishedAfter = this.#contentEvents;
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

  /** Every answer has said why it ended, and only the sentinel is missing. */
  #isWhole(nowMs: number): boolean {
    if (this.finish === null || this.#paused || this.#options.choices > 1) return false;
    // Some say in every event that they have finished: those that went on may do so again.
    if (this.#contentEvents > this.#finishedAfter) return false;
    return this.#options.stream && this.#deadlines.idleMs(nowMs) > SENTINEL_WAIT_MS;
  }

  /** Some answer whole where a stream was asked for. It is paid for, so it is passed on as the stream that it stands for. */
  #onWholeForStream(body: Buffer): void {
    const reading = this.lane.readAnswer(body);
    if (!reading.ok) return this.#failReading(reading);
    const events = answerEventsOf(UPSTREAM_CODECS[this.deployment.endpoint.dialect], body);
    if (events === null) return this.#failReading({ ok: false, error: UNWRITABLE, usage: reading.usage });
    const stream = this.#beginStream();
    stream.push(events);
    if (!this.ended) stream.end();
  }

  /** Some call their events plain text, or a whole answer events: what they begin with tells. */
  #beginBody(chunk: Buffer): void {
    this.#bodyIsNew = false;
    if (!this.#options.stream || !isGood(this.status)) return;
    if (beginsJson(chunk)) this.#transducer = null;
    else if (this.#transducer === null && beginsEvents(chunk)) this.#beginStream();
  }

  #beginStream(): StreamTransducer {
    const { trailer } = this.#options;
    const stream = this.lane.stream(this, trailer === null ? null : () => trailer(this));
    this.#transducer = stream;
    return stream;
  }

  #failReading({ error, usage, contentBytes }: FailedReading): void {
    this.usage = usage ?? null;
    this.answerBytes = contentBytes ?? 0;
    this.#fail(readingError(this.deployment, this.status ?? 200, error, null));
  }

  #fail(error: AppError): void {
    if (this.ended) return;
    this.error = error;
    this.#held = [];
    this.#end();
    this.#call?.abort();
    this.#owner.onFailed(this, error);
  }

  #end(): void {
    this.endedAtMs = this.#options.clock.monotonic();
    this.#whole = null;
  }
}
