import { Buffer } from 'node:buffer';

/** What stands before and after the text of an event, framing included. Another text between them makes an event that says the same otherwise. */
export interface PlainEvent {
  head: Buffer;
  tail: Buffer;
}

const QUOTATION_MARK = 0x22;
const BACKSLASH = 0x5c;
const SPACE = 0x20;

/** @param data of the event @param around what stands before and after the text in `data`; null: nobody knows */
export function eventAround(
  raw: Buffer,
  data: string,
  around: { head: string; tail: string } | null,
): PlainEvent | null {
  const written = raw.toString();
  const at = written.indexOf(data);
  if (around === null || at === -1) return null;
  return {
    head: Buffer.from(written.slice(0, at) + around.head),
    tail: Buffer.from(around.tail + written.slice(at + data.length)),
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
