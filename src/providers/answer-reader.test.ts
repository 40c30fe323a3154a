import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type AnswerHeaders, HeadLines } from './answer-headers.ts';
import { AnswerReader } from './answer-reader.ts';
import { GarbledAnswerError, TOO_LARGE, UpstreamCallError } from './failure.ts';

interface Read {
  status: number;
  headers: AnswerHeaders;
  body: string;
  done: boolean;
  /** What came behind the answer. */
  left: string;
  keepsAlive: boolean;
  keepAliveS: number | null;
}

/** Reads pieces as they come; with `eof` the connection ends behind them. */
function read(pieces: readonly string[], { eof = false, most = 1_000_000 } = {}): Read {
  const parts: Buffer[] = [];
  const heads: [number, AnswerHeaders][] = [];
  const reader = new AnswerReader(
    { onHead: (status, headers) => heads.push([status, headers]), onBody: (part) => parts.push(part) },
    most,
  );
  let left = '';
  for (const piece of pieces) {
    const bytes = Buffer.from(piece, 'latin1');
    left += bytes.subarray(reader.done ? 0 : reader.push(bytes)).toString('latin1');
  }
  if (eof && !reader.done) reader.end();
  expect(heads.length).toBeLessThanOrEqual(1);
  const [status, headers] = heads[0] ?? [0, {}];
  const { done, keepsAlive, keepAliveS } = reader;
  return { status, headers, body: Buffer.concat(parts).toString('latin1'), done, left, keepsAlive, keepAliveS };
}

const HEAD = 'HTTP/1.1 200 OK\r\n';
const chunked = (chunks: readonly string[], extension = '', trailers = ''): string =>
  `${HEAD}transfer-encoding: chunked\r\n\r\n${chunks
    .map((chunk) => `${chunk.length.toString(16)}${extension}\r\n${chunk}\r\n`)
    .join('')}0\r\n${trailers}\r\n`;

describe('an answer', () => {
  test('is the same however its bytes are cut, and ends where it ends', () => {
    const text = fc.string({ minLength: 1, maxLength: 40, unit: 'binary-ascii' });
    const answer = fc.oneof(
      fc.array(text).map((chunks) => [chunked(chunks), chunks.join('')] as const),
      fc
        .array(text)
        .map((chunks) => [chunked(chunks, ';name="a b"', 'x-sum: 1\r\ny: 2\r\n'), chunks.join('')] as const),
      text.map((body) => [`${HEAD}content-length: ${body.length}\r\n\r\n${body}`, body] as const),
      text.map(
        (body) =>
          [`HTTP/1.1 103 Early\r\nlink: x\r\n\r\n${HEAD}Content-Length:${body.length} \r\n\r\n${body}`, body] as const,
      ),
    );
    fc.assert(
      fc.property(
        answer,
        fc.array(fc.nat(600)),
        fc.constantFrom('', 'HTTP/1.1 200 OK\r\n'),
        ([bytes, body], cuts, behind) => {
          const all = bytes + behind;
          const places = [0, ...cuts.filter((cut) => cut < all.length).sort((a, b) => a - b), all.length];
          const pieces = places.slice(1).map((place, index) => all.slice(places[index], place));
          expect(read(pieces)).toMatchObject({ status: 200, body, done: true, left: behind, keepsAlive: true });
          expect(read([...all])).toMatchObject({ status: 200, body, done: true, left: behind });
        },
      ),
    );
  });

  test('without a length lasts until the connection ends, and serves no other', () => {
    const open = read([`${HEAD}\r\nall of`, ' it']);
    expect(open).toMatchObject({ body: 'all of it', done: false, keepsAlive: false });
    expect(read([`${HEAD}\r\nall of`, ' it'], { eof: true }).done).toBe(true);
  });

  test.each([
    ['of a known length', `${HEAD}content-length: 9\r\n\r\nhalf`],
    ['in chunks', `${HEAD}transfer-encoding: chunked\r\n\r\n4\r\nhalf\r\n`],
    ['in its head', HEAD],
    ['before its first byte', ''],
  ])('%s is not whole when the connection ends early', (_name, bytes) => {
    expect(read([bytes], { eof: true }).done).toBe(false);
  });

  test.each([204, 304])('with status %s has no body, whatever its head says', (status) => {
    const head = `HTTP/1.1 ${status} X\r\ncontent-length: 5\r\n\r\n`;
    expect(read([`${head}12345`])).toMatchObject({ body: '', done: true, left: '12345' });
  });

  test('has its headers in lower case, without blanks around values, repeated ones as a list', () => {
    const { headers } = read([
      `${HEAD}X-One: \t a b \t\r\nset-cookie: a\r\nSet-Cookie: b\r\nempty:\r\ncontent-length: 0\r\n\r\n`,
    ]);
    expect(headers).toEqual({ 'x-one': 'a b', 'set-cookie': ['a', 'b'], empty: '', 'content-length': '0' });
  });

  test('cannot change what an object is by the name of a header', () => {
    const names = ['__proto__: a', '__proto__: b', 'constructor: c', 'toString: d'];
    const { headers } = read([`${HEAD}${names.join('\r\n')}\r\ncontent-length: 0\r\n\r\n`]);
    expect(Object.getPrototypeOf(headers)).toBe(Object.prototype);
    expect(headers).toEqual({ constructor: 'c', tostring: 'd', 'content-length': '0' });
  });
});

describe('the connection', () => {
  const ask = (version: string, lines: string): Pick<Read, 'keepsAlive' | 'keepAliveS'> =>
    read([`HTTP/1.${version} 200 OK\r\n${lines}content-length: 0\r\n\r\n`]);

  test('is kept or closed as version and head say', () => {
    expect(ask('1', '').keepsAlive).toBe(true);
    expect(ask('1', 'connection: close\r\n').keepsAlive).toBe(false);
    expect(ask('1', 'connection: x, Close\r\n').keepsAlive).toBe(false);
    expect(ask('1', 'connection: x\r\nconnection: close\r\n').keepsAlive).toBe(false);
    expect(ask('1', 'proxy-connection: close\r\n').keepsAlive).toBe(false);
    expect(ask('0', '').keepsAlive).toBe(false);
    expect(ask('0', 'connection: Keep-Alive\r\n').keepsAlive).toBe(true);
  });

  test('is promised for so many seconds', () => {
    expect(ask('1', '').keepAliveS).toBeNull();
    expect(ask('1', 'keep-alive: timeout=5, max=100\r\n').keepAliveS).toBe(5);
    expect(ask('1', 'keep-alive: max=100, timeout=75\r\n').keepAliveS).toBe(75);
    expect(ask('1', 'keep-alive: sometimeout=75\r\n').keepAliveS).toBeNull();
  });

  test('serves the next answer after the first', () => {
    const bodies: string[] = [];
    const reader = new AnswerReader({ onHead: () => undefined, onBody: (part) => bodies.push(part.toString()) }, 10);
    for (const body of ['0123456789', 'abcdefghij']) {
      reader.reset();
      reader.push(Buffer.from(`${HEAD}content-length: 10\r\n\r\n${body}`));
      expect(reader.done).toBe(true);
    }
    expect(bodies).toEqual(['0123456789', 'abcdefghij']);
  });
});

describe('what is no answer is refused', () => {
  const withLines = (...lines: string[]): string => `${HEAD}${lines.join('\r\n')}\r\n\r\n`;
  test.each([
    ['another protocol, at once', 'SSH'],
    ['a status line that is none, before its head is whole', 'HTTP/1.1 OK\r\n'],
    ['HTTP/2', 'HTTP/2 200 OK\r\n\r\n'],
    ['a status that is none', 'HTTP/1.1 20 OK\r\n\r\n'],
    ['a protocol that changes', 'HTTP/1.1 101 Switching\r\nupgrade: x\r\n\r\n'],
    ['two lengths', withLines('content-length: 3', 'content-length: 4')],
    ['the same length twice', withLines('content-length: 3', 'content-length: 3')],
    ['a list of lengths', withLines('content-length: 3, 3')],
    ['a length with a sign', withLines('content-length: +3')],
    ['a length in hexadecimal', withLines('content-length: 0x3')],
    ['an empty length', withLines('content-length:')],
    ['length and chunks', withLines('content-length: 3', 'transfer-encoding: chunked')],
    ['another transfer coding', withLines('transfer-encoding: gzip, chunked')],
    ['chunks twice', withLines('transfer-encoding: chunked', 'transfer-encoding: chunked')],
    ['chunks in HTTP/1.0', 'HTTP/1.0 200 OK\r\ntransfer-encoding: chunked\r\n\r\n'],
    ['a folded line', withLines('x: 1', ' transfer-encoding: chunked')],
    ['a blank before the colon', withLines('content-length : 3')],
    ['a line without a colon', withLines('content-length 3')],
    ['a line without a name', withLines(': 3')],
    ['a bare line feed in a value', withLines('x: 1\ncontent-length: 3')],
    ['a bare carriage return in a value', withLines('x: 1\rcontent-length: 3')],
    ['a NUL in a value', withLines('x: a\0b')],
    ['a bare line feed in the status line', 'HTTP/1.1 200 OK\ncontent-length: 3\r\n\r\n'],
    ['a head without end', `${HEAD}x: ${'y'.repeat(20_000)}`],
    ['a size that is no number', `${chunkedHead()}zz\r\n`],
    ['an empty size', `${chunkedHead()}\r\n`],
    ['a negative size', `${chunkedHead()}-1\r\n`],
    ['a size beyond counting', `${chunkedHead()}fffffffffffff\r\n`],
    ['a size line without end', `${chunkedHead()}5;${'x'.repeat(2_000)}`],
    ['a size line that ends in a bare line feed', `${chunkedHead()}5\nhello\r\n`],
    ['a line break within an extension', `${chunkedHead()}5;a\nb\r\nhello\r\n`],
    ['a blank behind a size', `${chunkedHead()}5 \r\nhello\r\n`],
    ['an extension without a name', `${chunkedHead()}5;\r\nhello\r\n`],
    ['an extension without the value it announces', `${chunkedHead()}5;a=\r\nhello\r\n`],
    ['a tab about how the answer ends', withLines('transfer-encoding: chunked\t')],
    ['trailers about how the answer ends', `${chunkedHead()}0\r\ncontent-length: 3\r\n\r\n`],
    ['information with a body', 'HTTP/1.1 103 Early\r\ncontent-length: 5\r\n\r\nhello'],
    ['information in chunks', 'HTTP/1.1 103 Early\r\ntransfer-encoding: chunked\r\n\r\n'],
    ['information that closes the connection', 'HTTP/1.1 103 Early\r\nconnection: close\r\n\r\n'],
    ['information without end', 'HTTP/1.1 102 Processing\r\n\r\n'.repeat(101)],
    ['a chunk longer than its size', `${chunkedHead()}3\r\nhello\r\n`],
    ['a chunk without its line end', `${chunkedHead()}5\r\nhello0\r\n\r\n`],
    ['trailers that are none', `${chunkedHead()}0\r\nnot a header\r\n\r\n`],
    ['trailers without end', `${chunkedHead()}0\r\nx: ${'y'.repeat(20_000)}`],
  ])('%s', (_name, bytes) => {
    expect(() => read([bytes])).toThrow(GarbledAnswerError);
    // Byte by byte nothing else may come of it.
    expect(() => read([...bytes])).toThrow(GarbledAnswerError);
  });

  test.each([
    ['of a known length', `${HEAD}content-length: 50\r\n\r\n${'x'.repeat(50)}`],
    ['in chunks', chunked(['x'.repeat(9), 'y'.repeat(9)])],
    ['until the connection ends', `${HEAD}\r\n${'x'.repeat(50)}`],
  ])('a body %s that is larger than allowed', (_name, bytes) => {
    const thrown = (): unknown => {
      try {
        return read([bytes], { most: 16 });
      } catch (error) {
        return error;
      }
    };
    expect(thrown()).toBeInstanceOf(UpstreamCallError);
    expect(thrown()).toMatchObject({ code: TOO_LARGE });
  });

  test('never throws anything else, whatever comes', () => {
    const word = fc.constantFrom(
      'HTTP/1.1 200 OK',
      '\r\n',
      '\r',
      '\n',
      ':',
      ' ',
      'content-length',
      'transfer-encoding',
      'chunked',
      '5',
      '0',
      'a',
      ';',
      '\0',
      '\xff',
    );
    fc.assert(
      fc.property(fc.array(word, { maxLength: 30 }), fc.boolean(), (words, whole) => {
        const bytes = words.join('');
        try {
          read(whole ? [bytes] : [...bytes], { eof: true });
        } catch (error) {
          expect(error).toBeInstanceOf(UpstreamCallError);
        }
      }),
      { numRuns: 500 },
    );
  });
});

function chunkedHead(): string {
  return `${HEAD}transfer-encoding: chunked\r\n\r\n`;
}

describe('a reader that is halted', () => {
  test('goes on where it stood, in the middle of a body and at its very end', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ minLength: 1, maxLength: 9, unit: 'binary-ascii' })),
        fc.boolean(),
        (chunks, whole) => {
          let body = '';
          const reader: AnswerReader = new AnswerReader(
            {
              onHead: () => {
                reader.halted = true;
              },
              onBody: (part) => {
                body += part.toString('latin1');
                reader.halted = true;
              },
            },
            1_000,
          );
          const bytes = whole ? `${HEAD}content-length: 3\r\n\r\nabc` : chunked(chunks);
          let rest = Buffer.from(bytes, 'latin1');
          for (let turn = 0; turn < 3 && !reader.done; turn += 1) {
            reader.halted = false;
            rest = rest.subarray(reader.push(rest));
          }
          expect([reader.done, body, rest.length]).toEqual([true, whole ? 'abc' : chunks.join(''), 0]);
        },
      ),
    );
  });

  test('takes nothing while it is', () => {
    const reader = new AnswerReader({ onHead: () => undefined, onBody: () => undefined }, 10);
    reader.halted = true;
    expect(reader.push(Buffer.from(HEAD))).toBe(0);
  });
});

test('chunks that come together are told together, also those before what is garbled', () => {
  const parts: string[] = [];
  const reader = new AnswerReader({ onHead: () => undefined, onBody: (part) => parts.push(part.toString()) }, 100);
  const chunk = (text: string): string => `${text.length.toString(16)}\r\n${text}\r\n`;
  reader.push(Buffer.from(`${chunkedHead()}${chunk('one')}${chunk('two')}5\r\nth`));
  reader.push(Buffer.from('ree\r\n'));
  reader.push(Buffer.from(chunk('four')));
  expect(() => reader.push(Buffer.from(`${chunk('five')}${chunk('six')}nonsense`))).toThrow(GarbledAnswerError);
  expect(parts).toEqual(['onetwoth', 'ree', 'four', 'fivesix']);
});

describe('what is remembered of heads', () => {
  test('changes nothing in how the next one is read, whatever came before it', () => {
    const line = fc.constantFrom(
      'Server: a',
      'server: b',
      'Date: Mon, 01 Jan 2024 00:00:00 GMT',
      'x-id: 1',
      'x-id: 12',
      'X-Id:1 ',
      'set-cookie: a=1',
      'set-cookie: b=2',
      '__proto__: x',
      'content-length: 0',
      'content-length: 0\t',
      'connection: close',
      'keep-alive: timeout=9',
      'bad name: x',
      'bad: \u0001',
      `long: ${'x'.repeat(300)}`,
      'no colon',
    );
    const status = fc.constantFrom(
      'HTTP/1.1 200 OK',
      'HTTP/1.1 200 Fine',
      'HTTP/1.0 404',
      'HTTP/1.1 2000',
      'HTTP/2 200',
    );
    const head = fc.tuple(status, fc.array(line, { maxLength: 5 })).map((lines) => `${lines.flat().join('\r\n')}\r\n`);
    fc.assert(
      fc.property(fc.array(head, { maxLength: 60 }), (heads) => {
        const remembering = new HeadLines();
        const outcome = (lines: HeadLines, text: string): unknown => {
          try {
            const { status: code, isCurrent, headers } = lines.read(text);
            return { code, isCurrent, headers: Object.entries(headers) };
          } catch (error) {
            return (error as GarbledAnswerError).code;
          }
        };
        for (const text of heads) expect(outcome(remembering, text)).toEqual(outcome(new HeadLines(), text));
      }),
    );
  });

  test('is never handed out twice: what one answer makes of its headers is its own', () => {
    const lines = new HeadLines();
    const text = 'HTTP/1.1 200 OK\r\na: 1\r\na: 2\r\nb: 3\r\n';
    const first = lines.read(text).headers;
    first.b = 'changed';
    (first.a as string[]).push('more');
    expect(lines.read(text).headers).toEqual({ a: ['1', '2'], b: '3' });
  });
});
