import { describe, expect, test } from 'vitest';
import { readDirectHead } from './read-head.ts';

const LINES = ['POST /v1/chat/completions HTTP/1.1', 'Host: localhost', 'Content-Length: 2'];

const read = (lines: readonly string[], body = '{}', end = '\r\n\r\n') =>
  readDirectHead(Buffer.from(`${lines.join('\r\n')}${end}${body}`, 'latin1'), 1_000);

/** LINES with some of them replaced, and more. */
const but = (change: { start?: string; host?: string; length?: string; more?: readonly string[] }): string[] => [
  change.start ?? (LINES[0] as string),
  change.host ?? (LINES[1] as string),
  change.length ?? (LINES[2] as string),
  ...(change.more ?? []),
];

describe('a head is read here', () => {
  test('when it is a plain POST: names in lower case, values without blanks around them', () => {
    const head = read(but({ more: ['X-Alidade-Task:  code ', 'authorization: Bearer a:b', 'x-empty:'] }), '{}{');
    expect(head).toMatchObject({ path: '/v1/chat/completions', bodyBytes: 2 });
    expect({ ...head?.headers }).toEqual({
      host: 'localhost',
      'content-length': '2',
      'x-alidade-task': 'code',
      authorization: 'Bearer a:b',
      'x-empty': '',
    });
    expect(read(LINES)?.headBytes).toBe(`${LINES.join('\r\n')}\r\n\r\n`.length);
  });

  test('when it asks for the connection to be kept, and whatever its names mean to JavaScript', () => {
    expect(read(but({ more: ['Connection: Keep-Alive'] }))).not.toBeNull();
    expect(read(but({ more: ['__proto__: 1', 'constructor: 2'] }))?.headers).toMatchObject({ constructor: '2' });
  });
});

describe('a head is left to node:http', () => {
  test.each<[string, string[]]>([
    ['another method', but({ start: 'GET /v1/chat/completions HTTP/1.1' })],
    ['another version', but({ start: 'POST /v1/chat/completions HTTP/1.0' })],
    ['a whole URL', but({ start: 'POST http://localhost/v1/chat/completions HTTP/1.1' })],
    ['a path with a blank', but({ start: 'POST /v1/chat /completions HTTP/1.1' })],
    ['two blanks before the version', but({ start: 'POST /v1/chat/completions  HTTP/1.1' })],
    ['no host', but({ host: 'x-a: b' })],
    ['two hosts', but({ more: ['host: other'] })],
    ['no length', but({ length: 'x-a: b' })],
    ['two lengths', but({ more: ['content-length: 2'] })],
    ['a signed length', but({ length: 'content-length: +2' })],
    ['a length in hex', but({ length: 'content-length: 0x2' })],
    ['two lengths in one', but({ length: 'content-length: 2, 2' })],
    ['an empty length', but({ length: 'content-length:' })],
    ['an endless length', but({ length: `content-length: ${'1'.repeat(20)}` })],
    ['a transfer coding', but({ more: ['transfer-encoding: chunked'] })],
    ['an expectation', but({ more: ['expect: 100-continue'] })],
    ['an upgrade', but({ more: ['connection: upgrade', 'upgrade: h2c'] })],
    ['a last request', but({ more: ['connection: close'] })],
    ['a list of connection options', but({ more: ['connection: keep-alive, x-a', 'x-a: b'] })],
    ['an old name of connection', but({ more: ['proxy-connection: close'] })],
    ['a tab behind the length', but({ length: 'content-length: 2\t' })],
    ['a tab in a value', but({ more: ['x-a: b\tc'] })],
    ['a header that came twice', but({ more: ['x-a: b', 'X-A: c'] })],
    ['a folded line', but({ more: ['x-a: b', ' c'] })],
    ['a blank before the colon', but({ more: ['x-a : b'] })],
    ['a line without a name', but({ more: [': b'] })],
    ['a line without a colon', but({ more: ['x-a'] })],
    ['a name that is none', but({ more: ['x(a): b'] })],
    ['a bare line feed', but({ more: ['x-a: b\nx-c: d'] })],
    ['a bare carriage return', but({ more: ['x-a: b\rx-c: d'] })],
    ['a zero byte', but({ more: ['x-a: b\u0000'] })],
    ['a byte beyond ASCII', but({ more: ['x-a: \u00e4'] })],
    ['an empty line first', ['', ...LINES]],
    ['more than a head may be', but({ more: [`x-a: ${'b'.repeat(1_000)}`] })],
  ])('with %s', (_what, lines) => {
    expect(read(lines)).toBeNull();
  });

  test('with more lines than Node takes', () => {
    const lines = (count: number) => but({ more: Array.from({ length: count - LINES.length }, (_, at) => `a${at}:`) });
    const head = (count: number) => readDirectHead(Buffer.from(`${lines(count).join('\r\n')}\r\n\r\n`), 16_384);
    expect(Object.keys(head(1_000)?.headers ?? {})).toHaveLength(999);
    expect(head(1_001)).toBeNull();
  });

  test('while it is not whole', () => {
    const whole = `${LINES.join('\r\n')}\r\n\r\n`;
    for (let end = 0; end < whole.length; end += 1) {
      expect(readDirectHead(Buffer.from(whole.slice(0, end)), 1_000)).toBeNull();
    }
    expect(read(LINES, '', '\n\n')).toBeNull();
  });
});
