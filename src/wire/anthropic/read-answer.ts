import type { AnswerPart } from '../../contracts/chat-answer.ts';
import type { ChatRequest } from '../../contracts/chat-request.ts';
import type { FinishReason } from '../../contracts/vocabulary.ts';
import type { ChatAnswerReading } from '../codec.ts';
import type { FailedReading } from '../dialect.ts';
import { parseExactJson } from '../exact-json.ts';
import { isRecord, textOrNull } from '../members.ts';
import { createToolNames } from '../tool-names.ts';
import { UnreadAnswer } from '../unread-answer.ts';
import { brokenOff } from './broken-off.ts';
import { TOOL_NAME_RULE } from './build-chat.ts';
import { readAnswerBlocks } from './read-turns.ts';
import { saidBytes } from './relay-answer.ts';
import { noteBlocks, noteMessage, noteUsage } from './unread-members.ts';
import { readErrorValue } from './upstream-error.ts';
import { readRefusal, readRegion, readStopReason, readUsage } from './usage.ts';

const NOT_AN_ANSWER: FailedReading = {
  ok: false,
  error: { code: 'upstream_protocol', vendorCode: null, vendorParam: null },
};

const isName = (value: unknown): boolean => typeof value === 'string' && value !== '';

const isBrokenCall = (block: unknown): boolean =>
  isRecord(block) && block.type === 'tool_use' && !(isName(block.id) && isName(block.name));

function finishReason(value: unknown, parts: readonly AnswerPart[]): FinishReason {
  const said = readStopReason(value);
  if (said !== null) return said;
  // Look-alikes that leave it out: after whole calls the model stopped to have them run.
  return parts.some(({ type }) => type === 'tool-call') ? 'tool_calls' : 'other';
}

/**
 * Reads a complete message (platform.claude.com/docs/en/api/messages). Cut JSON, HTML, an error under 200 and a message
 * without its content are failures; an empty list of content is an answer, since a refusal has none.
 */
export function readAnthropicAnswer(body: Buffer, request: ChatRequest): ChatAnswerReading {
  let value: unknown;
  try {
    value = parseExactJson(body.toString('utf8'));
  } catch {
    return NOT_AN_ANSWER;
  }
  return readAnthropicAnswerValue(value, request);
}

/** The same of an answer that has been parsed. */
export function readAnthropicAnswerValue(value: unknown, request: ChatRequest): ChatAnswerReading {
  if (Array.isArray(value)) return { ok: false, error: readErrorValue(200, value) };
  if (!isRecord(value)) return NOT_AN_ANSWER;
  if (value.type === 'error' || (isRecord(value.error) && !Array.isArray(value.content))) {
    return { ok: false, error: readErrorValue(200, value) };
  }
  if (!Array.isArray(value.content)) return NOT_AN_ANSWER;
  const broken = brokenOff(value, value.stop_reason);
  const usage = isRecord(value.usage) ? value.usage : {};
  if (broken !== null) {
    return { ok: false, error: broken, usage: readUsage(usage), contentBytes: saidBytes(value.content) };
  }
  // A call that cannot be made is lost, and an answer without it must not look whole.
  if (value.content.some(isBrokenCall)) return { ...NOT_AN_ANSWER, usage: readUsage(usage) };
  const names = createToolNames(request, TOOL_NAME_RULE);
  const unread = new UnreadAnswer();
  const ofBlocks = new Set<string>();
  const parts = readAnswerBlocks(value.content, ofBlocks).map((part) =>
    part.type === 'tool-call' ? { ...part, name: names.fromUpstream(part.name) } : part,
  );
  noteMessage(value, unread);
  noteUsage(usage, unread);
  noteBlocks(ofBlocks, unread);
  return {
    ok: true,
    regionEcho: readRegion(usage),
    answer: {
      id: textOrNull(value.id),
      model: textOrNull(value.model),
      choices: [
        {
          index: 0,
          parts,
          finish: {
            reason: finishReason(value.stop_reason, parts),
            vendorReason: textOrNull(value.stop_reason),
            stopSequence: textOrNull(value.stop_sequence),
            ...readRefusal(value.stop_details),
          },
          logprobs: null,
        },
      ],
      usage: readUsage(usage),
      serviceTier: textOrNull(usage.service_tier),
      // No member of Anthropic's own: look-alikes say in it what answers.
      fingerprint: textOrNull(value.system_fingerprint),
      ...unread.ofAnswer,
    },
  };
}
