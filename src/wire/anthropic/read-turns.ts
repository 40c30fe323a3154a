import type {
  AssistantPart,
  SystemTurn,
  TextPart,
  ToolCallPart,
  ToolResultPart,
  Turn,
  UnknownPart,
} from '../../contracts/chat-request.ts';
import { isRecord, type Json, listOf, noteUnread, textOrNull } from '../members.ts';
import { blocksOf } from './blocks.ts';
import { readRedacted, readThinking } from './carried-thoughts.ts';
import { readCallId } from './client-ids.ts';
import {
  invalid,
  readBlock,
  readCacheMark,
  readContent,
  readText,
  readUnknown,
  type SaidPart,
  TEXT_MEMBERS,
} from './read-content.ts';

const MESSAGE_MEMBERS = new Set(['role', 'content']);
const RESULT_MEMBERS = new Set(['type', 'tool_use_id', 'content', 'is_error', 'cache_control']);
const CALL_MEMBERS = new Set(['type', 'id', 'name', 'input', 'cache_control']);
/** That the model itself makes the call, and no program of it, is what every other dialect takes for granted. */
const DIRECT_CALL_MEMBERS = new Set([...CALL_MEMBERS, 'caller']);
const THINKING_MEMBERS = new Set(['type', 'thinking', 'signature']);

const callMembers = ({ caller }: Json): ReadonlySet<string> =>
  isRecord(caller) && caller.type === 'direct' ? DIRECT_CALL_MEMBERS : CALL_MEMBERS;

/** Members of a block of an answer that are read; null for blocks that are kept whole. */
export function blockMembers(block: Json): ReadonlySet<string> | null {
  switch (block.type) {
    case 'text':
      return TEXT_MEMBERS;
    case 'thinking':
      return THINKING_MEMBERS;
    case 'tool_use':
      return callMembers(block);
    default:
      return null;
  }
}

const CONTENT_PATH = 'messages[].content[]';

function readSystem(system: unknown, path: string, unread: Set<string>): SystemTurn | null {
  const parts: (TextPart | UnknownPart)[] = [];
  for (const block of blocksOf(system === '' ? [] : system)) {
    if (isRecord(block)) parts.push(block.type === 'text' ? readText(block, path, unread) : readUnknown(block));
    else unread.add(path);
  }
  return parts.length === 0 ? null : { role: 'system', parts };
}

function readResult(block: Json, path: string, unread: Set<string>): ToolResultPart {
  if (typeof block.tool_use_id !== 'string' || block.tool_use_id === '') {
    throw invalid(`${path}.tool_use_id`, 'A tool_result must name the tool_use that it answers.');
  }
  noteUnread(block, RESULT_MEMBERS, CONTENT_PATH, unread);
  return {
    type: 'tool-result',
    id: readCallId(block.tool_use_id).id,
    parts: readContent(block.content, `${CONTENT_PATH}.content[]`, unread),
    ...(typeof block.is_error === 'boolean' ? { isError: block.is_error } : {}),
    ...readCacheMark(block.cache_control),
  };
}

/** Results and what stands beside them are turns of their own, in the order of the blocks. */
function readUser(content: unknown, path: string, unread: Set<string>): Turn[] {
  const turns: Turn[] = [];
  let said: SaidPart[] = [];
  let results: ToolResultPart[] = [];
  const endTurn = (): void => {
    if (results.length > 0) turns.push({ role: 'tool', results });
    if (said.length > 0) turns.push({ role: 'user', parts: said });
    results = [];
    said = [];
  };
  blocksOf(content).forEach((block, index) => {
    if (!isRecord(block)) throw invalid(`${path}.content.${index}`, 'A block must be an object.');
    if (block.type === 'tool_result') {
      if (said.length > 0) endTurn();
      results.push(readResult(block, `${path}.content.${index}`, unread));
    } else {
      if (results.length > 0) endTurn();
      said.push(readBlock(block, CONTENT_PATH, unread));
    }
  });
  endTurn();
  // Empty content is a turn too: whoever builds from it decides what becomes of it.
  return turns.length === 0 ? [{ role: 'user', parts: [] }] : turns;
}

function readCall(block: Json, path: string, unread: Set<string>): ToolCallPart {
  if (typeof block.id !== 'string' || block.id === '') throw invalid(`${path}.id`, 'A tool_use must have an id.');
  if (typeof block.name !== 'string' || block.name === '')
    throw invalid(`${path}.name`, 'A tool_use must have a name.');
  noteUnread(block, callMembers(block), CONTENT_PATH, unread);
  const { id, signature } = readCallId(block.id);
  return {
    type: 'tool-call',
    id,
    name: block.name,
    arguments: JSON.stringify(block.input ?? {}),
    ...(signature === null ? {} : { signature }),
    ...readCacheMark(block.cache_control),
  };
}

function readAssistantBlock(block: Json, path: string, parts: AssistantPart[], unread: Set<string>): void {
  switch (block.type) {
    case 'text':
      parts.push(readText(block, CONTENT_PATH, unread));
      return;
    case 'thinking': {
      noteUnread(block, THINKING_MEMBERS, CONTENT_PATH, unread);
      const read = readThinking(textOrNull(block.thinking) ?? '', textOrNull(block.signature) ?? '');
      if ('part' in read) {
        parts.push(read.part);
        return;
      }
      const last = parts.at(-1);
      if (last?.type === 'text') parts[parts.length - 1] = { ...last, signature: read.textSignature };
      else parts.push({ type: 'text', text: '', signature: read.textSignature });
      return;
    }
    case 'redacted_thinking':
      parts.push(readRedacted(textOrNull(block.data) ?? ''));
      return;
    case 'tool_use':
      parts.push(readCall(block, path, unread));
      return;
    default:
      parts.push(readUnknown(block));
  }
}

function readAssistant(content: unknown, path: string, unread: Set<string>): Turn {
  const parts: AssistantPart[] = [];
  blocksOf(content === '' ? [] : content).forEach((block, index) => {
    if (!isRecord(block)) throw invalid(`${path}.content.${index}`, 'A block must be an object.');
    readAssistantBlock(block, `${path}.content.${index}`, parts, unread);
  });
  return { role: 'assistant', parts };
}

/** The turns of a conversation, its top-level system prompt first. */
export function readTurns(system: unknown, messages: readonly unknown[], unread: Set<string>): Turn[] {
  const turns: Turn[] = [];
  const top = readSystem(system, 'system[]', unread);
  if (top !== null) turns.push(top);
  messages.forEach((message, index) => {
    const path = `messages.${index}`;
    if (!isRecord(message)) throw invalid(path, `${path} must be an object with role and content.`);
    noteUnread(message, MESSAGE_MEMBERS, 'messages[]', unread);
    switch (message.role) {
      case 'user':
        turns.push(...readUser(message.content === '' ? [] : message.content, path, unread));
        return;
      case 'assistant':
        turns.push(readAssistant(message.content, path, unread));
        return;
      case 'system': {
        const instructions = readSystem(message.content, CONTENT_PATH, unread);
        if (instructions !== null) turns.push(instructions);
        return;
      }
      default:
        throw invalid(`${path}.role`, `${path}.role must be user, assistant or system.`);
    }
  });
  return turns;
}

/** Used by readers of answers, whose blocks are those of a turn of the assistant. */
export function readAnswerBlocks(content: unknown, unread: Set<string>): AssistantPart[] {
  const parts: AssistantPart[] = [];
  for (const block of listOf(content)) if (isRecord(block)) readAssistantBlock(block, 'content', parts, unread);
  return parts;
}
