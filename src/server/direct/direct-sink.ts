import type { Socket } from 'node:net';
import type { ClientSink } from '../../contracts/client-sink.ts';
import { framed, LAST_CHUNK, ONE_WRITE_BYTES } from '../chunk-framing.ts';

// Not by import: see http-server.ts.
const { STATUS_CODES } = process.getBuiltinModule('node:http');

const INVALID = /[^\t\x20-\x7e\x80-\xff]/;
/** By place in a head: the header that was sent there last. Most are the same in the next one, and need no second look. */
const lastSent: { name: string; value: string; line: string }[] = [];

/** @throws TypeError where the value could end its line early */
function lineOf(at: number, name: string, value: string): string {
  const last = lastSent[at];
  if (last !== undefined && last.name === name && last.value === value) return last.line;
  if (INVALID.test(value)) throw new TypeError(`The header ${name} cannot be sent.`);
  const line = `${name}: ${value}\r\n`;
  lastSent[at] = { name, value, line };
  return line;
}

/** By status. */
const statusLines: string[] = [];

function statusLine(status: number): string {
  statusLines[status] ??= `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\n`;
  return statusLines[status];
}

let keepAliveTold = 0;
let keepAliveLines = '';

function connectionLines(keepAliveS: number | null): string {
  if (keepAliveS === null) return 'Connection: close\r\n';
  if (keepAliveS !== keepAliveTold) {
    keepAliveTold = keepAliveS;
    keepAliveLines = `Connection: keep-alive\r\nKeep-Alive: timeout=${keepAliveS}\r\n`;
  }
  return keepAliveLines;
}

let dateSecond = 0;
let dateLine = '';

/** The header that every answer of a server with a clock has (RFC 9110, 6.6.1), made once a second. */
function dateOf(nowMs: number): string {
  const second = Math.floor(nowMs / 1_000);
  if (second !== dateSecond) {
    dateSecond = second;
    dateLine = `Date: ${new Date(nowMs).toUTCString()}\r\n`;
  }
  return dateLine;
}

/** What an answer needs of the connection that it goes out on. */
export interface AnswerEnd {
  /** How long the connection may rest afterwards, seconds; null: it is closed. */
  readonly keepAliveS: number | null;
  /** The answer is out, whole. */
  onAnswered(): void;
}

/** The answer to one request, written to the socket as it is: head and first bytes together. */
export class DirectSink implements ClientSink {
  onDrain: (() => void) | null = null;
  #onGone: (() => void) | null = null;
  readonly #socket: Socket;
  readonly #connection: AnswerEnd;
  /** Not sent yet; empty once it is. */
  #head = '';
  #framed = false;
  #over = false;
  #gone = false;
  #onSocketDrain: (() => void) | null = null;

  constructor(socket: Socket, connection: AnswerEnd) {
    this.#socket = socket;
    this.#connection = connection;
  }

  get onGone(): (() => void) | null {
    return this.#onGone;
  }

  set onGone(listener: (() => void) | null) {
    this.#onGone = listener;
    // Whoever left while its request was still being looked into is told of late, and not in the middle of being set up.
    if (this.#gone && listener !== null) process.nextTick(listener);
  }

  /** The socket is closed, or the other side has ended: nobody reads an answer any more. */
  leave(): void {
    if (this.#over || this.#gone) return;
    this.#gone = true;
    this.#onGone?.();
  }

  /** @throws TypeError where a value could end its line early */
  head(status: number, headers: readonly string[]): void {
    let head = statusLine(status);
    let hasLength = false;
    for (let at = 0; at < headers.length; at += 2) {
      const name = headers[at] as string;
      if (name === 'content-length') hasLength = true;
      head += lineOf(at, name, headers[at + 1] as string);
    }
    head += dateOf(Date.now());
    head += connectionLines(this.#connection.keepAliveS);
    this.#framed = !hasLength;
    this.#head = hasLength ? `${head}\r\n` : `${head}Transfer-Encoding: chunked\r\n\r\n`;
  }

  write(chunk: Buffer): boolean {
    if (chunk.length === 0 || this.#gone) return true;
    const bytes = this.#framed ? framed(chunk) : chunk;
    const head = this.#takeHead();
    const socket = this.#socket;
    if (socket.write(head === '' ? bytes : Buffer.concat([Buffer.from(head, 'latin1'), bytes]))) return true;
    this.#awaitDrain();
    return false;
  }

  end(chunk?: Buffer): void {
    if (this.#over) return;
    const socket = this.#socket;
    if (chunk !== undefined && (this.#framed || chunk.length > ONE_WRITE_BYTES)) this.write(chunk);
    else if (chunk !== undefined) socket.write(this.#takeHead() + chunk.toString('latin1'), 'latin1');
    const rest = this.#takeHead() + (this.#framed ? LAST_CHUNK : '');
    if (rest !== '') socket.write(rest, 'latin1');
    this.#over = true;
    if (this.#onSocketDrain !== null) socket.off('drain', this.#onSocketDrain);
    this.#connection.onAnswered();
  }

  destroy(): void {
    this.#socket.destroy();
  }

  #takeHead(): string {
    const head = this.#head;
    this.#head = '';
    return head;
  }

  #awaitDrain(): void {
    if (this.#onSocketDrain !== null) return;
    const onSocketDrain = (): void => {
      this.#onSocketDrain = null;
      this.onDrain?.();
    };
    this.#onSocketDrain = onSocketDrain;
    this.#socket.once('drain', onSocketDrain);
  }
}
