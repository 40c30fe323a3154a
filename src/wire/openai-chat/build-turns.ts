import type {
  AssistantTurn,
  ReasoningPart,
  SystemTurn,
  TextPart,
  ToolCallPart,
  ToolResultPart,
  ToolTurn,
  Turn,
  UnknownPart,
} from '../../contracts/chat-request.ts';
import type { UpstreamQuirks } from '../../contracts/deployment.ts';
import type { LossReport } from '../losses.ts';
import { fitToolCallId, type ToolCallIdRule } from '../tool-call-ids.ts';
import type { ToolNames } from '../tool-names.ts';
import { buildContent, type ContentRules, wireContent } from './build-content.ts';
import { callSignatureDetail, reasoningDetails } from './reasoning-details.ts';

/** What the turns of one request are built by. */
export interface TurnContext {
  rules: ContentRules;
  names: ToolNames;
  callIds: ToolCallIdRule;
  history: UpstreamQuirks['reasoningHistory'];
  losses: LossReport;
}

type WireMessage = Record<string, unknown>;

const nameMember = (turn: { name?: string }): { name?: string } => (turn.name === undefined ? {} : { name: turn.name });

function systemMessage(turn: SystemTurn, { rules, losses }: TurnContext): WireMessage {
  return { role: turn.role, content: buildContent(turn.parts, rules, losses), ...nameMember(turn) };
}

function wireCall(part: ToolCallPart, { names, callIds, losses }: TurnContext): WireMessage {
  if (part.cache !== undefined) losses.add('cache_mark');
  const id = fitToolCallId(part.id, callIds);
  const name = names.toUpstream(part.name);
  if (part.custom === true) return { id, type: 'custom', custom: { name, input: part.arguments } };
  const text = part.arguments.trim() === '' ? '{}' : part.arguments;
  return { id, type: 'function', function: { name, arguments: text } };
}

function routerDetails(
  parts: readonly ReasoningPart[],
  calls: readonly ToolCallPart[],
  callIds: ToolCallIdRule,
): WireMessage {
  const details = reasoningDetails(parts);
  for (const { id, signature } of calls) {
    if (signature !== undefined) {
      details.push(callSignatureDetail(fitToolCallId(id, callIds), signature, details.length));
    }
  }
  return details.length === 0 ? {} : { reasoning_details: details };
}

function reasoningMembers(
  parts: readonly ReasoningPart[],
  calls: readonly ToolCallPart[],
  { history, callIds, losses }: TurnContext,
): WireMessage {
  if (history === 'reasoning_details') return routerDetails(parts, calls, callIds);
  if (calls.some(({ signature }) => signature !== undefined)) losses.add('signature_foreign');
  if (parts.length === 0) return {};
  const text = parts.map((part) => part.text).join('');
  if (history === undefined || text === '') {
    losses.add('reasoning_history');
    return {};
  }
  if (parts.some((part) => part.signature !== undefined || part.redacted !== undefined)) {
    losses.add('signature_foreign');
  }
  return { reasoning_content: text };
}

function assistantMessage(turn: AssistantTurn, context: TurnContext): WireMessage {
  const { losses, rules } = context;
  const content: Record<string, unknown>[] = [];
  const calls: ToolCallPart[] = [];
  const reasoning: ReasoningPart[] = [];
  let refusal: string | null = null;
  for (const part of turn.parts) {
    switch (part.type) {
      case 'text':
        if (calls.length > 0) losses.add('part_order');
        if (part.cache !== undefined) losses.add('cache_mark');
        if (part.citations !== undefined && part.citations.length > 0) losses.add('citation_history');
        content.push({ type: 'text', text: part.text });
        break;
      case 'reasoning':
        if (calls.length > 0 || content.length > 0) losses.add('part_order');
        reasoning.push(part);
        break;
      case 'refusal':
        refusal = (refusal ?? '') + part.text;
        break;
      case 'tool-call':
        calls.push(part);
        break;
      case 'unknown':
        if (part.origin === 'openai') content.push(part.value as Record<string, unknown>);
        else losses.add('foreign_part', part.name);
        break;
      case 'image':
        losses.add('image_unsupported');
        break;
      case 'audio':
        losses.add('audio_unsupported');
        break;
      case 'file':
        losses.add('file_unsupported');
        break;
    }
  }
  const said = content.length === 0 && (calls.length > 0 || refusal !== null) ? null : wireContent(content, rules);
  return {
    role: 'assistant',
    content: said,
    ...(refusal === null ? {} : { refusal }),
    ...reasoningMembers(reasoning, calls, context),
    ...(calls.length === 0 ? {} : { tool_calls: calls.map((call) => wireCall(call, context)) }),
    ...nameMember(turn),
  };
}

/** A tool message holds text only; images and files of it follow in a message of the user, after all results. */
function resultMessage(
  result: ToolResultPart,
  context: TurnContext,
  media: ToolResultPart['parts'][number][],
): WireMessage {
  const { losses, rules } = context;
  if (result.cache !== undefined) losses.add('cache_mark');
  const texts: (TextPart | UnknownPart)[] = [];
  for (const part of result.parts) {
    if (part.type === 'text' || part.type === 'unknown') texts.push(part);
    else {
      losses.add('tool_result_media');
      media.push(part);
    }
  }
  if (result.isError === true) {
    losses.add('tool_result_error');
    texts.unshift({ type: 'text', text: 'The tool failed:' });
  }
  return {
    role: 'tool',
    tool_call_id: fitToolCallId(result.id, context.callIds),
    content: buildContent(texts, rules, losses),
    ...nameMember(result),
  };
}

function toolMessages(turn: ToolTurn, context: TurnContext): WireMessage[] {
  const media: ToolResultPart['parts'][number][] = [];
  const messages: WireMessage[] = turn.results.map((result) => resultMessage(result, context, media));
  if (media.length > 0) {
    messages.push({ role: 'user', content: buildContent(media, context.rules, context.losses) });
  }
  return messages;
}

/** `messages` of a body of chat completions. */
export function buildTurns(turns: readonly Turn[], context: TurnContext): WireMessage[] {
  const messages: WireMessage[] = [];
  for (const turn of turns) {
    switch (turn.role) {
      case 'system':
      case 'developer':
        messages.push(systemMessage(turn, context));
        break;
      case 'user':
        messages.push({
          role: 'user',
          content: buildContent(turn.parts, context.rules, context.losses),
          ...nameMember(turn),
        });
        break;
      case 'assistant':
        messages.push(assistantMessage(turn, context));
        break;
      case 'tool':
        messages.push(...toolMessages(turn, context));
        break;
    }
  }
  return messages;
}
