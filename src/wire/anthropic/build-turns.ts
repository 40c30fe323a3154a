import type {
  AssistantPart,
  AssistantTurn,
  ReasoningPart,
  ToolCallPart,
  ToolResultPart,
  Turn,
} from '../../contracts/chat-request.ts';
import { distinctCallIds } from '../distinct-call-ids.ts';
import { parseExactJson } from '../exact-json.ts';
import type { LossReport } from '../losses.ts';
import { isRecord } from '../members.ts';
import { fitToolCallId, type ToolCallIdRule } from '../tool-call-ids.ts';
import type { ToolNames } from '../tool-names.ts';
import { type Block, buildContent, cacheControl, textBlock, unknownBlock } from './build-content.ts';
import type { ModelRules } from './model-rules.ts';
import { pairResults, type WireMessage } from './pair-results.ts';

/** What an id must match; others answer 400 (`tool_use.id: String should match pattern`). */
const ID_RULE: ToolCallIdRule = { pattern: /^[A-Za-z0-9_-]+$/, prefix: 'toolu_', length: 30 };

export interface TurnContext {
  rules: ModelRules;
  names: ToolNames;
  /**
   * Whether earlier thoughts come with the text that the model gave them. Where a client of another dialect may have
   * joined or changed it, the signature goes alone: the vendor restores the thoughts from it (build-with-claude/thinking,
   * "Controlling thinking display"), while a changed text is refused.
   */
  keepsThoughtText: boolean;
  losses: LossReport;
}

function thoughtBlock(part: ReasoningPart, context: TurnContext): Block | null {
  if (part.redacted?.origin === 'anthropic') return { type: 'redacted_thinking', data: part.redacted.value };
  if (part.signature?.origin === 'anthropic') {
    const thinking = context.keepsThoughtText ? part.text : '';
    return { type: 'thinking', thinking, signature: part.signature.value };
  }
  // Unsigned thoughts, and those that another vendor signed, are refused.
  context.losses.add('reasoning_history');
  return null;
}

/** Arguments must be an object: cut-off ones and free text are kept inside of one. */
function inputOf(part: ToolCallPart, losses: LossReport): unknown {
  if (part.custom === true) {
    losses.add('custom_tool_call');
    return { input: part.arguments };
  }
  if (part.arguments.trim() === '') return {};
  try {
    const input = parseExactJson(part.arguments);
    if (isRecord(input)) return input;
  } catch {
    // No JSON: kept as text below.
  }
  losses.add('tool_arguments_repaired');
  return { arguments: part.arguments };
}

function callBlock(part: ToolCallPart, context: TurnContext): Block {
  if (part.signature !== undefined) context.losses.add('signature_foreign');
  return {
    type: 'tool_use',
    id: fitToolCallId(part.id, ID_RULE),
    name: context.names.toUpstream(part.name),
    input: inputOf(part, context.losses),
    ...cacheControl(part.cache),
  };
}

function assistantBlock(part: AssistantPart, context: TurnContext): Block | null {
  const { losses } = context;
  switch (part.type) {
    case 'text':
      return textBlock(part, losses);
    case 'reasoning':
      return thoughtBlock(part, context);
    case 'refusal':
      losses.add('refusal_as_text');
      return textBlock({ type: 'text', text: part.text }, losses);
    case 'tool-call':
      return callBlock(part, context);
    case 'unknown':
      return unknownBlock(part, losses);
    case 'image':
      losses.add('image_unsupported');
      return null;
    case 'audio':
      losses.add('audio_unsupported');
      return part.transcript === undefined ? null : textBlock({ type: 'text', text: part.transcript }, losses);
    case 'file':
      losses.add('file_unsupported');
      return null;
  }
}

const assistantBlocks = (turn: AssistantTurn, context: TurnContext): Block[] =>
  turn.parts.map((part) => assistantBlock(part, context)).filter((block) => block !== null);

/** One plain text is sent as a string, which may be blank; several parts as blocks, which may not. */
function resultContent(result: ToolResultPart, losses: LossReport): { content?: unknown } {
  const [only] = result.parts;
  if (only === undefined) return {};
  if (result.parts.length === 1 && only.type === 'text' && only.cache === undefined) return { content: only.text };
  const content = buildContent(result.parts, losses);
  return content.length === 0 ? {} : { content };
}

const resultBlock = (result: ToolResultPart, losses: LossReport): Block => ({
  type: 'tool_result',
  tool_use_id: fitToolCallId(result.id, ID_RULE),
  ...resultContent(result, losses),
  ...(result.isError === undefined ? {} : { is_error: result.isError }),
  ...cacheControl(result.cache),
});

/** Instructions may follow a turn of the user, and the model or nobody must come next. */
function mayStandHere(turns: readonly Turn[], index: number, last: WireMessage | undefined): boolean {
  if (last === undefined || last.role === 'assistant') return false;
  for (let i = index + 1; i < turns.length; i += 1) {
    const role = turns[i]?.role;
    if (role !== 'system' && role !== 'developer') return role === 'assistant';
  }
  return true;
}

function messageFor(messages: WireMessage[], role: WireMessage['role']): WireMessage {
  const last = messages.at(-1);
  // Turns of one role in a row are one turn to the model, so they are one message (wire-quirks 22).
  if (last?.role === role) return last;
  const message: WireMessage = { role, results: [], blocks: [] };
  messages.push(message);
  return message;
}

export interface BuiltTurns {
  system: Block[];
  messages: WireMessage[];
}

function collect(turns: readonly Turn[], context: TurnContext): BuiltTurns {
  const { losses, rules } = context;
  const system: Block[] = [];
  const messages: WireMessage[] = [];
  turns.forEach((turn, index) => {
    if (turn.role !== 'tool' && turn.name !== undefined) losses.add('participant_name');
    switch (turn.role) {
      case 'system':
      case 'developer': {
        const blocks = buildContent(turn.parts, losses);
        const inPlace = rules.systemTurns && mayStandHere(turns, index, messages.at(-1));
        if (inPlace) messageFor(messages, 'system').blocks.push(...blocks);
        else {
          if (messages.length > 0) losses.add('system_moved');
          system.push(...blocks);
        }
        break;
      }
      case 'user':
        messageFor(messages, 'user').blocks.push(...buildContent(turn.parts, losses));
        break;
      case 'assistant':
        messageFor(messages, 'assistant').blocks.push(...assistantBlocks(turn, context));
        break;
      case 'tool':
        messageFor(messages, 'user').results.push(...turn.results.map((result) => resultBlock(result, losses)));
        break;
    }
  });
  return { system, messages };
}

const isSilent = ({ results, blocks }: WireMessage): boolean => results.length + blocks.length === 0;

/**
 * A message without content is refused. What stood before and after it may be one turn then, and instructions beside it
 * may have lost their place.
 */
function withoutEmpty({ system, messages }: BuiltTurns, losses: LossReport): WireMessage[] {
  const spoken = messages.filter((message) => !isSilent(message));
  if (spoken.length < messages.length) losses.add('empty_turn');
  const kept: WireMessage[] = [];
  for (const [index, { role, results, blocks }] of spoken.entries()) {
    const next = spoken[index + 1]?.role ?? 'assistant';
    if (role === 'system' && (kept.at(-1)?.role !== 'user' || next !== 'assistant')) {
      losses.add('system_moved');
      system.push(...blocks);
      continue;
    }
    const message = messageFor(kept, role);
    message.results.push(...results);
    message.blocks.push(...blocks);
  }
  return kept;
}

/** The beginning of an answer may not end in white space, and newer models take none at all (wire-quirks 24). */
function settlePrefill(messages: WireMessage[], context: TurnContext): void {
  const last = messages.at(-1);
  if (last?.role !== 'assistant') return;
  if (last.blocks.some(({ type }) => type === 'tool_use' || type === 'server_tool_use')) return;
  if (!context.rules.prefill) {
    messages.pop();
    context.losses.add('prefill_refused');
    return;
  }
  const text = last.blocks.at(-1);
  if (text?.type === 'text' && typeof text.text === 'string') text.text = text.text.trimEnd();
}

const asUser = (blocks: Block[]): WireMessage => ({ role: 'user', results: [], blocks });

/** In place of a turn in which nothing is said: blank texts are refused. */
const SOMETHING: Block = { type: 'text', text: '…' };

/**
 * `system` and `messages` of a body: instructions at the top, alternating turns, results of tools in the turn after their
 * calls and before all else of it.
 */
export function buildTurns(turns: readonly Turn[], context: TurnContext): BuiltTurns {
  const collected = collect(distinctCallIds(turns), context);
  const { system } = collected;
  let messages = withoutEmpty(collected, context.losses);
  settlePrefill(messages, context);
  messages = pairResults(messages, context.losses);
  if (messages.length === 0) {
    // A conversation must hold a turn. Where there are instructions, they are all there is to say.
    context.losses.add('turn_synthesised');
    return { system: [], messages: [asUser(system.length > 0 ? system : [SOMETHING])] };
  }
  if (messages[0]?.role === 'assistant') {
    context.losses.add('turn_synthesised');
    messages.unshift(asUser([SOMETHING]));
  }
  return { system, messages };
}
