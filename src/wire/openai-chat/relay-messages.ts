import { parseExactJson } from '../exact-json.ts';
import { isRecord, type Json, listOf } from '../members.ts';
import { fitToolCallId, MARKER, type ToolCallIdRule, unpackToolCallId } from '../tool-call-ids.ts';
import { answeredResults, hasUnansweredResults } from './answered-results.ts';
import { CALL_ID_RULE } from './call-id-rule.ts';

/** What the relay changed in the messages. */
export interface CleanMessages {
  /** JSON text of `messages`. */
  text: string;
  /** Members that were left out because the upstream refuses them. */
  dropped: readonly string[];
  /** Whether answers of the model were made up between results and what the user says. */
  answers: boolean;
}

/** What the upstream's messages must be like. */
export interface RelayMessageRules {
  /** Members of a message that it refuses. */
  refused: readonly string[];
  /** Its own rule for ids of calls; null: what clients of the dialect write is taken. */
  callIds: ToolCallIdRule | null;
  /** Whether the user may speak right after results. */
  userAfterResults: boolean;
}

const MARKER_BYTES = Buffer.from(MARKER);
const TOOL_CALL_ID = Buffer.from('"tool_call_id"');

/** The id as the upstream gave it; what rides in it is for another vendor, and longer than this one takes. */
function plainId(id: unknown, rule: ToolCallIdRule | null): unknown {
  if (typeof id !== 'string') return id;
  if (id.includes(MARKER)) return fitToolCallId(unpackToolCallId(id).id, rule ?? CALL_ID_RULE);
  return rule === null ? id : fitToolCallId(id, rule);
}

const withPlainId = (call: unknown, rule: ToolCallIdRule | null): unknown =>
  isRecord(call) && plainId(call.id, rule) !== call.id ? { ...call, id: plainId(call.id, rule) } : call;

function cleanMessage(message: unknown, { refused, callIds }: RelayMessageRules, dropped: Set<string>): unknown {
  if (!isRecord(message)) return message;
  const changed: Record<string, unknown> = { ...message };
  for (const name of refused) {
    if (!Object.hasOwn(message, name)) continue;
    delete changed[name];
    if (message[name] !== null) dropped.add(name);
  }
  if (message.tool_call_id !== undefined) changed.tool_call_id = plainId(message.tool_call_id, callIds);
  if (Array.isArray(message.tool_calls)) {
    changed.tool_calls = message.tool_calls.map((call) => withPlainId(call, callIds));
  }
  return changed;
}

function isUnclean(message: unknown, { refused, callIds }: RelayMessageRules): boolean {
  if (!isRecord(message)) return false;
  if (refused.some((name) => Object.hasOwn(message, name))) return true;
  if (plainId(message.tool_call_id, callIds) !== message.tool_call_id) return true;
  return listOf(message.tool_calls).some((call) => withPlainId(call, callIds) !== call);
}

function mayBeUnclean(bytes: Buffer, { refused, callIds, userAfterResults }: RelayMessageRules): boolean {
  if (bytes.includes(MARKER_BYTES) || refused.some((name) => bytes.includes(`"${name}"`))) return true;
  return (callIds !== null || !userAfterResults) && bytes.includes(TOOL_CALL_ID);
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
  rules: RelayMessageRules,
): CleanMessages | null {
  if (!mayBeUnclean(bytes, rules)) return null;
  const given = listOf(body.messages);
  const answers = !rules.userAfterResults && hasUnansweredResults(given);
  if (!answers && !given.some((message) => isUnclean(message, rules))) return null;
  const dropped = new Set<string>();
  const messages = listOf(parseExactJson(bytes.toString('utf8', span.start, span.end)));
  const clean = messages.map((message) => cleanMessage(message, rules, dropped));
  return { text: JSON.stringify(answers ? answeredResults(clean) : clean), dropped: [...dropped], answers };
}
