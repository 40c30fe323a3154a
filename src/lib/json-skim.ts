import type { Buffer } from 'node:buffer';
import type { JsonSpan } from './json-scan.ts';

// Looks over large JSON texts that somebody else has to judge: it finds places and refuses nothing. Both yield after so
// many bytes, which take a few milliseconds.
const SLICE_BYTES = 256 * 1024;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COLON = 0x3a;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const SPACE = 0x20;

/** The closing quote in [from, to), or a place from `to` on: one later where an escape lies across it. */
function endOfString(bytes: Buffer, from: number, to: number): number {
  let pos = from;
  while (pos < to) {
    const byte = bytes[pos];
    if (byte === QUOTE) return pos;
    pos += byte === BACKSLASH ? 2 : 1;
  }
  return pos;
}

function nextQuote(bytes: Buffer, from: number, to: number): number {
  let pos = from;
  while (pos < to && bytes[pos] !== QUOTE) pos += 1;
  return pos;
}

/** Whether what ended at `end` is the name of a member. */
function isName(bytes: Buffer, end: number): boolean {
  let pos = end;
  while (pos < bytes.length && (bytes[pos] as number) <= SPACE) pos += 1;
  return bytes[pos] === COLON;
}

/** Values that are strings of more than `longest` bytes, quotes included, in order. */
export function* findLongStrings(bytes: Buffer, longest: number): Generator<void, JsonSpan[]> {
  const found: JsonSpan[] = [];
  let sliceEnd = Math.min(bytes.length, SLICE_BYTES);
  let open = -1;
  for (let pos = 0; ; ) {
    pos = open < 0 ? nextQuote(bytes, pos, sliceEnd) : endOfString(bytes, pos, sliceEnd);
    if (pos >= bytes.length) return found;
    if (pos >= sliceEnd) {
      sliceEnd = Math.min(bytes.length, pos + SLICE_BYTES);
      yield;
    } else if (open < 0) {
      open = pos;
      pos += 1;
    } else {
      pos += 1;
      if (pos - open > longest && !isName(bytes, pos)) found.push({ start: open, end: pos });
      open = -1;
    }
  }
}

/** A list, and how many objects it has for members. */
export interface ListSpan extends JsonSpan {
  objects: number;
}

/** Lists at the top of an object that take more than `longest` bytes, brackets included; null: no whole object. */
export function* findLongLists(bytes: Buffer, longest: number): Generator<void, ListSpan[] | null> {
  const found: ListSpan[] = [];
  let sliceEnd = Math.min(bytes.length, SLICE_BYTES);
  let depth = 0;
  let open = -1;
  let objects = 0;
  let isInString = false;
  for (let pos = 0; pos < bytes.length; ) {
    if (pos >= sliceEnd) {
      sliceEnd = Math.min(bytes.length, pos + SLICE_BYTES);
      yield;
    }
    if (isInString) {
      pos = endOfString(bytes, pos, sliceEnd);
      if (pos >= sliceEnd) continue;
      isInString = false;
    } else {
      const byte = bytes[pos];
      if (byte === QUOTE) isInString = true;
      else if (byte === OPEN_BRACE || byte === OPEN_BRACKET) {
        if (depth === 1 && byte === OPEN_BRACKET) {
          open = pos;
          objects = 0;
        } else if (depth === 2 && byte === OPEN_BRACE) objects += 1;
        depth += 1;
      } else if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET) {
        depth -= 1;
        if (depth === 1 && open >= 0 && pos + 1 - open > longest) found.push({ start: open, end: pos + 1, objects });
        if (depth === 1) open = -1;
      }
    }
    pos += 1;
  }
  return depth === 0 && !isInString ? found : null;
}
