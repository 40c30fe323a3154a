import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { delay } from '../process/wait-for.ts';
import type { Target } from './exchange.ts';

const AT_ONCE = 250;

async function openSocket(port: number): Promise<Socket> {
  const socket = connect(port, '127.0.0.1');
  // How the other side ends it is its own business: what counts is that it does.
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  return socket;
}

async function openSockets(port: number, count: number, begin: (socket: Socket) => void): Promise<Socket[]> {
  const sockets: Socket[] = [];
  while (sockets.length < count) {
    const batch = Math.min(AT_ONCE, count - sockets.length);
    const opened = await Promise.all(Array.from({ length: batch }, () => openSocket(port)));
    for (const socket of opened) begin(socket);
    sockets.push(...opened);
  }
  return sockets;
}

/** Sockets that send `bytes` and then nothing. Resolves once the other side has closed all of them. */
export async function holdSockets(port: number, count: number, bytes: string): Promise<void> {
  const closed: Promise<unknown>[] = [];
  await openSockets(port, count, (socket) => {
    closed.push(once(socket, 'close'));
    socket.resume();
    if (bytes !== '') socket.write(bytes);
  });
  await Promise.all(closed);
}

const headOf = ({ path, headers, body }: Target): string => {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return `POST ${path} HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n${lines.join('')}\r\n`;
};

const BYTE_EVERY_MS = 40;

/** Each at its own beat, as senders are that know nothing of each other. */
async function trickle(socket: Socket, body: string, place: number): Promise<void> {
  await delay((place * 7) % BYTE_EVERY_MS);
  for (const byte of body) {
    socket.write(byte);
    await delay(BYTE_EVERY_MS);
  }
}

/** Requests whose bodies come byte by byte. Returns how many were answered with 200. */
export async function trickleBodies(target: Target, count: number): Promise<number> {
  const answers: Promise<string>[] = [];
  const sockets = await openSockets(target.port, count, (socket) => {
    answers.push(once(socket, 'data').then(([data]) => String(data)));
    socket.write(headOf(target));
  });
  await Promise.all(sockets.map((socket, place) => trickle(socket, target.body, place)));
  const ok = (await Promise.all(answers)).filter((answer) => answer.startsWith('HTTP/1.1 200')).length;
  for (const socket of sockets) socket.destroy();
  return ok;
}

/** One request over a connection of its own; its status, or 0 where there was none. */
export async function ask(target: Target): Promise<number> {
  const socket = await openSocket(target.port);
  const { promise, resolve } = Promise.withResolvers<number>();
  socket.once('data', (data) => resolve(Number(/^HTTP\/1\.1 (\d{3})/.exec(data.toString('latin1'))?.[1] ?? 0)));
  socket.once('close', () => resolve(0));
  socket.write(headOf(target));
  socket.write(target.body);
  const status = await promise;
  socket.destroy();
  return status;
}
