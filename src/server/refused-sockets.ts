import type { Socket } from 'node:net';

const SLOW_SENDER = 'ERR_HTTP_REQUEST_TIMEOUT';
/** Answering and closing one costs some 50 us: together a few milliseconds, and then others get their turn. */
const SOCKETS_A_TURN = 50;

interface Refused {
  error: NodeJS.ErrnoException;
  socket: Socket;
}

/**
 * Requests that Node's parser refused, answered by hand and closed. Node finds all slow senders of a second at once, and
 * thousands of them would hold the event loop for as long as it takes to write to each.
 */
export class RefusedSockets {
  readonly #answer: (error: NodeJS.ErrnoException) => string;
  #waiting: Refused[] = [];
  #next = 0;

  /** @param answer a whole HTTP response */
  constructor(answer: (error: NodeJS.ErrnoException) => string) {
    this.#answer = answer;
  }

  /** For 'clientError' of a server. */
  add(error: NodeJS.ErrnoException, socket: Socket): void {
    if (error.code === 'ECONNRESET' || !socket.writable) {
      socket.destroy();
      return;
    }
    // What is malformed comes one packet at a time; slow senders are found all at once.
    if (error.code !== SLOW_SENDER) {
      socket.end(this.#answer(error));
      return;
    }
    this.#waiting.push({ error, socket });
    if (this.#waiting.length === 1) setImmediate(() => this.#turn());
  }

  #turn(): void {
    const end = Math.min(this.#waiting.length, this.#next + SOCKETS_A_TURN);
    for (; this.#next < end; this.#next += 1) {
      const { error, socket } = this.#waiting[this.#next] as Refused;
      if (!socket.writable) socket.destroy();
      else {
        socket.write(this.#answer(error));
        // Not left open for the other side to end: Node's server would answer each end with an error of its own.
        socket.destroySoon();
      }
    }
    if (this.#next < this.#waiting.length) {
      setImmediate(() => this.#turn());
      return;
    }
    this.#waiting = [];
    this.#next = 0;
  }
}
