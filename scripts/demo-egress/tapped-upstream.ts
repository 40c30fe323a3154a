import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

/** What every canary begins with. Looked for in whatever arrives, byte by byte. */
export const CANARY = 'canary-5b1f-';

/** An OpenAI-shaped upstream that looks at each byte that reaches it. */
export interface TappedUpstream {
  baseUrl: string;
  /** Bytes that arrived, heads included. */
  readonly bytes: number;
  readonly requests: number;
  /** Canaries among those bytes. */
  readonly canaries: number;
  /** At once: no connection is taken any more, and those that are open end. */
  kill(): Promise<void>;
}

const USAGE = { prompt_tokens: 11, completion_tokens: 3, total_tokens: 14 };
const HEAD = { id: 'chatcmpl-demo', created: 1_790_000_000, model: 'demo' };
const chunk = (delta: object, more: object = {}): string =>
  `data: ${JSON.stringify({ ...HEAD, object: 'chat.completion.chunk', choices: [{ index: 0, delta, finish_reason: null }], ...more })}\n\n`;

const WHOLE = JSON.stringify({
  ...{ ...HEAD, object: 'chat.completion', usage: USAGE },
  choices: [{ index: 0, message: { role: 'assistant', content: 'Hello there.' }, finish_reason: 'stop' }],
});

function answer(body: string, response: ServerResponse): void {
  if (!body.includes('"stream":true')) {
    response.writeHead(200, { 'content-type': 'application/json' }).end(WHOLE);
    return;
  }
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  response.write(chunk({ role: 'assistant', content: '' }) + chunk({ content: 'Hello' }));
  // In two turns, so that a kill finds streams in their middle.
  setImmediate(() => {
    const end = { choices: [{ index: 0, delta: {}, finish_reason: 'stop' }], usage: USAGE };
    response.end(`${chunk({ content: ' there.' })}${chunk({}, end)}data: [DONE]\n\n`);
  });
}

/** Counts a word in a stream of bytes, also where it lies across two pieces. */
class WordCount {
  count = 0;
  bytes = 0;
  #word: Buffer;
  #tail = Buffer.alloc(0);

  constructor(word: string) {
    this.#word = Buffer.from(word);
  }

  push(piece: Buffer): void {
    this.bytes += piece.length;
    const text = Buffer.concat([this.#tail, piece]);
    for (let at = text.indexOf(this.#word); at !== -1; at = text.indexOf(this.#word, at + 1)) this.count += 1;
    // Shorter than the word: what is kept cannot be counted twice.
    this.#tail = Buffer.from(text.subarray(Math.max(0, text.length - this.#word.length + 1)));
  }
}

export async function createTappedUpstream(): Promise<TappedUpstream> {
  const sockets = new Set<Socket>();
  let [bytes, canaries, requests] = [0, 0, 0];
  const server = createServer((request: IncomingMessage, response) => {
    requests += 1;
    const pieces: Buffer[] = [];
    request.on('data', (piece: Buffer) => pieces.push(piece));
    request.on('end', () => answer(Buffer.concat(pieces).toString('utf8'), response));
    response.on('error', () => undefined);
  });
  server.on('connection', (socket: Socket) => {
    const words = new WordCount(CANARY);
    sockets.add(socket);
    socket.on('data', (piece: Buffer) => {
      const before = words.count;
      words.push(piece);
      bytes += piece.length;
      canaries += words.count - before;
    });
    socket.on('close', () => sockets.delete(socket));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    get bytes() {
      return bytes;
    },
    get requests() {
      return requests;
    },
    get canaries() {
      return canaries;
    },
    kill: async () => {
      const closed = once(server, 'close');
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}
