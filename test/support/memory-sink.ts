import type { ClientSink } from '../../src/contracts/client-sink.ts';

/** A client in memory: records what it is sent, reads as slowly as a test wants, and leaves when told to. */
export class MemorySink implements ClientSink {
  onDrain: (() => void) | null = null;
  onGone: (() => void) | null = null;
  status: number | null = null;
  headers: Record<string, string> = {};
  /** false makes every write report a full buffer. */
  reads = true;
  destroyed = false;
  #chunks: Buffer[] = [];
  #ended = Promise.withResolvers<void>();
  #wroteFirst = Promise.withResolvers<void>();

  /** Resolves when the answer has ended, cleanly or not. */
  get ended(): Promise<void> {
    return this.#ended.promise;
  }

  /** Resolves with the first body bytes. */
  get firstBytes(): Promise<void> {
    return this.#wroteFirst.promise;
  }

  get text(): string {
    return Buffer.concat(this.#chunks).toString('utf8');
  }

  json(): Record<string, unknown> {
    return JSON.parse(this.text) as Record<string, unknown>;
  }

  head(status: number, headers: readonly string[]): void {
    this.status = status;
    for (let i = 0; i < headers.length; i += 2) this.headers[headers[i] as string] = headers[i + 1] as string;
  }

  write(chunk: Buffer): boolean {
    this.#chunks.push(Buffer.from(chunk));
    this.#wroteFirst.resolve();
    return this.reads;
  }

  end(chunk?: Buffer): void {
    if (chunk !== undefined) this.#chunks.push(Buffer.from(chunk));
    this.#wroteFirst.resolve();
    this.#ended.resolve();
  }

  destroy(): void {
    this.destroyed = true;
    this.#ended.resolve();
  }

  leave(): void {
    this.onGone?.();
  }
}
