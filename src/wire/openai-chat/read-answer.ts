import type { AnswerChoice, AnswerPart, ChatAnswer, Finish, TokenLogprob } from '../../contracts/chat-answer.ts';
import type { ChatRequest, Citation, MediaSource, ToolCallPart } from '../../contracts/chat-request.ts';
import type { ChatAnswerReading } from '../codec.ts';
import type { FailedReading } from '../dialect.ts';
import { isRecord, type Json, listOf, numberOrNull, textOrNull } from '../members.ts';
import { createToolNames, type ToolNames } from '../tool-names.ts';
import { UnreadAnswer } from '../unread-answer.ts';
import { brokenOffAnswer } from './broken-off.ts';
import { TOOL_NAME_RULE } from './build-chat.ts';
import { readAddress } from './read-content.ts';
import { readReasoning } from './read-reasoning.ts';
import { contentBytesOf, isSaid } from './relay-answer.ts';
import { synthesisedCallId } from './synthesised-call-id.ts';
import { noteAnswerMembers, noteCallMembers, noteChoiceMembers, noteMessageMembers } from './unread-members.ts';
import { readUpstreamErrorValue } from './upstream-error.ts';
import { readFinishReason, usageOf } from './usage.ts';

const NOT_AN_ANSWER: FailedReading = {
  ok: false,
  error: { code: 'upstream_protocol', vendorCode: null, vendorParam: null },
};

/** Sources of web search (`annotations`); others are left to `unknown`. */
export function readAnnotation(value: unknown): Citation | null {
  if (!isRecord(value) || !isRecord(value.url_citation)) return null;
  const { url, title, start_index: start, end_index: end, content } = value.url_citation;
  return {
    url: textOrNull(url),
    title: textOrNull(title),
    quote: textOrNull(content),
    start: numberOrNull(start),
    end: numberOrNull(end),
    origin: 'openai',
    value,
  };
}

/** OpenRouter's `images`, the one way in which this dialect shows images of the model. */
export function readAnswerImage(value: unknown): MediaSource | null {
  const image = isRecord(value) ? value.image_url : null;
  return isRecord(image) && typeof image.url === 'string' ? readAddress(image.url) : null;
}

export function readLogprobs(value: unknown): TokenLogprob[] | null {
  if (!isRecord(value) || !Array.isArray(value.content)) return null;
  const entry = (token: unknown) => {
    const said: Json = isRecord(token) ? token : {};
    return {
      token: textOrNull(said.token) ?? '',
      logprob: numberOrNull(said.logprob) ?? 0,
      bytes: Array.isArray(said.bytes) ? (said.bytes as number[]) : null,
    };
  };
  return value.content.map((token) => ({
    ...entry(token),
    top: listOf(isRecord(token) ? token.top_logprobs : null).map(entry),
  }));
}

/** Text of the content and, where a vendor puts them there (Mistral), the thoughts before it. */
export function readAnswerContent(content: unknown): { text: string; thoughts: string } {
  if (typeof content === 'string') return { text: content, thoughts: '' };
  let text = '';
  let thoughts = '';
  for (const part of listOf(content)) {
    if (!isRecord(part)) continue;
    if (typeof part.text === 'string') text += part.text;
    else if (typeof part.thinking === 'string') thoughts += part.thinking;
    else if (Array.isArray(part.thinking)) thoughts += readAnswerContent(part.thinking).text;
  }
  return { text, thoughts };
}

function readCalls(message: Json, seed: string, { names, unread }: AnswerReader): ToolCallPart[] {
  const calls = listOf(message.tool_calls);
  const old = isRecord(message.function_call) ? [{ function: message.function_call }] : [];
  return [...calls, ...old].flatMap((call, i): ToolCallPart[] => {
    if (!isRecord(call)) return [];
    noteCallMembers(call, unread);
    const isCustom = isRecord(call.custom);
    const body = isCustom ? call.custom : call.function;
    if (!isRecord(body) || typeof body.name !== 'string') return [];
    const input = isCustom ? body.input : body.arguments;
    return [
      {
        type: 'tool-call',
        id: textOrNull(call.id) || synthesisedCallId(seed, i),
        name: names.fromUpstream(body.name),
        arguments: typeof input === 'string' ? (isCustom ? input : input || '{}') : JSON.stringify(input ?? {}),
        ...(isCustom ? { custom: true } : {}),
      },
    ];
  });
}

function readParts(message: Json, seed: string, reader: AnswerReader): AnswerPart[] {
  noteMessageMembers(message, reader.unread);
  const { text, thoughts } = readAnswerContent(message.content);
  const reasoning = readReasoning(thoughts === '' ? message : { ...message, reasoning_content: thoughts }, []);
  const parts: AnswerPart[] = [...reasoning.parts];
  const citations: Citation[] = [];
  for (const value of listOf(message.annotations)) {
    const citation = readAnnotation(value);
    if (citation !== null) citations.push(citation);
    else parts.push({ type: 'unknown', origin: 'openai', name: 'annotation', value });
  }
  if (text !== '' || citations.length > 0) {
    parts.push({ type: 'text', text, ...(citations.length === 0 ? {} : { citations }) });
  }
  if (typeof message.refusal === 'string' && message.refusal !== '') {
    parts.push({ type: 'refusal', text: message.refusal });
  }
  for (const image of listOf(message.images)) {
    const source = readAnswerImage(image);
    if (source !== null) parts.push({ type: 'image', source });
    else parts.push({ type: 'unknown', origin: 'openai', name: 'image', value: image });
  }
  if (isRecord(message.audio) && typeof message.audio.data === 'string') {
    const transcript = textOrNull(message.audio.transcript);
    // Its format is the one that was asked for; nothing in the answer says it.
    const source = { kind: 'base64', mediaType: 'audio/*', data: message.audio.data } as const;
    parts.push({ type: 'audio', source, ...(transcript === null ? {} : { transcript }) });
  }
  for (const call of readCalls(message, seed, reader)) {
    const signature = reasoning.callSignatures.get(call.id);
    parts.push(signature === undefined ? call : { ...call, signature });
  }
  return parts;
}

/**
 * Why it stopped. Some say `stop` although they call tools (Gemini's own layer for this dialect does), which would end
 * the loop of an agent; and a refusal is no ordinary stop.
 */
export function finishOf(choice: Json | null, hasCalls: boolean, hasRefusal: boolean): Finish {
  const said = choice?.finish_reason;
  const read = readFinishReason(said) ?? (hasCalls ? 'tool_calls' : 'other');
  const reason = read !== 'stop' ? read : hasCalls ? 'tool_calls' : hasRefusal ? 'refusal' : 'stop';
  // vLLM and its kin say which text stopped them (docs.vllm.ai, `stop_reason`); a number there is a token.
  return { reason, vendorReason: textOrNull(said), stopSequence: textOrNull(choice?.stop_reason) };
}

/** What reading one answer needs besides the answer. */
interface AnswerReader {
  names: ToolNames;
  unread: UnreadAnswer;
}

function readChoice(value: unknown, position: number, seed: string, reader: AnswerReader): AnswerChoice {
  const choice: Json = isRecord(value) ? value : {};
  const message: Json = isRecord(choice.message) ? choice.message : {};
  noteChoiceMembers(choice, reader.unread);
  const parts = readParts(message, `${seed}:${position}`, reader);
  const hasCalls = parts.some(({ type }) => type === 'tool-call');
  const hasRefusal = parts.some(({ type }) => type === 'refusal');
  return {
    index: numberOrNull(choice.index) ?? position,
    parts,
    finish: finishOf(choice, hasCalls, hasRefusal),
    logprobs: readLogprobs(choice.logprobs),
  };
}

/**
 * Reads a complete answer of chat completions (platform.openai.com/docs/api-reference/chat/object). Cut JSON, HTML, an
 * error under 200 and an answer without choices are failures, so that another deployment can answer instead.
 */
export function readOpenAiAnswer(body: Buffer, request: ChatRequest): ChatAnswerReading {
  let value: unknown;
  try {
    value = JSON.parse(body.toString('utf8'));
  } catch {
    return NOT_AN_ANSWER;
  }
  return readOpenAiAnswerValue(value, request);
}

/** The same of an answer that has been parsed. */
export function readOpenAiAnswerValue(value: unknown, request: ChatRequest): ChatAnswerReading {
  if (!isRecord(value) || !Array.isArray(value.choices)) {
    const isError =
      Array.isArray(value) || (isRecord(value) && (value.error !== undefined || value.code !== undefined));
    return isError ? { ok: false, error: readUpstreamErrorValue(200, value) } : NOT_AN_ANSWER;
  }
  const usage = usageOf(value);
  if (value.choices.length === 0) return { ...NOT_AN_ANSWER, usage };
  const broken = brokenOffAnswer(value, value.choices);
  if (broken !== null) return { ok: false, error: broken, usage, contentBytes: contentBytesOf(value.choices) };
  if (!value.choices.every(isSaid)) return { ...NOT_AN_ANSWER, usage };
  const reader = { names: createToolNames(request, TOOL_NAME_RULE), unread: new UnreadAnswer() };
  noteAnswerMembers(value, reader.unread);
  const id = textOrNull(value.id);
  const choices = value.choices.map((choice, i) => readChoice(choice, i, id ?? '', reader));
  const answer: ChatAnswer = {
    id,
    model: textOrNull(value.model),
    choices,
    usage,
    serviceTier: textOrNull(value.service_tier),
    fingerprint: textOrNull(value.system_fingerprint),
    ...reader.unread.ofAnswer,
  };
  return { ok: true, answer, regionEcho: null };
}
