import { GarbledAnswerError } from './failure.ts';

/** Names in lower case; a list where a header came more than once. */
export type AnswerHeaders = Record<string, string | string[] | undefined>;

/** A head that has been read. */
interface AnswerHead {
  status: number;
  /** HTTP/1.1 and not 1.0. */
  isCurrent: boolean;
  headers: AnswerHeaders;
}

interface StatusLine {
  /** With its line end. */
  line: string;
  status: number;
  isCurrent: boolean;
}

interface HeaderLine {
  name: string;
  value: string;
  /** Index after its line end. */
  end: number;
}

interface KnownLine {
  /** With its line end; null: what stands in this place is another each time. */
  line: string | null;
  name: string;
  value: string;
  /** How many heads in a row had another line here. */
  misses: number;
}

const TAB = 0x09;
const SPACE = 0x20;
const LINE_END = '\r\n';

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what may not be there.
export const STATUS_LINE = /^HTTP\/1\.([01]) ([1-9]\d\d)(?: [^\0-\x08\x0a-\x1f\x7f]*)?$/;
const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
const CONTROL = /[\0-\x08\x0a-\x1f\x7f]/;

/** What is remembered of an upstream is bounded: so many lines, none longer than this. */
const MOST_LINES = 48;
const LONGEST_LINE = 256;
/** An id or a time is another in each answer, and is not remembered for ever in vain. */
const MOST_MISSES = 16;

const garbled = (what: string): GarbledAnswerError => new GarbledAnswerError(what);

/**
 * Reads the heads of one upstream's answers. Most lines of a head are those of the one before it, in the same places: such
 * a line was checked then, and is compared now.
 */
export class HeadLines {
  #status: StatusLine | null = null;
  readonly #known: KnownLine[] = [];

  /** @param text status line and header lines, each with its line end. @throws GarbledAnswerError */
  read(text: string): AnswerHead {
    const { line, status, isCurrent } = this.#readStatus(text);
    return { status, isCurrent, headers: this.#readHeaders(text, line.length) };
  }

  #readStatus(text: string): StatusLine {
    const known = this.#status;
    if (known !== null && text.startsWith(known.line)) return known;
    const lineEnd = text.indexOf(LINE_END);
    const match = STATUS_LINE.exec(text.slice(0, lineEnd));
    if (match === null) throw garbled('STATUS_LINE');
    const line = text.slice(0, lineEnd + LINE_END.length);
    const read = { line, status: Number(match[2]), isCurrent: match[1] === '1' };
    if (line.length <= LONGEST_LINE) this.#status = { ...read, line: ownCopy(line) };
    return read;
  }

  #readHeaders(text: string, from: number): AnswerHeaders {
    const headers: AnswerHeaders = {};
    let place = 0;
    for (let at = from; at < text.length; place += 1) {
      const known = this.#known[place];
      const line = known?.line ?? null;
      if (known !== undefined && line !== null && text.startsWith(line, at)) {
        known.misses = 0;
        add(headers, known.name, known.value);
        at += line.length;
      } else {
        const read = readHeader(text, at);
        add(headers, read.name, read.value);
        this.#remember(place, text, at, read);
        at = read.end;
      }
    }
    return headers;
  }

  #remember(place: number, text: string, at: number, { name, value, end }: HeaderLine): void {
    if (place >= MOST_LINES || end - at > LONGEST_LINE) return;
    const known = this.#known[place];
    if (known === undefined) {
      this.#known.push({ line: ownCopy(text.slice(at, end)), name: ownCopy(name), value: ownCopy(value), misses: 0 });
    } else if (known.misses < MOST_MISSES) {
      known.misses += 1;
      known.line = known.misses === MOST_MISSES ? null : ownCopy(text.slice(at, end));
      known.name = ownCopy(name);
      known.value = ownCopy(value);
    }
  }
}

/** V8 makes slices of what they are cut from, and would keep it. */
const ownCopy = (text: string): string => Buffer.from(text, 'latin1').toString('latin1');

/** Header lines, each with its line end. @throws GarbledAnswerError */
export function readHeaders(text: string): AnswerHeaders {
  const headers: AnswerHeaders = {};
  for (let at = 0; at < text.length; ) {
    const { name, value, end } = readHeader(text, at);
    add(headers, name, value);
    at = end;
  }
  return headers;
}

function readHeader(text: string, at: number): HeaderLine {
  const lineEnd = text.indexOf(LINE_END, at);
  const colon = text.indexOf(':', at);
  if (colon === -1 || colon > lineEnd) throw garbled('HEADER');
  const name = text.slice(at, colon);
  if (!TOKEN.test(name)) throw garbled('HEADER_NAME');
  const value = trimmed(text, colon + 1, lineEnd);
  if (CONTROL.test(value)) throw garbled('HEADER_VALUE');
  const key = name.toLowerCase();
  // Node's parser takes a coding with a tab behind it for another coding.
  if (isFraming(key) && text.slice(colon, lineEnd).includes('\t')) throw garbled('FRAMING_BLANKS');
  return { name: key, value, end: lineEnd + LINE_END.length };
}

export const isFraming = (name: string): boolean => name === 'transfer-encoding' || name === 'content-length';

function trimmed(text: string, from: number, to: number): string {
  let start = from;
  let end = to;
  while (start < end && isBlank(text.charCodeAt(start))) start += 1;
  while (end > start && isBlank(text.charCodeAt(end - 1))) end -= 1;
  return text.slice(start, end);
}

const isBlank = (unit: number): boolean => unit === SPACE || unit === TAB;

function add(headers: AnswerHeaders, name: string, value: string): void {
  // A list assigned under this name would become the prototype.
  if (name === '__proto__') return;
  const before = Object.hasOwn(headers, name) ? headers[name] : undefined;
  if (before === undefined) headers[name] = value;
  else if (typeof before === 'string') headers[name] = [before, value];
  else before.push(value);
}

const joined = (value: string | string[] | undefined): string =>
  (typeof value === 'string' ? value : (value ?? []).join(',')).toLowerCase();

/** HTTP/1.1 keeps a connection unless it says otherwise, HTTP/1.0 closes it unless it says otherwise. */
export function keepsAlive({ connection, 'proxy-connection': ofProxy }: AnswerHeaders, isCurrent: boolean): boolean {
  if (connection === undefined && ofProxy === undefined) return isCurrent;
  const options = `${joined(connection)},${joined(ofProxy)}`.split(',').map((option) => option.trim());
  return !options.includes('close') && (isCurrent || options.includes('keep-alive'));
}

/** Seconds; null: it does not say. */
export function readKeepAlive(value: string | string[] | undefined): number | null {
  if (value === undefined) return null;
  const match = /(?:^|[,\s])timeout\s*=\s*"?(\d{1,9})/.exec(joined(value));
  return match === null ? null : Number(match[1]);
}
