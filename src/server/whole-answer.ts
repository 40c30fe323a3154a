import type { ClientSink } from '../contracts/client-sink.ts';

/** The client's side of a request within this process that waits for the whole answer. */
export class WholeAnswer implements ClientSink {
  onDrain: (() => void) | null = null;
  onGone: (() => void) | null = null;
  #status = 0;
  readonly #chunks: Buffer[] = [];
  readonly #whole = Promise.withResolvers<{ status: number; body: unknown }>();

  /** Status and body, once the answer is complete. Rejects where it was broken off. */
  get whole(): Promise<{ status: number; body: unknown }> {
    return this.#whole.promise;
  }

  head(status: number): void {
    this.#status = status;
  }

  write(chunk: Buffer): boolean {
    this.#chunks.push(chunk);
    return true;
  }

  end(chunk?: Buffer): void {
    if (chunk !== undefined) this.#chunks.push(chunk);
    try {
      const body: unknown = JSON.parse(Buffer.concat(this.#chunks).toString('utf8'));
      this.#whole.resolve({ status: this.#status, body });
    } catch (cause) {
      this.#whole.reject(new Error('The answer is no JSON: ask without stream.', { cause }));
    }
  }

  destroy(): void {
    this.#whole.reject(new Error('The answer was broken off.'));
  }
}
