import type { PromptView } from '../../contracts/prompt-view.ts';
import type { Modality } from '../../contracts/vocabulary.ts';
import type { JsonMember } from '../../lib/json-scan.ts';
import { asksForReasoning } from './asks-for-reasoning.ts';

type Json = Readonly<Record<string, unknown>>;

const isRecord = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');
const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

/** What grows while the conversation is walked. */
interface Collected {
  texts: string[];
  characters: number;
  lastUser: string[];
  systemCharacters: number;
  toolTurn: boolean;
  images: number;
  audio: boolean;
  audioBytes: number;
  files: boolean;
  fileBytes: number;
}

function addText(collected: Collected, text: unknown): void {
  if (typeof text !== 'string' || text === '') return;
  collected.texts.push(text);
  collected.characters += text.length;
}

/** Bytes behind base64, with or without a `data:` prefix. */
const base64Bytes = (value: unknown): number => Math.floor(textOf(value).length * 0.75);

/** One part of a content array; what it does not know but carries a `text` counts as text. */
function addPart(collected: Collected, part: unknown, user: string[] | null): void {
  if (typeof part === 'string' || !isRecord(part)) {
    addText(collected, part);
    if (user !== null && typeof part === 'string') user.push(part);
    return;
  }
  switch (part.type) {
    case 'image_url':
    case 'input_image':
      collected.images += 1;
      return;
    case 'input_audio':
      collected.audio = true;
      collected.audioBytes += base64Bytes(isRecord(part.input_audio) ? part.input_audio.data : null);
      return;
    case 'file':
    case 'input_file':
      collected.files = true;
      collected.fileBytes += base64Bytes(isRecord(part.file) ? part.file.file_data : part.file_data);
      return;
    default:
      addText(collected, part.text);
      addText(collected, part.refusal);
      if (user !== null && typeof part.text === 'string') user.push(part.text);
  }
}

function addContent(collected: Collected, content: unknown, user: string[] | null): void {
  if (Array.isArray(content)) {
    for (const part of content) addPart(collected, part, user);
    return;
  }
  addText(collected, content);
  if (user !== null && typeof content === 'string') user.push(content);
}

function addToolCalls(collected: Collected, message: Json): void {
  for (const call of list(message.tool_calls)) {
    collected.toolTurn = true;
    if (isRecord(call) && isRecord(call.function)) {
      addText(collected, call.function.name);
      addText(collected, call.function.arguments);
    }
  }
  if (isRecord(message.function_call)) {
    collected.toolTurn = true;
    addText(collected, message.function_call.arguments);
  }
}

function addMessage(collected: Collected, message: Json): void {
  const before = collected.characters;
  if (message.role === 'user') {
    collected.lastUser = [];
    addContent(collected, message.content, collected.lastUser);
    return;
  }
  addContent(collected, message.content, null);
  if (message.role === 'system' || message.role === 'developer') {
    collected.systemCharacters += collected.characters - before;
  } else if (message.role === 'tool' || message.role === 'function') {
    collected.toolTurn = true;
  } else if (message.role === 'assistant') {
    addToolCalls(collected, message);
  }
}

/** Members that declare tools or a schema: input that is not text of a turn. */
const DECLARATIONS: readonly string[] = ['tools', 'functions', 'response_format'];

/** Length of the declarations of a scanned body, so that they need not be written out again to be measured. */
export function declarationBytes(members: readonly JsonMember[]): number {
  let bytes = 0;
  for (const member of members) {
    if (DECLARATIONS.includes(member.key)) bytes += member.valueEnd - member.valueStart;
  }
  return bytes;
}

function measureDeclarations(body: Json): number {
  let characters = 0;
  for (const name of DECLARATIONS) {
    if (body[name] !== undefined) characters += JSON.stringify(body[name]).length;
  }
  return characters;
}

const TOOL_NAMES = 64;

function namesOfTools(tools: readonly unknown[]): readonly string[] {
  const names: string[] = [];
  for (let i = 0; i < tools.length && names.length < TOOL_NAMES; i += 1) {
    const tool = tools[i];
    if (!isRecord(tool)) continue;
    const name = isRecord(tool.function) ? tool.function.name : tool.name;
    if (typeof name === 'string' && name !== '') names.push(name);
  }
  return names;
}

function toolChoiceOf(body: Json): PromptView['toolChoice'] {
  const choice = body.tool_choice ?? body.function_call;
  if (choice === 'none') return 'none';
  return choice === 'required' || choice === 'any' || isRecord(choice) ? 'forced' : 'auto';
}

const positive = (value: unknown): number | null => {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) && number > 0 ? number : null;
};

/** `metadata.estimated_tokens` (a string in OpenAI's schema) or `alidade.estimated_tokens`, the larger. */
function statedTokensOf(body: Json): number | null {
  const metadata = isRecord(body.metadata) ? positive(body.metadata.estimated_tokens) : null;
  const option = isRecord(body.alidade) ? positive(body.alidade.estimated_tokens) : null;
  return metadata === null || option === null ? (metadata ?? option) : Math.max(metadata, option);
}

const newCollected = (): Collected => ({
  texts: [],
  characters: 0,
  lastUser: [],
  systemCharacters: 0,
  toolTurn: false,
  images: 0,
  audio: false,
  audioBytes: 0,
  files: false,
  fileBytes: 0,
});

function modalitiesOf(collected: Collected, body: Json): readonly Modality[] {
  const modalities: Modality[] = collected.characters > 0 ? ['text'] : [];
  if (collected.images > 0) modalities.push('image');
  if (collected.audio || list(body.modalities).includes('audio')) modalities.push('audio');
  if (collected.files) modalities.push('file');
  return modalities;
}

function viewOf(
  operation: PromptView['operation'],
  collected: Collected,
  body: Json,
  rest: Pick<PromptView, 'messages' | 'givenTokens' | 'prefill'> & { declared: number | null },
): PromptView {
  const tools = Array.isArray(body.tools) ? body.tools : list(body.functions);
  return {
    operation,
    lastUserTexts: collected.lastUser,
    texts: collected.texts,
    systemCharacters: collected.systemCharacters,
    totalCharacters: collected.characters,
    messages: rest.messages,
    toolsPresent: tools.length > 0,
    toolNames: tools.length > 0 ? namesOfTools(tools) : [],
    toolChoice: toolChoiceOf(body),
    parallelToolsRequested: tools.length > 0 && body.parallel_tool_calls === true,
    toolTurnPresent: collected.toolTurn,
    declarationCharacters: rest.declared ?? measureDeclarations(body),
    modalities: modalitiesOf(collected, body),
    images: collected.images,
    audioBytes: collected.audioBytes,
    fileBytes: collected.fileBytes,
    givenTokens: rest.givenTokens,
    jsonSchemaRequested: isRecord(body.response_format) && body.response_format.type === 'json_schema',
    reasoningRequested: asksForReasoning(body),
    prefill: rest.prefill,
    choices: Math.max(1, Math.floor(positive(body.n) ?? 1)),
    maxOutputTokens: positive(body.max_completion_tokens) ?? positive(body.max_tokens),
    statedTokens: statedTokensOf(body),
  };
}

function chatView(body: Json, declared: number | null): PromptView {
  const collected = newCollected();
  const messages = list(body.messages);
  let last: unknown = null;
  for (const message of messages) {
    if (!isRecord(message)) continue;
    addMessage(collected, message);
    last = message;
  }
  // A client that ends with a finished assistant turn asks for it to be continued, tool calls aside.
  const prefill = isRecord(last) && last.role === 'assistant' && list(last.tool_calls).length === 0;
  return viewOf('chat', collected, body, { messages: messages.length, givenTokens: 0, prefill, declared });
}

function embeddingsView(body: Json): PromptView {
  const collected = newCollected();
  let givenTokens = 0;
  const inputs = Array.isArray(body.input) ? body.input : [body.input];
  for (const input of inputs) {
    if (typeof input === 'number') givenTokens += 1;
    else if (Array.isArray(input)) givenTokens += input.length;
    else addText(collected, input);
  }
  collected.lastUser = collected.texts;
  return viewOf('embeddings', collected, body, { messages: 0, givenTokens, prefill: false, declared: 0 });
}

/**
 * The view of a body of OpenAI's chat completions or embeddings. Never throws: what has an unknown shape is left out,
 * what a part of an unknown type says as `text` counts. Time grows with the number of messages and parts, not with
 * their length. `declared` is what `declarationBytes` says of the scanned body; without it declarations are written out
 * to be measured.
 */
export function openAiPromptView(
  operation: 'chat' | 'embeddings',
  body: Json,
  declared: number | null = null,
): PromptView {
  return operation === 'chat' ? chatView(body, declared) : embeddingsView(body);
}
