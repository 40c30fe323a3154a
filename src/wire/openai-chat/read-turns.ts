import type {
  AssistantPart,
  AssistantTurn,
  SystemTurn,
  TextPart,
  ToolCallPart,
  ToolResultPart,
  Turn,
  UnknownPart,
} from '../../contracts/chat-request.ts';
import { isRecord, type Json, listOf, noteUnread } from '../members.ts';
import { type Carried, unpackToolCallId } from '../tool-call-ids.ts';
import { type ContentPart, invalid, readCacheMark, readContent } from './read-content.ts';
import { readReasoning } from './read-reasoning.ts';

const PLAIN_MEMBERS = new Set(['role', 'content', 'name', 'cache_control']);
const ASSISTANT_MEMBERS = new Set([
  'role',
  'content',
  'name',
  'refusal',
  'tool_calls',
  'function_call',
  'reasoning_content',
  'reasoning',
  'reasoning_details',
  'cache_control',
  // How DeepSeek and Moonshot mark a prefill, which the last place says already.
  'prefix',
  'partial',
]);
const TOOL_MEMBERS = new Set(['role', 'content', 'name', 'tool_call_id', 'is_error', 'cache_control']);
const CALL_MEMBERS = new Set(['id', 'type', 'index', 'function', 'custom', 'cache_control']);
const FUNCTION_MEMBERS = new Set(['name', 'arguments']);
const CUSTOM_MEMBERS = new Set(['name', 'input']);

const nameOf = (message: Json): { name?: string } => (typeof message.name === 'string' ? { name: message.name } : {});

/** A mark on a whole message is one on its last part. */
function withMessageMark<T extends ContentPart>(message: Json, parts: T[]): T[] {
  const { cache } = readCacheMark(message.cache_control);
  const last = parts.at(-1);
  if (cache === undefined || last === undefined || last.cache !== undefined) return parts;
  return [...parts.slice(0, -1), { ...last, cache }];
}

/** Instructions are text: anything else is of a kind that only the dialect itself may know. */
const asInstruction = (part: ContentPart): TextPart | UnknownPart =>
  part.type === 'text' || part.type === 'unknown'
    ? part
    : { type: 'unknown', origin: 'openai', name: part.type, value: part };

interface ReadCall {
  part: ToolCallPart;
  carried: readonly Carried[];
}

function readCall(value: unknown, position: string, unread: Set<string>): ReadCall {
  const path = 'messages[].tool_calls[]';
  if (!isRecord(value)) throw invalid(position, 'A tool call must be an object.');
  const isCustom = value.type === 'custom';
  const body = isCustom ? value.custom : value.function;
  if (!isRecord(body) || typeof body.name !== 'string') {
    throw invalid(position, 'A tool call must hold function.name and function.arguments.');
  }
  if (typeof value.id !== 'string' || value.id === '') throw invalid(`${position}.id`, 'A tool call must have an id.');
  noteUnread(value, CALL_MEMBERS, path, unread);
  noteUnread(body, isCustom ? CUSTOM_MEMBERS : FUNCTION_MEMBERS, `${path}.${isCustom ? 'custom' : 'function'}`, unread);
  const { id, carried } = unpackToolCallId(value.id);
  const input = isCustom ? body.input : body.arguments;
  const own = carried.find(({ kind }) => kind === 'call');
  const part: ToolCallPart = {
    type: 'tool-call',
    id,
    name: body.name,
    // Some clients send the arguments parsed.
    arguments: typeof input === 'string' ? input : JSON.stringify(input ?? {}),
    ...(own === undefined ? {} : { signature: own.signature }),
    ...(isCustom ? { custom: true } : {}),
    ...readCacheMark(value.cache_control),
  };
  return { part, carried };
}

/** The call of the old `function_call` member, which has no id: its result is found by the name. */
const oldCallId = (name: string): string => `function_${name}`;

function readCalls(message: Json, path: string, unread: Set<string>): ReadCall[] {
  const given = message.tool_calls;
  if (given !== undefined && given !== null && !Array.isArray(given)) {
    throw invalid(`${path}.tool_calls`, 'tool_calls must be an array.');
  }
  const calls = listOf(given).map((value, i) => readCall(value, `${path}.tool_calls[${i}]`, unread));
  const old = message.function_call;
  if (isRecord(old) && typeof old.name === 'string') {
    const text = typeof old.arguments === 'string' ? old.arguments : JSON.stringify(old.arguments ?? {});
    calls.push({
      part: { type: 'tool-call', id: oldCallId(old.name), name: old.name, arguments: text },
      carried: [],
    });
  }
  return calls;
}

/** Content of an assistant may hold `refusal` parts besides those of a user. */
function asAssistantPart(part: ContentPart): AssistantPart {
  if (part.type !== 'unknown' || part.name !== 'refusal' || !isRecord(part.value)) return part;
  return typeof part.value.refusal === 'string' ? { type: 'refusal', text: part.value.refusal } : part;
}

function readAssistant(message: Json, path: string, unread: Set<string>): AssistantTurn {
  noteUnread(message, ASSISTANT_MEMBERS, 'messages[]', unread);
  const calls = readCalls(message, path, unread);
  const reasoning = readReasoning(
    message,
    calls.flatMap(({ carried }) => carried),
  );
  const parts: AssistantPart[] = reasoning.parts;
  for (const part of withMessageMark(message, readContent(message.content, `${path}.content`, unread))) {
    parts.push(asAssistantPart(part));
  }
  if (typeof message.refusal === 'string' && message.refusal !== '') {
    parts.push({ type: 'refusal', text: message.refusal });
  }
  for (const { part } of calls) {
    const signature = part.signature ?? reasoning.callSignatures.get(part.id);
    parts.push(signature === undefined ? part : { ...part, signature });
  }
  return { role: 'assistant', parts, ...nameOf(message) };
}

function readToolResult(message: Json, path: string, unread: Set<string>): ToolResultPart {
  noteUnread(message, TOOL_MEMBERS, 'messages[]', unread);
  const isOld = message.role === 'function';
  const given = isOld ? message.name : message.tool_call_id;
  if (typeof given !== 'string' || given === '') {
    throw invalid(`${path}.${isOld ? 'name' : 'tool_call_id'}`, 'A result must say which call it answers.');
  }
  return {
    type: 'tool-result',
    id: isOld ? oldCallId(given) : unpackToolCallId(given).id,
    parts: readContent(message.content, `${path}.content`, unread),
    ...nameOf(message),
    ...(typeof message.is_error === 'boolean' ? { isError: message.is_error } : {}),
    ...readCacheMark(message.cache_control),
  };
}

function readTurn(message: Json, path: string, unread: Set<string>): Turn {
  const role = message.role;
  if (role === 'assistant') return readAssistant(message, path, unread);
  const isInstruction = role === 'system' || role === 'developer';
  if (!isInstruction && role !== 'user') {
    throw invalid(`${path}.role`, 'role must be developer, system, user, assistant, tool or function.');
  }
  noteUnread(message, PLAIN_MEMBERS, 'messages[]', unread);
  const parts = withMessageMark(message, readContent(message.content, `${path}.content`, unread));
  if (!isInstruction) return { role, parts, ...nameOf(message) };
  const turn: SystemTurn = { role, parts: parts.map(asInstruction), ...nameOf(message) };
  return turn;
}

/**
 * The conversation of a body of OpenAI's chat completions. Neighbouring results of tools are one turn.
 * @throws AppError invalid_request, with the place in `param`
 */
export function readTurns(messages: readonly unknown[], unread: Set<string>): Turn[] {
  const turns: Turn[] = [];
  let results: ToolResultPart[] | null = null;
  for (let i = 0; i < messages.length; i += 1) {
    const message = messages[i];
    const path = `messages[${i}]`;
    if (!isRecord(message)) throw invalid(path, `${path} must be an object with role and content.`);
    if (message.role === 'tool' || message.role === 'function') {
      if (results === null) {
        results = [];
        turns.push({ role: 'tool', results });
      }
      results.push(readToolResult(message, path, unread));
    } else {
      results = null;
      turns.push(readTurn(message, path, unread));
    }
  }
  return turns;
}
