import type { AnswerPart, ChatAnswer, Finish } from '../../contracts/chat-answer.ts';
import type { TextPart, ToolCallPart } from '../../contracts/chat-request.ts';
import type { Usage } from '../../contracts/usage.ts';
import type { FinishReason } from '../../contracts/vocabulary.ts';
import type { AnswerContext } from '../codec.ts';
import { parseExactJson } from '../exact-json.ts';
import type { LossReport } from '../losses.ts';
import { isRecord } from '../members.ts';
import { declareUnread } from '../unread-answer.ts';
import { redactedDataFor, signatureFor, textSignatureFor } from './carried-thoughts.ts';
import { AnswerCallIds, clientCallId } from './client-ids.ts';

type Block = Record<string, unknown>;

/**
 * `usage` of a message, where input leaves out what was cached. Input and output must be numbers here: what nobody
 * reported is 0.
 */
export function wireUsage(usage: Usage | null): Block {
  const cacheRead = usage?.cached_input_tokens ?? null;
  const cacheWrite = usage?.cache_write_tokens ?? null;
  const input = (usage?.input_tokens ?? 0) - (cacheRead ?? 0) - (cacheWrite ?? 0);
  return {
    input_tokens: Math.max(0, input),
    cache_creation_input_tokens: cacheWrite,
    cache_read_input_tokens: cacheRead,
    output_tokens: usage?.output_tokens ?? 0,
    ...(usage?.reasoning_tokens == null ? {} : { output_tokens_details: { thinking_tokens: usage.reasoning_tokens } }),
  };
}

const STOP_REASONS: Readonly<Record<FinishReason, string>> = {
  stop: 'end_turn',
  length: 'max_tokens',
  tool_calls: 'tool_use',
  // A filter of the vendor stopped it: the only word for that here.
  content_filter: 'refusal',
  refusal: 'refusal',
  other: 'end_turn',
};

export function wireStopReason(finish: Pick<Finish, 'reason' | 'stopSequence'>, losses: LossReport): string {
  if (finish.reason === 'other') losses.add('answer_finish');
  return finish.reason === 'stop' && finish.stopSequence !== null ? 'stop_sequence' : STOP_REASONS[finish.reason];
}

export const messageId = (context: AnswerContext): string => `msg_${context.requestId}`;

/** Arguments that were cut off cannot be an object: they stand inside one as text. */
function inputOf(part: ToolCallPart, losses: LossReport): unknown {
  if (part.arguments.trim() === '') return {};
  if (part.custom === true) return { input: part.arguments };
  try {
    const input = parseExactJson(part.arguments);
    if (isRecord(input)) return input;
  } catch {
    // No JSON: kept as text below.
  }
  losses.add('answer_tool_arguments');
  return { arguments: part.arguments };
}

function textBlocks(part: TextPart, losses: LossReport): Block[] {
  const given = part.citations ?? [];
  const citations = given.filter(({ origin }) => origin === 'anthropic').map(({ value }) => value);
  if (citations.length < given.length) losses.add('answer_citations');
  const block = { type: 'text', text: part.text, ...(citations.length === 0 ? {} : { citations }) };
  const blocks: Block[] = part.text === '' ? [] : [block];
  if (part.signature !== undefined) {
    blocks.push({ type: 'thinking', thinking: '', signature: textSignatureFor(part.signature) });
  }
  return blocks;
}

function blocksFor(part: AnswerPart, ids: AnswerCallIds, losses: LossReport): Block[] {
  switch (part.type) {
    case 'text':
      return textBlocks(part, losses);
    case 'reasoning':
      return part.redacted === undefined
        ? [{ type: 'thinking', thinking: part.text, signature: signatureFor(part.signature) }]
        : [{ type: 'redacted_thinking', data: redactedDataFor(part.redacted) }];
    case 'refusal':
      losses.add('answer_refusal');
      return part.text === '' ? [] : [{ type: 'text', text: part.text }];
    case 'tool-call':
      return [
        {
          type: 'tool_use',
          id: clientCallId(ids.distinct(part.id), part.signature),
          name: part.name,
          input: inputOf(part, losses),
        },
      ];
    case 'unknown':
      if (part.origin === 'anthropic') return [part.value as Block];
      losses.add('answer_foreign_part', part.name);
      return [];
    case 'audio':
      losses.add('answer_media');
      return part.transcript ? [{ type: 'text', text: part.transcript }] : [];
    case 'image':
    case 'file':
      losses.add('answer_media');
      return [];
  }
}

/** What an answer may have that a message of this dialect has no place for. */
function noteUnsaid(answer: ChatAnswer, losses: LossReport): void {
  if (answer.choices.length > 1) losses.add('answer_choices');
  if (answer.choices[0]?.logprobs) losses.add('answer_logprobs');
  if (answer.fingerprint !== null) losses.add('answer_fingerprint');
  declareUnread(answer.unread, answer.asides, losses);
}

/** Member `stop_details`: what the vendor says of a refusal of its own. */
export const stopDetails = ({ refusal }: Pick<Finish, 'refusal'>): Block =>
  refusal === undefined ? {} : { stop_details: { type: 'refusal', ...refusal } };

/** Tiers that clients of this dialect know. */
const TIERS: readonly unknown[] = ['standard', 'priority', 'batch'];

/** Member `service_tier` of usage. */
export function tierMember(tier: string | null, losses: LossReport): { service_tier?: string } {
  if (tier === null) return {};
  if (TIERS.includes(tier)) return { service_tier: tier };
  losses.add('answer_service_tier');
  return {};
}

/** JSON text of a message. Its model is the canonical one, its id is made from our request's. */
export function buildAnthropicAnswer(
  answer: ChatAnswer,
  context: AnswerContext,
  losses: LossReport,
  trailer: string | null,
): string {
  const text = JSON.stringify(anthropicAnswerValue(answer, context, losses));
  return trailer === null ? text : `${text.slice(0, -1)},"alidade":${trailer}}`;
}

/** A message as `buildAnthropicAnswer` writes it. */
export function anthropicAnswerValue(answer: ChatAnswer, context: AnswerContext, losses: LossReport): object {
  noteUnsaid(answer, losses);
  const choice = answer.choices[0];
  const ids = new AnswerCallIds(context.request);
  const finish: Finish = choice?.finish ?? { reason: 'other', vendorReason: null, stopSequence: null };
  if (answer.usage === null) losses.add('answer_usage');
  return {
    id: messageId(context),
    type: 'message',
    role: 'assistant',
    model: context.model,
    content: (choice?.parts ?? []).flatMap((part) => blocksFor(part, ids, losses)),
    stop_reason: wireStopReason(finish, losses),
    stop_sequence: finish.stopSequence,
    ...stopDetails(finish),
    usage: { ...wireUsage(answer.usage), ...tierMember(answer.serviceTier, losses) },
  };
}
