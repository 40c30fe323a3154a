import { Buffer } from 'node:buffer';
import { isRecord, listOf } from '../members.ts';
import { textBetween } from '../plain-text.ts';

/** A chunk that is a piece of one answer's text, without the text. */
export interface PlainChunk {
  head: string;
  tail: string;
}

/** Text that no upstream sends. */
const PROBE = 'alidade-probe';
const QUOTATION_MARK = 0x22;
const BACKSLASH = 0x5c;
const SPACE = 0x20;

/**
 * What stands around `text` in a chunk, if another text in its place makes a chunk that differs by its content alone;
 * null where it would not, or where the text is written with escapes.
 * @param data JSON of a chunk whose only answer has this content
 */
export function plainChunkOf(data: string, text: string): PlainChunk | null {
  const at = data.indexOf(`"content":"${text}"`);
  if (at === -1) return null;
  const head = data.slice(0, at + '"content":"'.length);
  const tail = data.slice(head.length + text.length);
  if (textBetween(data, head, tail) === null) return null;
  const probed: unknown = JSON.parse(head + PROBE + tail);
  const choices = isRecord(probed) ? listOf(probed.choices) : [];
  const [choice] = choices;
  const isContent = isRecord(choice) && isRecord(choice.delta) && choice.delta.content === PROBE;
  return isContent && choices.length === 1 ? { head, tail } : null;
}

/** The same for events as they come, framing included. */
export interface PlainEvent {
  head: Buffer;
  tail: Buffer;
}

/** @param data of the event; it may be anything */
export function plainEventOf(raw: Buffer, data: string, text: string): PlainEvent | null {
  const chunk = plainChunkOf(data, text);
  const written = raw.toString();
  const at = written.indexOf(data);
  if (chunk === null || at === -1) return null;
  return {
    head: Buffer.from(written.slice(0, at) + chunk.head),
    tail: Buffer.from(chunk.tail + written.slice(at + data.length)),
  };
}

/** Bytes of the text, where the event is such a one with a text that is written without escapes; else 0. */
export function plainTextBytes(raw: Buffer, { head, tail }: PlainEvent): number {
  const end = raw.length - tail.length;
  for (let i = head.length; i < end; i += 1) {
    const byte = raw[i] as number;
    if (byte < SPACE || byte === QUOTATION_MARK || byte === BACKSLASH) return 0;
  }
  if (end <= head.length || raw.compare(tail, 0, tail.length, end) !== 0) return 0;
  return raw.compare(head, 0, head.length, 0, head.length) === 0 ? end - head.length : 0;
}
