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
import { asksForReasoning } from './asks-for-reasoning.ts';

/** One part of a content array; what it does not know but carries a `text` counts as text. */
function addPart(collected: CollectedPrompt, part: unknown, user: string[] | null): void {
  if (typeof part === 'string' || !isRecord(part)) {
    addText(collected, part, user);
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
      addText(collected, part.text, user);
      addText(collected, part.refusal);
  }
}

function addContent(collected: CollectedPrompt, content: unknown, user: string[] | null): void {
  if (Array.isArray(content)) {
    for (const part of content) addPart(collected, part, user);
    return;
  }
  addText(collected, content, user);
}

function addToolCalls(collected: CollectedPrompt, message: Json): void {
  for (const call of listOf(message.tool_calls)) {
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

function addMessage(collected: CollectedPrompt, message: Json): void {
  const before = collected.characters;
  if (message.role === 'user') {
    const user: string[] = [];
    collected.lastUser = user;
    addContent(collected, message.content, user);
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
export const declarationBytes = (members: readonly JsonMember[]): number => declaredBytes(members, DECLARATIONS);

const nameOfTool = (tool: unknown): unknown => {
  if (!isRecord(tool)) return null;
  return isRecord(tool.function) ? tool.function.name : tool.name;
};

function toolChoiceOf(body: Json): PromptView['toolChoice'] {
  const choice = body.tool_choice ?? body.function_call;
  if (choice === 'none') return 'none';
  return choice === 'required' || choice === 'any' || isRecord(choice) ? 'forced' : 'auto';
}

/** `metadata.estimated_tokens` (a string in OpenAI's schema) or `alidade.estimated_tokens`, the larger. */
function statedTokensOf(body: Json): number | null {
  const metadata = isRecord(body.metadata) ? positive(body.metadata.estimated_tokens) : null;
  const option = isRecord(body.alidade) ? positive(body.alidade.estimated_tokens) : null;
  return metadata === null || option === null ? (metadata ?? option) : Math.max(metadata, option);
}

function viewOf(
  operation: PromptView['operation'],
  collected: CollectedPrompt,
  body: Json,
  rest: Pick<PromptView, 'messages' | 'givenTokens' | 'prefill'> & { declared: number | null },
): PromptView {
  const tools = Array.isArray(body.tools) ? body.tools : listOf(body.functions);
  return {
    operation,
    ...collectedView(collected),
    messages: rest.messages,
    toolsPresent: tools.length > 0,
    toolNames: toolNames(tools, nameOfTool),
    toolChoice: toolChoiceOf(body),
    parallelToolsRequested: tools.length > 0 && body.parallel_tool_calls === true,
    declarationCharacters: rest.declared ?? declaredCharacters(body, DECLARATIONS),
    modalities: modalitiesOf(collected, listOf(body.modalities)),
    givenTokens: rest.givenTokens,
    jsonSchemaRequested: isRecord(body.response_format) && body.response_format.type === 'json_schema',
    reasoningRequested: asksForReasoning(body),
    prefill: rest.prefill,
    choices: Math.max(1, Math.floor(positive(body.n) ?? 1)),
    ...priceTierOf(body),
    maxOutputTokens: positive(body.max_completion_tokens) ?? positive(body.max_tokens),
    statedTokens: statedTokensOf(body),
  };
}

function chatView(body: Json, declared: number | null): PromptView {
  const collected = newCollectedPrompt();
  const messages = listOf(body.messages);
  let last: unknown = null;
  for (const message of messages) {
    if (!isRecord(message)) continue;
    addMessage(collected, message);
    last = message;
  }
  // A client that ends with a finished assistant turn asks for it to be continued, tool calls aside.
  const prefill = isRecord(last) && last.role === 'assistant' && listOf(last.tool_calls).length === 0;
  return viewOf('chat', collected, body, { messages: messages.length, givenTokens: 0, prefill, declared });
}

function embeddingsView(body: Json): PromptView {
  const collected = newCollectedPrompt();
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
