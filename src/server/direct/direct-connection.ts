import type { Socket } from 'node:net';
import type { ClientSink } from '../../contracts/client-sink.ts';
import type { Seat } from '../../lib/churning-set.ts';
import { type Asked, type OwnHeaders, readOwnHeaders } from '../data-plane.ts';
import type { RequestHead } from '../request-head.ts';
import { type AnswerEnd, DirectSink } from './direct-sink.ts';
import type { DirectHead } from './read-head.ts';
import { RepeatedHead } from './repeated-head.ts';

/** A larger body that does not come at once is collected by node:http. */
const MOST_COLLECTED_BYTES = 1 << 20;
/** Of what comes before the answer is out; then the sender has to wait. */
const MOST_AHEAD_BYTES = 1 << 16;

/** What connections have in common. */
export interface DirectServer {
  readonly maxHeadBytes: number;
  /** How long a connection may rest between requests, seconds; null: no more requests are taken. */
  readonly keepAliveS: number | null;
  now(): number;
  /** Whose request it is; null: it is not for the gateway, or may not be, and node:http answers it. */
  admit(path: string, request: RequestHead): Asked | null;
  begin(asked: Asked, headers: OwnHeaders, sink: ClientSink, body: Buffer): void;
  /** `bytes` were read already and have to be read once more. */
  handOver(connection: DirectConnection, socket: Socket, bytes: Buffer): void;
  /** The client has ended in the middle of a body. */
  refuseCut(socket: Socket): void;
  /** The socket is closed. */
  onClosed(connection: DirectConnection): void;
}

/** A request of which the body is still coming. */
interface Coming {
  asked: Asked;
  head: DirectHead;
  headers: OwnHeaders;
  chunks: Buffer[];
  size: number;
}

/**
 * A client's connection as long as it sends nothing but plain requests to the gateway. With the first one that is
 * anything else it goes to node:http, with all that was read of it, and stays there.
 */
export class DirectConnection implements AnswerEnd {
  readonly #socket: Socket;
  readonly #server: DirectServer;
  readonly #onData = (bytes: Buffer): void => this.#take(bytes);
  readonly #onEnd = (): void => this.#ended();
  readonly #onClose = (): void => this.#closed();
  readonly #heads = new RepeatedHead();
  /** The last request's; the same headers are not read again. */
  #request: RequestHead | null = null;
  #headers: OwnHeaders | null = null;
  #coming: Coming | null = null;
  /** The answer that is under way. */
  #sink: DirectSink | null = null;
  /** What came behind the request that is being answered. */
  #ahead: Buffer | null = null;
  #answered = 0;
  /** Nothing that comes is read any more: no answer to it could be written. */
  #closing = false;
  /** When it was opened, last answered or began to send a body; milliseconds of `now`. */
  sinceMs: number;
  /** Its server's: its place among the open ones. */
  seat: Seat<DirectConnection> | null = null;

  constructor(socket: Socket, server: DirectServer) {
    this.#socket = socket;
    this.#server = server;
    this.sinceMs = server.now();
    socket.on('data', this.#onData);
    socket.on('end', this.#onEnd);
    socket.on('close', this.#onClose);
    socket.on('error', ignore);
  }

  get keepAliveS(): number | null {
    return this.#server.keepAliveS;
  }

  /** What it waits for, besides an answer. */
  get waitsFor(): 'first request' | 'body' | 'next request' | 'answer' | 'close' {
    if (this.#closing) return 'close';
    if (this.#sink !== null) return 'answer';
    if (this.#coming !== null) return 'body';
    return this.#answered === 0 ? 'first request' : 'next request';
  }

  /** Everything asked is answered, and nothing of another request has come. */
  get rests(): boolean {
    return this.waitsFor === 'next request' && this.#ahead === null;
  }

  /** To node:http, from which it does not come back. Not while an answer is under way. */
  handOver(bytes: Buffer = this.#collected()): void {
    const socket = this.#socket;
    this.#coming = null;
    if (socket.destroyed) return;
    socket.pause();
    socket.off('data', this.#onData).off('end', this.#onEnd).off('close', this.#onClose).off('error', ignore);
    this.#server.handOver(this, socket, bytes);
  }

  /** When what was written has left; not while an answer is under way. */
  close(): void {
    this.#closing = true;
    this.#coming = null;
    this.#ahead = null;
    // What comes is read and dropped: unread bytes turn a close into a reset, and the end of an answer may be lost.
    this.#socket.resume();
    this.#socket.destroySoon();
  }

  destroy(): void {
    this.#socket.destroy();
  }

  onAnswered(): void {
    this.#sink = null;
    this.#answered += 1;
    this.sinceMs = this.#server.now();
    if (this.#closing) return;
    if (this.keepAliveS === null) this.close();
    else if (this.#socket.writableNeedDrain) this.#awaitReader();
    else if (this.#ahead !== null) setImmediate(() => this.#goOn());
  }

  /** Whoever asks and asks and reads no answer would have all of them kept here. */
  #awaitReader(): void {
    this.#socket.pause();
    this.#socket.once('drain', () => {
      if (this.#ahead !== null) this.#goOn();
      else this.#socket.resume();
    });
  }

  #take(bytes: Buffer): void {
    if (this.#closing) return;
    if (this.#sink !== null || this.#ahead !== null) this.#keep(bytes);
    else if (this.#coming === null) this.#read(bytes);
    else {
      this.#coming.chunks.push(bytes);
      this.#coming.size += bytes.length;
      this.#complete(this.#coming);
    }
  }

  #keep(bytes: Buffer): void {
    this.#ahead = this.#ahead === null ? bytes : Buffer.concat([this.#ahead, bytes]);
    if (this.#ahead.length > MOST_AHEAD_BYTES) this.#socket.pause();
  }

  #goOn(): void {
    const ahead = this.#ahead;
    if (ahead === null || this.#closing || this.#socket.destroyed) return;
    this.#ahead = null;
    this.#socket.resume();
    this.#read(ahead);
  }

  #read(bytes: Buffer): void {
    const server = this.#server;
    const head = this.#heads.read(bytes, server.maxHeadBytes);
    if (head === null) return this.handOver(bytes);
    const isWhole = bytes.length >= head.headBytes + head.bodyBytes;
    if (!isWhole && head.bodyBytes > MOST_COLLECTED_BYTES) return this.handOver(bytes);
    const request = this.#requestOf(head);
    const asked = server.admit(head.path, request);
    if (asked === null) return this.handOver(bytes);
    this.#headers ??= readOwnHeaders(request);
    const coming = { asked, head, headers: this.#headers, chunks: [bytes], size: bytes.length };
    if (!isWhole) {
      this.#coming = coming;
      this.sinceMs = server.now();
    }
    this.#complete(coming);
  }

  #requestOf({ headers }: DirectHead): RequestHead {
    if (this.#request === null || this.#request.headers !== headers) {
      this.#request = { headers, socket: this.#socket };
      this.#headers = null;
    }
    return this.#request;
  }

  #complete(coming: Coming): void {
    const { asked, head, headers, chunks, size } = coming;
    const end = head.headBytes + head.bodyBytes;
    if (size < end) return;
    this.#coming = null;
    const bytes = chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks, size);
    if (size > end) this.#keep(bytes.subarray(end));
    const sink = new DirectSink(this.#socket, this);
    this.#sink = sink;
    this.#server.begin(asked, headers, sink, bytes.subarray(head.headBytes, end));
  }

  #collected(): Buffer {
    return this.#coming === null ? Buffer.alloc(0) : Buffer.concat(this.#coming.chunks, this.#coming.size);
  }

  /** Whoever has said all that it will say is not waited for, as with node:http. */
  #ended(): void {
    const isCut = this.#coming !== null;
    this.#closing = true;
    this.#coming = null;
    this.#ahead = null;
    if (isCut) this.#server.refuseCut(this.#socket);
    else this.#socket.end();
    this.#sink?.leave();
  }

  #closed(): void {
    this.#sink?.leave();
    this.#server.onClosed(this);
  }
}

const ignore = (): void => {
  // A socket's error is followed by its close.
};
