import { isRecord, type Json, noteUnread, tellsMore } from '../members.ts';
import type { UnreadAnswer } from '../unread-answer.ts';

const MESSAGE_MEMBERS = new Set([
  'id',
  'type',
  'role',
  'content',
  'model',
  'stop_reason',
  'stop_sequence',
  'stop_details',
  'usage',
  'system_fingerprint',
]);
const EVENT_MEMBERS = new Set(['type', 'delta', 'usage']);
const DELTA_MEMBERS = new Set(['stop_reason', 'stop_sequence', 'stop_details']);
const STOP_MEMBERS = new Set(['type', 'category', 'explanation']);
/** `inference_geo` is told to the gateway; `speed` is never asked for in a translated request, so it is the usual one. */
const USAGE_MEMBERS = new Set([
  'input_tokens',
  'output_tokens',
  'cache_read_input_tokens',
  'cache_creation_input_tokens',
  'output_tokens_details',
  'service_tier',
  'inference_geo',
  'speed',
]);
const OUTPUT_DETAILS = new Set(['thinking_tokens']);

function noteStop(value: Json, path: string, unread: UnreadAnswer): void {
  if (isRecord(value.stop_details)) noteUnread(value.stop_details, STOP_MEMBERS, `${path}stop_details`, unread.members);
}

/** Of a complete message, or of the one that a stream begins with. */
export function noteMessage(message: Json, unread: UnreadAnswer): void {
  noteUnread(message, MESSAGE_MEMBERS, '', unread.members);
  noteStop(message, '', unread);
}

/** Of a `message_delta` event. */
export function noteMessageDelta(event: Json, delta: Json, unread: UnreadAnswer): void {
  noteUnread(event, EVENT_MEMBERS, '', unread.members);
  noteUnread(delta, DELTA_MEMBERS, '', unread.members);
  noteStop(delta, '', unread);
}

export function noteUsage(value: unknown, unread: UnreadAnswer): void {
  if (!isRecord(value)) return;
  const details = isRecord(value.output_tokens_details) ? value.output_tokens_details : {};
  if (tellsMore(value, USAGE_MEMBERS) || tellsMore(details, OUTPUT_DETAILS)) unread.asides.add('usage');
}

/** Members of blocks, as the readers of turns find them, under the names that they have in an answer. */
export function noteBlocks(found: ReadonlySet<string>, unread: UnreadAnswer): void {
  for (const path of found) unread.members.add(path.replace('messages[].', ''));
}
