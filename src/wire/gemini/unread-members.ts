import { isRecord, isTold, type Json, listOf } from '../members.ts';
import type { UnreadAnswer } from '../unread-answer.ts';
import { type GeminiAnswer, type GeminiCandidate, textOf } from './wire-types.ts';

const ANSWER_MEMBERS = new Set([
  'candidates',
  'promptFeedback',
  'usageMetadata',
  'modelVersion',
  'responseId',
  'createTime',
  'systemFingerprint',
  'error',
]);
const FEEDBACK_MEMBERS = new Set(['blockReason', 'safetyRatings']);
const CANDIDATE_MEMBERS = new Set([
  'index',
  'content',
  'finishReason',
  'logprobsResult',
  'citationMetadata',
  'safetyRatings',
  'tokenCount',
]);
const PART_MEMBERS = new Set(['text', 'thought', 'thoughtSignature', 'inlineData', 'fileData', 'functionCall']);
const CALL_MEMBERS = new Set(['id', 'name', 'args']);
/** `trafficType` says how the operator's contract pays, `serviceTier` is read. */
const USAGE_MEMBERS = new Set([
  'promptTokenCount',
  'candidatesTokenCount',
  'totalTokenCount',
  'cachedContentTokenCount',
  'thoughtsTokenCount',
  'toolUsePromptTokenCount',
  'serviceTier',
  'trafficType',
]);

function note(value: Json, known: ReadonlySet<string>, path: string, unread: UnreadAnswer): void {
  for (const name in value) if (!known.has(name) && isTold(value[name])) unread.members.add(path + name);
}

/** Counts by modality say nothing new where all of it is text. */
const isOfText = (details: unknown): boolean =>
  listOf(details).every((entry) => isRecord(entry) && entry.modality === 'TEXT');

/** Of a whole answer or of one event, apart from its candidates. */
export function noteAnswer(answer: GeminiAnswer, unread: UnreadAnswer): void {
  note(answer as Json, ANSWER_MEMBERS, '', unread);
  const { usageMetadata: usage } = answer;
  const feedback: unknown = answer.promptFeedback;
  if (isRecord(feedback)) {
    note(feedback, FEEDBACK_MEMBERS, 'promptFeedback.', unread);
    if (isTold(feedback.safetyRatings)) unread.asides.add('safety');
  }
  if (!isRecord(usage)) return;
  for (const name in usage) {
    if (!USAGE_MEMBERS.has(name) && isTold(usage[name]) && !isOfText(usage[name])) unread.asides.add('usage');
  }
}

/** Of a candidate and its parts. Parts that are kept whole are said by their own name. */
export function noteCandidate(candidate: GeminiCandidate, unread: UnreadAnswer): void {
  note(candidate as Json, CANDIDATE_MEMBERS, 'candidates[].', unread);
  if (isTold((candidate as Json).safetyRatings)) unread.asides.add('safety');
  for (const part of listOf(candidate.content?.parts)) {
    if (!isRecord(part)) continue;
    const isKnown =
      textOf(part.text) !== null || isRecord(part.functionCall) || isRecord(part.inlineData) || isRecord(part.fileData);
    if (isKnown) note(part, PART_MEMBERS, 'candidates[].content.parts[].', unread);
    if (isRecord(part.functionCall)) {
      note(part.functionCall, CALL_MEMBERS, 'candidates[].content.parts[].functionCall.', unread);
    }
  }
}
