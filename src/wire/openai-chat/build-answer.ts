import type { AnswerChoice, AnswerPart, ChatAnswer, Finish, TokenLogprob } from '../../contracts/chat-answer.ts';
import type { Citation, ReasoningPart, ToolCallPart } from '../../contracts/chat-request.ts';
import type { Usage } from '../../contracts/usage.ts';
import type { AnswerContext } from '../codec.ts';
import type { LossReport } from '../losses.ts';
import { type Carried, packToolCallId } from '../tool-call-ids.ts';
import { declareUnread } from '../unread-answer.ts';
import { reasoningDetails } from './reasoning-details.ts';

type WireMembers = Record<string, unknown>;

/** `usage` of chat completions: input includes cached tokens, output includes reasoning, as in contracts/usage.ts. */
export function wireUsage(usage: Usage): WireMembers {
  const input = usage.input_tokens ?? 0;
  const output = usage.output_tokens ?? 0;
  const inputDetails = {
    ...(usage.cached_input_tokens === null ? {} : { cached_tokens: usage.cached_input_tokens }),
    // No member of OpenAI's own; OpenRouter's name for it.
    ...(usage.cache_write_tokens === null ? {} : { cache_write_tokens: usage.cache_write_tokens }),
  };
  return {
    prompt_tokens: input,
    completion_tokens: output,
    total_tokens: input + output,
    ...(Object.keys(inputDetails).length === 0 ? {} : { prompt_tokens_details: inputDetails }),
    ...(usage.reasoning_tokens === null
      ? {}
      : { completion_tokens_details: { reasoning_tokens: usage.reasoning_tokens } }),
  };
}

/**
 * `finish_reason` (platform.openai.com/docs/api-reference/chat/object). A refusal with its own text ends with `stop`, as
 * OpenAI's do; one without text has no other word here than `content_filter`. What nobody knows is `stop`, and declared.
 */
export function wireFinish(finish: Pick<Finish, 'reason'>, hasRefusalText: boolean, losses: LossReport): string {
  switch (finish.reason) {
    case 'length':
    case 'tool_calls':
    case 'content_filter':
      return finish.reason;
    case 'refusal':
      return hasRefusalText ? 'stop' : 'content_filter';
    case 'other':
      losses.add('answer_finish');
      return 'stop';
    case 'stop':
      return 'stop';
  }
}

/** What the vendor says of its refusal is the text of one here; which policy it falls under has no place. */
export function explanationOf(finish: Pick<Finish, 'refusal'>, losses: LossReport): string | null {
  const { refusal } = finish;
  if (refusal === undefined) return null;
  if (refusal.category !== null) losses.add('answer_refusal_category');
  return refusal.explanation;
}

export function wireAnnotation(citation: Citation): WireMembers | null {
  if (citation.url === null) return null;
  return {
    type: 'url_citation',
    url_citation: {
      url: citation.url,
      title: citation.title ?? '',
      start_index: citation.start ?? 0,
      end_index: citation.end ?? 0,
    },
  };
}

export const wireLogprobs = (entries: readonly TokenLogprob[]): WireMembers => ({
  content: entries.map(({ token, logprob, bytes, top }) => ({ token, logprob, bytes, top_logprobs: top })),
  refusal: null,
});

/** What an id carries so that it survives clients that drop `reasoning_details`. */
export function carriedThoughts(parts: readonly ReasoningPart[]): Carried[] {
  return parts.flatMap((part): Carried[] => {
    if (part.redacted !== undefined) return [{ kind: 'redacted', signature: part.redacted }];
    return part.signature === undefined ? [] : [{ kind: 'thought', signature: part.signature }];
  });
}

function wireCall(part: ToolCallPart, thoughts: readonly Carried[]): WireMembers {
  const own: Carried[] = part.signature === undefined ? [] : [{ kind: 'call', signature: part.signature }];
  const id = packToolCallId(part.id, [...thoughts, ...own]);
  if (part.custom === true) return { id, type: 'custom', custom: { name: part.name, input: part.arguments } };
  const text = part.arguments.trim() === '' ? '{}' : part.arguments;
  return { id, type: 'function', function: { name: part.name, arguments: text } };
}

interface Collected {
  text: string | null;
  refusal: string | null;
  reasoning: ReasoningPart[];
  calls: ToolCallPart[];
  annotations: WireMembers[];
  images: WireMembers[];
  audio: WireMembers | null;
}

function collectCitations(citations: readonly Citation[], offset: number, to: Collected, losses: LossReport): void {
  for (const citation of citations) {
    const shifted =
      citation.start === null || citation.end === null
        ? citation
        : { ...citation, start: citation.start + offset, end: citation.end + offset };
    const annotation = wireAnnotation(shifted);
    if (annotation === null) losses.add('answer_citations');
    else to.annotations.push(annotation);
  }
}

function collect(part: AnswerPart, to: Collected, context: AnswerContext, losses: LossReport): void {
  switch (part.type) {
    case 'text':
      if (part.signature !== undefined) losses.add('answer_signature');
      collectCitations(part.citations ?? [], to.text?.length ?? 0, to, losses);
      to.text = (to.text ?? '') + part.text;
      break;
    case 'reasoning':
      to.reasoning.push(part);
      break;
    case 'refusal':
      to.refusal = (to.refusal ?? '') + part.text;
      break;
    case 'tool-call':
      to.calls.push(part);
      break;
    case 'image':
      if (part.source.kind === 'base64') {
        const url = `data:${part.source.mediaType};base64,${part.source.data}`;
        to.images.push({ type: 'image_url', image_url: { url } });
      } else if (part.source.kind === 'url') to.images.push({ type: 'image_url', image_url: { url: part.source.url } });
      else losses.add('answer_media');
      break;
    case 'audio':
      if (part.source.kind === 'base64' && to.audio === null) {
        to.audio = {
          id: `audio_${context.requestId}`,
          data: part.source.data,
          transcript: part.transcript ?? '',
          // Nothing is stored here, so it cannot be named in a later turn.
          expires_at: context.createdS,
        };
      } else losses.add('answer_media');
      break;
    case 'file':
      losses.add('answer_media');
      break;
    case 'unknown':
      losses.add('answer_foreign_part', part.name);
      break;
  }
}

function wireChoice(choice: AnswerChoice, context: AnswerContext, losses: LossReport): WireMembers {
  const said: Collected = {
    text: null,
    refusal: null,
    reasoning: [],
    calls: [],
    annotations: [],
    images: [],
    audio: null,
  };
  for (const part of choice.parts) collect(part, said, context, losses);
  const explanation = explanationOf(choice.finish, losses);
  said.refusal ??= explanation;
  if (choice.finish.stopSequence !== null) losses.add('answer_stop_sequence');
  const isSilent = said.text === null && said.calls.length === 0 && said.refusal === null && said.audio === null;
  const thoughtText = said.reasoning.map(({ text }) => text).join('');
  const thoughts = carriedThoughts(said.reasoning);
  if (said.calls.length === 0 && thoughts.length > 0 && thoughtText === '') losses.add('answer_redacted');
  return {
    index: choice.index,
    message: {
      role: 'assistant',
      content: isSilent ? '' : said.text,
      refusal: said.refusal,
      ...(thoughtText === '' ? {} : { reasoning_content: thoughtText }),
      ...(thoughts.length === 0 ? {} : { reasoning_details: reasoningDetails(said.reasoning) }),
      ...(said.annotations.length === 0 ? {} : { annotations: said.annotations }),
      ...(said.images.length === 0 ? {} : { images: said.images }),
      ...(said.audio === null ? {} : { audio: said.audio }),
      // Thoughts ride in the first call only: one copy is enough to give them back.
      ...(said.calls.length === 0
        ? {}
        : { tool_calls: said.calls.map((call, i) => wireCall(call, i === 0 ? thoughts : [])) }),
    },
    logprobs: choice.logprobs === null ? null : wireLogprobs(choice.logprobs),
    finish_reason: wireFinish(choice.finish, said.refusal !== null, losses),
  };
}

/** JSON text of a chat completion. Its model is the canonical one, its id is made from our request's. */
export function buildOpenAiAnswer(
  answer: ChatAnswer,
  context: AnswerContext,
  losses: LossReport,
  trailer: string | null,
): string {
  const text = JSON.stringify(openAiAnswerValue(answer, context, losses));
  return trailer === null ? text : `${text.slice(0, -1)},"alidade":${trailer}}`;
}

/** A chat completion as `buildOpenAiAnswer` writes it. */
export function openAiAnswerValue(answer: ChatAnswer, context: AnswerContext, losses: LossReport): object {
  declareUnread(answer.unread, answer.asides, losses);
  return {
    id: `chatcmpl-${context.requestId}`,
    object: 'chat.completion',
    created: context.createdS,
    model: context.model,
    choices: answer.choices.map((choice) => wireChoice(choice, context, losses)),
    ...(answer.usage === null ? {} : { usage: wireUsage(answer.usage) }),
    ...(answer.serviceTier === null ? {} : { service_tier: answer.serviceTier }),
    ...(answer.fingerprint === null ? {} : { system_fingerprint: answer.fingerprint }),
  };
}
