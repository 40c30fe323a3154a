import type { Buffer } from 'node:buffer';
import { isRecord, listOf } from '../members.ts';
import { eventAround, type PlainEvent } from '../plain-event.ts';
import { textBetween } from '../plain-text.ts';

/** A chunk that is a piece of one answer's text, without the text. */
export interface PlainChunk {
  head: string;
  tail: string;
}

/** Text that no upstream sends. */
const PROBE = 'alidade-probe';

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

/** The same for an event as it comes. @param data of the event; it may be anything */
export function plainEventOf(raw: Buffer, data: string, text: string): PlainEvent | null {
  return eventAround(raw, data, plainChunkOf(data, text));
}
