import { randomUUID } from 'node:crypto';
import { joinInPieces } from '../lib/join-buffers.ts';
import type { UpstreamCodec } from '../wire/codec.ts';
import type { AnswerReading, Lane, UpstreamErrorReading } from '../wire/dialect.ts';
import type { FairTurns } from './fair-turns.ts';

/** Enough of an error body to read its code; the rest is not worth memory. */
const MAX_ERROR_BODY_BYTES = 65_536;
/** From here on reading takes milliseconds, and others get their turn meanwhile. */
const LARGE_ANSWER_BYTES = 1024 * 1024;

export const isGood = (status: number | null): boolean => status !== null && status >= 200 && status < 300;

/** What lines of server-sent events begin with: `data`, `event`, `id`, `retry`, or a comment. No JSON and no HTML does. */
const EVENT_STARTS = Buffer.from('deir:');
const JSON_STARTS = Buffer.from('{[');

export const beginsEvents = (chunk: Buffer): boolean => EVENT_STARTS.includes(chunk[0] ?? 0);
export const beginsJson = (chunk: Buffer): boolean => JSON_STARTS.includes(chunk[0] ?? 0);

/** What becomes of an answer that nests so deeply that it cannot be written again. */
export const UNWRITABLE: UpstreamErrorReading = { code: 'upstream_protocol', vendorCode: null, vendorParam: null };

/** The stream that says what a whole answer says; null where it cannot be written. */
export function answerEventsOf(codec: UpstreamCodec, body: Buffer): Buffer | null {
  try {
    return codec.answerEvents(body);
  } catch {
    return null;
  }
}

/** Whoever waits for a body. It is told nothing once it has ended, and what it throws comes back as `onUnreadable`. */
export interface WholeBodyOwner {
  readonly ended: boolean;
  /** null: no head has come. */
  readonly status: number | null;
  readonly lane: Lane;
  onReading(reading: AnswerReading, body: Buffer): void;
  /** What is no answer to what was asked, as far as it was kept. */
  onOtherBody(body: Buffer): void;
  onUnreadable(cause: unknown): void;
}

/** What an upstream sends where it does not stream: collected, then read in its turn, a large one in many. */
export class WholeBody {
  readonly #owner: WholeBodyOwner;
  readonly #lane: Lane | null;
  readonly #turns: FairTurns;
  readonly #keptBytes: number;
  readonly #chunks: Buffer[] = [];
  #collected = 0;

  /**
   * @param lane reads the answer; null: it is none, but an error
   * @param keptBytes of it about so much is kept
   */
  constructor(owner: WholeBodyOwner, lane: Lane | null, turns: FairTurns, keptBytes = Number.POSITIVE_INFINITY) {
    this.#owner = owner;
    this.#keptBytes = keptBytes;
    this.#lane = lane;
    this.#turns = turns;
  }

  push(chunk: Buffer): void {
    if (this.#collected < this.#keptBytes) this.#chunks.push(chunk);
    this.#collected += chunk.length;
  }

  end(): void {
    this.#turns.add(() => this.#turn(() => this.#begin()));
  }

  #turn(work: () => void): void {
    if (this.#owner.ended) return;
    try {
      work();
    } catch (cause) {
      this.#owner.onUnreadable(cause);
    }
  }

  #begin(): void {
    if (this.#chunks.length === 1) this.#read(this.#chunks[0] as Buffer);
    else this.#join(joinInPieces(this.#chunks));
  }

  /** What came in many pieces; of many megabytes a part a turn. */
  #join(pieces: Generator<void, Buffer>): void {
    const { done, value } = pieces.next();
    if (done === true) this.#read(value);
    else setImmediate(() => this.#turn(() => this.#join(pieces)));
  }

  #read(body: Buffer): void {
    if (this.#lane === null) return this.#owner.onOtherBody(body);
    const pieces = body.length < LARGE_ANSWER_BYTES ? undefined : this.#lane.readAnswerInPieces?.(body, randomUUID());
    if (pieces === undefined) this.#owner.onReading(this.#lane.readAnswer(body), body);
    // To join the last of it was enough for this turn.
    else setImmediate(() => this.#turn(() => this.#readOn(pieces, body)));
  }

  #readOn(pieces: Generator<void, AnswerReading>, body: Buffer): void {
    const { done, value } = pieces.next();
    if (done === true) this.#owner.onReading(value, body);
    else setImmediate(() => this.#turn(() => this.#readOn(pieces, body)));
  }
}

/** What is collected of an answer, of an error, or of what came whole where a stream was asked for. */
export function wholeBodyOf(owner: WholeBodyOwner, asked: { stream: boolean; turns: FairTurns }): WholeBody {
  if (!isGood(owner.status)) return new WholeBody(owner, null, asked.turns, MAX_ERROR_BODY_BYTES);
  return asked.stream
    ? new WholeBody(owner, null, asked.turns, LARGE_ANSWER_BYTES)
    : new WholeBody(owner, owner.lane, asked.turns);
}
