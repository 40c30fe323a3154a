import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';
import { beforeEach, describe, expect, test } from 'vitest';
import { type ConnectionCall, HttpConnection } from './http-connection.ts';

let receive: (bytes: Buffer) => void;
let socket: Duplex;
let connection: HttpConnection;
/** What the call has heard. */
let heard: string[];

const call: ConnectionCall = {
  head: 'POST / HTTP/1.1\r\n',
  body: Buffer.from('{}'),
  ended: false,
  onStarted: () => undefined,
  onHead: (status) => {
    heard.push(String(status));
    connection.pause();
  },
  onBody: (part) => {
    heard.push(part.toString('latin1'));
    connection.pause();
  },
  onEnd: (reusable) => void heard.push(reusable ? 'end, reusable' : 'end'),
  onError: (error) => void heard.push(error.message),
};

beforeEach(() => {
  heard = [];
  socket = Object.assign(new Duplex({ read: () => undefined, write: (_chunk, _encoding, done) => done() }), {
    ref: () => undefined,
    unref: () => undefined,
  });
  connection = new HttpConnection({
    connect: (onRead, callback) => {
      receive = onRead;
      callback(null, socket as unknown as Socket);
    },
    maxResponseBytes: 1_000,
    keepAliveMs: 4_000,
    onLost: () => undefined,
  });
  connection.send(call);
});

describe('an answer that came whole before the upstream closed is told whole, however slowly its reader reads', () => {
  const head = (framing: string): string => `HTTP/1.1 200 OK\r\nconnection: close\r\n${framing}\r\n`;
  test.each([
    ['with a length', `${head('content-length: 5\r\n')}hello`],
    ['in chunks', `${head('transfer-encoding: chunked\r\n')}5\r\nhello\r\n0\r\n\r\n`],
    ['up to the close', `${head('')}hello`],
  ])('%s', (_framing, answer) => {
    // As behind TLS, where what was decrypted is told of whether or not the socket is paused.
    receive(Buffer.from(answer));
    expect(heard).toEqual(['200']);
    socket.emit('end');
    expect(heard).toEqual(['200', 'hello', 'end']);
  });

  test('and one that was cut is not', () => {
    receive(Buffer.from(`${head('content-length: 6\r\n')}hello`));
    socket.emit('end');
    expect(heard).toEqual(['200', 'hello', 'The upstream closed the connection.']);
  });
});

test('who pauses hears the end when it goes on, also where the end was already read', () => {
  receive(Buffer.from('HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello'));
  expect(heard).toEqual(['200']);
  connection.resume();
  expect(heard).toEqual(['200', 'hello']);
  connection.resume();
  expect(heard).toEqual(['200', 'hello', 'end, reusable']);
});
