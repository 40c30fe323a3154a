import { randomUUID } from 'node:crypto';
import { joinInPieces } from '../lib/join-buffers.ts';
import type { AnswerReading, Lane } from '../wire/dialect.ts';
import type { FairTurns } from './fair-turns.ts';

/** Enough of an error body to read its code; the rest is not worth memory. */
const MAX_ERROR_BODY_BYTES = 65_536;
/** From here on reading takes milliseconds, and others get their turn meanwhile. */
const LARGE_ANSWER_BYTES = 1024 * 1024;

/** Whoever waits for a body. It is told nothing once it has ended, and what it throws comes back as `onUnreadable`. */
export interface WholeBodyOwner {
  readonly ended: boolean;
  onReading(reading: AnswerReading, body: Buffer): void;
  onErrorBody(body: Buffer): void;
  onUnreadable(cause: unknown): void;
}

/** What an upstream sends where it does not stream: collected, then read in its turn, a large one in many. */
export class WholeBody {
  readonly #owner: WholeBodyOwner;
  readonly #lane: Lane | null;
  readonly #turns: FairTurns;
  readonly #chunks: Buffer[] = [];
  #collected = 0;

  /** @param lane reads the answer; null: it is none, but an error */
  constructor(owner: WholeBodyOwner, lane: Lane | null, turns: FairTurns) {
    this.#owner = owner;
    this.#lane = lane;
    this.#turns = turns;
  }

  push(chunk: Buffer): void {
    if (this.#lane !== null || this.#collected < MAX_ERROR_BODY_BYTES) this.#chunks.push(chunk);
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
    if (this.#lane === null) return this.#owner.onErrorBody(body);
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
