// wire/tokens/: which texts of a request are replaced by tokens, and how the answers get their values back, whatever
// the dialects. Knows tokens only through contracts/tokens.ts. May import: contracts/, lib/ and wire/.
// Start here for requests in the bytes of a client; spoken-chat.ts has those of the contract. For answers:
// restored-relay.ts (bytes to a client of the same dialect) and restored-codec.ts (parts, on the way to another).
// gateway/tokenised-request.ts joins these with the map of tokens; it says in which order.

import { Buffer } from 'node:buffer';
import type { Spoken, SpokenText } from '../../contracts/tokens.ts';
import { atOnce } from '../../lib/at-once.ts';
import { ByteSplice } from '../../lib/byte-splice.ts';
import { endOfJsonString } from '../../lib/json-string.ts';
import { stringInPieces } from '../../lib/json-writer.ts';
import { isRecord, type Json } from '../members.ts';
import { contextOf, isSpokenName, isSpokenNumber, type SpokenContext } from './spoken-members.ts';

/** What stands in a JSON text and may be said otherwise: a string, a member's name, or a number. */
interface Place {
  /** Bytes, quotes included. */
  start: number;
  end: number;
  /** Index among the texts of all places; of a text that is JSON itself, its own places instead. */
  slot: number;
  inner: SpokenJson | null;
}

/** JSON inside of a string is looked into once; what is deeper is text. */
const DEEPEST = 1;
/** Written in pieces from here on, UTF-16 units. */
const LONG = 64 * 1024;
const CONTAINER = /^\s*[{[]/;

const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const SPACE = 0x20;

/** What walks a value calls itself; a body itself nests no deeper either. */
const DEEPEST_VALUE = 64;

/** Whether brackets nest deeper than anybody writes; those in strings count as well, which costs precision and no more. */
function nestsTooDeep(text: string): boolean {
  let depth = 0;
  for (let index = 0; index < text.length; index += 1) {
    const unit = text.charCodeAt(index);
    if (unit === OPEN_BRACE || unit === OPEN_BRACKET) depth += 1;
    else if (unit === CLOSE_BRACE || unit === CLOSE_BRACKET) depth -= 1;
    if (depth > DEEPEST_VALUE) return true;
  }
  return false;
}

/** Parsed, where the text is a whole JSON object or array; undefined elsewhere. */
function containerOf(text: string): unknown {
  if (!CONTAINER.test(text) || nestsTooDeep(text)) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    // Then it is prose, or code, or half of something: text in any case.
    return undefined;
  }
}

/**
 * The places of a well-formed JSON text, found by walking its bytes beside the parsed value. Replacing touches the bytes
 * of changed places alone: everything else, unknown members, spacing and the digits of numbers, stays as it came.
 */
class SpokenJson {
  readonly #bytes: Buffer;
  readonly #texts: SpokenText[];
  readonly #places: Place[] = [];
  readonly #depth: number;

  private constructor(bytes: Buffer, texts: SpokenText[], depth: number) {
    this.#bytes = bytes;
    this.#texts = texts;
    this.#depth = depth;
  }

  /** @param texts where the texts are added, shared by everything that is rewritten together */
  static read(bytes: Buffer, value: unknown, context: SpokenContext, texts: SpokenText[], depth = 0): SpokenJson {
    const json = new SpokenJson(bytes, texts, depth);
    json.#readValue(value, json.#skip(0), context, null, null);
    return json;
  }

  /** The bytes themselves where nothing changes. */
  *rewrite(replaced: readonly string[]): Generator<void, Buffer> {
    let splice: ByteSplice | null = null;
    for (const { start, end, slot, inner } of this.#places) {
      const changed = inner === null ? this.#changed(slot, replaced) : yield* this.#changedInside(inner, replaced);
      if (changed === null) continue;
      splice ??= new ByteSplice(this.#bytes);
      splice.replace(start, end, changed.length < LONG ? JSON.stringify(changed) : yield* stringInPieces(changed));
    }
    return splice === null ? this.#bytes : splice.finish();
  }

  #changed(slot: number, replaced: readonly string[]): string | null {
    const { text, from } = this.#texts[slot] as SpokenText;
    const next = replaced[slot];
    return next === undefined || next === text.slice(from) ? null : next;
  }

  *#changedInside(inner: SpokenJson, replaced: readonly string[]): Generator<void, string | null> {
    const bytes = yield* inner.rewrite(replaced);
    return bytes === inner.#bytes ? null : bytes.toString('utf8');
  }

  #readValue(value: unknown, start: number, context: SpokenContext, name: string | null, owner: Json | null): number {
    switch (this.#bytes[start]) {
      case OPEN_BRACE:
        return this.#readObject(value as Json, start, context);
      case OPEN_BRACKET:
        return this.#readArray(value as readonly unknown[], start, context, name, owner);
      case QUOTE: {
        const end = endOfJsonString(this.#bytes, start) + 1;
        if (context !== 'silent') this.#addString(value as string, start, end, context, name);
        return end;
      }
      default:
        return this.#readScalar(value, start, context, name);
    }
  }

  #readObject(value: Json, start: number, context: SpokenContext): number {
    let at = this.#skip(start + 1);
    while (this.#bytes[at] !== CLOSE_BRACE) {
      const nameEnd = endOfJsonString(this.#bytes, at) + 1;
      const name = JSON.parse(this.#bytes.toString('utf8', at, nameEnd)) as string;
      if (context === 'free' && isSpokenName(name)) this.#add(name, 0, at, nameEnd);
      const inside = contextOf(context, name, value);
      at = this.#skip(this.#skip(nameEnd) + 1);
      at = this.#skip(this.#readValue(value[name], at, inside, name, value));
      if (this.#bytes[at] === COMMA) at = this.#skip(at + 1);
    }
    return at + 1;
  }

  #readArray(
    value: readonly unknown[],
    start: number,
    context: SpokenContext,
    name: string | null,
    owner: Json | null,
  ): number {
    let at = this.#skip(start + 1);
    for (let index = 0; this.#bytes[at] !== CLOSE_BRACKET; index += 1) {
      at = this.#skip(this.#readValue(value[index], at, context, name, owner));
      if (this.#bytes[at] === COMMA) at = this.#skip(at + 1);
    }
    return at + 1;
  }

  #readScalar(value: unknown, start: number, context: SpokenContext, name: string | null): number {
    let end = start;
    while (end < this.#bytes.length && !this.#endsScalar(this.#bytes[end] as number)) end += 1;
    if (context === 'free' && typeof value === 'number') {
      const digits = this.#bytes.toString('latin1', start, end);
      if (isSpokenNumber(digits)) this.#addLabelled(digits, start, end, name);
    }
    return end;
  }

  #endsScalar(byte: number): boolean {
    return byte <= SPACE || byte === COMMA || byte === CLOSE_BRACE || byte === CLOSE_BRACKET || byte === COLON;
  }

  #addString(text: string, start: number, end: number, context: SpokenContext, name: string | null): void {
    if (text === '') return;
    const value = this.#depth < DEEPEST ? containerOf(text) : undefined;
    if (value !== undefined) {
      const inner = SpokenJson.read(Buffer.from(text, 'utf8'), value, 'free', this.#texts, this.#depth + 1);
      this.#places.push({ start, end, slot: -1, inner });
    } else if (context === 'free') this.#addLabelled(text, start, end, name);
    else this.#add(text, 0, start, end);
  }

  /** What a member is called says what its value is: `phone: 30 1234567`. */
  #addLabelled(text: string, start: number, end: number, name: string | null): void {
    const label = name === null ? '' : `${name.replaceAll('_', ' ')}: `;
    this.#add(label + text, label.length, start, end);
  }

  #add(text: string, from: number, start: number, end: number): void {
    this.#places.push({ start, end, slot: this.#texts.length, inner: null });
    this.#texts.push({ text, from });
  }

  #skip(from: number): number {
    let at = from;
    while (at < this.#bytes.length && (this.#bytes[at] as number) <= SPACE) at += 1;
    return at;
  }
}

/**
 * All that a client's body says, whatever its dialect. Members that nobody knows are among it, since they are sent on.
 * @param bytes well-formed JSON, no name twice in an object; @param body the same parsed
 */
export function spokenOfBody(bytes: Buffer, body: Json): Spoken<Buffer> {
  const texts: SpokenText[] = [];
  const json = SpokenJson.read(bytes, body, 'body', texts);
  return {
    texts,
    rewrite: (replaced) => atOnce(json.rewrite(replaced)),
    rewriteInPieces: (replaced) => json.rewrite(replaced),
  };
}

/** JSON text by itself: arguments of a call, a schema. Text that is none is one text. */
export function spokenOfText(
  text: string,
  context: SpokenContext,
  texts: SpokenText[],
): (replaced: readonly string[]) => string {
  const value = containerOf(text);
  if (value === undefined || !(isRecord(value) || Array.isArray(value))) {
    const slot = texts.length;
    texts.push({ text, from: 0 });
    return (replaced) => replaced[slot] ?? text;
  }
  const json = SpokenJson.read(Buffer.from(text, 'utf8'), value, context, texts);
  return (replaced) => atOnce(json.rewrite(replaced)).toString('utf8');
}
