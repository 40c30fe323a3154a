// Purpose: frames HTTP/1.1 messages from raw socket bytes, for the load generator and the mock upstream.
// May import: node built-ins only.
// It exists because both must cost far less than what they measure, and must see every single read:
// undici and node:http hide how many reads a body took, which is what proves that chunks were not coalesced.
// Start reading at MessageReader.push.

export interface MessageHead {
  /** Status code of a response, 0 for a request. */
  status: number;
  /** Start line and headers as latin1 text, names in the case they came in. */
  text: string;
}

export interface MessageSink {
  onHead(head: MessageHead): void;
  /** Body bytes without transfer framing: `chunk.subarray(start, end)`. */
  onBody(chunk: Buffer, start: number, end: number): void;
  onEnd(): void;
}

type State = 'head' | 'fixed' | 'chunk-size' | 'chunk-data' | 'chunk-crlf' | 'trailer' | 'until-close';

const HEAD_END = Buffer.from('\r\n\r\n');
const MAX_HEAD_BYTES = 65_536;

/** Value of a header, trimmed, or null. `name` must be in lower case. */
export function headerValue(head: MessageHead, name: string): string | null {
  const lower = head.text.toLowerCase();
  const at = lower.indexOf(`\r\n${name}:`);
  if (at === -1) return null;
  const start = at + name.length + 3;
  const end = head.text.indexOf('\r\n', start);
  return head.text.slice(start, end === -1 ? undefined : end).trim();
}

export class MessageReader {
  private readonly kind: 'request' | 'response';
  private readonly sink: MessageSink;
  private state: State = 'head';
  private pending: Buffer | null = null;
  private remaining = 0;

  constructor(kind: 'request' | 'response', sink: MessageSink) {
    this.kind = kind;
    this.sink = sink;
  }

  /** Takes what one read returned. Throws on bytes that are not HTTP/1.1. */
  push(input: Buffer): void {
    let chunk = input;
    if (this.pending !== null) {
      chunk = Buffer.concat([this.pending, input]);
      this.pending = null;
    }
    let at = 0;
    while (at < chunk.length) {
      const next = this.step(chunk, at);
      if (next === -1) {
        this.pending = Buffer.from(chunk.subarray(at));
        if (this.pending.length > MAX_HEAD_BYTES) throw new Error('an HTTP head or chunk line of more than 64 KiB');
        return;
      }
      at = next;
    }
  }

  /** The peer closed. Returns false when that cut a message short. */
  close(): boolean {
    if (this.state === 'until-close') {
      this.state = 'head';
      this.sink.onEnd();
      return true;
    }
    return this.state === 'head' && this.pending === null;
  }

  /** Consumes from `at`; returns the next offset, or -1 when more bytes are needed first. */
  private step(chunk: Buffer, at: number): number {
    switch (this.state) {
      case 'head':
        return this.readHead(chunk, at);
      case 'chunk-size':
        return this.readChunkSize(chunk, at);
      case 'chunk-crlf':
      case 'trailer':
        return this.readLineEnd(chunk, at);
      case 'until-close':
        this.sink.onBody(chunk, at, chunk.length);
        return chunk.length;
      default:
        return this.readBody(chunk, at);
    }
  }

  private readHead(chunk: Buffer, at: number): number {
    const end = chunk.indexOf(HEAD_END, at);
    if (end === -1) return -1;
    const text = chunk.toString('latin1', at, end);
    const head: MessageHead = { text, status: this.kind === 'response' ? Number(text.slice(9, 12)) : 0 };
    if (this.kind === 'response' && !(head.status >= 100))
      throw new Error(`not an HTTP response: ${text.slice(0, 40)}`);
    const next = end + HEAD_END.length;
    // An interim response (100, 103) is followed by the real one.
    if (head.status >= 100 && head.status < 200) return next;
    this.sink.onHead(head);
    this.chooseFraming(head);
    return next;
  }

  private chooseFraming(head: MessageHead): void {
    const length = headerValue(head, 'content-length');
    if (length !== null) {
      this.remaining = Number(length);
      this.state = 'fixed';
      if (this.remaining === 0) this.finish();
      return;
    }
    if (headerValue(head, 'transfer-encoding')?.toLowerCase() === 'chunked') {
      this.state = 'chunk-size';
      return;
    }
    if (this.kind === 'request' || head.status === 204 || head.status === 304) {
      this.finish();
      return;
    }
    this.state = 'until-close';
  }

  private readChunkSize(chunk: Buffer, at: number): number {
    const end = chunk.indexOf('\r\n', at, 'latin1');
    if (end === -1) return -1;
    const size = Number.parseInt(chunk.toString('latin1', at, end), 16);
    if (!(size >= 0)) throw new Error('a chunk size that is not hexadecimal');
    this.remaining = size;
    this.state = size === 0 ? 'trailer' : 'chunk-data';
    return end + 2;
  }

  private readLineEnd(chunk: Buffer, at: number): number {
    const end = chunk.indexOf('\r\n', at, 'latin1');
    if (end === -1) return -1;
    if (this.state === 'chunk-crlf') this.state = 'chunk-size';
    else if (end === at) this.finish();
    return end + 2;
  }

  private readBody(chunk: Buffer, at: number): number {
    const end = Math.min(chunk.length, at + this.remaining);
    this.remaining -= end - at;
    this.sink.onBody(chunk, at, end);
    if (this.remaining > 0) return end;
    if (this.state === 'fixed') this.finish();
    else this.state = 'chunk-crlf';
    return end;
  }

  private finish(): void {
    this.state = 'head';
    this.sink.onEnd();
  }
}
