import type { AnswerReading } from '../dialect.ts';
import { brokenOffAnswer } from './broken-off.ts';
import { readUpstreamErrorValue } from './upstream-error.ts';
import { readFinishReason, readUsage } from './usage.ts';

const NOT_AN_ANSWER: AnswerReading = {
  ok: false,
  error: { code: 'upstream_protocol', vendorCode: null, vendorParam: null },
};

/**
 * Reads a complete answer without changing it. Cut JSON, HTML, an error under 200 and an answer without its list
 * (`choices` for chat, `data` for embeddings) are failures, so that another deployment can answer instead.
 */
export function readRelayAnswer(operation: 'chat' | 'embeddings', body: Buffer): AnswerReading {
  let value: unknown;
  try {
    value = JSON.parse(body.toString('utf8'));
  } catch {
    return NOT_AN_ANSWER;
  }
  return readRelayAnswerValue(operation, value);
}

/** The same of an answer that has been parsed. */
export function readRelayAnswerValue(operation: 'chat' | 'embeddings', read: unknown): AnswerReading {
  if (typeof read !== 'object' || read === null) return NOT_AN_ANSWER;
  const value = read as Record<string, unknown>;
  const list = operation === 'chat' ? value.choices : value.data;
  if (!Array.isArray(list)) {
    const isError = Array.isArray(value) || value.error !== undefined || value.code !== undefined;
    return isError ? { ok: false, error: readUpstreamErrorValue(200, value) } : NOT_AN_ANSWER;
  }
  if (list.length === 0) return NOT_AN_ANSWER;
  if (operation === 'embeddings') {
    return { ok: true, usage: readUsage(value.usage), finish: 'stop', regionEcho: null, contentBytes: 0 };
  }
  const broken = brokenOffAnswer(value, list);
  if (broken !== null) return { ok: false, error: broken };
  const choices = list as ({ finish_reason?: unknown; message?: WireMessage | null } | null)[];
  const message = choices[0]?.message;
  const finish = readFinishReason(choices[0]?.finish_reason);
  const refused = typeof message?.refusal === 'string' && message.refusal !== '';
  return {
    ok: true,
    usage: readUsage(value.usage),
    // The dialect says `stop` for a refusal; what was said tells them apart.
    finish: finish === 'stop' && refused ? 'refusal' : finish,
    regionEcho: null,
    contentBytes: contentBytesOf(choices),
  };
}

interface WireMessage {
  content?: unknown;
  refusal?: unknown;
  reasoning_content?: unknown;
  tool_calls?: unknown;
}

function contentBytesOf(choices: readonly ({ message?: WireMessage | null } | null)[]): number {
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
