import { EventEmitter, once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { App } from '../../app.ts';
import type { GatewayRequest } from '../../contracts/gateway-request.ts';
import { createSeededRandom } from '../../lib/seeded-random.ts';
import type { RouteDefinition } from '../route-definition.ts';
import { type DirectLane, serveDirectly } from './direct-server.ts';

let server: Server;
let lane: DirectLane;
let port: number;
/** Requests that were begun on the direct lane and wait for `answerDirect`. */
let direct: GatewayRequest[];
let byNode: number;
let holdsBack: boolean;
/** Tells of each of `direct`. */
let gateway: EventEmitter;
let sockets: Socket[];

const ROUTE: RouteDefinition = {
  ...{
    method: 'POST',
    paths: ['/chat'],
    access: 'public',
    summary: '',
    raw: true,
    dialect: 'openai',
    operation: 'chat',
  },
  handle: () => undefined,
};

function answerDirect({ body, sink }: GatewayRequest): void {
  sink.head(200, ['content-length', String(body.length)]);
  sink.end(body);
}

async function answerByNode(request: IncomingMessage, response: ServerResponse): Promise<void> {
  byNode += 1;
  const body = Buffer.concat(await request.toArray());
  response.writeHead(200, ['content-length', String(body.length)]).end(body);
}

beforeEach(async () => {
  direct = [];
  byNode = 0;
  holdsBack = false;
  gateway = new EventEmitter();
  sockets = [];
  server = createServer((request, response) => void answerByNode(request, response));
  const app = {
    // Time stands still: nobody is handed over for being slow.
    clock: { now: () => 0, monotonic: () => 0 },
    maxBodyBytes: 1_000_000,
    keys: { empty: true },
    newRequestId: () => 'request',
    gateway: {
      turns: { add: (work: () => void) => work() },
      handle: (request: GatewayRequest) => {
        direct.push(request);
        gateway.emit('request');
        if (!holdsBack) answerDirect(request);
      },
    },
  } as unknown as App;
  lane = serveDirectly(server, {
    ...{ app, guard: () => undefined, routes: [ROUTE] },
    ...{ maxHeadBytes: 16_384, keepAliveMs: 75_000 },
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  port = (server.address() as AddressInfo).port;
});

afterEach(async () => {
  for (const socket of sockets) socket.destroy();
  lane.destroy();
  server.closeAllConnections();
  server.close();
  await once(server, 'close');
});

function open(): Socket {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  sockets.push(socket);
  return socket;
}

/** Bodies of all answers that have come whole, by their lengths. */
function bodiesOf(received: string): string[] {
  const bodies: string[] = [];
  for (let at = 0; ; ) {
    const end = received.indexOf('\r\n\r\n', at);
    if (end === -1) return bodies;
    const length = Number(/content-length: (\d+)/i.exec(received.slice(at, end))?.[1]);
    if (received.length < end + 4 + length) return bodies;
    bodies.push(received.slice(end + 4, end + 4 + length));
    at = end + 4 + length;
  }
}

/** Resolves with the bodies of so many answers. */
function answersOf(socket: Socket, count: number): Promise<string[]> {
  const { promise, resolve, reject } = Promise.withResolvers<string[]>();
  let received = '';
  socket.setEncoding('latin1').on('data', (text: string) => {
    received += text;
    const bodies = bodiesOf(received);
    if (bodies.length >= count) resolve(bodies);
  });
  socket.on('close', () => reject(new Error(`Closed after ${JSON.stringify(received)}`)));
  return promise;
}

const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

const plain = (body: string): string =>
  `POST /chat HTTP/1.1\r\nhost: a\r\ncontent-length: ${body.length}\r\n\r\n${body}`;
/** Each of them is for node:http, for another reason. */
const others: readonly ((body: string) => string)[] = [
  (body) => `POST /other HTTP/1.1\r\nhost: a\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
  (body) => `POST /chat HTTP/1.1\r\nhost: a\r\nx: \xe4\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
  (body) => `PUT /chat HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n${chunked(body)}0\r\n\r\n`,
];
const chunked = (body: string): string => (body === '' ? '' : `${body.length.toString(16)}\r\n${body}\r\n`);

describe('no byte is lost or read twice', () => {
  test('wherever requests behind each other are cut, and wherever node:http takes over', async () => {
    const random = createSeededRandom('cuts');
    for (let round = 0; round < 60; round += 1) {
      const bodies = Array.from(
        { length: 1 + random.integer(5) },
        (_, at) => `${at}:${'ab\r\n'.repeat(random.integer(60))}`,
      );
      // The last one is large now and then, so that it comes in several reads and waits behind the others.
      if (random.integer(4) === 0) bodies.push(`large:${'0123456789'.repeat(20_000)}`);
      const bytes = bodies
        .map((body) =>
          random.integer(3) > 0 ? plain(body) : (others[random.integer(others.length)] as typeof plain)(body),
        )
        .join('');
      const socket = open();
      const answers = answersOf(socket, bodies.length);
      for (let at = 0; at < bytes.length; ) {
        const size = 1 + random.integer(random.integer(2) === 0 ? 40 : 100_000);
        socket.write(bytes.slice(at, at + size), 'latin1');
        at += size;
        await nextTurn();
      }
      expect(await answers).toEqual(bodies);
      socket.removeAllListeners('close').destroy();
    }
    // Both have been at work.
    expect(direct.length).toBeGreaterThan(20);
    expect(byNode).toBeGreaterThan(20);
  });

  test('when far more than may wait comes while an answer is under way', async () => {
    holdsBack = true;
    const bodies = Array.from({ length: 12 }, (_, at) => `${at}:${'x'.repeat(50_000)}`);
    const socket = open();
    const answers = answersOf(socket, bodies.length);
    const begun = once(gateway, 'request');
    socket.write(bodies.map(plain).join(''));
    await begun;
    holdsBack = false;
    answerDirect(direct[0] as GatewayRequest);
    expect(await answers).toEqual(bodies);
  });
});

describe('a connection that was handed over', () => {
  test('is one of the server’s, which closes it', async () => {
    const socket = open();
    const answers = answersOf(socket, 2).catch(() => undefined);
    socket.write(plain('a') + (others[0] as typeof plain)('b'));
    expect(await answers).toEqual(['a', 'b']);
    const closed = once(socket, 'close');
    server.closeIdleConnections();
    await closed;
  });

  test('has no listener left of those that read it before', async () => {
    const accepted = once(server, 'connection') as Promise<[Socket]>;
    const socket = open();
    const answers = answersOf(socket, 1).catch(() => undefined);
    const [there] = await accepted;
    const counts = (one: Socket): number[] =>
      ['data', 'end', 'close', 'error', 'drain'].map((name) => one.listenerCount(name));
    const plainServer = createServer((_request, response) => void response.end()).listen(0, '127.0.0.1');
    await once(plainServer, 'listening');
    const plainlyAccepted = once(plainServer, 'connection') as Promise<[Socket]>;
    const other = connect((plainServer.address() as AddressInfo).port, '127.0.0.1');
    const [plainly] = await plainlyAccepted;
    socket.write((others[0] as typeof plain)('b'));
    await answers;
    await nextTurn();
    expect(counts(there)).toEqual(counts(plainly));
    other.destroy();
    plainServer.closeAllConnections();
    plainServer.close();
  });
});

describe('a server that stops', () => {
  test('closes connections that rest between requests, and answers one more on those that have just come', async () => {
    const used = open();
    const first = answersOf(used, 1);
    used.write(plain('a'));
    await first;
    const accepted = once(server, 'connection');
    const fresh = open();
    const answers = answersOf(fresh, 1);
    await accepted;
    const closed = once(used, 'close');
    lane.stop();
    await closed;
    fresh.write(plain('b'));
    expect(await answers).toEqual(['b']);
    expect(direct.length).toBe(2);
  });
});
