import type { StartPart, StreamPart } from '../contracts/stream-part.ts';
import { createSseFramer, type SseEvent, type SseFramer } from '../lib/sse.ts';
import type { BegunAnswer, StreamReader } from '../wire/codec.ts';

/**
 * Reads along what a client is sent, in the client's own dialect: the exact text that it has, and whether it has anything
 * but text. Whatever lane wrote the bytes, this is what arrived.
 */
export class DeliveredAnswer {
  /** Only text has come so far; thoughts, calls, refusals, media and second answers end that for good. */
  isText = true;
  /** The answer has said why it ended. */
  hasFinished = false;
  readonly #reader: StreamReader;
  readonly #framer: SseFramer;
  readonly #parts: StreamPart[] = [];
  #start: StartPart | null = null;
  #texts: string[] = [];

  constructor(reader: StreamReader) {
    this.#reader = reader;
    this.#framer = createSseFramer((event) => this.#onEvent(event));
  }

  push(bytes: Buffer): void {
    this.#framer.push(bytes);
  }

  get text(): string {
    return this.#texts.join('');
  }

  /** For whoever writes the rest. */
  get begun(): BegunAnswer {
    return { start: this.#start, texts: this.#texts, lastIsOpen: this.#reader.textOpen !== false };
  }

  #onEvent(event: SseEvent): void {
    if (event.isComment || event.data === '') return;
    this.#parts.length = 0;
    if (!this.#reader.read(event.data, event.eventName, this.#parts)) this.isText = false;
    for (const part of this.#parts) this.#take(part);
  }

  #take(part: StreamPart): void {
    switch (part.type) {
      case 'start':
        this.#start ??= part;
        return;
      case 'text-delta':
        if (part.choice !== 0) this.isText = false;
        else if (this.#texts.length === 0 || part.newBlock === true) this.#texts.push(part.text);
        else this.#texts[this.#texts.length - 1] += part.text;
        return;
      case 'finish':
        this.hasFinished = true;
        return;
      case 'usage':
      case 'ping':
      case 'unread':
      case 'end':
        return;
      default:
        this.isText = false;
    }
  }
}
