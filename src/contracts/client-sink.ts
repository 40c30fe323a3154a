/**
 * The client's side of an exchange: a socket for requests from outside, memory for inner calls. Calls in order: head
 * once, write any number, then end or destroy.
 */
export interface ClientSink {
  /** `headers` alternates names and values. */
  head(status: number, headers: readonly string[]): void;
  /** False when the client reads slower than we write; `onDrain` follows. */
  write(chunk: Buffer): boolean;
  end(chunk?: Buffer): void;
  /** Ends without a clean end of the message, for connections that must not look complete. */
  destroy(): void;
  onDrain: (() => void) | null;
  /** The client closed the connection before `end`. */
  onGone: (() => void) | null;
}
