import type { SeededRandom } from '../../src/lib/seeded-random.ts';

/** Requests as they stand on a connection, one behind the other. */
export interface WrittenRequests {
  bytes: Buffer;
  /** How many of the first are plain, which must be read without help. */
  plain: number;
}

const pick = <T>(random: SeededRandom, list: readonly T[]): T => list[random.integer(list.length)] as T;
const oneIn = (random: SeededRandom, times: number): boolean => random.integer(times) === 0;

const PATHS = ['/v1/chat/completions', '/v1/messages', '/', '/a?b=c', '/a%00b', '/%', '//x', '/a#b', '/a"b', '/{}'];
const ODD_START_LINES = [
  ...[
    'GET / HTTP/1.1',
    'HEAD / HTTP/1.1',
    'OPTIONS * HTTP/1.1',
    'post / HTTP/1.1',
    'POST / http/1.1',
    'PO\0ST / HTTP/1.1',
  ],
  ...['POST / HTTP/1.0', 'POST / HTTP/1.2', 'POST / HTTP/2.0', 'POST / HTTP/0.9', 'POST /', 'POST / HTTP/1.10'],
  ...['POST http://localhost/ HTTP/1.1', 'POST * HTTP/1.1', 'CONNECT localhost:80 HTTP/1.1', 'POST localhost HTTP/1.1'],
  ...[
    'POST  / HTTP/1.1',
    'POST /  HTTP/1.1',
    'POST\t/ HTTP/1.1',
    'POST /a b HTTP/1.1',
    ' POST / HTTP/1.1',
    'POST / HTTP/1.1 ',
  ],
  ...['POST /\xe4 HTTP/1.1', 'POST /\0 HTTP/1.1', 'POST /\x7f HTTP/1.1', 'POST /\t HTTP/1.1', 'POST / HTTP /1.1', ''],
  ...[
    '\r\nPOST / HTTP/1.1',
    '\nPOST / HTTP/1.1',
    '\r\n\r\nPOST / HTTP/1.1',
    'XPOST / HTTP/1.1',
    'PRI * HTTP/2.0',
    'POST',
  ],
];
const PLAIN_HEADERS = [
  ...[
    'content-type: application/json',
    'x-empty:',
    'X-Blank:   ',
    'a:b',
    'x-colon: a:b:c',
    "x!#$%&'*+.^_`|~9: odd name",
  ],
  ...['authorization: Bearer a b', 'connection: keep-alive', 'Connection:Keep-Alive ', 'Keep-Alive: timeout=5, max=9'],
  ...[
    '__proto__: x',
    'constructor: y',
    'toString: z',
    'te: trailers',
    'accept: */*',
    'content_length: 3',
    'x-length: 9',
  ],
];
const ODD_HEADERS = [
  ...[
    'x : 1',
    ' x: 1',
    '\tfolded',
    ' folded',
    'no colon',
    ': nothing',
    'x: a\0b',
    'x: a\x01b',
    'x: a\x7fb',
    'x: a\rb',
    'x: a\nb',
  ],
  ...[
    'x\x80: 1',
    'x: caf\xe9',
    'x y: 1',
    'x(: 1',
    'x: a\tb',
    'x:\ta',
    'x: a\t',
    '',
    'host: other',
    'Host:',
    'a:b\r\nA:b',
  ],
  ...[
    'connection: close',
    'connection: upgrade',
    'upgrade: h2c',
    'connection: upgrade\r\nupgrade: websocket',
    'connection:',
  ],
  ...[
    'Connection: Keep-Alive, Close',
    'connection: keep-alive\r\nconnection: close',
    'connection: ,',
    'connection: x-a',
  ],
  ...['proxy-connection: close', 'proxy-connection: keep-alive', 'expect: 100-continue', 'expect: x', 'trailer: x'],
  ...['content-length: 3', 'Content-Length : 3', 'content-length: 3, 3', 'content-length: +3', 'content-length: 0x3'],
  ...['content-length: -1', 'content-length:', 'content-length: 3 3', 'content-length: 99999999999999999999'],
  ...['content-length: 3;x', 'content-length: 1e3', 'content-length: 3\r\ncontent-length: 3'],
  ...[
    'transfer-encoding: chunked',
    'Transfer-Encoding:\tChunked ',
    'transfer-encoding: gzip, chunked',
    'transfer-encoding:',
  ],
  ...[
    'transfer-encoding: identity',
    'transfer-encoding : chunked',
    'transfer-encoding\n: chunked',
    'transfer-encoding: x',
  ],
];
/** `@` stands for the number. */
const PLAIN_LENGTHS = ['Content-Length: @', 'content-length:@', 'CONTENT-LENGTH:   @  ', 'content-length: 00@'];
const ODD_LENGTHS = [
  'content-length: @\t',
  'content-length:\t@',
  'content-length: @\x0b',
  'content-length: @ ,',
  'content-length: @\0',
];
const ODD_ENDS = ['\n', '\r', '', '\r\r\n', '\n\r', ' \r\n', '\r\n\r\n', '\t\r\n'];
const TEXTS = [
  '{"a":1}',
  '\r\n',
  '\r\n\r\n',
  '0\r\n\r\n',
  'POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 1\r\n\r\nx',
  '\0',
  '\xff',
];

/** Writes requests as clients do, good ones and, part of the time, ones with something odd in any place. */
class RequestWriter {
  readonly #random: SeededRandom;
  readonly #mayBeOdd: boolean;
  #isOdd = false;

  constructor(random: SeededRandom) {
    this.#random = random;
    this.#mayBeOdd = !oneIn(random, 3);
  }

  write(): WrittenRequests {
    let text = '';
    let plain = 0;
    const count = 1 + this.#random.integer(4);
    for (let at = 0; at < count; at += 1) {
      text += this.#request();
      if (!this.#isOdd) plain += 1;
    }
    return { bytes: Buffer.from(text, 'latin1'), plain };
  }

  #request(): string {
    const random = this.#random;
    const body = Array.from({ length: random.integer(5) }, () => pick(random, TEXTS)).join('');
    const said = this.#mayBeOdd && oneIn(random, 15) ? this.#odd(random.integer(80)) : body.length;
    const length = this.#or(pick(random, PLAIN_LENGTHS), ODD_LENGTHS, 20).replace('@', String(said));
    const headers = this.#headers(
      length,
      this.#or('Host: localhost:4620', ['Host:', 'x: y', 'host: a\r\nhost: a'], 30),
    );
    const start = this.#or(`POST ${pick(random, PATHS)} HTTP/1.1`, ODD_START_LINES, 12);
    return [start, ...headers].map((line) => line + this.#lineEnd()).join('') + this.#lineEnd() + body;
  }

  #headers(...needed: readonly string[]): string[] {
    const random = this.#random;
    // No name twice, which would be odd. Once in a while more of them than are told at once.
    const count = oneIn(random, 20) ? 40 : random.integer(4);
    const names = new Set<string>();
    const lines: string[] = [];
    for (let at = 0; at < count; at += 1) {
      const line = count === 40 ? `x-${at}: ${at}` : pick(random, PLAIN_HEADERS);
      const name = line.slice(0, line.indexOf(':')).toLowerCase();
      if (names.has(name)) continue;
      names.add(name);
      lines.push(this.#or(line, ODD_HEADERS, 8));
    }
    for (const line of needed) lines.splice(random.integer(lines.length + 1), 0, line);
    return lines;
  }

  #lineEnd(): string {
    return this.#or('\r\n', ODD_ENDS, 60);
  }

  /** Once in so many times something odd in its place. */
  #or(plain: string, odd: readonly string[], times: number): string {
    return this.#mayBeOdd && oneIn(this.#random, times) ? this.#odd(pick(this.#random, odd)) : plain;
  }

  #odd<T>(value: T): T {
    this.#isOdd = true;
    return value;
  }
}

export const writeRequests = (random: SeededRandom): WrittenRequests => new RequestWriter(random).write();
