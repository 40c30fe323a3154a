import type { ChatRequest } from '../contracts/chat-request.ts';
import { isRecord, type Json } from './members.ts';

/** Everything of a request that would leave with it, as texts that can be searched; the same for every dialect. */
export interface RequestTexts {
  /**
   * What is said is given as it is said; arguments, schemas and members that nobody knows as JSON text, names included.
   */
  readonly texts: readonly string[];
  /** Length of all texts together, UTF-16 units. */
  readonly characters: number;
  /** Parts that hold something else than text, or text that only a vendor can read: images, audio, files, token ids. */
  readonly unscannable: boolean;
}

interface Found {
  texts: string[];
  characters: number;
  unscannable: boolean;
}

/** Read by the gateway and never sent on: our own options, and the name of a model, which has been looked up by then. */
const NOT_SENT: ReadonlySet<string> = new Set(['alidade', 'model', 'stream']);
/** Members of a body that hold turns. */
const SPOKEN: ReadonlySet<string> = new Set([
  'messages',
  'system',
  'input',
  'prompt',
  'contents',
  'systemInstruction',
  'system_instruction',
]);
/** Members of turns and parts that hold further parts. */
const PARTS: ReadonlySet<string> = new Set(['content', 'parts', 'source']);
/** Members that say how to read the others: words of the dialect. */
const WORDS: ReadonlySet<string> = new Set(['role', 'type', 'media_type', 'mimeType', 'mime_type', 'detail']);
const WORD = /^[a-z][a-zA-Z0-9_.+/-]{0,63}$/;

/** Types of parts that are text through and through; every other type may hold what cannot be searched. */
const TEXTUAL =
  /^(?:(?:\w+_)?(?:text|thinking|reasoning|refusal|tool_use|result|error|content)|function|custom|tool_reference|document)$/;
/** Members that hold bytes, or the name under which a vendor keeps some; a part with one of them cannot be searched. */
const OPAQUE: ReadonlySet<string> = new Set([
  'audio',
  'image_url',
  'input_audio',
  'video_url',
  'file',
  'file_data',
  'fileData',
  'file_id',
  'file_url',
  'fileUri',
  'file_uri',
  'inline_data',
  'inlineData',
  'data',
]);
/** Of those, the ones that are bytes: written in base64, and no text. */
const BYTES: ReadonlySet<string> = new Set(['data', 'file_data']);

/** Members that hold calls of tools, whose arguments are JSON text already. */
const CALLS: ReadonlySet<string> = new Set(['tool_calls', 'function', 'function_call']);

const BINARY_PARTS: ReadonlySet<unknown> = new Set(['image', 'audio', 'file', 'unknown']);
const EMBEDDED_BYTES = /;base64,[A-Za-z0-9+/_-]{64}/;
/** Whole numbers from here on may be somebody's; shorter ones are settings. */
const LEAST_NUMBER = 1e6;

function addText(found: Found, text: string): void {
  if (text === '') return;
  if (text.length > 64 && text.includes(';base64,') && EMBEDDED_BYTES.test(text)) {
    found.unscannable = true;
    // An address that is nothing but bytes says nothing that could be found.
    if (text.startsWith('data:')) return;
  }
  found.texts.push(text);
  found.characters += text.length;
}

/** A member of which nobody knows what it means, with its name, which may be a label for its value. */
function addMember(found: Found, name: string, value: unknown): void {
  if (value === null || typeof value === 'boolean') return addName(found, name);
  if (typeof value === 'number')
    return Math.abs(value) < LEAST_NUMBER ? addName(found, name) : addJson(found, name, value);
  addJson(found, name, value);
}

/** Names of members are words of the dialect, unless somebody made them up. */
function addName(found: Found, name: string): void {
  if (!WORD.test(name)) addText(found, name);
}

const addJson = (found: Found, name: string, value: unknown): void => addText(found, JSON.stringify({ [name]: value }));

function addContent(found: Found, content: unknown): void {
  if (typeof content === 'string') addText(found, content);
  else if (Array.isArray(content)) for (const part of content) addContent(found, part);
  // Token ids of an embedding: words that have been taken apart.
  else if (typeof content === 'number') found.unscannable = true;
  else if (isRecord(content)) addPart(found, content);
}

const isSearchable = ({ type, source }: Json): boolean => {
  if (typeof type !== 'string') return true;
  // A document says in its source whether it is text.
  return TEXTUAL.test(type) && (type !== 'document' || isTextSource(source));
};

const isTextSource = (source: unknown): boolean =>
  isRecord(source) && (source.type === 'text' || source.type === 'content');

/** A turn, a part of one, or a part of a part. */
function addPart(found: Found, part: Json): void {
  const text = part.type === 'text' && typeof part.data === 'string';
  const searchable = isSearchable(part);
  if (!searchable) found.unscannable = true;
  for (const name in part) {
    if (!Object.hasOwn(part, name)) continue;
    const value = part[name];
    if (WORDS.has(name) && typeof value === 'string' && WORD.test(value)) continue;
    if (typeof value === 'string') {
      addName(found, name);
      if (OPAQUE.has(name) && !text && part.type !== 'redacted_thinking') {
        found.unscannable = true;
        if (BYTES.has(name)) continue;
      }
      addText(found, value);
    } else if (PARTS.has(name)) addContent(found, value);
    else if (OPAQUE.has(name)) addOpaque(found, value);
    else if (CALLS.has(name)) addCalls(found, value);
    else addMember(found, name, value);
  }
}

/** What stands beside bytes is text: a file's name, an address. */
function addOpaque(found: Found, value: unknown): void {
  found.unscannable = true;
  if (!isRecord(value)) return addJson(found, '', value ?? null);
  for (const name of Object.keys(value)) {
    const member = value[name];
    if (typeof member !== 'string') addMember(found, name, member);
    else if (!BYTES.has(name) && !(WORDS.has(name) && WORD.test(member))) addText(found, member);
  }
}

function addCalls(found: Found, value: unknown): void {
  if (Array.isArray(value)) for (const call of value) addCalls(found, call);
  else if (isRecord(value)) addPart(found, value);
  else if (typeof value === 'string') addText(found, value);
}

/**
 * All texts of a request's body, whatever its dialect: turns, system prompts, arguments and results of tools, schemas,
 * names, and every member that nobody knows, since those are sent on as well. Time grows with the length of the body.
 */
export function requestTexts(body: Json): RequestTexts {
  const found: Found = { texts: [], characters: 0, unscannable: false };
  // Not by Object.keys, which makes an array of them.
  for (const name in body) {
    if (NOT_SENT.has(name) || !Object.hasOwn(body, name)) continue;
    const value = body[name];
    if (SPOKEN.has(name)) addContent(found, value);
    else addMember(found, name, value);
  }
  return found;
}

/** The same of a conversation of the contract: one JSON text, bytes of images and files left out. */
export function chatTexts({
  turns,
  tools,
  stop,
  userId,
  metadata,
  promptCacheKey,
  responseFormat,
}: ChatRequest): RequestTexts {
  let unscannable = false;
  const said = { turns, tools, stop, userId, metadata, promptCacheKey, responseFormat };
  const text = JSON.stringify(said, (name, value: unknown) => {
    if (isRecord(value) && BINARY_PARTS.has(value.type)) unscannable = true;
    return name === 'data' ? undefined : value;
  });
  return { texts: [text], characters: text.length, unscannable };
}
