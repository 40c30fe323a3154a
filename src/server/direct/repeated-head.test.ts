import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type DirectHead, readDirectHead } from './read-head.ts';
import { RepeatedHead } from './repeated-head.ts';

const MAX_HEAD_BYTES = 120;

const head = (length: string, more = ''): string =>
  `POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\nContent-Length: ${length}\r\nx-a: b${more}\r\n\r\n`;

/** Some of them repeat each other, some nearly. */
const pieces = fc.array(
  fc.oneof(
    fc.nat({ max: 10_000_000_000 }).map((length) => head(String(length))),
    fc.constantFrom('0', '007', '', '2 ', '+2', '2x', '0x2', '2, 2').map((length) => head(length)),
    fc
      .constantFrom('c', '\r\nx-c: d', '\r\ncontent-length: 3', '\r\ntransfer-encoding: chunked')
      .map((more) => head('2', more)),
    fc.nat({ max: 110 }).map((at) => head('12').slice(0, at)),
    fc.nat({ max: 95 }).map((at) => `${head('12').slice(0, at)}!${head('12').slice(at + 1)}`),
    fc.constant('GET / HTTP/1.1\r\n\r\n'),
  ),
  { minLength: 1, maxLength: 12 },
);

const told = (read: DirectHead | null) => read && { ...read, headers: { ...read.headers } };

const lengthOf = (read: DirectHead | null) => Number(read?.headers['content-length']);

describe('heads of one connection', () => {
  test('say what they say when each is read by itself', () => {
    fc.assert(
      fc.property(pieces, fc.constantFrom('', '{}', 'POST '), (texts, behind) => {
        const heads = new RepeatedHead();
        for (const text of texts) {
          const bytes = Buffer.from(text + behind, 'latin1');
          const read = heads.read(bytes, MAX_HEAD_BYTES);
          const alone = readDirectHead(bytes, MAX_HEAD_BYTES);
          // Zeros before a length say nothing, and are not repeated.
          expect(lengthOf(read)).toEqual(lengthOf(alone));
          for (const one of [read, alone]) if (one !== null) one.headers['content-length'] = String(one.bodyBytes);
          expect(told(read)).toEqual(told(alone));
        }
      }),
      { numRuns: 300 },
    );
  });

  test('share their headers as long as nothing but the length differs', () => {
    const heads = new RepeatedHead();
    const read = (text: string) => heads.read(Buffer.from(text), MAX_HEAD_BYTES)?.headers;
    const first = read(head('2'));
    expect(read(head('1234'))).toBe(first);
    const other = read(head('2', 'c'));
    expect(other).not.toBe(first);
    expect(read(head('3', 'c'))).toBe(other);
  });

  test('are not remembered any more once they always differ', () => {
    const heads = new RepeatedHead();
    const read = (more: string) => heads.read(Buffer.from(head('2', more)), MAX_HEAD_BYTES)?.headers;
    for (let count = 0; count < 20; count += 1) read(String(count));
    expect(read('19')).not.toBe(read('19'));
  });
});
