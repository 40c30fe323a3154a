import type { AnswerReading, FailedReading } from '../dialect.ts';
import { isRecord } from '../members.ts';
import { brokenOffAnswer } from './broken-off.ts';
import { readUpstreamErrorValue } from './upstream-error.ts';
import { readFinishReason, readUsage, usageOf } from './usage.ts';

const NOT_AN_ANSWER: FailedReading = {
  ok: false,
  error: { code: 'upstream_protocol', vendorCode: null, vendorParam: null },
};

/** What a complete answer must be. */
export type RelayedOperation = { operation: 'chat' } | { operation: 'embeddings'; vectors: number };

/** How many vectors an embedding request asks for: tokens are one input, texts are one each. */
export const vectorsAskedFor = (input: unknown): number =>
  Array.isArray(input) && typeof input[0] !== 'number' ? input.length : 1;

/**
 * Reads a complete answer without changing it. Cut JSON, HTML, an error under 200 and an answer without its list
 * (`choices` for chat, `data` for embeddings) are failures, so that another deployment can answer instead. So are choices
 * without a message, and fewer vectors than inputs: clients would take them for all there is.
 */
export function readRelayAnswer(asked: RelayedOperation, body: Buffer): AnswerReading {
  let value: unknown;
  try {
    value = JSON.parse(body.toString('utf8'));
  } catch {
    return NOT_AN_ANSWER;
  }
  return readRelayAnswerValue(asked, value);
}

/** The same of an answer that has been parsed. */
export function readRelayAnswerValue(asked: RelayedOperation, read: unknown): AnswerReading {
  if (typeof read !== 'object' || read === null) return NOT_AN_ANSWER;
  const value = read as Record<string, unknown>;
  const list = asked.operation === 'chat' ? value.choices : value.data;
  if (!Array.isArray(list)) {
    const isError = Array.isArray(value) || value.error !== undefined || value.code !== undefined;
    return isError ? { ok: false, error: readUpstreamErrorValue(200, value) } : NOT_AN_ANSWER;
  }
  if (list.length === 0) return { ...NOT_AN_ANSWER, usage: usageOf(value) };
  if (asked.operation === 'embeddings') {
    const usage = readUsage(value.usage);
    if (list.length < asked.vectors || !list.every(mayHoldVector)) return { ...NOT_AN_ANSWER, usage };
    return { ok: true, usage, finish: 'stop', regionEcho: null, contentBytes: 0 };
  }
  const broken = brokenOffAnswer(value, list);
  const choices = list as ({ finish_reason?: unknown; message?: WireMessage | null } | null)[];
  if (broken !== null) {
    return { ok: false, error: broken, usage: usageOf(value), contentBytes: contentBytesOf(choices) };
  }
  if (!list.every(isSaid)) return { ...NOT_AN_ANSWER, usage: usageOf(value) };
  const message = choices[0]?.message;
  const finish = readFinishReason(choices[0]?.finish_reason);
  const refused = typeof message?.refusal === 'string' && message.refusal !== '';
  return {
    ok: true,
    usage: usageOf(value),
    // The dialect says `stop` for a refusal; what was said tells them apart.
    finish: finish === 'stop' && refused ? 'refusal' : finish,
    regionEcho: null,
    contentBytes: contentBytesOf(choices),
  };
}

/** null, `[]` and `""` are no vector. Large answers are read without their numbers. */
function mayHoldVector(entry: unknown): boolean {
  if (!isRecord(entry) || entry.embedding === null || entry.embedding === '') return false;
  return !Array.isArray(entry.embedding) || entry.embedding.length > 0;
}

/** What a filter held back may have no message. */
export const isSaid = (choice: unknown): boolean =>
  isRecord(choice) && (isRecord(choice.message) || readFinishReason(choice.finish_reason) === 'content_filter');

interface WireMessage {
  content?: unknown;
  refusal?: unknown;
  reasoning_content?: unknown;
  tool_calls?: unknown;
}

/** Bytes of what the choices say. */
export function contentBytesOf(choices: readonly ({ message?: WireMessage | null } | null)[]): number {
  let size = 0;
  for (const choice of choices) {
    const message = choice?.message;
    if (message === undefined || message === null) continue;
    const { content, refusal, reasoning_content: reasoning, tool_calls: calls } = message;
    size += textBytes(content) + textBytes(refusal) + textBytes(reasoning);
    if (calls !== undefined && calls !== null) size += JSON.stringify(calls).length;
  }
  return size;
}

const textBytes = (text: unknown): number => (typeof text === 'string' ? Buffer.byteLength(text) : 0);
