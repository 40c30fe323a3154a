import {
  type AnswerHeaders,
  HeadLines,
  isFraming,
  keepsAlive,
  readHeaders,
  readKeepAlive,
  STATUS_LINE,
} from './answer-headers.ts';
import { GarbledAnswerError, TOO_LARGE, UpstreamCallError } from './failure.ts';

/** Told in order: the head, parts of the body. The end is `AnswerReader.done`. */
export interface AnswerListener {
  onHead(status: number, headers: AnswerHeaders): void;
  /** A view of the bytes that were pushed, or a copy; chunks that came together are told together. */
  onBody(part: Buffer): void;
}

/** The most that a head may take, or what follows a chunked body; Node's own limit. */
const MAX_HEAD_BYTES = 16_384;
/** A chunk's size with its extensions, which nobody sends. */
const MAX_SIZE_LINE_BYTES = 1_024;
/** 16 TiB: no sum of sizes comes near what a double cannot count. */
const MAX_SIZE_DIGITS = 11;

/** `102 Processing` every twenty seconds for half an hour; more are nobody's answer. */
const MAX_INFORMATIONAL = 100;

const TAB = 0x09;
const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const SPACE = 0x20;
const SEMICOLON = 0x3b;
const HEAD_START = Buffer.from('HTTP/1.');
const HEAD_END = Buffer.from('\r\n\r\n');
const LINE_END_BYTES = 2;

const LENGTH = /^\d{1,15}$/;
const EXTENSIONS =
  /^(?:;[!#$%&'*+\-.^_`|~0-9A-Za-z]+(?:=(?:[!#$%&'*+\-.^_`|~0-9A-Za-z]+|"[\t \x21\x23-\x5b\x5d-\x7e\x80-\xff]*"))?)+$/;

const STATE = { head: 0, length: 1, untilClose: 2, size: 3, data: 4, dataEnd: 5, trailers: 6, done: 7 } as const;
type State = (typeof STATE)[keyof typeof STATE];

const garbled = (what: string): GarbledAnswerError => new GarbledAnswerError(what);

/**
 * Reads the answers of one HTTP/1.1 connection (RFC 9112), one after the other. Strict where leniency would let two
 * readers disagree about where an answer ends, since the next answer on the connection may be for somebody else: no
 * folded lines, no bare line breaks, one length or one chunked coding. What does not fit is thrown.
 */
export class AnswerReader {
  readonly #listener: AnswerListener;
  readonly #maxBodyBytes: number;
  readonly #lines: HeadLines;
  #state: State = STATE.head;
  /** Of a head, a size line or trailers that are not whole yet. */
  #carry: Buffer | null = null;
  /** Bytes that are still to come of the body, or of the chunk. */
  #left = 0;
  #bodyBytes = 0;
  /** How many informational answers have come. */
  #informational = 0;
  /** Of chunks that came together, and how much of it is filled. */
  #joined: Buffer | null = null;
  #joinedBytes = 0;
  /** Set by the owner, also from within a callback: nothing more is read until it is cleared and `push` called again. */
  halted = false;
  /** Whether the connection may serve another request. */
  keepsAlive = true;
  /** For how long the upstream promises to keep an idle connection, seconds; null: it does not say. */
  keepAliveS: number | null = null;

  /** @param lines what heads of the same upstream said before */
  constructor(listener: AnswerListener, maxBodyBytes: number, lines = new HeadLines()) {
    this.#listener = listener;
    this.#maxBodyBytes = maxBodyBytes;
    this.#lines = lines;
  }

  /** The answer is whole. What `push` did not take is no part of it. */
  get done(): boolean {
    return this.#state === STATE.done;
  }

  /** Makes ready for the answer to the next request. */
  reset(): void {
    this.#state = STATE.head;
    this.#carry = null;
    this.#bodyBytes = 0;
    this.#informational = 0;
  }

  /**
   * Takes the next bytes; returns how many of them were read: all, unless it was halted or the answer is done.
   * @throws UpstreamCallError where the answer is no HTTP, or too large
   */
  push(bytes: Buffer): number {
    try {
      return this.#read(bytes);
    } finally {
      const joined = this.#joined;
      this.#joined = null;
      if (joined !== null) this.#listener.onBody(joined.subarray(0, this.#joinedBytes));
    }
  }

  #read(bytes: Buffer): number {
    let at = 0;
    while (!this.halted) {
      switch (this.#state) {
        case STATE.head:
          at = this.#readHead(bytes, at);
          break;
        case STATE.length:
        case STATE.untilClose:
          at = this.#readBody(bytes, at);
          break;
        case STATE.size:
          at = this.#readSize(bytes, at);
          break;
        case STATE.data:
          at = this.#readBody(bytes, at);
          break;
        case STATE.dataEnd:
          at = this.#readDataEnd(bytes, at);
          break;
        case STATE.trailers:
          at = this.#readTrailers(bytes, at);
          break;
        case STATE.done:
          return at;
      }
      // A body of no bytes is over without another one.
      if (at === bytes.length && !this.#isDue()) return at;
    }
    return at;
  }

  /** The connection is over: true where that ends the answer, false where it cuts it. */
  end(): boolean {
    if (this.#state !== STATE.untilClose) return false;
    this.#state = STATE.done;
    return true;
  }

  /** Whether the state changes without another byte. */
  #isDue(): boolean {
    return (this.#state === STATE.length || this.#state === STATE.data) && this.#left === 0;
  }

  #readHead(bytes: Buffer, from: number): number {
    const before = this.#carry;
    const whole = before === null ? bytes : Buffer.concat([before, from === 0 ? bytes : bytes.subarray(from)]);
    const start = before === null ? from : 0;
    const end = whole.indexOf(HEAD_END, start);
    if ((end === -1 ? whole.length : end) - start > MAX_HEAD_BYTES) throw garbled('HEAD_TOO_LARGE');
    if (end === -1) {
      // Whoever does not speak HTTP may also never end a head.
      if (!mayBeHead(whole, start)) throw garbled('STATUS_LINE');
      this.#carry = start === 0 ? whole : whole.subarray(start);
      return bytes.length;
    }
    this.#carry = null;
    this.#takeHead(whole.toString('latin1', start, end + LINE_END_BYTES));
    return bytes.length - (whole.length - end - HEAD_END.length);
  }

  /** @param text of whole lines, without the empty one */
  #takeHead(text: string): void {
    const { status, isCurrent, headers } = this.#lines.read(text);
    if (status === 101) throw garbled('UPGRADE');
    // Informational answers (103 Early Hints) precede the real one.
    if (status < 200) return this.#passInformational(isCurrent, headers);
    this.#frame(status, isCurrent, headers);
    this.#listener.onHead(status, headers);
  }

  /** It has no body (RFC 9110, 15.2), and whoever says otherwise may mean the answer behind it. */
  #passInformational(isCurrent: boolean, headers: AnswerHeaders): void {
    const { 'content-length': length, 'transfer-encoding': coding } = headers;
    if (coding !== undefined || (length !== undefined && length !== '0')) throw garbled('FRAMED_INFORMATION');
    if (!keepsAlive(headers, isCurrent)) throw garbled('CLOSING_INFORMATION');
    this.#informational += 1;
    if (this.#informational > MAX_INFORMATIONAL) throw garbled('ENDLESS_INFORMATION');
  }

  /** How the body ends (RFC 9112, 6.3). */
  #frame(status: number, isCurrent: boolean, headers: AnswerHeaders): void {
    const { 'content-length': length, 'transfer-encoding': coding } = headers;
    this.keepsAlive = keepsAlive(headers, isCurrent);
    this.keepAliveS = readKeepAlive(headers['keep-alive']);
    if (coding !== undefined && (length !== undefined || !isCurrent)) throw garbled('CONFLICTING_FRAMING');
    this.#left = 0;
    if (coding !== undefined) {
      if (typeof coding !== 'string' || coding.toLowerCase() !== 'chunked') throw garbled('TRANSFER_ENCODING');
      this.#state = STATE.size;
    } else if (length !== undefined) {
      if (typeof length !== 'string' || !LENGTH.test(length)) throw garbled('CONTENT_LENGTH');
      this.#state = STATE.length;
      this.#left = Number(length);
    } else {
      this.#state = STATE.untilClose;
      this.keepsAlive = false;
    }
    if (status === 204 || status === 304) {
      this.#state = STATE.length;
      this.#left = 0;
    }
  }

  #readBody(bytes: Buffer, from: number): number {
    const state = this.#state;
    const most = bytes.length - from;
    const size = state === STATE.untilClose || this.#left > most ? most : this.#left;
    if (size > 0) {
      this.#bodyBytes += size;
      if (this.#bodyBytes > this.#maxBodyBytes) {
        throw new UpstreamCallError(TOO_LARGE, 'The answer is larger than what is accepted.');
      }
      if (state !== STATE.untilClose) this.#left -= size;
      this.#tell(bytes, from, from + size);
      // Whoever halts in the last part hears of the end when it goes on.
      if (this.halted) return from + size;
    }
    if (state === STATE.length && this.#left === 0) this.#state = STATE.done;
    else if (state === STATE.data && this.#left === 0) this.#state = STATE.dataEnd;
    return from + size;
  }

  /** A chunk behind which another one has come waits for it: one event each would be a write each to the client. */
  #tell(bytes: Buffer, start: number, end: number): void {
    const isLast = this.#state !== STATE.data || end + 2 >= bytes.length;
    if (isLast && this.#joined === null) {
      return this.#listener.onBody(end - start === bytes.length ? bytes : bytes.subarray(start, end));
    }
    if (this.#joined === null) {
      this.#joined = Buffer.allocUnsafe(bytes.length - start);
      this.#joinedBytes = 0;
    }
    this.#joinedBytes += bytes.copy(this.#joined, this.#joinedBytes, start, end);
  }

  #readSize(piece: Buffer, from: number): number {
    const { bytes, at: start, offset } = this.#withCarry(piece, from);
    let at = start;
    let size = 0;
    for (; at < bytes.length; at += 1) {
      const digit = hexDigit(bytes[at] as number);
      if (digit === -1) break;
      size = size * 16 + digit;
    }
    if (at - start > MAX_SIZE_DIGITS) throw garbled('CHUNK_SIZE');
    const lineEnd = endOfSizeLine(bytes, at);
    if (lineEnd === -1) return this.#keep(piece, bytes, start, MAX_SIZE_LINE_BYTES);
    if (at === start) throw garbled('CHUNK_SIZE');
    this.#left = size;
    this.#state = size === 0 ? STATE.trailers : STATE.data;
    return lineEnd - offset;
  }

  #readDataEnd(piece: Buffer, from: number): number {
    const { bytes, at, offset } = this.#withCarry(piece, from);
    if (bytes.length > at && bytes[at] !== CARRIAGE_RETURN) throw garbled('CHUNK_END');
    if (bytes.length - at < 2) return this.#keep(piece, bytes, at, 2);
    if (bytes[at + 1] !== LINE_FEED) throw garbled('CHUNK_END');
    this.#state = STATE.size;
    return at + 2 - offset;
  }

  /** What follows the last chunk is checked and let go. */
  #readTrailers(piece: Buffer, from: number): number {
    const { bytes, at, offset } = this.#withCarry(piece, from);
    if (bytes[at] === CARRIAGE_RETURN && bytes[at + 1] === LINE_FEED) {
      this.#state = STATE.done;
      return at + 2 - offset;
    }
    const end = bytes.indexOf(HEAD_END, at);
    if (end - at > MAX_HEAD_BYTES) throw garbled('TRAILERS_TOO_LARGE');
    if (end === -1) return this.#keep(piece, bytes, at, MAX_HEAD_BYTES);
    // Too late to say how the answer ends, and somebody may mean another one.
    if (Object.keys(readHeaders(bytes.toString('latin1', at, end + LINE_END_BYTES))).some(isFraming))
      throw garbled('FRAMED_TRAILERS');
    this.#state = STATE.done;
    return end + HEAD_END.length - offset;
  }

  /** What is left of earlier pieces with this one behind it; `offset` turns its places into places of the piece. */
  #withCarry(piece: Buffer, from: number): { bytes: Buffer; at: number; offset: number } {
    const before = this.#carry;
    if (before === null) return { bytes: piece, at: from, offset: 0 };
    this.#carry = null;
    return { bytes: Buffer.concat([before, piece.subarray(from)]), at: 0, offset: before.length - from };
  }

  #keep(piece: Buffer, bytes: Buffer, at: number, mostBytes: number): number {
    if (bytes.length - at > mostBytes) throw garbled('LINE_TOO_LONG');
    this.#carry = at === bytes.length ? null : bytes.subarray(at);
    return piece.length;
  }
}

/** Whether what has come of a head so far can become one. */
function mayBeHead(bytes: Buffer, start: number): boolean {
  const known = Math.min(bytes.length - start, HEAD_START.length);
  if (bytes.compare(HEAD_START, 0, known, start, start + known) !== 0) return false;
  const lineEnd = bytes.indexOf('\r\n', start);
  return lineEnd === -1 || STATUS_LINE.test(bytes.toString('latin1', start, lineEnd));
}

function hexDigit(byte: number): number {
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  const lower = byte | 0x20;
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x57 : -1;
}

/** Index after the line feed of a size line whose digits end at `at`; -1: it is not whole. Extensions are read over. */
function endOfSizeLine(bytes: Buffer, at: number): number {
  let end = at;
  if (end < bytes.length && bytes[end] !== CARRIAGE_RETURN) {
    if (bytes[end] !== SEMICOLON) throw garbled('CHUNK_SIZE');
    for (; end < bytes.length && bytes[end] !== CARRIAGE_RETURN; end += 1) {
      const byte = bytes[end] as number;
      if ((byte < SPACE && byte !== TAB) || byte === 0x7f) throw garbled('CHUNK_SIZE');
    }
  }
  if (bytes.length - end < 2) return -1;
  if (bytes[end + 1] !== LINE_FEED) throw garbled('CHUNK_SIZE');
  if (end > at && !EXTENSIONS.test(bytes.toString('latin1', at, end))) throw garbled('CHUNK_EXTENSION');
  return end + 2;
}
