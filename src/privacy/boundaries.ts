import { isDigit, isWordCode } from './characters.ts';
import { HAS_DIGIT, type View } from './view.ts';

/** Signs that make what stands beside them part of an amount, a path or a name in code. */
const BLOCKS_BEFORE = new Set([...'@_$€£¥%\\'].map((sign) => sign.charCodeAt(0)));
const BLOCKS_BEHIND = new Set([...'@_%'].map((sign) => sign.charCodeAt(0)));
const DOT = 46;
const HYPHEN = 45;
const SLASH = 47;
const COLON = 58;
const COMMA = 44;
const PLUS = 43;

/** Length of the run of digits that ends before an offset, up to four. */
function digitsBefore(text: string, end: number): number {
  let count = 0;
  while (count < 4 && isDigit(text.charCodeAt(end - 1 - count))) count += 1;
  return count;
}

function digitsFrom(text: string, start: number): number {
  let count = 0;
  while (count < 4 && isDigit(text.charCodeAt(start + count))) count += 1;
  return count;
}

/**
 * Whether a number that begins here may be one by itself rather than a piece of a decimal, date, time, UUID, version or
 * amount. `labelled`: a letter-word joined by a hyphen or full stop is a label ("Nr.123", "ID-123").
 */
export function startsFree(text: string, start: number, labelled: boolean): boolean {
  if (start === 0) return true;
  const before = text.charCodeAt(start - 1);
  if (isWordCode(before) || BLOCKS_BEFORE.has(before)) return false;
  const beyond = text.charCodeAt(start - 2);
  if (before === DOT || before === HYPHEN) {
    if (before === HYPHEN && beyond === HYPHEN) return true;
    return !isWordCode(beyond) || (labelled && !isDigit(beyond));
  }
  if (before === SLASH || before === PLUS) return !isWordCode(beyond);
  if (before === COLON) return !isDigit(beyond);
  // Thousands: "12,345,678" is one number, "123456789,987654321" are two.
  if (before === COMMA && isDigit(beyond)) return digitsFrom(text, start) !== 3;
  return true;
}

/** The same for where it ends. */
export function endsFree(text: string, end: number): boolean {
  const behind = text.charCodeAt(end);
  if (Number.isNaN(behind)) return true;
  if (isWordCode(behind) || BLOCKS_BEHIND.has(behind)) return false;
  const beyond = text.charCodeAt(end + 1);
  if (behind === DOT || behind === HYPHEN) return !isWordCode(beyond);
  if (behind === SLASH || behind === PLUS) return !isWordCode(beyond);
  if (behind === COLON) return !isDigit(beyond);
  // A cell that ends in a letter is no beginning of an amount: "12345678Z,611 22 33 44".
  if (behind === COMMA && isDigit(beyond))
    return digitsFrom(text, end + 1) !== 3 || digitsBefore(text, end) > 3 || !isDigit(text.charCodeAt(end - 1));
  return true;
}

/** At most so many words beside a value are looked at. */
const NEIGHBOURS = 8;
/** Words no longer than this stand between values ("and", "or", "to") without saying what they are. */
const SHORT_WORD = 3;

function hasLineEnd(text: string, from: number, to: number): boolean {
  for (let index = from; index < to; index += 1) {
    const unit = text.charCodeAt(index);
    if (unit === 10 || unit === 13) return true;
  }
  return false;
}

/**
 * Whether a stretch stands alone on its line, or among other values: a form field, a cell, a list. Then no words tell
 * what it is.
 */
export function isAlone(view: View, start: number, end: number): boolean {
  const { text, starts, ends, kinds, count } = view;
  const isValue = (index: number): boolean =>
    ((kinds[index] as number) & HAS_DIGIT) !== 0 || (ends[index] as number) - (starts[index] as number) <= SHORT_WORD;
  let edge = start;
  for (let index = view.wordAt(start) - 1, seen = 0; ; index -= 1, seen += 1) {
    const from = index < 0 ? 0 : (ends[index] as number);
    if (index < 0 || hasLineEnd(text, Math.max(from, edge - 80), edge)) break;
    if (seen === NEIGHBOURS || !isValue(index)) return false;
    edge = starts[index] as number;
  }
  edge = end;
  for (let index = view.wordAt(end), seen = 0; index < count; index += 1, seen += 1) {
    if (hasLineEnd(text, edge, Math.min(starts[index] as number, edge + 80))) break;
    if (seen === NEIGHBOURS || !isValue(index)) return false;
    edge = ends[index] as number;
  }
  return true;
}
