import { Buffer } from 'node:buffer';

/** One event of a stream: everything from its first line to the blank line that ends it. */
export interface SseEvent {
  /**
   * The event's own bytes with the terminating blank line, verbatim; a view of the pushed chunk where the event lay in
   * one chunk, so the chunk must not be overwritten while the event is in use. Empty when `tooLarge`.
   */
  readonly raw: Buffer;
  /** The `data` lines joined with LF, decoded when first asked for; '' without any. */
  readonly data: string;
  /** The last `event` field; '' without one. */
  readonly eventName: string;
  /** Whether there is a `data` line, even an empty one. A client dispatches nothing for an event without. */
  readonly hasData: boolean;
  /** Whether there are only comment lines (`: keep-alive`), or nothing but the blank line itself. */
  readonly isComment: boolean;
  /** The event was larger than `maxEventBytes` and is lost. Reported once; the next event is whole again. */
  readonly tooLarge: boolean;
}

/** Cuts a byte stream into events. It keeps at most `maxEventBytes` of an unfinished event. */
export interface SseFramer {
  /** Takes the next bytes and calls back for every event they complete, before it returns. */
  push(chunk: Buffer): void;
  /**
   * Says that the stream is over. Returns what remained without its blank line, which clients must not dispatch, or null
   * when nothing did. The framer is as new afterwards.
   */
  end(): SseEvent | null;
  /** Forgets the stream. Called by the callback, it also drops the rest of the chunk that is being pushed. */
  reset(): void;
}

export interface SseFramerOptions {
  /** Largest event in bytes, its blank line included. Default 16 MiB: room for an image in one event. */
  maxEventBytes?: number;
}

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const COLON = 0x3a;
const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf]);
const NOTHING = Buffer.alloc(0);
const DEFAULT_MAX_EVENT_BYTES = 16 * 1024 * 1024;
const MIN_CARRY_BYTES = 1024;

/**
 * Frames server-sent events as the WHATWG HTML standard parses them ("Server-sent events", 9.2.5 and 9.2.6): lines end
 * with LF, CRLF or CR, a blank line ends an event, a byte order mark at the start is skipped. However the bytes are cut
 * into chunks, the events are the same, and their `raw` bytes joined are the stream without the mark.
 *
 * A chunk that ends with the CR of a blank line holds its event back until the next byte tells whether an LF belongs to
 * it. A blank line with no event before it (some servers send these to keep a connection open) is an event of its own.
 * `onEvent` must not throw.
 */
export function createSseFramer(onEvent: (event: SseEvent) => void, options: SseFramerOptions = {}): SseFramer {
  return new Framer(onEvent, options.maxEventBytes ?? DEFAULT_MAX_EVENT_BYTES);
}

/** Whether an event's bytes contain `needle` anywhere: a cheap test before decoding. */
export function eventContains(raw: Buffer, needle: Buffer): boolean {
  return raw.includes(needle);
}

/**
 * The text of one event with this data, which may have many lines. Line breaks come back as LF whatever they were.
 * Throws RangeError when the name holds a line break, since that would begin another field.
 */
export function encodeSseData(data: string, eventName?: string): string {
  if (eventName !== undefined && hasLineBreak(eventName))
    throw new RangeError('An event name cannot hold a line break');
  const head = eventName === undefined ? '' : `event: ${eventName}\n`;
  if (!hasLineBreak(data)) return `${head}data: ${data}\n\n`;
  const lines = data.split(/\r\n|\r|\n/);
  return `${head}data: ${lines.join('\ndata: ')}\n\n`;
}

function hasLineBreak(text: string): boolean {
  return text.includes('\n') || text.includes('\r');
}

class Framer implements SseFramer {
  readonly #onEvent: (event: SseEvent) => void;
  readonly #maxEventBytes: number;
  /** The unfinished event, copied out of its chunks. */
  #carry: Buffer = NOTHING;
  #carried = 0;
  /** Whether the current line has bytes already. */
  #inLine = false;
  /** Whether the last byte was a CR, and whether that CR ended a blank line. */
  #heldCr = false;
  #heldBlank = false;
  /** Whether the rest of an event that was too large is being skipped. */
  #discarding = false;
  #atStart = true;
  #markBytes = 0;
  /** Counts resets, so that a push notices one made by its own callback. */
  #resets = 0;

  constructor(onEvent: (event: SseEvent) => void, maxEventBytes: number) {
    this.#onEvent = onEvent;
    this.#maxEventBytes = maxEventBytes;
  }

  push(chunk: Buffer): void {
    if (chunk.length === 0) return;
    let start = 0;
    if (this.#atStart) {
      start = this.#skipMark(chunk);
      if (this.#atStart) return;
    }
    const resets = this.#resets;
    let pos = start;
    if (this.#heldCr && pos < chunk.length) {
      this.#heldCr = false;
      if (chunk[pos] === LINE_FEED) pos++;
      if (this.#heldBlank) {
        this.#emit(chunk, start, pos);
        if (this.#resets !== resets) return;
        start = pos;
      }
    }
    this.#frame(chunk, start, pos);
  }

  #frame(chunk: Buffer, eventStart: number, from: number): void {
    const length = chunk.length;
    const resets = this.#resets;
    let start = eventStart;
    let pos = from;
    // Each is searched again only when passed: the one that the stream does not use is searched once a chunk.
    let nextCr = -1;
    let nextLf = -1;
    while (pos < length) {
      if (nextCr < pos) nextCr = indexOrEnd(chunk, CARRIAGE_RETURN, pos);
      if (nextLf < pos) nextLf = chunk[pos] === LINE_FEED ? pos : indexOrEnd(chunk, LINE_FEED, pos);
      const lineEnd = nextLf < nextCr ? nextLf : nextCr;
      if (lineEnd === length) {
        this.#inLine = true;
        break;
      }
      const isBlank = lineEnd === pos && !this.#inLine;
      this.#inLine = false;
      pos = lineEnd + 1;
      if (lineEnd === nextCr) {
        if (pos === length) {
          this.#heldCr = true;
          this.#heldBlank = isBlank;
          break;
        }
        if (chunk[pos] === LINE_FEED) pos++;
      }
      if (isBlank) {
        this.#emit(chunk, start, pos);
        if (this.#resets !== resets) return;
        start = pos;
      }
    }
    if (start < length) this.#keep(chunk, start);
  }

  end(): SseEvent | null {
    if (this.#atStart) this.#append(BYTE_ORDER_MARK, 0, this.#markBytes);
    if (this.#heldCr && this.#heldBlank) this.#emit(NOTHING, 0, 0);
    const rest = this.#discarding
      ? new FramedEvent(NOTHING, true)
      : this.#carried > 0
        ? new FramedEvent(this.#carry.subarray(0, this.#carried), false)
        : null;
    this.reset();
    return rest;
  }

  reset(): void {
    this.#dropCarry();
    this.#inLine = false;
    this.#heldCr = false;
    this.#heldBlank = false;
    this.#discarding = false;
    this.#atStart = true;
    this.#markBytes = 0;
    this.#resets++;
  }

  /** Reads over a byte order mark, which may come in pieces; returns where the stream's text begins in this chunk. */
  #skipMark(chunk: Buffer): number {
    const before = this.#markBytes;
    let pos = 0;
    while (pos < chunk.length && this.#markBytes < BYTE_ORDER_MARK.length) {
      if (chunk[pos] !== BYTE_ORDER_MARK[this.#markBytes]) {
        this.#atStart = false;
        this.#append(BYTE_ORDER_MARK, 0, before);
        this.#inLine = before > 0;
        return 0;
      }
      pos++;
      this.#markBytes++;
    }
    this.#atStart = this.#markBytes < BYTE_ORDER_MARK.length;
    return pos;
  }

  #emit(chunk: Buffer, start: number, end: number): void {
    if (this.#discarding) {
      this.#discarding = false;
      return;
    }
    if (this.#carried + end - start > this.#maxEventBytes) {
      this.#dropCarry();
      this.#onEvent(new FramedEvent(NOTHING, true));
      return;
    }
    let raw = chunk;
    if (this.#carried > 0) {
      this.#append(chunk, start, end);
      raw = this.#carry.subarray(0, this.#carried);
      this.#dropCarry();
    } else if (start > 0 || end < chunk.length) {
      raw = chunk.subarray(start, end);
    }
    this.#onEvent(new FramedEvent(raw, false));
  }

  /** Keeps the beginning of an event for the next chunk. */
  #keep(chunk: Buffer, start: number): void {
    if (this.#discarding) return;
    if (this.#carried + chunk.length - start > this.#maxEventBytes) {
      this.#dropCarry();
      this.#discarding = true;
      this.#onEvent(new FramedEvent(NOTHING, true));
      return;
    }
    this.#append(chunk, start, chunk.length);
  }

  /** Copies into the carry, which doubles when full, so that an event that comes byte by byte costs linear work. */
  #append(chunk: Buffer, start: number, end: number): void {
    const needed = this.#carried + end - start;
    if (needed > this.#carry.length) {
      const larger = Buffer.allocUnsafe(Math.max(MIN_CARRY_BYTES, needed, this.#carry.length * 2));
      this.#carry.copy(larger, 0, 0, this.#carried);
      this.#carry = larger;
    }
    chunk.copy(this.#carry, this.#carried, start, end);
    this.#carried = needed;
  }

  /** The buffer itself may live on in an event, so it is never written again. */
  #dropCarry(): void {
    this.#carry = NOTHING;
    this.#carried = 0;
  }
}

function indexOrEnd(bytes: Buffer, byte: number, from: number): number {
  const index = bytes.indexOf(byte, from);
  return index === -1 ? bytes.length : index;
}

const DATA = 'data: ';
const EVENT = 'event: ';

/** Its fields are read once, and only when asked for. */
class FramedEvent implements SseEvent {
  readonly raw: Buffer;
  readonly tooLarge: boolean;
  #isRead = false;
  #data = '';
  #eventName = '';
  #hasData = false;
  #hasField = false;

  constructor(raw: Buffer, tooLarge: boolean) {
    this.raw = raw;
    this.tooLarge = tooLarge;
  }

  get data(): string {
    this.#read();
    return this.#data;
  }

  get eventName(): string {
    this.#read();
    return this.#eventName;
  }

  get hasData(): boolean {
    this.#read();
    return this.#hasData;
  }

  get isComment(): boolean {
    const first = this.raw[0];
    if (first !== COLON && first !== LINE_FEED && first !== CARRIAGE_RETURN) return false;
    this.#read();
    return !this.#hasField;
  }

  #read(): void {
    if (this.#isRead) return;
    this.#isRead = true;
    const text = this.raw.toString();
    if (!this.#readUsual(text)) this.#readLines(text.includes('\r') ? text.replace(/\r\n?/g, '\n') : text);
  }

  /** What vendors send, one line of data, alone or behind one with a name, is read without looking for lines. */
  #readUsual(text: string): boolean {
    const hasCr = text.endsWith('\r\n\r\n');
    const breakLength = hasCr ? 2 : 1;
    const end = text.length - 2 * breakLength;
    const dataAt = text.startsWith(EVENT) ? text.indexOf('\n') + 1 : 0;
    const isUsual = text.startsWith(DATA, dataAt) && text.indexOf('\n', dataAt) === end + breakLength - 1;
    if (!isUsual || !text.endsWith('\n')) return false;
    const nameEnd = dataAt - breakLength;
    // Every line must end in the one way, and no other break may stand anywhere.
    if (text.indexOf('\r', dataAt) !== (hasCr ? end : -1)) return false;
    if (dataAt > 0) {
      if (text.indexOf('\r') !== (hasCr ? nameEnd : -1)) return false;
      this.#eventName = text.slice(EVENT.length, nameEnd);
    }
    this.#data = text.slice(dataAt + DATA.length, end);
    this.#hasData = true;
    this.#hasField = true;
    return true;
  }

  #readLines(text: string): void {
    let pos = 0;
    while (pos < text.length) {
      const newline = text.indexOf('\n', pos);
      const end = newline === -1 ? text.length : newline;
      if (end > pos && text.charCodeAt(pos) !== COLON) {
        this.#hasField = true;
        if (hasName(text, pos, end, 'data')) {
          const value = fieldValue(text, pos + 4, end);
          this.#data = this.#hasData ? `${this.#data}\n${value}` : value;
          this.#hasData = true;
        } else if (hasName(text, pos, end, 'event')) {
          this.#eventName = fieldValue(text, pos + 5, end);
        }
      }
      pos = end + 1;
    }
  }
}

function hasName(text: string, start: number, end: number, name: string): boolean {
  if (!text.startsWith(name, start)) return false;
  const after = start + name.length;
  return after === end || text.charCodeAt(after) === COLON;
}

/** What follows the colon at `colon`, less one space; a line without colon has an empty value. */
function fieldValue(text: string, colon: number, end: number): string {
  const start = text.charCodeAt(colon + 1) === 0x20 ? colon + 2 : colon + 1;
  return start < end ? text.slice(start, end) : '';
}
