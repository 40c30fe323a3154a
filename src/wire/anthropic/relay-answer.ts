import type { AnswerReading } from '../dialect.ts';
import type { LossReport } from '../losses.ts';
import { isRecord } from '../members.ts';
import { brokenOff } from './broken-off.ts';
import { readErrorValue } from './upstream-error.ts';
import { readRegion, readStopReason, readUsage } from './usage.ts';

const NOT_AN_ANSWER: AnswerReading = {
  ok: false,
  error: { code: 'upstream_protocol', vendorCode: null, vendorParam: null },
};

/**
 * Reads a complete answer without changing it. Cut JSON, HTML, an error under 200 and an answer without its content are
 * failures, so that another deployment can answer instead. An empty list of content is an answer: a refusal has none.
 */
export function readAnthropicRelayAnswer(body: Buffer): AnswerReading {
  let value: unknown;
  try {
    value = JSON.parse(body.toString('utf8'));
  } catch {
    return NOT_AN_ANSWER;
  }
  return readAnthropicRelayAnswerValue(value);
}

/** The same of an answer that has been parsed. */
export function readAnthropicRelayAnswerValue(value: unknown): AnswerReading {
  if (Array.isArray(value)) return { ok: false, error: readErrorValue(200, value) };
  if (!isRecord(value)) return NOT_AN_ANSWER;
  if (value.type === 'error' || (isRecord(value.error) && !Array.isArray(value.content))) {
    return { ok: false, error: readErrorValue(200, value) };
  }
  if (!Array.isArray(value.content)) return NOT_AN_ANSWER;
  const broken = brokenOff(value, value.stop_reason);
  const usage = readUsage(value.usage);
  if (broken !== null) return { ok: false, error: broken, usage, contentBytes: saidBytes(value.content) };
  return {
    ok: true,
    usage,
    finish: readStopReason(value.stop_reason),
    regionEcho: readRegion(value.usage),
    contentBytes: saidBytes(value.content),
  };
}

const textBytes = (text: unknown): number => (typeof text === 'string' ? Buffer.byteLength(text) : 0);

/** Bytes of what the blocks say. */
export function saidBytes(content: readonly unknown[]): number {
  let size = 0;
  for (const block of content) {
    if (!isRecord(block)) continue;
    size += textBytes(block.text) + textBytes(block.thinking);
    if (block.input !== undefined) size += JSON.stringify(block.input).length;
  }
  return size;
}

/** Reads the answer of `/v1/messages/count_tokens`; what it counts is input and costs nothing. */
export function readTokenCount(body: Buffer): AnswerReading {
  let value: unknown;
  try {
    value = JSON.parse(body.toString('utf8'));
  } catch {
    return NOT_AN_ANSWER;
  }
  if (isRecord(value) && typeof value.input_tokens === 'number') {
    return { ok: true, usage: null, finish: 'stop', regionEcho: null };
  }
  return isRecord(value) && value.error !== undefined
    ? { ok: false, error: readErrorValue(200, value) }
    : NOT_AN_ANSWER;
}

/** The answer of `/v1/messages/count_tokens`. */
export const tokenCountBody = (inputTokens: number): string => JSON.stringify({ input_tokens: inputTokens });

/** The same from a count of our own, which is declared as one. */
export function estimatedTokenCountBody(inputTokens: number, losses: LossReport): string {
  losses.add('answer_token_count');
  return tokenCountBody(inputTokens);
}
