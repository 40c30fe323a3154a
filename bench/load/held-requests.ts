import { connect, type Socket } from 'node:net';
import { requestBytes, type Target } from './exchange.ts';

/** Requests at a steady rate to somebody who does not answer, each on a connection of its own until it ends. */
export class HeldRequests {
  readonly #sockets = new Set<Socket>();
  readonly #timer: NodeJS.Timeout;
  #sent = 0;

  constructor(target: Target, perSecond: number) {
    const bytes = requestBytes(target);
    this.#timer = setInterval(() => this.#send(target.port, bytes), 1_000 / perSecond);
  }

  get sent(): number {
    return this.#sent;
  }

  /** How many still wait. */
  get held(): number {
    return this.#sockets.size;
  }

  stop(): void {
    clearInterval(this.#timer);
    for (const socket of this.#sockets) socket.destroy();
  }

  #send(port: number, bytes: Buffer): void {
    this.#sent += 1;
    const socket = connect(port, '127.0.0.1', () => socket.write(bytes));
    this.#sockets.add(socket);
    socket.resume();
    // What it is told in the end is not what is measured.
    socket.on('error', () => undefined);
    socket.on('close', () => this.#sockets.delete(socket));
  }
}
