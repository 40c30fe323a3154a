import type { Socket } from 'node:net';
import type { Seat } from '../lib/churning-set.ts';
import type { AnswerHeaders, HeadLines } from './answer-headers.ts';
import { type AnswerListener, AnswerReader } from './answer-reader.ts';
import { UpstreamCallError } from './failure.ts';

/** Head and body up to this size leave as one piece; a copy of more would cost more than the second write. */
const ONE_WRITE_BYTES = 16_384;
/** What an upstream promises of an idle connection is believed less this, for the way there, and no longer than that. */
const KEEP_ALIVE_MARGIN_MS = 2_000;
const LONGEST_KEEP_ALIVE_MS = 600_000;

/** Opens a socket; `callback` is called once, `onRead` with whatever comes afterwards. */
export type Connect = (
  onRead: (bytes: Buffer) => void,
  callback: (error: Error | null, socket: Socket | null) => void,
) => void;

/** One request and whoever hears its answer. Exactly one of `onEnd` and `onError` comes last. */
export interface ConnectionCall {
  /** Request line and header lines, each with its line end, without the length of the body. */
  readonly head: string;
  /** null: the request has none. */
  readonly body: Buffer | null;
  readonly ended: boolean;
  /** The request leaves now, unless the connection is let go within this. */
  onStarted(): void;
  onHead(status: number, headers: AnswerHeaders): void;
  onBody(part: Buffer): void;
  /** @param reusable whether the connection can take another call */
  onEnd(reusable: boolean): void;
  onError(error: Error): void;
}

export interface ConnectionOptions {
  connect: Connect;
  maxResponseBytes: number;
  /** What heads of this upstream said before. */
  headLines?: HeadLines;
  /** How long an idle connection is kept where the upstream does not say. */
  keepAliveMs: number;
  /** Told once of a connection that broke while it had no call. */
  onLost: (connection: HttpConnection) => void;
}

/**
 * One HTTP/1.1 connection to an upstream, one call at a time. It stands in for undici's Client, whose parser, queue and
 * stream of chunks cost three times as much an event (docs/decisions/0016-answers-are-read-here.md).
 */
export class HttpConnection implements AnswerListener {
  readonly createdAt = performance.now();
  /** Its pool's: where it stands, and its place among the idle ones. */
  state: 'busy' | 'resting' | 'idle' = 'busy';
  idleAt = -1;
  /** Its place among the open ones of its pool; null: it is none of them. */
  seat: Seat<HttpConnection> | null = null;
  /** Until when it may be used again. */
  idleUntilMs = 0;
  /** Nothing can be sent on it any more. */
  lost = false;
  readonly #options: ConnectionOptions;
  readonly #reader: AnswerReader;
  #socket: Socket | null = null;
  #call: ConnectionCall | null = null;
  #paused = false;
  /** Nothing more will come: holding back what has come would only make it look cut. */
  #atEnd = false;
  /** Read, but not looked at: the call was paused in the middle of it. */
  #rest: Buffer | null = null;

  constructor(options: ConnectionOptions) {
    this.#options = options;
    this.#reader = new AnswerReader(this, options.maxResponseBytes, options.headLines);
  }

  /** Sends a request, on the first call as soon as there is a socket. */
  send(call: ConnectionCall): void {
    this.#call = call;
    if (this.#socket !== null) return this.#write(this.#socket, call);
    this.#options.connect(
      (bytes) => this.#onRead(bytes),
      (error, socket) => this.#onConnected(error, socket),
    );
  }

  /** Keeps neither the process alive nor the answer of anybody; `nowMs` of performance.now(). */
  rest(nowMs: number): void {
    const promisedS = this.#reader.keepAliveS;
    const keptMs =
      promisedS === null
        ? this.#options.keepAliveMs
        : Math.min(promisedS * 1_000 - KEEP_ALIVE_MARGIN_MS, LONGEST_KEEP_ALIVE_MS);
    this.idleUntilMs = nowMs + keptMs;
    this.#socket?.unref();
  }

  pause(): void {
    if (this.#atEnd) return;
    this.#paused = true;
    this.#reader.halted = true;
    this.#socket?.pause();
  }

  resume(): void {
    if (!this.#paused || this.lost) return;
    this.#paused = false;
    this.#reader.halted = false;
    const rest = this.#rest;
    this.#rest = null;
    if (rest !== null) this.#read(rest);
    if (!this.#paused) this.#socket?.resume();
  }

  /** Lets go of the socket and of the call, which hears nothing more. */
  destroy(): void {
    this.lost = true;
    this.#reader.halted = true;
    this.#call = null;
    this.#rest = null;
    this.#socket?.destroy();
  }

  /** The same, and resolves when the socket is gone. Its call fails with `error`. */
  close(error: Error): Promise<void> {
    const call = this.#call;
    const socket = this.#socket;
    this.destroy();
    call?.onError(error);
    if (socket === null || socket.closed) return Promise.resolve();
    return new Promise((resolve) => socket.once('close', () => resolve()));
  }

  onHead(status: number, headers: AnswerHeaders): void {
    this.#call?.onHead(status, headers);
  }

  onBody(part: Buffer): void {
    this.#call?.onBody(part);
  }

  #onConnected(error: Error | null, socket: Socket | null): void {
    if (error !== null || socket === null)
      return this.#fail(error ?? new UpstreamCallError('NO_SOCKET', 'No connection.'));
    // Asked for here and not handed down: whatever the callback named would stay alive as long as the socket.
    const call = this.#call;
    if (this.lost || call === null) {
      socket.on('error', ignore).destroy();
      return;
    }
    this.#adopt(socket);
    this.#write(socket, call);
  }

  #adopt(socket: Socket): void {
    this.#socket = socket;
    socket.on('end', () => this.#onSocketEnd());
    socket.on('error', (error) => this.#fail(error));
    socket.on('close', () => this.#fail(new UpstreamCallError('CLOSED', 'The upstream closed the connection.')));
  }

  #write(socket: Socket, call: ConnectionCall): void {
    this.#reader.reset();
    socket.ref();
    call.onStarted();
    if (this.lost) return;
    const { body } = call;
    if (body === null) {
      socket.write(`${call.head}\r\n`, 'latin1');
      return;
    }
    const head = `${call.head}content-length: ${body.length}\r\n\r\n`;
    if (body.length <= ONE_WRITE_BYTES) {
      const bytes = Buffer.allocUnsafe(head.length + body.length);
      bytes.write(head, 0, 'latin1');
      body.copy(bytes, head.length);
      socket.write(bytes);
    } else {
      socket.cork();
      socket.write(head, 'latin1');
      socket.write(body);
      socket.uncork();
    }
  }

  #onRead(bytes: Buffer): void {
    if (this.lost) return;
    // Nobody asked: whoever came next would take it for its answer.
    if (this.#call === null) return this.#fail(new UpstreamCallError('UNASKED', 'The upstream spoke unasked.'));
    if (this.#rest !== null) this.#rest = Buffer.concat([this.#rest, bytes]);
    else this.#read(bytes);
  }

  #read(bytes: Buffer): void {
    const reader = this.#reader;
    let taken: number;
    try {
      taken = reader.push(bytes);
    } catch (error) {
      return this.#fail(error as Error);
    }
    if (this.lost) return;
    // Whoever has paused hears of the end when it goes on.
    if (reader.halted) this.#rest = bytes.subarray(taken);
    else if (reader.done) this.#finish(taken === bytes.length);
  }

  /** @param clean nothing came behind the answer */
  #finish(clean: boolean): void {
    const call = this.#call;
    const socket = this.#socket;
    this.#call = null;
    // Of an answer that came before the request had left, the rest of the request would be taken for the next one.
    const reusable = clean && this.#reader.keepsAlive && socket !== null && socket.writableLength === 0;
    const promisedS = this.#reader.keepAliveS;
    call?.onEnd(reusable && (promisedS === null || promisedS * 1_000 > KEEP_ALIVE_MARGIN_MS));
  }

  #onSocketEnd(): void {
    // What was read before the end is told, whoever has paused or does so while it is told.
    this.#atEnd = true;
    this.#reader.halted = false;
    const rest = this.#rest;
    this.#rest = null;
    if (rest !== null) this.#read(rest);
    if (this.lost) return;
    if (this.#call !== null && this.#reader.end()) return this.#finish(false);
    this.#fail(new UpstreamCallError('ENDED', 'The upstream closed the connection.'));
  }

  #fail(error: Error): void {
    if (this.lost) return;
    const call = this.#call;
    this.destroy();
    if (call === null) this.#options.onLost(this);
    else call.onError(error);
  }
}

const ignore = (): void => {
  // Whatever becomes of a socket that nobody waits for any more.
};
