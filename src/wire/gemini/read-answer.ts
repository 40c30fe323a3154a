import type { AnswerChoice, AnswerPart, ChatAnswer } from '../../contracts/chat-answer.ts';
import type { ChatRequest } from '../../contracts/chat-request.ts';
import type { ChatAnswerReading } from '../codec.ts';
import type { FailedReading } from '../dialect.ts';
import { parseExactJson } from '../exact-json.ts';
import { isRecord, listOf } from '../members.ts';
import type { ToolNames } from '../tool-names.ts';
import { UnreadAnswer } from '../unread-answer.ts';
import { readCitations } from './citations.ts';
import { isFailure, readBlockReason, readGeminiFinish } from './finish-reason.ts';
import {
  completesCall,
  createPartContext,
  type PartContext,
  readLogprobs,
  readPart,
  withSignature,
} from './read-parts.ts';
import { noteAnswer, noteCandidate } from './unread-members.ts';
import { readGeminiErrorValue } from './upstream-error.ts';
import { readGeminiUsage } from './usage.ts';
import { type GeminiAnswer, type GeminiCandidate, textOf } from './wire-types.ts';

const NOT_AN_ANSWER: FailedReading = {
  ok: false,
  error: { code: 'upstream_protocol', vendorCode: null, vendorParam: null },
};

/** The two as one text; null where they are not one: what is signed must go back as it came. */
function joined(last: AnswerPart | undefined, part: AnswerPart): AnswerPart | null {
  if (last === undefined || last.type !== part.type) return null;
  if (last.type !== 'text' && last.type !== 'reasoning') return null;
  if (part.type !== last.type || last.signature !== undefined || part.signature !== undefined) return null;
  return { ...last, text: last.text + part.text };
}

/**
 * Parts in order. A signature that comes after its call is joined with it, and so are the pieces in which a text may
 * come: clients would take each for a text of its own.
 */
function readParts(candidate: GeminiCandidate, choice: number, context: PartContext): AnswerPart[] {
  const parts: AnswerPart[] = [];
  let calls = 0;
  for (const value of listOf(candidate.content?.parts)) {
    const part = readPart(value, choice, calls, context);
    if (part === null) continue;
    const last = parts.at(-1);
    if (last?.type === 'tool-call' && completesCall(last, part)) {
      parts[parts.length - 1] = withSignature(last, part.signature);
      continue;
    }
    const whole = joined(last, part);
    if (whole !== null) {
      parts[parts.length - 1] = whole;
      continue;
    }
    if (part.type === 'tool-call') calls += 1;
    parts.push(part);
  }
  return withCitations(parts, candidate);
}

/** The last text has them: all of it may be a repetition. */
function withCitations(parts: AnswerPart[], candidate: GeminiCandidate): AnswerPart[] {
  const citations = readCitations(candidate);
  if (citations.length === 0) return parts;
  const at = parts.findLastIndex(({ type }) => type === 'text');
  const text = parts[at];
  if (text?.type === 'text') parts[at] = { ...text, citations };
  else parts.push({ type: 'text', text: '', citations });
  return parts;
}

function readChoice(candidate: GeminiCandidate, place: number, context: PartContext): AnswerChoice {
  const index = typeof candidate.index === 'number' ? candidate.index : place;
  const parts = readParts(candidate, index, context);
  const vendorReason = textOf(candidate.finishReason);
  const hasToolCalls = parts.some((part) => part.type === 'tool-call');
  return {
    index,
    parts,
    finish: {
      // Whole answers name a reason; one that does not is complete as far as anybody can know.
      reason: readGeminiFinish(vendorReason ?? 'FINISH_REASON_UNSPECIFIED', hasToolCalls),
      vendorReason,
      stopSequence: null,
    },
    logprobs: readLogprobs(candidate.logprobsResult),
  };
}

/** A prompt that was blocked is answered with nothing: that is an answer, not a failure. */
const blockedChoice = (vendorReason: string): AnswerChoice => ({
  index: 0,
  parts: [],
  finish: { reason: 'content_filter', vendorReason, stopSequence: null },
  logprobs: null,
});

/**
 * Reads a whole answer of generateContent. Cut JSON, HTML, an error under 200 and an answer without candidates that does
 * not say why are failures, so that another deployment can answer instead.
 */
export function readGeminiAnswer(body: Buffer, request: ChatRequest, names: ToolNames): ChatAnswerReading {
  let value: unknown;
  try {
    value = parseExactJson(body.toString('utf8'));
  } catch {
    return NOT_AN_ANSWER;
  }
  return readGeminiAnswerValue(value, request, names);
}

/** The same of an answer that has been parsed. */
export function readGeminiAnswerValue(value: unknown, request: ChatRequest, names: ToolNames): ChatAnswerReading {
  if (Array.isArray(value)) {
    return isRecord(value[0]) && value[0].error !== undefined
      ? { ok: false, error: readGeminiErrorValue(200, value) }
      : NOT_AN_ANSWER;
  }
  if (!isRecord(value)) return NOT_AN_ANSWER;
  const answer: GeminiAnswer = value;
  if (answer.error !== undefined && answer.error !== null) {
    return { ok: false, error: readGeminiErrorValue(200, value) };
  }
  const usage = readGeminiUsage(answer.usageMetadata);
  const nothing = { ...NOT_AN_ANSWER, usage };
  const id = textOf(answer.responseId);
  const unread = new UnreadAnswer();
  noteAnswer(answer, unread);
  const context = createPartContext(request, names, id);
  const candidates = listOf(answer.candidates).filter(isRecord);
  for (const candidate of candidates) noteCandidate(candidate, unread);
  const choices = candidates.map((candidate, place) => readChoice(candidate, place, context));
  const blockReason = readBlockReason(answer.promptFeedback);
  if (choices.length === 0) {
    if (blockReason === null) return nothing;
    choices.push(blockedChoice(blockReason));
  }
  // Neither said nor stopped: nothing came.
  if (choices.every(({ parts, finish }) => parts.length === 0 && finish.vendorReason === null)) return nothing;
  const failure = choices.find(({ finish }) => isFailure(finish.vendorReason))?.finish.vendorReason;
  if (failure !== undefined && choices.every(({ finish }) => isFailure(finish.vendorReason))) {
    return { ok: false, error: { code: 'upstream_error', vendorCode: failure, vendorParam: null }, usage };
  }
  const { usageMetadata } = answer;
  const read: ChatAnswer = {
    id,
    model: textOf(answer.modelVersion),
    choices,
    usage,
    serviceTier: isRecord(usageMetadata) ? textOf(usageMetadata.serviceTier) : null,
    fingerprint: textOf(answer.systemFingerprint),
    ...unread.ofAnswer,
  };
  return { ok: true, answer: read, regionEcho: null };
}
