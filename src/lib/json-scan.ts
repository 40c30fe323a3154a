// Domain-free tools, one a file: byte-level JSON and SSE, hashes, small data structures, statistics, randomness.
// May import: node: builtins and files of this folder, nothing else of the repository.
// Start reading here: scanJson finds the members of a request body and spliceJson edits them in place, so that bytes
// nobody has to change reach the upstream exactly as they came. sse.ts does the same for streamed answers.
// Everything here is synchronous and pure but for its own scratch memory; clocks and randomness come in as arguments.

import { Buffer, isUtf8 } from 'node:buffer';
import { ByteSplice } from './byte-splice.ts';
import { JsonKeys } from './json-keys.ts';
import { jsonPath, quoteKey } from './json-path.ts';
import { asciiText, decodeJsonString, endOfJsonKey, endOfJsonString } from './json-string.ts';
import { textPosition } from './text-position.ts';
import { firstInvalidUtf8 } from './utf8.ts';

/** One member of the top-level object. All offsets are bytes; ends are exclusive. */
export interface JsonMember {
  /** The decoded key: `"\u006dodel"` is `model`. */
  key: string;
  /** The key's opening quote. */
  keyStart: number;
  /** The value's own text, without surrounding whitespace. */
  valueStart: number;
  valueEnd: number;
  /** The member with all whitespace around it: from after the `{` or comma before it to the comma or `}` after it. */
  memberStart: number;
  memberEnd: number;
}

/** What `scanJson` found in a well-formed text. */
export interface JsonScan {
  ok: true;
  members: JsonMember[];
  /** The deepest nesting of objects and arrays; the top-level object alone is 1. */
  depth: number;
  /** Keys of all objects at all levels. */
  keyCount: number;
  /** The top-level object's own text, braces included. */
  objectStart: number;
  objectEnd: number;
  /** Values that are strings of more than LONG_STRING_BYTES, quotes included, in order. Absent: there are none. */
  longStrings?: readonly JsonSpan[];
}

/** A part of a text in bytes; the end is exclusive. */
export interface JsonSpan {
  start: number;
  end: number;
}

/** Decoding a string takes 2 to 10 ms per MB: longer ones are worth being decoded in pieces (json-pieces.ts). */
export const LONG_STRING_BYTES = 256 * 1024;

/** Why `scanJson` refused a text. `line` and `column` count from 1; `message` may be shown to the caller. */
export interface JsonScanError {
  ok: false;
  code: 'invalid_json' | 'too_deep' | 'too_many_keys' | 'duplicate_member' | 'forbidden_member' | 'not_an_object';
  offset: number;
  line: number;
  column: number;
  message: string;
  /** The decoded key of a duplicate or forbidden member. */
  key?: string;
  /** Where that member is, as in `messages[0].role`. */
  path?: string;
}

export interface JsonScanLimits {
  maxDepth: number;
  maxKeys: number;
}

const SPACE = 0x20;
const TAB = 0x09;
const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_BRACKET = 0x5b;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;

// What is expected next, in an order that tells where the container may close: up to SEPARATOR.
const FIRST_KEY = 0;
const FIRST_VALUE = 1;
const SEPARATOR = 2;
const KEY = 3;
const VALUE = 4;

const NONE_KNOWN: readonly JsonSpan[] = Object.freeze([]);

// Scratch memory shared by all scans: a scan is synchronous and starts from empty.
const keys = new JsonKeys();
const closers: number[] = [0];

/**
 * Finds the members of the top-level object of a UTF-8 JSON text in one pass over its bytes, without building values.
 *
 * Refuses, as a value and at the first offence: text that is not UTF-8 or not structurally JSON, a top level that is no
 * object, nesting over `maxDepth`, more than `maxKeys` keys in all, a key that comes twice in the same object at any
 * level, `__proto__` as a key at any level, and `constructor` or `prototype` at the top level (deeper they are
 * legitimate: a JSON Schema may describe a property of that name).
 *
 * It is not a full validator: numbers, literals and escapes inside values are skipped unread, so JSON.parse may still
 * refuse a text that was scanned well. For a text that JSON.parse accepts the offsets are always right. It never throws
 * and never recurses, and its work is linear in the bytes.
 * @param known long strings of the same bytes, in order, as findLongStrings (json-skim.ts) gives them: not looked at again
 */
export function scanJson(
  bytes: Uint8Array,
  limits: JsonScanLimits,
  known: readonly JsonSpan[] = NONE_KNOWN,
): JsonScan | JsonScanError {
  const buffer = asBuffer(bytes);
  if (!isUtf8(buffer)) return fail(buffer, firstInvalidUtf8(buffer), 'invalid_json', 'The text is not valid UTF-8');
  const start = skipWhitespace(buffer, 0);
  if (buffer[start] !== OPEN_BRACE) return noObject(buffer, start);
  const result = scanObject(buffer, start, limits, known);
  keys.reset();
  return result;
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

// One loop over local variables: the same machine with its state in fields took 1.5 times as long.
function scanObject(
  bytes: Buffer,
  objectStart: number,
  limits: JsonScanLimits,
  known: readonly JsonSpan[],
): JsonScan | JsonScanError {
  const members: JsonMember[] = [];
  let longStrings: JsonSpan[] | null = null;
  let key = '';
  let keyStart = 0;
  let valueStart = 0;
  let memberStart = objectStart + 1;
  let lastEnd = 0;
  let depth = 0;
  let deepest = 0;
  let keyCount = 0;
  let pos = objectStart;
  let closer = 0;
  let expected = VALUE;
  let nextKnown = 0;
  let knownStart = known[0]?.start ?? -1;
  for (;;) {
    pos = skipWhitespace(bytes, pos);
    if (pos >= bytes.length) return unexpectedEnd(bytes);
    const byte = bytes[pos] as number;
    if (expected === SEPARATOR && depth === 1 && (byte === COMMA || byte === closer)) {
      members.push({ key, keyStart, valueStart, valueEnd: lastEnd, memberStart, memberEnd: pos });
      memberStart = pos + 1;
    }
    if (byte === closer && expected <= SEPARATOR) {
      if (closer === CLOSE_BRACE) keys.close();
      pos++;
      lastEnd = pos;
      depth--;
      if (depth === 0) break;
      closer = closers[depth] as number;
      expected = SEPARATOR;
    } else if (expected === SEPARATOR) {
      if (byte !== COMMA) return unexpectedByte(bytes, pos);
      expected = closer === CLOSE_BRACE ? KEY : VALUE;
      pos++;
    } else if (expected === KEY || expected === FIRST_KEY) {
      if (byte !== QUOTE) return unexpectedByte(bytes, pos);
      const close = endOfJsonKey(bytes, pos);
      if (close === 0) return unexpectedEnd(bytes);
      if (++keyCount > limits.maxKeys) return tooManyKeys(bytes, pos, limits);
      const problem = addKey(bytes, pos, close, depth);
      if (problem !== undefined) return problem;
      if (depth === 1) {
        key = lastKey;
        keyStart = pos;
      }
      pos = skipWhitespace(bytes, Math.abs(close) + 1);
      if (bytes[pos] !== COLON) return unexpectedByte(bytes, pos);
      pos++;
      expected = VALUE;
    } else {
      if (depth === 1) valueStart = pos;
      if (byte === OPEN_BRACE || byte === OPEN_BRACKET) {
        if (++depth > limits.maxDepth) return tooDeep(bytes, pos, limits);
        if (depth > deepest) deepest = depth;
        if (byte === OPEN_BRACE) keys.open();
        // A closing bracket lies two code points after its opening one, for braces and for brackets.
        closer = byte + 2;
        closers[depth] = closer;
        expected = byte === OPEN_BRACE ? FIRST_KEY : FIRST_VALUE;
        pos++;
      } else {
        let end = 0;
        if (pos === knownStart) {
          end = (known[nextKnown] as JsonSpan).end;
          nextKnown++;
          knownStart = known[nextKnown]?.start ?? -1;
        } else end = byte === QUOTE ? endOfJsonString(bytes, pos) + 1 : endOfScalar(bytes, pos);
        if (end === 0) return unexpectedEnd(bytes);
        if (end === pos) return unexpectedByte(bytes, pos);
        if (end - pos > LONG_STRING_BYTES && byte === QUOTE) {
          longStrings ??= [];
          longStrings.push({ start: pos, end });
        }
        pos = end;
        lastEnd = end;
        expected = SEPARATOR;
      }
    }
  }
  const end = skipWhitespace(bytes, pos);
  if (end < bytes.length) return unexpectedByte(bytes, end);
  const scan: JsonScan = { ok: true, members, depth: deepest, keyCount, objectStart, objectEnd: pos };
  return longStrings === null ? scan : { ...scan, longStrings };
}

// The key that judgeKey saw last, which is every one of the top level: returning it beside the problem would cost an
// object per key.
let lastKey = '';

function addKey(bytes: Buffer, open: number, found: number, depth: number): JsonScanError | undefined {
  const isTop = depth === 1;
  if (found < 0) {
    const key = decodeJsonString(bytes, open, -found);
    if (key === undefined) return fail(bytes, open, 'invalid_json', 'A key is not a valid JSON string');
    return judgeKey(bytes, open, key, keys.addDecoded(bytes, key), isTop);
  }
  const isNew = keys.addPlain(bytes, open + 1, found);
  // A nested key needs its text only when it may be `__proto__`, which has nine characters and starts with `_`.
  const needsText = isTop || !isNew || (found - open === 10 && bytes[open + 1] === 0x5f);
  return needsText ? judgeKey(bytes, open, asciiText(bytes, open + 1, found), isNew, isTop) : undefined;
}

function judgeKey(bytes: Buffer, open: number, key: string, isNew: boolean, isTop: boolean): JsonScanError | undefined {
  lastKey = key;
  const isForbidden = key === '__proto__' || (isTop && (key === 'constructor' || key === 'prototype'));
  if (isNew && !isForbidden) return undefined;
  const code = isForbidden ? 'forbidden_member' : 'duplicate_member';
  const message = isForbidden ? `The key ${quoteKey(key)} is not allowed` : `The key ${quoteKey(key)} comes twice`;
  return fail(bytes, open, code, message, { key, path: jsonPath(bytes, open) });
}

function skipWhitespace(bytes: Buffer, start: number): number {
  const length = bytes.length;
  let pos = start;
  while (pos < length) {
    const byte = bytes[pos] as number;
    if (byte > SPACE || (byte !== SPACE && byte !== LINE_FEED && byte !== CARRIAGE_RETURN && byte !== TAB)) break;
    pos++;
  }
  return pos;
}

/** End of the number or literal at `pos`, or `pos` when none starts there. Which it is, JSON.parse will judge. */
function endOfScalar(bytes: Buffer, pos: number): number {
  let end = pos;
  while (end < bytes.length) {
    const byte = bytes[end] as number;
    const isDigitOrLetter = (byte >= 0x30 && byte <= 0x39) || ((byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x7a);
    const isSignOrPoint = byte === 0x2d || byte === 0x2b || byte === 0x2e;
    if (!isDigitOrLetter && !isSignOrPoint) break;
    end++;
  }
  return end;
}

function noObject(bytes: Buffer, pos: number): JsonScanError {
  const first = bytes[pos];
  if (first === undefined) return unexpectedEnd(bytes);
  const startsOtherValue = /["[\dtfn-]/.test(String.fromCharCode(first));
  if (!startsOtherValue) return unexpectedByte(bytes, pos);
  return fail(bytes, pos, 'not_an_object', 'The top level must be a JSON object');
}

function tooDeep(bytes: Buffer, pos: number, limits: JsonScanLimits): JsonScanError {
  return fail(bytes, pos, 'too_deep', `The text is nested deeper than ${limits.maxDepth} levels`);
}

function tooManyKeys(bytes: Buffer, pos: number, limits: JsonScanLimits): JsonScanError {
  return fail(bytes, pos, 'too_many_keys', `The text has more than ${limits.maxKeys} keys`);
}

function unexpectedEnd(bytes: Buffer): JsonScanError {
  return fail(bytes, bytes.length, 'invalid_json', 'The text ends before its JSON object is complete');
}

function unexpectedByte(bytes: Buffer, pos: number): JsonScanError {
  if (pos >= bytes.length) return unexpectedEnd(bytes);
  const character = String.fromCodePoint(bytes.toString('utf8', pos, pos + 4).codePointAt(0) as number);
  // Nobody sees this character in a message.
  if (character === '\ufeff' && pos === 0) {
    return fail(bytes, pos, 'invalid_json', 'The text begins with a byte order mark; send UTF-8 without it');
  }
  return fail(bytes, pos, 'invalid_json', `Unexpected ${JSON.stringify(character)}`);
}

function fail(
  bytes: Buffer,
  offset: number,
  code: JsonScanError['code'],
  message: string,
  member?: { key: string; path: string },
): JsonScanError {
  return { ok: false, code, offset, ...textPosition(bytes, offset), message, ...member };
}

/** Changes to the members of a top-level object. Values of `set` are raw JSON texts, for instance from JSON.stringify. */
export interface JsonEdits {
  set?: Record<string, string>;
  remove?: readonly string[];
}

/**
 * A copy of a scanned text with members of its top-level object replaced, appended or removed. Every byte of every
 * other member stays as it was: order, whitespace, the digits of large numbers. `scan` must come from the same bytes.
 *
 * A key of `set` that is missing is appended at the end in the order given; a key in both `set` and `remove` is set.
 * Raw values are written as they are: the caller answers for their being JSON.
 */
export function spliceJson(bytes: Uint8Array, scan: JsonScan, edits: JsonEdits): Buffer {
  const set = edits.set ?? {};
  const remove = edits.remove ?? [];
  const splice = new ByteSplice(asBuffer(bytes));
  const present: string[] = [];
  let isFirst = true;
  let appendAt = scan.objectStart + 1;
  for (const member of scan.members) {
    if (Object.hasOwn(set, member.key)) {
      present.push(member.key);
      splice.replace(member.valueStart, member.valueEnd, set[member.key] as string);
    } else if (remove.includes(member.key)) {
      const { start, end } = removedSpan(member, isFirst, scan);
      splice.replace(start, end, '');
      appendAt = end;
      continue;
    }
    isFirst = false;
    appendAt = member.valueEnd;
  }
  const keysToSet = Object.keys(set);
  if (present.length < keysToSet.length) {
    const missing = keysToSet.filter((key) => !present.includes(key));
    const text = missing.map((key) => `${JSON.stringify(key)}:${set[key]}`).join(',');
    splice.replace(appendAt, appendAt, isFirst ? text : `,${text}`);
  }
  return splice.finish();
}

/** The bytes to drop with a member: it and the comma before it or, where no member stays before it, the one after. */
function removedSpan(member: JsonMember, isFirst: boolean, scan: JsonScan): { start: number; end: number } {
  if (!isFirst) return { start: member.memberStart - 1, end: member.memberEnd };
  const isLast = member.memberEnd === scan.objectEnd - 1;
  return { start: member.memberStart, end: isLast ? member.memberEnd : member.memberEnd + 1 };
}
