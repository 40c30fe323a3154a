import { type AddressInfo, createServer, type Socket } from 'node:net';
import { gzipSync } from 'node:zlib';
import { type MessageHead, MessageReader } from '../http/message-reader.ts';
import { completionAnswer } from './answers.ts';

/** How it answers, by the first step of the path. */
export const HOSTILITIES = ['chain', 'bomb', 'endless', 'endless-head', 'redirect', 'closing'] as const;
export type Hostility = (typeof HOSTILITIES)[number];
/** Answers that are good and large, and a short one in the dialect of messages. */
export const LARGE_ANSWERS = ['large', 'large-embeddings', 'large-message', 'message'] as const;
type LargeAnswer = (typeof LARGE_ANSWERS)[number];

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

const LARGE_TEXT = '"𝒳"\n'.repeat(1_000_000);
const LARGE_VECTORS = 300;
const VECTOR_LENGTH = 3_072;

function messageOf(text: string): unknown {
  return {
    ...{ id: 'msg_01Bench', type: 'message', role: 'assistant', model: 'mock-model', stop_reason: 'end_turn' },
    content: [{ type: 'text', text }],
    usage: { input_tokens: 38, output_tokens: 45 },
  };
}

function embeddings(): unknown {
  const embedding = Array.from({ length: VECTOR_LENGTH }, (_, place) => Math.sin(place) / 7);
  const data = Array.from({ length: LARGE_VECTORS }, (_, index) => ({ object: 'embedding', index, embedding }));
  return { object: 'list', data, model: 'mock-model', usage: { prompt_tokens: 38, total_tokens: 38 } };
}

function completionOf(content: string): unknown {
  const choices = [{ index: 0, message: { role: 'assistant', content }, finish_reason: 'stop' }];
  return { id: 'c', object: 'chat.completion', choices, usage: { prompt_tokens: 38, completion_tokens: 45 } };
}

const LARGE: Readonly<Record<LargeAnswer, () => unknown>> = {
  large: () => completionOf(LARGE_TEXT),
  'large-embeddings': embeddings,
  'large-message': () => messageOf(LARGE_TEXT),
  message: () => messageOf('An alidade is a sighting arm.'),
};

const made = new Map<string, Buffer>();

/** Made once, since it shares a core with the load. */
function largeAnswer(kind: LargeAnswer): Buffer {
  let bytes = made.get(kind);
  if (bytes === undefined) {
    const body = Buffer.from(JSON.stringify(LARGE[kind]()));
    bytes = Buffer.concat([Buffer.from(`${JSON_HEAD}content-length: ${body.length}\r\n\r\n`), body]);
    made.set(kind, bytes);
  }
  return bytes;
}

const isLarge = (kind: string): kind is LargeAnswer => (LARGE_ANSWERS as readonly string[]).includes(kind);

function answer(socket: Socket, kind: string, redirectTo: string): void {
  if (isLarge(kind)) {
    socket.write(largeAnswer(kind));
    return;
  }
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
