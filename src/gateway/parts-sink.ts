import { setImmediate as turn } from 'node:timers/promises';
import type { ClientSink } from '../contracts/client-sink.ts';
import type { StreamPart } from '../contracts/stream-part.ts';
import { PartsReader, type ReadPart } from '../wire/parts/codec.ts';

/** Bytes of parts that may lie unread before the upstream has to wait. */
const HIGH_WATER_BYTES = 1_048_576;

interface Unread {
  part: ReadPart;
  bytes: number;
}

/** The client's side of an inner call: parts in memory, for one reader. */
export class PartsSink implements ClientSink, AsyncIterable<StreamPart> {
  onDrain: (() => void) | null = null;
  onGone: (() => void) | null = null;
  /** The model that the vendor says answers, as soon as it has said so. */
  model: string | null = null;
  readonly #reader = new PartsReader();
  readonly #onLeave: () => void;
  #unread: Unread[] = [];
  #unreadBytes = 0;
  #blocked = false;
  #ended = false;
  #wake: (() => void) | null = null;

  /** @param onLeave the reader went before the end */
  constructor(onLeave: () => void) {
    this.#onLeave = onLeave;
  }

  head(): void {
    // Status and headers are for HTTP; what they say of an error comes as a part.
  }

  write(chunk: Buffer): boolean {
    this.#take(chunk);
    this.#blocked = this.#unreadBytes > HIGH_WATER_BYTES;
    return !this.#blocked;
  }

  end(chunk?: Buffer): void {
    if (chunk !== undefined) this.#take(chunk);
    this.#finish();
  }

  destroy(): void {
    this.#finish();
  }

  [Symbol.asyncIterator](): AsyncIterator<StreamPart> {
    return {
      next: () => this.#next(),
      return: () => {
        if (!this.#ended) this.#onLeave();
        this.#unread = [];
        return Promise.resolve({ done: true, value: undefined });
      },
    };
  }

  #take(chunk: Buffer): void {
    const parts = this.#reader.push(chunk);
    for (const [index, part] of parts.entries()) {
      if (typeof part !== 'function' && part.type === 'start') this.model = part.model;
      this.#unread.push({ part, bytes: index === 0 ? chunk.length : 0 });
    }
    if (parts.length > 0) this.#unreadBytes += chunk.length;
    this.#wake?.();
  }

  #finish(): void {
    this.#ended = true;
    this.#wake?.();
  }

  async #next(): Promise<IteratorResult<StreamPart>> {
    while (this.#unread.length === 0) {
      if (this.#ended) return { done: true, value: undefined };
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#wake = resolve;
      await promise;
      this.#wake = null;
    }
    const { part, bytes } = this.#unread.shift() as Unread;
    this.#unreadBytes -= bytes;
    if (this.#blocked && this.#unreadBytes <= HIGH_WATER_BYTES) {
      this.#blocked = false;
      this.onDrain?.();
    }
    if (typeof part !== 'function') return { done: false, value: part };
    // Megabytes of them in one answer: others have their turn in between.
    await turn();
    return { done: false, value: part() };
  }
}
