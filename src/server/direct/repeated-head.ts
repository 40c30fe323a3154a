import { type DirectHead, readDirectHead } from './read-head.ts';

const LENGTH_LINE = '\r\ncontent-length:';
/** The empty line, which does not count for the limit. */
const HEAD_END_BYTES = 4;
const ZERO = 0x30;
const NINE = 0x39;
/** As read-head.ts takes them. */
const MOST_DIGITS = 9;
/** A client that says something else each time, a trace for instance, is not remembered for ever in vain. */
const MOST_MISSES = 8;

/** The head that came last: its bytes, and where in them the digits of its length are. */
interface Known {
  bytes: Buffer;
  digits: number;
  digitsEnd: number;
  head: DirectHead;
}

/**
 * Reads the heads of one connection. Nearly every one of them is the one before it with another length: then nothing of it
 * is read but the digits, and its headers are the same object as before.
 */
export class RepeatedHead {
  #known: Known | null = null;
  #misses = 0;

  /** As readDirectHead. */
  read(bytes: Buffer, maxHeadBytes: number): DirectHead | null {
    const known = this.#known;
    const repeated = known === null ? null : repeatOf(known, bytes, maxHeadBytes);
    if (repeated !== null) {
      this.#misses = 0;
      return repeated;
    }
    const head = readDirectHead(bytes, maxHeadBytes);
    if (head === null || this.#misses === MOST_MISSES) return head;
    this.#misses += 1;
    this.#known = knownFrom(bytes, head);
    return head;
  }
}

function knownFrom(bytes: Buffer, head: DirectHead): Known {
  const text = bytes.toString('latin1', 0, head.headBytes);
  let digits = text.toLowerCase().indexOf(LENGTH_LINE) + LENGTH_LINE.length;
  while (!isDigit(bytes[digits])) digits += 1;
  let digitsEnd = digits;
  while (isDigit(bytes[digitsEnd])) digitsEnd += 1;
  // Of its own memory: a view would keep what came behind the head, which may be megabytes.
  const own = Buffer.allocUnsafeSlow(head.headBytes);
  bytes.copy(own, 0, 0, head.headBytes);
  return { bytes: own, digits, digitsEnd, head };
}

/** null: it is another head, or not whole. */
function repeatOf(known: Known, bytes: Buffer, maxHeadBytes: number): DirectHead | null {
  const { digits, digitsEnd } = known;
  if (bytes.length <= digits || bytes.compare(known.bytes, 0, digits, 0, digits) !== 0) return null;
  let end = digits;
  let bodyBytes = 0;
  for (let byte = bytes[end]; isDigit(byte); byte = bytes[end]) {
    bodyBytes = bodyBytes * 10 + byte - ZERO;
    end += 1;
  }
  if (end === digits || end - digits > MOST_DIGITS) return null;
  const headBytes = end + known.bytes.length - digitsEnd;
  if (bytes.length < headBytes || headBytes - HEAD_END_BYTES > maxHeadBytes) return null;
  if (bytes.compare(known.bytes, digitsEnd, known.bytes.length, end, headBytes) !== 0) return null;
  const { path, headers } = known.head;
  headers['content-length'] = String(bodyBytes);
  return { path, headers, headBytes, bodyBytes };
}

const isDigit = (byte: number | undefined): byte is number => byte !== undefined && byte >= ZERO && byte <= NINE;
