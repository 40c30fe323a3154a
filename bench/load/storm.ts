import { connect, type Socket } from 'node:net';
import type { Target } from './exchange.ts';

/** What a storm did. */
export interface StormOutcome {
  disconnected: number;
  slow: number;
  failed: number;
}

const requestText = ({ path, headers, body }: Target): string => {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  const length = Buffer.byteLength(body);
  return `POST ${path} HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\ncontent-length: ${length}\r\n${lines.join('')}\r\n${body}`;
};

/** Opens one stream; `act` gets its socket with the first bytes of the answer. Resolves when the socket is closed. */
function openStream(target: Target, act: (socket: Socket) => void): Promise<boolean> {
  const socket = connect(target.port, '127.0.0.1');
  const { promise, resolve } = Promise.withResolvers<boolean>();
  let answered = false;
  socket.on('connect', () => socket.write(requestText(target)));
  socket.once('data', () => {
    answered = true;
    act(socket);
  });
  // What a client that leaves sees of its own leaving is of no interest; `answered` tells what is.
  socket.on('error', () => undefined);
  socket.on('close', () => resolve(answered));
  return promise;
}

/**
 * Clients as nobody wants them: many that leave with the first bytes, and some that stop reading for `slowMs` and then
 * leave. `target` must ask for a stream.
 */
export async function storm(target: Target, leaving: number, slow: number, slowMs: number): Promise<StormOutcome> {
  const leave = (socket: Socket): void => {
    socket.destroy();
  };
  const stop = (socket: Socket): void => {
    socket.pause();
    setTimeout(() => socket.destroy(), slowMs);
  };
  const ends = await Promise.all([
    ...Array.from({ length: leaving }, () => openStream(target, leave)),
    ...Array.from({ length: slow }, () => openStream(target, stop)),
  ]);
  return { disconnected: leaving, slow, failed: ends.filter((answered) => !answered).length };
}
