import type { PromptView } from '../../contracts/prompt-view.ts';
import type { Modality } from '../../contracts/vocabulary.ts';
import type { JsonMember } from '../../lib/json-scan.ts';
import { isRecord, type Json, listOf } from '../members.ts';
import { blocksOf } from './blocks.ts';

/** What grows while the conversation is walked. */
interface Collected {
  texts: string[];
  characters: number;
  lastUser: string[];
  systemCharacters: number;
  toolTurn: boolean;
  images: number;
  files: boolean;
  fileBytes: number;
}

const newCollected = (): Collected => ({
  texts: [],
  characters: 0,
  lastUser: [],
  systemCharacters: 0,
  toolTurn: false,
  images: 0,
  files: false,
  fileBytes: 0,
});

function addText(collected: Collected, text: unknown, user: string[] | null = null): void {
  if (typeof text !== 'string' || text === '') return;
  collected.texts.push(text);
  collected.characters += text.length;
  user?.push(text);
}

const base64Bytes = (value: unknown): number => (typeof value === 'string' ? Math.floor(value.length * 0.75) : 0);

/** A document: its text counts as text wherever it has one, the rest as a file; it is not what the user says. */
function addDocument(collected: Collected, block: Json): void {
  addText(collected, block.title);
  addText(collected, block.context);
  const source = isRecord(block.source) ? block.source : {};
  if (source.type === 'text') addText(collected, source.data);
  else if (source.type === 'content') addBlocks(collected, source.content, null);
  else {
    collected.files = true;
    collected.fileBytes += base64Bytes(source.data);
  }
}

/** The arguments of a call as the model will read them; a value that cannot be written is left out. */
const inputText = (input: unknown): string => (input === undefined ? '' : (JSON.stringify(input) ?? ''));

function addBlock(collected: Collected, block: unknown, user: string[] | null): void {
  if (!isRecord(block)) {
    addText(collected, block, user);
    return;
  }
  switch (block.type) {
    case 'image':
      collected.images += 1;
      return;
    case 'document':
      addDocument(collected, block);
      return;
    case 'thinking':
      addText(collected, block.thinking);
      return;
    case 'tool_use':
    case 'server_tool_use':
      collected.toolTurn = true;
      addText(collected, block.name);
      addText(collected, inputText(block.input));
      return;
    case 'tool_result':
      collected.toolTurn = true;
      addBlocks(collected, block.content, null);
      return;
    default:
      // Of blocks that we do not know, what they say as text counts, search results and results of server tools included.
      addText(collected, block.title);
      addText(collected, block.text, user);
      addBlocks(collected, block.content, null);
  }
}

function addBlocks(collected: Collected, content: unknown, user: string[] | null): void {
  for (const block of blocksOf(content)) addBlock(collected, block, user);
}

const isToolResult = (block: unknown): boolean => isRecord(block) && block.type === 'tool_result';

function addMessage(collected: Collected, message: Json): void {
  const before = collected.characters;
  if (message.role === 'user') {
    // Results of tools come in messages of the user; only what stands beside them is a turn of the user's own.
    const blocks = blocksOf(message.content);
    const user = blocks.length > 0 && blocks.every(isToolResult) ? null : [];
    if (user !== null) collected.lastUser = user;
    addBlocks(collected, message.content, user);
    return;
  }
  addBlocks(collected, message.content, null);
  if (message.role === 'system') collected.systemCharacters += collected.characters - before;
}

/** Members that declare tools or a schema: input that is not text of a turn. */
const DECLARATIONS: readonly string[] = ['tools', 'output_config', 'output_format'];

/** Length of the declarations of a scanned body, so that they need not be written out again to be measured. */
export function anthropicDeclarationBytes(members: readonly JsonMember[]): number {
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

/** Tools that the vendor runs have a name too, toolsets only a type. */
function namesOfTools(tools: readonly unknown[]): readonly string[] {
  const names: string[] = [];
  for (let i = 0; i < tools.length && names.length < TOOL_NAMES; i += 1) {
    const tool = tools[i];
    if (!isRecord(tool)) continue;
    const name = typeof tool.name === 'string' ? tool.name : tool.type;
    if (typeof name === 'string' && name !== '') names.push(name);
  }
  return names;
}

function toolChoiceOf(choice: Json): PromptView['toolChoice'] {
  if (choice.type === 'none') return 'none';
  return choice.type === 'any' || choice.type === 'tool' ? 'forced' : 'auto';
}

function modalitiesOf(collected: Collected): readonly Modality[] {
  const modalities: Modality[] = collected.characters > 0 ? ['text'] : [];
  if (collected.images > 0) modalities.push('image');
  if (collected.files) modalities.push('file');
  return modalities;
}

const asksForSchema = (body: Json): boolean => {
  const config = isRecord(body.output_config) ? body.output_config : {};
  const format = isRecord(config.format) ? config.format : body.output_format;
  return isRecord(format) && format.type === 'json_schema';
};

const asksForReasoning = (body: Json): boolean =>
  isRecord(body.thinking) && (body.thinking.type === 'enabled' || body.thinking.type === 'adaptive');

const CALLS: readonly unknown[] = ['tool_use', 'server_tool_use'];

/** A last turn of the assistant is to be continued, unless it ends in calls or was paused in the midst of them. */
function isPrefill(last: unknown): boolean {
  if (!isRecord(last) || last.role !== 'assistant') return false;
  return !blocksOf(last.content).some((block) => isRecord(block) && CALLS.includes(block.type));
}

const positive = (value: unknown): number | null => {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) && number > 0 ? number : null;
};

/**
 * The view of a body of Anthropic's messages. Never throws: what has an unknown shape is left out, what a block of an
 * unknown type says as `text` counts. Time grows with the number of messages and blocks, and with the length of the
 * arguments of earlier calls. `declared` is what `anthropicDeclarationBytes` says of the scanned body; without it
 * declarations are written out to be measured.
 */
export function anthropicPromptView(body: Json, declared: number | null = null): PromptView {
  const collected = newCollected();
  addBlocks(collected, body.system, null);
  collected.systemCharacters = collected.characters;
  const messages = listOf(body.messages);
  let last: unknown = null;
  for (const message of messages) {
    if (!isRecord(message)) continue;
    addMessage(collected, message);
    last = message;
  }
  const tools = listOf(body.tools);
  const choice = isRecord(body.tool_choice) ? body.tool_choice : {};
  return {
    operation: 'chat',
    lastUserTexts: collected.lastUser,
    texts: collected.texts,
    systemCharacters: collected.systemCharacters,
    totalCharacters: collected.characters,
    messages: messages.length,
    toolsPresent: tools.length > 0,
    toolNames: namesOfTools(tools),
    toolChoice: toolChoiceOf(choice),
    parallelToolsRequested: tools.length > 0 && choice.disable_parallel_tool_use === false,
    toolTurnPresent: collected.toolTurn,
    declarationCharacters: declared ?? measureDeclarations(body),
    modalities: modalitiesOf(collected),
    images: collected.images,
    audioBytes: 0,
    fileBytes: collected.fileBytes,
    givenTokens: 0,
    jsonSchemaRequested: asksForSchema(body),
    reasoningRequested: asksForReasoning(body),
    prefill: isPrefill(last),
    choices: 1,
    maxOutputTokens: positive(body.max_tokens),
    statedTokens: isRecord(body.alidade) ? positive(body.alidade.estimated_tokens) : null,
  };
}
