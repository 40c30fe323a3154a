import { parseExactJson } from '../exact-json.ts';
import { isRecord, type Json, listOf } from '../members.ts';
import { fitToolCallId, MARKER, unpackToolCallId } from '../tool-call-ids.ts';
import { CALL_ID_RULE } from './call-id-rule.ts';

/** What the relay changed in the messages. */
export interface CleanMessages {
  /** JSON text of `messages`. */
  text: string;
  /** Members that were left out because the upstream refuses them. */
  dropped: readonly string[];
}

const MARKER_BYTES = Buffer.from(MARKER);

/** The id as the upstream gave it; what rides in it is for another vendor, and longer than this one takes. */
function plainId(id: unknown): unknown {
  return typeof id === 'string' && id.includes(MARKER) ? fitToolCallId(unpackToolCallId(id).id, CALL_ID_RULE) : id;
}

const withPlainId = (call: unknown): unknown =>
  isRecord(call) && plainId(call.id) !== call.id ? { ...call, id: plainId(call.id) } : call;

function cleanMessage(message: unknown, refused: readonly string[], dropped: Set<string>): unknown {
  if (!isRecord(message)) return message;
  const changed: Record<string, unknown> = { ...message };
  for (const name of refused) {
    if (!Object.hasOwn(message, name)) continue;
    delete changed[name];
    if (message[name] !== null) dropped.add(name);
  }
  if (message.tool_call_id !== undefined) changed.tool_call_id = plainId(message.tool_call_id);
  if (Array.isArray(message.tool_calls)) changed.tool_calls = message.tool_calls.map(withPlainId);
  return changed;
}

function isUnclean(message: unknown, refused: readonly string[]): boolean {
  if (!isRecord(message)) return false;
  if (refused.some((name) => Object.hasOwn(message, name))) return true;
  if (plainId(message.tool_call_id) !== message.tool_call_id) return true;
  return listOf(message.tool_calls).some((call) => withPlainId(call) !== call);
}

/**
 * Messages as this upstream takes them, where earlier answers came from another one by translation: ids without what
 * rides in them, and without members that the upstream refuses. null where they can stay as they are, byte for byte,
 * which is nearly always: it costs a search for a few words.
 * @param span where `messages` stands in `bytes`
 */
export function cleanRelayMessages(
  bytes: Buffer,
  span: { start: number; end: number },
  body: Json,
  refused: readonly string[],
): CleanMessages | null {
  const mayBeUnclean = bytes.includes(MARKER_BYTES) || refused.some((name) => bytes.includes(`"${name}"`));
  if (!mayBeUnclean || !listOf(body.messages).some((message) => isUnclean(message, refused))) return null;
  const dropped = new Set<string>();
  const messages = listOf(parseExactJson(bytes.toString('utf8', span.start, span.end)));
  const text = JSON.stringify(messages.map((message) => cleanMessage(message, refused, dropped)));
  return { text, dropped: [...dropped] };
}
