import { isAscii } from 'node:buffer';

/** Where a byte lies in a text: `line` and `column` count from 1, the column in characters (code points). */
export interface TextPosition {
  line: number;
  column: number;
}

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;

/**
 * Turns a byte offset of a UTF-8 text into the line and column an editor would show.
 * LF, CRLF and CR end a line. An offset beyond the text stands for its end. Linear in `offset`: meant for error paths.
 */
export function textPosition(bytes: Uint8Array, offset: number): TextPosition {
  const end = Math.min(offset, bytes.length);
  let line = 1;
  let lineStart = 0;
  for (let index = 0; index < end; index++) {
    const byte = bytes[index] as number;
    if (byte > CARRIAGE_RETURN) continue;
    if (byte === LINE_FEED || (byte === CARRIAGE_RETURN && bytes[index + 1] !== LINE_FEED)) {
      line++;
      lineStart = index + 1;
    }
  }
  return { line, column: 1 + countCharacters(bytes, lineStart, end) };
}

function countCharacters(bytes: Uint8Array, start: number, end: number): number {
  if (isAscii(bytes.subarray(start, end))) return end - start;
  let count = 0;
  for (let index = start; index < end; index++) {
    const isContinuation = ((bytes[index] as number) & 0xc0) === 0x80;
    if (!isContinuation) count++;
  }
  return count;
}
