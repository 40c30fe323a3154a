import type { SseEvent } from '../../lib/sse.ts';
import { isRecord } from '../members.ts';
import { eventAround, type PlainEvent } from '../plain-event.ts';
import { textBetween } from '../plain-text.ts';

/** What a delta says in one member that is often written without escapes. */
const MEMBERS = ['text', 'thinking'] as const;

/** Text that no upstream sends. */
const PROBE = 'alidade-probe';

function deltaOf(data: string): Record<string, unknown> {
  const value: unknown = JSON.parse(data);
  return isRecord(value) && isRecord(value.delta) ? value.delta : {};
}

/**
 * What stands around the text of a delta, if another text in its place makes a delta that differs by its text alone; null
 * where it would not, where the text is written with escapes, and where the event has no name, which it must be given.
 * @param event whose data is the JSON of a delta
 */
export function plainDeltaOf(event: SseEvent): PlainEvent | null {
  const { raw, data, eventName } = event;
  if (eventName !== 'content_block_delta') return null;
  const delta = deltaOf(data);
  for (const member of MEMBERS) {
    const text = delta[member];
    if (typeof text !== 'string' || text === '') continue;
    const at = data.indexOf(`"${member}":"${text}"`);
    if (at === -1) return null;
    const head = data.slice(0, at + member.length + 4);
    const tail = data.slice(head.length + text.length);
    if (textBetween(data, head, tail) === null) return null;
    return deltaOf(head + PROBE + tail)[member] === PROBE ? eventAround(raw, data, { head, tail }) : null;
  }
  return null;
}
