import { Buffer } from 'node:buffer';
import type { StreamPart } from '../contracts/stream-part.ts';
import type { Usage } from '../contracts/usage.ts';
import { createSseFramer, type SseEvent, type SseFramer } from '../lib/sse.ts';
import type { StreamBuilder, StreamReader } from './codec.ts';
import type { StreamListener, StreamTransducer } from './dialect.ts';
import { mergeUsage } from './merge-usage.ts';

/** Larger than any event a vendor sends (an image in a delta stays below); beyond it the event is malformed. */
const MAX_EVENT_BYTES = 16 * 1024 * 1024;

/**
 * One stream of one dialect to a client of another: bytes to events to parts to text to bytes, in one call, with one
 * buffer of parts and one write a chunk. It knows no dialect.
 */
export class TranslateStream implements StreamTransducer {
  contentEvents = 0;
  contentBytes = 0;
  reasoning = false;
  finished = false;
  readonly #listener: StreamListener;
  readonly #reader: StreamReader;
  readonly #builder: StreamBuilder;
  readonly #trailer: (() => string) | null;
  readonly #framer: SseFramer;
  readonly #parts: StreamPart[] = [];
  #committed = false;
  #usage: Usage | null = null;
  #text = '';

  constructor(listener: StreamListener, reader: StreamReader, builder: StreamBuilder, trailer: (() => string) | null) {
    this.#listener = listener;
    this.#reader = reader;
    this.#builder = builder;
    this.#trailer = trailer;
    this.#framer = createSseFramer((event) => this.#onEvent(event), { maxEventBytes: MAX_EVENT_BYTES });
  }

  push(chunk: Buffer): void {
    if (this.finished) return;
    this.#framer.push(chunk);
    this.#flush();
  }

  end(): void {
    if (this.finished) return;
    const rest = this.#framer.end();
    // Some servers leave out the blank line after their last event; half an event cannot be read and is a cut.
    if (rest !== null && !rest.tooLarge && rest.data !== '') this.#read(rest);
    if (!this.finished) {
      this.#parts.length = 0;
      this.#reader.close(this.#parts);
      this.#takeParts();
    }
    this.#flush();
    if (this.finished) return;
    this.finished = true;
    this.#listener.onCut();
  }

  #flush(): void {
    if (this.#text === '') return;
    const bytes = Buffer.from(this.#text, 'utf8');
    this.#text = '';
    this.#listener.onBytes(bytes);
  }

  #onEvent(event: SseEvent): void {
    if (this.finished || event.isComment) return;
    if (event.tooLarge || (event.data !== '' && !this.#read(event))) this.#listener.onMalformed();
  }

  #read(event: SseEvent): boolean {
    const parts = this.#parts;
    parts.length = 0;
    const isRead = this.#reader.read(event.data, event.eventName, parts);
    this.#takeParts();
    return isRead;
  }

  #takeParts(): void {
    let hasContent = false;
    for (const part of this.#parts) {
      if (this.finished) return;
      switch (part.type) {
        case 'start':
        case 'tool-call-end':
        case 'unread':
          break;
        case 'ping':
          // Before the first content the gateway keeps the connection open itself.
          if (!this.#committed) continue;
          break;
        case 'usage':
          this.#usage = mergeUsage(this.#usage, part.usage);
          this.#listener.onUsage(this.#usage);
          // Vendors that tell their region tell it along with usage.
          if (this.#reader.region != null) this.#listener.onRegion?.(this.#reader.region);
          break;
        case 'finish':
          // A finish without any content before it (an empty or filtered answer) is an answer too.
          this.#commit();
          this.#listener.onFinish(part.reason);
          break;
        case 'error':
          this.#fail(part);
          continue;
        case 'end':
          this.#complete();
          continue;
        default:
          if (!hasContent) this.contentEvents += 1;
          hasContent = true;
          if ('text' in part) this.contentBytes += Buffer.byteLength(part.text);
          this.reasoning = part.type === 'reasoning-delta';
          this.#commit();
      }
      this.#text += this.#builder.build(part);
    }
  }

  #commit(): void {
    if (this.#committed) return;
    this.#flush();
    this.#committed = true;
    this.#listener.onContent();
  }

  #fail({ code, vendorCode, vendorParam }: Extract<StreamPart, { type: 'error' }>): void {
    this.#flush();
    this.finished = true;
    this.#listener.onStreamError({ code, vendorCode, vendorParam });
  }

  #complete(): void {
    this.#text += this.#builder.end(this.#trailer === null ? null : this.#trailer());
    this.#flush();
    this.finished = true;
    this.#listener.onComplete();
  }
}
