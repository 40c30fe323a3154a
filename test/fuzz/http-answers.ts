import type { SeededRandom } from '../../src/lib/seeded-random.ts';

/** An answer as it stands on the wire. */
export interface WrittenAnswer {
  bytes: Buffer;
  /** What it says, where nothing about it is odd; null: readers may refuse it. */
  says: { status: number; body: string } | null;
}

const pick = <T>(random: SeededRandom, list: readonly T[]): T => list[random.integer(list.length)] as T;
const oneIn = (random: SeededRandom, times: number): boolean => random.integer(times) === 0;

const STATUSES = [200, 200, 200, 201, 206, 204, 304, 400, 404, 429, 500, 503, 529, 599, 999];
const ODD_STATUS_LINES = [
  ...['HTTP/1.1 200', 'HTTP/1.1 200 ', 'HTTP/1.1  200 OK', 'HTTP/1.1 200  OK', 'HTTP/1.1 20 OK', 'HTTP/1.1 2000 OK'],
  ...['HTTP/1.0 200 OK', 'HTTP/1.2 200 OK', 'HTTP/2.0 200 OK', 'HTTP/2 200 OK', 'HTTP/0.9 200 OK', 'http/1.1 200 OK'],
  ...['HTTP/1.1 099 X', 'HTTP/1.1 000 X', 'HTTP/1.1 101 Up', 'HTTP/1.1 200\tOK', 'HTTP/1.1 200 O\tK', 'HTTP/1.1 200OK'],
  ...['HTTP/1.1 200 \x80\xff', 'HTTP/1.1 200 O\x00K', 'HTTP/1.1 200 O\x7fK', ' HTTP/1.1 200 OK', 'HTTP /1.1 200 OK'],
  ...['ICY 200 OK', 'HTTP/1.1', '', 'RTSP/1.0 200 OK', 'GET / HTTP/1.1', 'HTTP/1.1 +200 OK', 'HTTP/1.1 0x200 OK'],
];
const PLAIN_HEADERS = [
  ...['content-type: application/json', 'Date: Sun, 22 Nov 2026 10:00:00 GMT', 'x-empty:', 'X-Blank: \t ', 'a:b'],
  ...['set-cookie: a=1', 'Set-Cookie: b=2', "x!#$%&'*+.^_`|~9: odd name", 'x-high: caf\xe9', 'x-tab: a\tb'],
  ...['connection: keep-alive', 'Keep-Alive: timeout=5, max=9', 'vary: *', 'x-colon: a:b:c', 'trailer: x-sum'],
];
const ODD_HEADERS = [
  ...[
    'x : 1',
    ' x: 1',
    '\tfolded',
    'no colon',
    ': nothing',
    'x: a\x00b',
    'x: a\x01b',
    'x: a\x7fb',
    'x: a\rb',
    'x: a\nb',
  ],
  ...['x\x80: 1', 'x y: 1', 'x(: 1', '', 'connection: close', 'connection: upgrade', 'upgrade: h2c', 'connection: ,,'],
  ...['Connection: Keep-Alive, Close', 'connection: keep-alive\r\nconnection: close', 'proxy-connection: close'],
  ...['content-length: 3', 'Content-Length : 3', 'content-length: 3, 3', 'content-length: +3', 'content-length: 0x3'],
  ...['content-length: -1', 'content-length:', 'content-length: 3 3', 'content-length: 99999999999999999999'],
  ...['content-length: 03', 'content-length: 3\t', 'content-length: 3;x', 'content-length: 1e3', 'content_length: 3'],
  ...[
    'transfer-encoding: chunked',
    'Transfer-Encoding:\tChunked ',
    'transfer-encoding: chunked\t',
    'transfer-encoding: gzip, chunked',
  ],
  ...['transfer-encoding: chunked, gzip', 'transfer-encoding: identity', 'transfer-encoding: xchunked'],
  ...[
    'transfer-encoding: chunked;q=1',
    'transfer-encoding:',
    'transfer-encoding: ,chunked',
    'transfer-encoding : chunked',
  ],
  ...['transfer-encoding: chunked\r\ntransfer-encoding: chunked', 'transfer-encoding\n: chunked', '__proto__: x'],
];
const PLAIN_EXTENSIONS = ['', '', '', ';a', ';a=b', ';a="b c"', ';a=b;c'];
const ODD_EXTENSIONS = [
  ' ',
  ' ;a',
  '\t',
  ' x',
  ';',
  ';;',
  ';a=\x00',
  ';a\nb',
  ';a=\x80',
  ';\x7f',
  ',a',
  '\r',
  '.5',
  'g',
  ';a="\r',
];
const ODD_SIZES = ['', '-1', '+1', '0x1', ' 1', 'fffffffffffffffff', '00000000000000000001', '1_0', 'ffffffffffff'];
const ODD_ENDS = ['\n', '\r', '', '\r\r\n', '\n\r', ' \r\n', '\r\n\r\n'];
const BEHIND = [
  'HTTP/1.1 200 OK\r\ncontent-length: 1\r\n\r\nx',
  '\r\n',
  '\r\n\r\n',
  'x',
  '\0',
  '0\r\n\r\n',
  '5\r\nhello\r\n',
];
const INTERIM = ['100 Continue', '102 Processing', '103 Early Hints'];

/** Writes answers as upstreams do, good ones and, part of the time, ones with something odd in any place. */
class AnswerWriter {
  readonly #random: SeededRandom;
  readonly #mayBeOdd: boolean;
  #isOdd = false;

  constructor(random: SeededRandom) {
    this.#random = random;
    this.#mayBeOdd = !oneIn(random, 3);
  }

  write(): WrittenAnswer {
    const random = this.#random;
    const status = pick(random, STATUSES);
    const framing = pick(random, ['length', 'chunked', 'chunked', 'close'] as const);
    const hasBody = status !== 204 && status !== 304;
    const body = framing === 'close' && !hasBody ? '' : this.#text(40);
    const framed = this.#framed(framing, hasBody ? body : '');
    const head = this.#head(`HTTP/1.1 ${status} Fine`, ODD_STATUS_LINES, framed.header);
    const isOver = framing !== 'close' || !hasBody;
    const behind = isOver && oneIn(random, 4) ? pick(random, BEHIND) : '';
    const bytes = Buffer.from(this.#interim() + head + (hasBody ? framed.bytes : '') + behind, 'latin1');
    return { bytes, says: this.#isOdd ? null : { status, body: hasBody ? body : '' } };
  }

  #interim(): string {
    let text = '';
    while (oneIn(this.#random, 5)) text += this.#head(`HTTP/1.1 ${pick(this.#random, INTERIM)}`, ODD_STATUS_LINES, '');
    return text;
  }

  #head(line: string, oddLines: readonly string[], framing: string): string {
    const random = this.#random;
    const lines = Array.from({ length: random.integer(4) }, () =>
      this.#or(pick(random, PLAIN_HEADERS), ODD_HEADERS, 5),
    );
    if (framing !== '') lines.splice(random.integer(lines.length + 1), 0, this.#or(framing, ODD_HEADERS, 30));
    return [this.#or(line, oddLines, 12), ...lines].map((each) => each + this.#lineEnd()).join('') + this.#lineEnd();
  }

  #framed(framing: 'length' | 'chunked' | 'close', body: string): { header: string; bytes: string } {
    const random = this.#random;
    if (framing === 'close') return { header: '', bytes: body };
    if (framing === 'chunked') {
      const header = pick(random, [
        'transfer-encoding: chunked',
        'Transfer-Encoding:  Chunked ',
        'TRANSFER-ENCODING:chunked',
      ]);
      return { header, bytes: this.#chunks(body) };
    }
    const length = this.#mayBeOdd && oneIn(random, 10) ? this.#odd(random.integer(60)) : body.length;
    return { header: `Content-Length: ${length}`, bytes: body };
  }

  #chunks(body: string): string {
    const random = this.#random;
    let text = '';
    for (let at = 0; at < body.length; ) {
      const size = 1 + random.integer(body.length - at);
      const said = this.#mayBeOdd && oneIn(random, 20) ? this.#odd(size + 1 - 2 * random.integer(2)) : size;
      text += this.#size(said) + body.slice(at, at + size) + this.#lineEnd();
      at += size;
    }
    const trailers = oneIn(random, 3) ? this.#or('X-Sum: 1', ODD_HEADERS, 4) + this.#lineEnd() : '';
    return text + this.#size(0) + trailers + this.#lineEnd();
  }

  #size(size: number): string {
    const random = this.#random;
    const digits = pick(random, [size.toString(16), size.toString(16).toUpperCase(), `00${size.toString(16)}`]);
    return (
      this.#or(digits, ODD_SIZES, 30) + this.#or(pick(random, PLAIN_EXTENSIONS), ODD_EXTENSIONS, 15) + this.#lineEnd()
    );
  }

  #lineEnd(): string {
    return this.#or('\r\n', ODD_ENDS, 60);
  }

  #text(most: number): string {
    const random = this.#random;
    const texts = ['data: {"a":1}\n\n', '\r\n', '0\r\n\r\n', 'HTTP/1.1 ', '\0', '\xff', 'x', '5\r\n', 'plain text '];
    return Array.from({ length: random.integer(8) }, () => pick(random, texts))
      .join('')
      .slice(0, most);
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

export const writeAnswer = (random: SeededRandom): WrittenAnswer => new AnswerWriter(random).write();
