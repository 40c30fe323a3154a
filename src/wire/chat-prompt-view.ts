import type {
  AssistantPart,
  ChatRequest,
  MediaSource,
  ToolResultPart,
  Turn,
  UserTurn,
} from '../contracts/chat-request.ts';
import type { PromptView } from '../contracts/prompt-view.ts';
import {
  addText,
  base64Bytes,
  type CollectedPrompt,
  collectedView,
  MOST_TOOL_NAMES,
  modalitiesOf,
  newCollectedPrompt,
} from './collected-prompt.ts';

type AnyPart = AssistantPart | UserTurn['parts'][number] | ToolResultPart['parts'][number];

const bytesOf = (source: MediaSource): number => {
  if (source.kind === 'base64') return base64Bytes(source.data);
  return source.kind === 'text' ? source.text.length : 0;
};

function addPart(collected: CollectedPrompt, part: AnyPart): void {
  switch (part.type) {
    case 'text':
    case 'refusal':
    case 'reasoning':
      return addText(collected, part.text);
    case 'tool-call':
      collected.toolTurn = true;
      addText(collected, part.name);
      return addText(collected, part.arguments);
    case 'image':
      collected.images += 1;
      return;
    case 'audio':
      collected.audio = true;
      collected.audioBytes += bytesOf(part.source);
      return;
    case 'file':
      collected.files = true;
      collected.fileBytes += bytesOf(part.source);
      if (part.source.kind === 'text') addText(collected, part.source.text);
      return;
    case 'unknown':
      // Only its own dialect can say what is in it.
      addText(collected, JSON.stringify(part.value) ?? '');
  }
}

function addTurn(collected: CollectedPrompt, turn: Turn): void {
  const before = collected.characters;
  if (turn.role === 'tool') {
    collected.toolTurn = true;
    for (const result of turn.results) for (const part of result.parts) addPart(collected, part);
    return;
  }
  for (const part of turn.parts) addPart(collected, part);
  if (turn.role === 'user')
    collected.lastUser = turn.parts.flatMap((part) => (part.type === 'text' ? [part.text] : []));
  else if (turn.role !== 'assistant') collected.systemCharacters += collected.characters - before;
}

function choiceOf({ toolChoice }: ChatRequest): PromptView['toolChoice'] {
  if (toolChoice?.mode === 'none') return 'none';
  return toolChoice?.mode === 'required' || toolChoice?.mode === 'tool' ? 'forced' : 'auto';
}

/** Whoever leaves it to the model, as `adaptive` does, is content with a model that does not reason. */
const asksForReasoning = (reasoning: ChatRequest['reasoning']): boolean =>
  reasoning?.mode === 'on' ||
  (reasoning?.mode === null && (reasoning.effort !== null || reasoning.budgetTokens !== null));

const lengthOf = (declared: unknown): number => (declared === null ? 0 : JSON.stringify(declared).length);

/** What routing may look at of a conversation in no dialect: the same as a dialect's own view says of its body. */
export function chatPromptView(request: ChatRequest): PromptView {
  const collected = newCollectedPrompt();
  const { turns, tools, reasoning, responseFormat } = request;
  for (const turn of turns) addTurn(collected, turn);
  const last = turns.at(-1);
  return {
    operation: 'chat',
    ...collectedView(collected),
    messages: turns.length,
    toolsPresent: tools.length > 0,
    toolNames: tools.slice(0, MOST_TOOL_NAMES).map(({ name }) => name),
    toolChoice: choiceOf(request),
    parallelToolsRequested: tools.length > 0 && request.parallelToolCalls === true,
    declarationCharacters:
      (tools.length === 0 ? 0 : lengthOf(tools)) +
      (responseFormat?.kind === 'json-schema' ? lengthOf(responseFormat.schema) : 0),
    modalities: modalitiesOf(collected, request.outputModalities ?? []),
    givenTokens: 0,
    jsonSchemaRequested: responseFormat?.kind === 'json-schema',
    reasoningRequested: asksForReasoning(reasoning),
    prefill: last?.role === 'assistant' && last.parts.every(({ type }) => type !== 'tool-call'),
    choices: request.choices,
    maxOutputTokens: request.maxOutputTokens,
    statedTokens: null,
  };
}
