import { type AddressInfo, createServer, type Socket } from 'node:net';
import { gzipSync } from 'node:zlib';
import { type MessageHead, MessageReader } from '../http/message-reader.ts';
import { completionAnswer } from './answers.ts';

/** How it answers, by the first step of the path. */
export const HOSTILITIES = ['chain', 'bomb', 'endless', 'endless-head', 'redirect', 'closing'] as const;
export type Hostility = (typeof HOSTILITIES)[number];

const MEBIBYTE = Buffer.alloc(1_048_576, 'a');
/** Beyond what providers/http-client.ts accepts. */
const ENDLESS_MIB = 80;
const CHAIN_LENGTH = 100;
const JSON_HEAD = 'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n';

export interface HostileUpstream {
  port: number;
  close(): Promise<void>;
}

function encoded(encoding: string): Buffer {
  const body = gzipSync(Buffer.alloc(MEBIBYTE.length));
  const head = `${JSON_HEAD}content-encoding: ${encoding}\r\ncontent-length: ${body.length}\r\n\r\n`;
  return Buffer.concat([Buffer.from(head), body]);
}

/** As fast as the other side takes it, until it has had enough. */
function sendEndlessly(socket: Socket): void {
  socket.write(`${JSON_HEAD}transfer-encoding: chunked\r\n\r\n`);
  let left = ENDLESS_MIB;
  const send = (): void => {
    while (left > 0 && !socket.destroyed) {
      left -= 1;
      socket.write(`${MEBIBYTE.length.toString(16)}\r\n`);
      socket.write(MEBIBYTE);
      if (!socket.write('\r\n')) return;
    }
  };
  socket.on('drain', send);
  send();
}

function answer(socket: Socket, kind: string, redirectTo: string): void {
  switch (kind) {
    case 'chain':
      socket.write(encoded(Array.from({ length: CHAIN_LENGTH }, () => 'gzip').join(',')));
      return;
    case 'bomb':
      socket.write(encoded('gzip'));
      return;
    case 'endless':
      return sendEndlessly(socket);
    case 'endless-head':
      socket.write(`HTTP/1.1 200 OK\r\nx-a: ${MEBIBYTE.toString('latin1')}\r\n\r\n`);
      return;
    case 'redirect':
      socket.write(`HTTP/1.1 302 Found\r\nlocation: ${redirectTo}\r\ncontent-length: 0\r\n\r\n`);
      return;
    default:
      // Whoever comes again must connect, and look the name up, anew.
      socket.end(completionAnswer());
  }
}

/** An upstream as nobody wants it. `redirectTo`: where its redirects point. */
export async function openHostileUpstream(redirectTo: string): Promise<HostileUpstream> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    let kind = '';
    const reader = new MessageReader('request', {
      onHead: ({ text }: MessageHead) => {
        kind = /^POST \/([a-z-]+)\//.exec(text)?.[1] ?? '';
      },
      onBody: () => undefined,
      onEnd: () => answer(socket, kind, redirectTo),
    });
    socket.on('data', (chunk) => reader.push(chunk));
    // A gateway that has had enough of it resets the connection, which is what is wanted.
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
