import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';
import { beforeEach, describe, expect, test } from 'vitest';
import type { ClientSink } from '../../contracts/client-sink.ts';
import { OPEN_CALLER } from '../authenticate.ts';
import type { Asked } from '../data-plane.ts';
import { DirectConnection, type DirectServer } from './direct-connection.ts';

const ASKED: Asked = { caller: OPEN_CALLER, operation: 'chat', dialect: 'openai' };

interface Begun {
  body: string;
  sink: ClientSink;
}

let begun: Begun[];
/** Bytes that node:http would have to read. */
let handedOver: string[];
let closed: number;
let keepAliveS: number | null;
/** Each write of its own. */
let written: string[];
let socket: Duplex;
let connection: DirectConnection;
/** What the client has not read, where it does not read at once. */
let unread: (() => void)[] | null;

beforeEach(() => {
  begun = [];
  handedOver = [];
  closed = 0;
  keepAliveS = 75;
  written = [];
  unread = null;
  const duplex = new Duplex({
    allowHalfOpen: true,
    read: () => undefined,
    write: (chunk: Buffer, _encoding, done) => {
      written.push(chunk.toString('latin1'));
      if (unread === null) done();
      else unread.push(done);
    },
  });
  socket = Object.assign(duplex, { destroySoon: () => duplex.end(() => duplex.destroy()) });
  const server: DirectServer = {
    maxHeadBytes: 16_384,
    get keepAliveS() {
      return keepAliveS;
    },
    now: () => 0,
    admit: (path) => (path === '/chat' ? ASKED : null),
    begin: (_asked, _request, sink, body) => void begun.push({ body: body.toString(), sink }),
    handOver: (_connection, _socket, bytes) => void handedOver.push(bytes.toString('latin1')),
    refuseCut: (one) => void one.end('refused'),
    onClosed: () => {
      closed += 1;
    },
  };
  connection = new DirectConnection(socket as unknown as Socket, server);
});

const request = (body: string, path = '/chat', more = ''): string =>
  `POST ${path} HTTP/1.1\r\nhost: localhost\r\ncontent-length: ${body.length}\r\n${more}\r\n${body}`;

/** Each piece as one read of the socket. */
async function receive(...pieces: readonly string[]): Promise<void> {
  for (const piece of pieces) {
    socket.push(Buffer.from(piece, 'latin1'));
    await nextTurn();
  }
}

const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

const answer = (at: number, body = 'ok'): void => {
  const { sink } = begun[at] as Begun;
  sink.head(200, ['content-type', 'text/plain', 'content-length', String(body.length)]);
  sink.end(Buffer.from(body));
};

const ANSWER =
  /^HTTP\/1\.1 200 OK\r\ncontent-type: text\/plain\r\ncontent-length: 2\r\nDate: [^\r]+ GMT\r\nConnection: keep-alive\r\nKeep-Alive: timeout=75\r\n\r\nok$/;

describe('a plain request', () => {
  test('begins once it is whole, wherever its body was cut, and is answered in one write', async () => {
    const bytes = request('0123456789');
    const head = bytes.length - 10;
    for (let cut = head; cut <= bytes.length; cut += 1) {
      const before = begun.length;
      await receive(...[bytes.slice(0, cut), bytes.slice(cut)].filter((piece) => piece !== ''));
      expect(begun.length).toBe(before + 1);
      expect(begun[before]?.body).toBe('0123456789');
      answer(before);
      expect(written.at(-1)).toMatch(ANSWER);
      expect(written.length).toBe(before + 1);
    }
    expect(handedOver).toEqual([]);
  });

  test('waits for the answer to the one before it, however much of it came along', async () => {
    const second = request('second');
    await receive(request('first') + second.slice(0, 20), second.slice(20) + request('third'));
    expect(begun.map(({ body }) => body)).toEqual(['first']);
    answer(0);
    await nextTurn();
    expect(begun.map(({ body }) => body)).toEqual(['first', 'second']);
    answer(1);
    await nextTurn();
    expect(begun.map(({ body }) => body)).toEqual(['first', 'second', 'third']);
  });

  test('is the last one where the server is about to end', async () => {
    await receive(request('first'));
    keepAliveS = null;
    answer(0);
    await nextTurn();
    expect(written[0]).toContain('\r\nConnection: close\r\n');
    expect(socket.writableEnded).toBe(true);
  });
});

describe('no request is begun', () => {
  const second = request('second');

  test('once the connection is being closed, since nobody would get its answer', async () => {
    await receive(request('first'));
    answer(0);
    connection.close();
    socket.push(Buffer.from(second));
    await nextTurn();
    expect(begun.length).toBe(1);
    expect(handedOver).toEqual([]);
    expect(socket.destroyed).toBe(true);
  });

  test('behind the last answer of a server that is about to end', async () => {
    await receive(request('first') + second);
    keepAliveS = null;
    answer(0);
    await receive(request('third'));
    expect(begun.length).toBe(1);
    expect(socket.destroyed).toBe(true);
  });

  test('once the client has ended, though it came before', async () => {
    unread = [];
    await receive(request('first') + second);
    socket.push(null);
    answer(0);
    await nextTurn();
    await nextTurn();
    expect(begun.length).toBe(1);
  });

  test('while the client has much to read of the answers before', async () => {
    unread = [];
    await receive(request('first') + second);
    answer(0, 'x'.repeat(100_000));
    await nextTurn();
    await nextTurn();
    expect(begun.length).toBe(1);
    for (let done = unread.shift(); done !== undefined; done = unread.shift()) done();
    await nextTurn();
    await nextTurn();
    expect(begun.map(({ body }) => body)).toEqual(['first', 'second']);
  });
});

test('who ends in the middle of a body is told so', async () => {
  await receive(request('0123456789').slice(0, -1));
  socket.push(null);
  await nextTurn();
  expect(written).toEqual(['refused']);
  expect(begun).toEqual([]);
});

test('a connection that is closed sends what was written before', async () => {
  unread = [];
  await receive(request('first'));
  answer(0);
  connection.close();
  await nextTurn();
  expect(socket.destroyed).toBe(false);
  expect(connection.waitsFor).toBe('close');
  unread.shift()?.();
  await nextTurn();
  expect(socket.destroyed).toBe(true);
});

describe('node:http gets the connection, with every byte that it has to read,', () => {
  test('when a head came in pieces', async () => {
    const bytes = request('body');
    await receive(bytes.slice(0, 30));
    expect(handedOver).toEqual([bytes.slice(0, 30)]);
  });

  test('when the request is for somebody else, also behind one that was not', async () => {
    const other = request('x', '/other');
    await receive(request('first'), other);
    expect(handedOver).toEqual([]);
    answer(0);
    await nextTurn();
    expect(handedOver).toEqual([other]);
    expect(begun.length).toBe(1);
  });

  test('when a body is large and does not come at once', async () => {
    const head = 'POST /chat HTTP/1.1\r\nhost: localhost\r\ncontent-length: 2000000\r\n\r\n';
    await receive(`${head}{`);
    expect(handedOver).toEqual([`${head}{`]);
  });

  test('when a body does not come in time', async () => {
    const bytes = request('0123456789');
    await receive(bytes.slice(0, -5), bytes.slice(-5, -3));
    expect(connection.waitsFor).toBe('body');
    connection.handOver();
    expect(handedOver).toEqual([bytes.slice(0, -3)]);
  });
});

describe('an answer', () => {
  test('in parts is framed as chunks, the head with the first of them', async () => {
    await receive(request('first'));
    const { sink } = begun[0] as Begun;
    sink.head(200, ['content-type', 'text/event-stream']);
    expect(written).toEqual([]);
    sink.write(Buffer.from('data: 1\n\n'));
    sink.write(Buffer.from('data: 2\n\n'));
    sink.end();
    expect(written[0]).toMatch(/\r\nTransfer-Encoding: chunked\r\n\r\n9\r\ndata: 1\n\n\r\n$/);
    expect(written.slice(1)).toEqual(['9\r\ndata: 2\n\n\r\n', '0\r\n\r\n']);
    expect(connection.waitsFor).toBe('next request');
  });

  test('that is long follows its head byte for byte', async () => {
    await receive(request('first'));
    const body = '\u00e4'.repeat(20_000);
    const { sink } = begun[0] as Begun;
    sink.head(200, ['content-length', '20000']);
    sink.end(Buffer.from(body, 'latin1'));
    expect(written.join('').split('\r\n\r\n')[1]).toBe(body);
  });

  test('has no header that could end its line', async () => {
    await receive(request('first'));
    const { sink } = begun[0] as Begun;
    expect(() => sink.head(200, ['x-a', 'b\r\nset-cookie: c'])).toThrow('x-a');
    expect(written).toEqual([]);
  });
});

describe('who leaves before the answer is told of', () => {
  test.each<[string, () => void]>([
    ['closes', () => socket.destroy()],
    ['ends', () => void socket.push(null)],
  ])('when it %s', async (_what, leave) => {
    await receive(request('first'));
    const { sink } = begun[0] as Begun;
    let gone = 0;
    sink.onGone = () => {
      gone += 1;
    };
    leave();
    await nextTurn();
    await nextTurn();
    expect(gone).toBe(1);
    expect(closed).toBe(1);
  });

  test('also when nobody listened yet', async () => {
    await receive(request('first'));
    socket.destroy();
    await nextTurn();
    const gone = new Promise<void>((resolve) => {
      (begun[0] as Begun).sink.onGone = resolve;
    });
    await expect(gone).resolves.toBeUndefined();
  });
});
