import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { ClientSink } from '../contracts/client-sink.ts';
import { framed, LAST_CHUNK, ONE_WRITE_BYTES } from './chunk-framing.ts';

/**
 * The client's socket as the gateway sees it. Chunks are framed here and not by Node, which makes four writes of each
 * (docs/decisions/0013-chunks-are-framed-here.md).
 */
export class NodeSink implements ClientSink {
  #onGone: (() => void) | null = null;
  #onDrain: (() => void) | null = null;
  #response: ServerResponse;
  /** Listens until the socket has drained; it serves others afterwards. */
  #onSocketDrain: (() => void) | null = null;
  #framed = false;
  #begun = false;
  #gone = false;

  constructor(response: ServerResponse) {
    this.#response = response;
    response.on('close', () => {
      if (response.writableFinished) return;
      this.#gone = true;
      this.#onGone?.();
    });
    // An error on the socket is followed by close; without a listener it would end the process.
    response.on('error', () => undefined);
  }

  get onGone(): (() => void) | null {
    return this.#onGone;
  }

  set onGone(listener: (() => void) | null) {
    this.#onGone = listener;
    // Whoever left while its request was still being looked into is told of late, and not in the middle of being set up.
    if (this.#gone && listener !== null) process.nextTick(listener);
  }

  get onDrain(): (() => void) | null {
    return this.#onDrain;
  }

  set onDrain(listener: (() => void) | null) {
    this.#onDrain = listener;
  }

  head(status: number, headers: readonly string[]): void {
    const response = this.#response;
    response.writeHead(status, headers as string[]);
    // Node has chosen: no length was given and the client knows HTTP/1.1. From here on it passes bytes as they are.
    this.#framed = response.chunkedEncoding;
    response.chunkedEncoding = false;
  }

  write(chunk: Buffer): boolean {
    if (chunk.length === 0) return true;
    const response = this.#response;
    const bytes = this.#framed ? framed(chunk) : chunk;
    const { socket } = response;
    // Behind the head the socket takes it at once; the response would hold it back until the end of the turn.
    if (this.#begun && socket?.writable === true) {
      if (socket.write(bytes)) return true;
      this.#awaitDrain(socket);
      return false;
    }
    this.#begun = true;
    if (response.write(bytes)) return true;
    response.once('drain', () => this.#onDrain?.());
    return false;
  }

  end(chunk?: Buffer): void {
    const response = this.#response;
    if (this.#framed) {
      if (chunk !== undefined && chunk.length > 0) this.write(chunk);
      response.end(LAST_CHUNK, 'latin1');
    } else if (chunk === undefined) response.end();
    // As a string of the same bytes it leaves in one write with its head; as a buffer it would be two.
    else if (!this.#begun && chunk.length <= ONE_WRITE_BYTES) response.end(chunk.toString('latin1'), 'latin1');
    else response.end(chunk);
    if (this.#onSocketDrain !== null) response.socket?.off('drain', this.#onSocketDrain);
  }

  destroy(): void {
    this.#response.destroy();
  }

  #awaitDrain(socket: Socket): void {
    if (this.#onSocketDrain !== null) return;
    const onSocketDrain = (): void => {
      this.#onSocketDrain = null;
      this.#onDrain?.();
    };
    this.#onSocketDrain = onSocketDrain;
    socket.once('drain', onSocketDrain);
  }
}
