import type { JsonSpan } from './json-scan.ts';

/** Decoded at once: some milliseconds, whatever is in it. */
const PIECE_BYTES = 512 * 1024;

const BACKSLASH = 0x5c;
const LOWER_U = 0x75;
/** What stands for a long string while the rest is parsed. */
type Holders = ReadonlyMap<string, string>;

/**
 * JSON.parse of a text in pieces: it yields wherever somebody else may have a turn and returns the value. `longStrings` are
 * those of a scan of the same bytes; the rest of the text is parsed at once, by `parse`. `nonce` must be one that nobody who
 * wrote the text can know.
 * @throws SyntaxError, whose message and place are of a piece and say nothing about the whole
 */
export function* parseJsonInPieces(
  bytes: Buffer,
  longStrings: readonly JsonSpan[],
  nonce: string,
  parse: (text: string) => unknown = JSON.parse,
): Generator<void, unknown> {
  const strings = new Map<string, string>();
  const rest: string[] = [];
  let at = 0;
  for (const { start, end } of longStrings) {
    const holder = `${nonce}${strings.size}`;
    strings.set(holder, yield* decodeString(bytes, start + 1, end - 1));
    rest.push(bytes.toString('utf8', at, start), JSON.stringify(holder));
    at = end;
    yield;
  }
  rest.push(bytes.toString('utf8', at));
  yield;
  const value = parse(rest.join(''));
  return strings.size === 0 ? value : fill(value, strings);
}

/** The text between the quotes at `from - 1` and `to`. */
function* decodeString(bytes: Buffer, from: number, to: number): Generator<void, string> {
  const pieces: string[] = [];
  for (let start = from; start < to; ) {
    const end = start + PIECE_BYTES < to ? boundaryBefore(bytes, start, start + PIECE_BYTES) : to;
    pieces.push(JSON.parse(`"${bytes.toString('utf8', start, end)}"`) as string);
    start = end;
    yield;
  }
  return pieces.join('');
}

/** The last place up to `wanted` that lies neither within an escape nor within a character; `start` is such a place. */
function boundaryBefore(bytes: Buffer, start: number, wanted: number): number {
  let end = wanted;
  while (((bytes[end] as number) & 0xc0) === 0x80) end -= 1;
  if (isEscaped(bytes, start, end)) return end - 1;
  // Within the four digits of \uXXXX?
  for (let back = 1; back <= 4; back += 1) {
    const at = end - back;
    if (at > start && bytes[at] === LOWER_U && isEscaped(bytes, start, at)) return at - 1;
  }
  return end;
}

/** Whether an odd number of backslashes stands before a byte. */
function isEscaped(bytes: Buffer, start: number, at: number): boolean {
  let first = at;
  while (first > start && bytes[first - 1] === BACKSLASH) first -= 1;
  return (at - first) % 2 === 1;
}

/** Puts the strings where their holders stand. Without recursion: a scan has bounded the depth, but not for us. */
function fill(root: unknown, strings: Holders): unknown {
  const whole: { root: unknown } = { root };
  const open: object[] = [whole];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const container = next as Record<string, unknown>;
    for (const key of Object.keys(container)) {
      const value = container[key];
      if (typeof value === 'object' && value !== null) open.push(value);
      else if (typeof value === 'string') {
        // Only where there is something to put: a number that was kept as its text is an object that nobody may change.
        const long = strings.get(value);
        if (long !== undefined) container[key] = long;
      }
    }
  }
  return whole.root;
}
