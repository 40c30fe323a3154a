import { describe, expect, it } from 'vitest';
import { headerValue, type MessageHead, MessageReader } from './message-reader.ts';

interface Seen {
  statuses: number[];
  bodies: string[];
  ended: number;
}

function read(kind: 'request' | 'response', pieces: readonly Buffer[]): Seen {
  const seen: Seen = { statuses: [], bodies: [], ended: 0 };
  let body = '';
  const reader = new MessageReader(kind, {
    onHead: (head) => {
      seen.statuses.push(head.status);
      body = '';
    },
    onBody: (chunk, start, end) => {
      body += chunk.toString('latin1', start, end);
    },
    onEnd: () => {
      seen.bodies.push(body);
      seen.ended += 1;
    },
  });
  for (const piece of pieces) reader.push(piece);
  return seen;
}

const CHUNKED = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n6;x=1\r\n world\r\n0\r\n\r\n';
const FIXED = 'HTTP/1.1 404 Not Found\r\ncontent-length: 4\r\n\r\nnope';

describe('MessageReader', () => {
  it('reads the same messages wherever the bytes are split', () => {
    const bytes = Buffer.from(CHUNKED + FIXED + CHUNKED, 'latin1');
    for (let cut = 1; cut < bytes.length; cut += 1) {
      const seen = read('response', [bytes.subarray(0, cut), bytes.subarray(cut)]);
      expect(seen.statuses).toEqual([200, 404, 200]);
      expect(seen.bodies).toEqual(['hello world', 'nope', 'hello world']);
    }
    const oneByOne = read(
      'response',
      [...bytes].map((byte) => Buffer.from([byte])),
    );
    expect(oneByOne.bodies).toEqual(['hello world', 'nope', 'hello world']);
  });

  it('skips interim responses', () => {
    const seen = read('response', [Buffer.from(`HTTP/1.1 100 Continue\r\n\r\n${FIXED}`)]);
    expect(seen.statuses).toEqual([404]);
  });

  it('ends a request without a length at its head', () => {
    const seen = read('request', [Buffer.from('GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n')]);
    expect(seen).toEqual({ statuses: [0], bodies: [''], ended: 1 });
  });

  it('tells a body cut by the peer from one that closing ends', () => {
    const sink = { onHead: () => undefined, onBody: () => undefined, onEnd: () => undefined };
    const cut = new MessageReader('response', sink);
    cut.push(Buffer.from(FIXED.slice(0, -1)));
    expect(cut.close()).toBe(false);
    const ended = new MessageReader('response', sink);
    ended.push(Buffer.from('HTTP/1.1 200 OK\r\n\r\nanything'));
    expect(ended.close()).toBe(true);
  });

  it('refuses what is not HTTP', () => {
    expect(() => read('response', [Buffer.from('SSH-2.0-OpenSSH\r\n\r\n')])).toThrow(/not an HTTP response/);
  });
});

describe('headerValue', () => {
  const head: MessageHead = { status: 200, text: 'HTTP/1.1 200 OK\r\nX-Request-Id:  Abc \r\nserver: x' };
  it('finds a header whatever its case and keeps the value as it came', () => {
    expect(headerValue(head, 'x-request-id')).toBe('Abc');
    expect(headerValue(head, 'server')).toBe('x');
    expect(headerValue(head, 'request-id')).toBe(null);
  });
});
