import type { PromptView } from '../../contracts/prompt-view.ts';
import type { JsonMember } from '../../lib/json-scan.ts';
import {
  addText,
  base64Bytes,
  type CollectedPrompt,
  collectedView,
  declaredBytes,
  declaredCharacters,
  modalitiesOf,
  newCollectedPrompt,
  positive,
  toolNames,
} from '../collected-prompt.ts';
import { isRecord, type Json, listOf } from '../members.ts';
import { priceTierOf } from '../price-tier.ts';
import { blocksOf } from './blocks.ts';

/** A document: its text counts as text wherever it has one, the rest as a file; it is not what the user says. */
function addDocument(collected: CollectedPrompt, block: Json): void {
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

function addBlock(collected: CollectedPrompt, block: unknown, user: string[] | null): void {
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

function addBlocks(collected: CollectedPrompt, content: unknown, user: string[] | null): void {
  for (const block of blocksOf(content)) addBlock(collected, block, user);
}

const isToolResult = (block: unknown): boolean => isRecord(block) && block.type === 'tool_result';

function addMessage(collected: CollectedPrompt, message: Json): void {
  const before = collected.characters;
  if (message.role === 'user') {
    // Results of tools come in messages of the user; only what stands beside them is a turn of the user's own.
    const blocks = blocksOf(message.content);
    const user: string[] | null = blocks.length > 0 && blocks.every(isToolResult) ? null : [];
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
export const anthropicDeclarationBytes = (members: readonly JsonMember[]): number =>
  declaredBytes(members, DECLARATIONS);

/** Tools that the vendor runs have a name too, toolsets only a type. */
const nameOfTool = (tool: unknown): unknown => {
  if (!isRecord(tool)) return null;
  return typeof tool.name === 'string' ? tool.name : tool.type;
};

function toolChoiceOf(choice: Json): PromptView['toolChoice'] {
  if (choice.type === 'none') return 'none';
  return choice.type === 'any' || choice.type === 'tool' ? 'forced' : 'auto';
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

/**
 * The view of a body of Anthropic's messages. Never throws: what has an unknown shape is left out, what a block of an
 * unknown type says as `text` counts. Time grows with the number of messages and blocks, and with the length of the
 * arguments of earlier calls. `declared` is what `anthropicDeclarationBytes` says of the scanned body; without it
 * declarations are written out to be measured.
 */
export function anthropicPromptView(body: Json, declared: number | null = null): PromptView {
  const collected = newCollectedPrompt();
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
    ...collectedView(collected),
    messages: messages.length,
    toolsPresent: tools.length > 0,
    toolNames: toolNames(tools, nameOfTool),
    toolChoice: toolChoiceOf(choice),
    parallelToolsRequested: tools.length > 0 && choice.disable_parallel_tool_use === false,
    declarationCharacters: declared ?? declaredCharacters(body, DECLARATIONS),
    modalities: modalitiesOf(collected, []),
    givenTokens: 0,
    jsonSchemaRequested: asksForSchema(body),
    reasoningRequested: asksForReasoning(body),
    prefill: isPrefill(last),
    choices: 1,
    ...priceTierOf(body),
    maxOutputTokens: positive(body.max_tokens),
    statedTokens: isRecord(body.alidade) ? positive(body.alidade.estimated_tokens) : null,
  };
}
