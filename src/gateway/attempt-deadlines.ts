import type { Endpoint } from '../contracts/deployment.ts';

/** Limits of one attempt where the endpoint does not say otherwise (DESIGN 5.5). */
const STREAM_FIRST_BYTE_MS = 30_000;
const STREAM_IDLE_MS = 30_000;
/** Thinking is silent at some vendors; so is generating behind those that send their head early. */
const THINKING_IDLE_MS = 120_000;
/** The first events of a stream come at once and say nothing of its health; what comes later is a sign of life. */
const OPENING_MS = 1_000;
/** So many bytes without the end of a line are a large event, or part of a whole answer, and no trickle. */
const LARGE_BYTES = 1_024;
const LINE_FEED = 0x0a;
const SPACE = 0x20;

/** Vendors send white space ahead of a whole answer, so that nobody takes a long generation for death. */
const isBlank = (chunk: Buffer): boolean => chunk.length < LARGE_BYTES && chunk.every((byte) => byte <= SPACE);

/** What has come of an answer so far. */
export interface AnswerProgress {
  stream: boolean;
  hasHead: boolean;
  hasToken: boolean;
  /** The last content was a thought. */
  reasoning: boolean;
  /** We stopped reading ourselves, because the client does not read. */
  paused: boolean;
}

export type Overdue = 'first_byte' | 'first_token' | 'idle';

/**
 * When one attempt has waited long enough. Lines are life and bytes are not: an upstream that sends a byte now and then
 * is dead, one that sends comments or pings while it thinks is not, and may then exceed the limit for its first token.
 */
export class AttemptDeadlines {
  readonly #timeouts: Endpoint['timeouts'];
  readonly #firstTokenLimitMs: number;
  readonly #startedAtMs: number;
  #lastLineAtMs: number;
  #bodyAtMs: number | null = null;
  #lifeAtMs: number | null = null;
  #bytesSinceLine = 0;

  /** @param firstTokenLimitMs as measured, for endpoints that do not say it */
  constructor(timeouts: Endpoint['timeouts'], firstTokenLimitMs: number, startedAtMs: number) {
    this.#timeouts = timeouts;
    this.#firstTokenLimitMs = firstTokenLimitMs;
    this.#startedAtMs = startedAtMs;
    this.#lastLineAtMs = startedAtMs;
  }

  /** How long no line has come. */
  idleMs(nowMs: number): number {
    return nowMs - this.#lastLineAtMs;
  }

  onHead(nowMs: number): void {
    this.#lastLineAtMs = nowMs;
  }

  onBytes(chunk: Buffer, stream: boolean, nowMs: number): void {
    this.#bodyAtMs ??= nowMs;
    this.#bytesSinceLine += chunk.length;
    // Events end where chunks end, nearly always: looked at first, since looking through a chunk costs ten times as much.
    const isLine = chunk[chunk.length - 1] === LINE_FEED || chunk.includes(LINE_FEED) || (!stream && isBlank(chunk));
    if (!isLine && this.#bytesSinceLine < LARGE_BYTES) return;
    this.#bytesSinceLine = 0;
    this.#lastLineAtMs = nowMs;
    if (nowMs - this.#bodyAtMs >= OPENING_MS) this.#lifeAtMs = nowMs;
  }

  /** The silence while we did not read is ours. */
  onResume(nowMs: number): void {
    this.#lastLineAtMs = nowMs;
  }

  overdue(progress: AnswerProgress, nowMs: number): Overdue | null {
    const waitedMs = nowMs - this.#startedAtMs;
    const firstByteMs = this.#timeouts.firstByteMs ?? (progress.stream ? STREAM_FIRST_BYTE_MS : null);
    if (!progress.hasHead) return firstByteMs !== null && waitedMs > firstByteMs ? 'first_byte' : null;
    const idleMs = this.idleMs(nowMs);
    if (!progress.stream) return idleMs > Math.max(THINKING_IDLE_MS, this.#timeouts.idleMs ?? 0) ? 'idle' : null;
    if (!progress.hasToken) return this.#firstTokenOverdue(waitedMs, nowMs) ? 'first_token' : null;
    return !progress.paused && idleMs > this.#idleLimitMs(progress.reasoning) ? 'idle' : null;
  }

  #firstTokenOverdue(waitedMs: number, nowMs: number): boolean {
    const stated = this.#timeouts.firstTokenMs;
    if (stated !== null) return waitedMs > stated;
    if (waitedMs <= this.#firstTokenLimitMs) return false;
    return this.#lifeAtMs === null || nowMs - this.#lifeAtMs > this.#idleLimitMs(false);
  }

  #idleLimitMs(reasoning: boolean): number {
    const idleMs = this.#timeouts.idleMs ?? STREAM_IDLE_MS;
    return reasoning ? Math.max(idleMs, THINKING_IDLE_MS) : idleMs;
  }
}
