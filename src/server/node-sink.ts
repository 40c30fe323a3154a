import type { ServerResponse } from 'node:http';
import type { ClientSink } from '../contracts/client-sink.ts';

/** The client's socket as the gateway sees it. */
export class NodeSink implements ClientSink {
  onGone: (() => void) | null = null;
  #onDrain: (() => void) | null = null;
  #response: ServerResponse;
  #drains = false;

  constructor(response: ServerResponse) {
    this.#response = response;
    response.on('close', () => {
      if (!response.writableFinished) this.onGone?.();
    });
    // An error on the socket is followed by close; without a listener it would end the process.
    response.on('error', () => undefined);
  }

  get onDrain(): (() => void) | null {
    return this.#onDrain;
  }

  set onDrain(listener: (() => void) | null) {
    this.#onDrain = listener;
  }

  head(status: number, headers: readonly string[]): void {
    this.#response.writeHead(status, headers as string[]);
  }

  write(chunk: Buffer): boolean {
    if (this.#response.write(chunk)) return true;
    if (!this.#drains) {
      this.#drains = true;
      this.#response.on('drain', () => this.#onDrain?.());
    }
    return false;
  }

  end(chunk?: Buffer): void {
    if (chunk === undefined) this.#response.end();
    else this.#response.end(chunk);
  }

  destroy(): void {
    this.#response.destroy();
  }
}
