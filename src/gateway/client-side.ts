import type { ClientSink } from '../contracts/client-sink.ts';
import type { BodyKeeper } from './body-keeper.ts';
import type { Clock } from './clock.ts';

/** What the client's side tells the exchange. */
export interface ClientListener {
  /** The client reads slower than the upstream sends. */
  onBlocked(): void;
  onUnblocked(): void;
  /** The client closed the connection before the end. */
  onGone(): void;
}

/**
 * The client's half of an exchange: what has been sent, and whether anybody still reads. After the client has gone
 * everything sent here falls away.
 */
export class ClientSide {
  gone = false;
  goneAtMs: number | null = null;
  headSent = false;
  /** Set with the content commit: from here on the answer cannot be begun anew. */
  contentSent = false;
  /** null when the client left before one. */
  status: number | null = null;
  /** Since when the client has not read; null while it does. */
  blockedSinceMs: number | null = null;
  #sink: ClientSink;
  #keeper: BodyKeeper | null;
  #listener: ClientListener;
  #clock: Clock;

  constructor(sink: ClientSink, keeper: BodyKeeper | null, listener: ClientListener, clock: Clock) {
    this.#sink = sink;
    this.#keeper = keeper;
    this.#listener = listener;
    this.#clock = clock;
    const onDrain = (): void => this.#onDrain();
    const onGone = (): void => this.#onGone();
    sink.onDrain = onDrain;
    sink.onGone = onGone;
  }

  head(status: number, head: readonly string[]): void {
    if (this.gone || this.headSent) return;
    this.headSent = true;
    this.status = status;
    this.#sink.head(status, head);
  }

  write(bytes: Buffer): void {
    if (this.gone) return;
    this.#keeper?.add(bytes);
    if (this.#sink.write(bytes)) return;
    this.blockedSinceMs ??= this.#clock.monotonic();
    this.#listener.onBlocked();
  }

  end(last?: Buffer): void {
    if (this.gone) return;
    if (last !== undefined) this.#keeper?.add(last);
    this.#sink.end(last);
  }

  /** For a client that does not read and would not read an error either, and for answers that must not look whole. */
  destroy(): void {
    this.gone = true;
    this.#sink.destroy();
  }

  #onDrain(): void {
    if (this.blockedSinceMs === null) return;
    this.blockedSinceMs = null;
    this.#listener.onUnblocked();
  }

  #onGone(): void {
    if (this.gone) return;
    this.gone = true;
    this.goneAtMs = this.#clock.monotonic();
    this.blockedSinceMs = null;
    this.#listener.onGone();
  }
}
