import type { StreamPart } from '../contracts/stream-part.ts';
import type { Usage } from '../contracts/usage.ts';
import type { StreamBuilder, StreamReader } from '../wire/codec.ts';
import type { LossReport } from '../wire/losses.ts';
import { addUsage } from './receipt-builder.ts';
import type { Seam } from './seam.ts';

const NOT_A_CONTINUATION: StreamPart = {
  type: 'error',
  code: 'upstream_protocol',
  vendorCode: null,
  vendorParam: null,
};

/** The half of a value that the client has did not come again: the answer stays cut, and that is all that is amiss. */
const STILL_CUT: StreamPart = { ...NOT_A_CONTINUATION, code: 'upstream_cut' };

/**
 * Reads the stream of a deployment that goes on with another's text: only text and its end come through, joined at the
 * seam. Its thoughts and sources are left out, which is a loss; a call or anything else was not asked for and is an error.
 */
export class ContinuationReader implements StreamReader {
  readonly #reader: StreamReader;
  readonly #seam: Seam;
  readonly #losses: LossReport;
  readonly #parts: StreamPart[] = [];

  constructor(reader: StreamReader, seam: Seam, losses: LossReport) {
    this.#reader = reader;
    this.#seam = seam;
    this.#losses = losses;
  }

  get region(): string | null {
    return this.#reader.region ?? null;
  }

  read(data: string, eventName: string, parts: StreamPart[]): boolean {
    this.#parts.length = 0;
    const isRead = this.#reader.read(data, eventName, this.#parts);
    for (const part of this.#parts) this.#pass(part, parts);
    return isRead;
  }

  close(parts: StreamPart[]): void {
    this.#parts.length = 0;
    this.#reader.close(this.#parts);
    for (const part of this.#parts) this.#pass(part, parts);
  }

  #pass(part: StreamPart, parts: StreamPart[]): void {
    switch (part.type) {
      case 'text-delta':
        if (part.choice === 0) this.#pushText(this.#seam.push(part.text), parts);
        return;
      case 'finish':
        if (part.choice !== 0) return;
        this.#pushText(this.#seam.flush(), parts);
        parts.push(part);
        return;
      case 'usage':
      case 'error':
      case 'end':
      case 'ping':
      case 'unread':
        parts.push(part);
        return;
      case 'start':
      // Asked for by nobody: a conversation whose answer has log probabilities is never continued.
      case 'logprobs':
        return;
      case 'reasoning-delta':
      case 'reasoning-signature':
        this.#losses.add('answer_thoughts_of_continuation');
        return;
      case 'citation':
        this.#losses.add('answer_sources_of_continuation');
        return;
      default:
        parts.push(NOT_A_CONTINUATION);
    }
  }

  #pushText(text: string, parts: StreamPart[]): void {
    if (this.#seam.failed) parts.push(STILL_CUT);
    else if (text !== '') parts.push({ type: 'text-delta', choice: 0, text });
  }
}

/** What the client is told of usage covers the whole answer; what the attempt is booked with is its own. */
export function withEarlierUsage(builder: StreamBuilder, earlier: Usage): StreamBuilder {
  return {
    resume: (begun) => builder.resume(begun),
    build: (part) =>
      builder.build(part.type === 'usage' ? { type: 'usage', usage: addUsage(earlier, part.usage) } : part),
    end: (trailer) => builder.end(trailer),
  };
}
