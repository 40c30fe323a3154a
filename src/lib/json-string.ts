import type { Buffer } from 'node:buffer';

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const FIRST_NON_ASCII = 0x80;

// A native search costs about 50 ns to start and next to nothing per byte, a loop about 1.5 ns per byte: below this many
// bytes the loop is cheaper. It also bounds the native calls that a string full of `\"` can cause.
const LOOP_BYTES = 32;
/** Where native searches end after a few bytes, again and again, the loop goes on for longer each time. */
const MOST_LOOP_BYTES = 4_096;

/** Offset of the quote that closes the JSON string opened at `open`, or -1 when the text ends first. Linear. */
export function endOfJsonString(bytes: Buffer, open: number): number {
  let pos = open + 1;
  let loopBytes = LOOP_BYTES;
  for (;;) {
    const loopEnd = Math.min(bytes.length, pos + loopBytes);
    while (pos < loopEnd) {
      const byte = bytes[pos];
      if (byte === QUOTE) return pos;
      if (byte === BACKSLASH) pos++;
      pos++;
    }
    if (pos >= bytes.length) return -1;
    const quote = bytes.indexOf(QUOTE, pos);
    if (quote === -1) return -1;
    if (quote - pos < LOOP_BYTES) loopBytes = Math.min(MOST_LOOP_BYTES, loopBytes * 2);
    let run = quote;
    while (run > pos && bytes[run - 1] === BACKSLASH) run--;
    if (((quote - run) & 1) === 0) return quote;
    pos = quote + 1;
  }
}

/**
 * Like `endOfJsonString`, but tells whether the string is plain: the offset of the closing quote when every byte is
 * ASCII and nothing is escaped, the negated offset when it must be decoded, 0 when the text ends first.
 */
export function endOfJsonKey(bytes: Buffer, open: number): number {
  const length = bytes.length;
  for (let pos = open + 1; pos < length; pos++) {
    const byte = bytes[pos] as number;
    if (byte === QUOTE) return pos;
    if (byte === BACKSLASH || byte >= FIRST_NON_ASCII) {
      const close = endOfJsonString(bytes, open);
      return close === -1 ? 0 : -close;
    }
  }
  return 0;
}

/** The string between the quotes at `open` and `close` with its escapes resolved, or undefined when an escape is wrong. */
export function decodeJsonString(bytes: Buffer, open: number, close: number): string | undefined {
  try {
    return JSON.parse(bytes.toString('utf8', open, close + 1)) as string;
  } catch {
    // The only failure possible here is text that is no JSON string, which is the answer.
    return undefined;
  }
}

const SLOTS = 256;
const SLOT_BYTES = 32;
const slotTexts: string[] = new Array<string>(SLOTS).fill('');
const slotBytes = new Uint8Array(SLOTS * SLOT_BYTES);

/**
 * The ASCII text in [start, end). Short texts come from a small table of those seen lately, because making a string
 * from bytes costs about 100 ns and the same few member names come with every request.
 */
export function asciiText(bytes: Buffer, start: number, end: number): string {
  const length = end - start;
  if (length === 0) return '';
  if (length > SLOT_BYTES) return bytes.toString('latin1', start, end);
  const mixed = length * 37 + (bytes[start] as number) * 11 + (bytes[end - 1] as number) * 3;
  const slot = mixed & (SLOTS - 1);
  const known = slotTexts[slot] as string;
  // The table keeps the bytes too: comparing them is four times as fast as comparing characters of a string.
  if (known.length === length && equalBytes(bytes, start, slotBytes, slot * SLOT_BYTES, length)) return known;
  const text = bytes.toString('latin1', start, end);
  slotTexts[slot] = text;
  bytes.copy(slotBytes, slot * SLOT_BYTES, start, end);
  return text;
}

/** Whether `length` bytes of two buffers are the same. */
export function equalBytes(
  left: Uint8Array,
  leftStart: number,
  right: Uint8Array,
  rightStart: number,
  length: number,
): boolean {
  for (let index = 0; index < length; index++) {
    if (left[leftStart + index] !== right[rightStart + index]) return false;
  }
  return true;
}
