import { BREAK_OFF_REASONS, saysError } from '../break-off-reasons.ts';
import type { UpstreamErrorReading } from '../dialect.ts';
import { isRecord, type Json } from '../members.ts';
import { readUpstreamErrorValue } from './upstream-error.ts';

const isText = (value: unknown): boolean => typeof value === 'string' && value !== '';

/** Why one of the choices broke off (OpenRouter says it beside the text so far); null where none did. */
export function brokenOff(choices: readonly unknown[]): UpstreamErrorReading | null {
  for (const choice of choices) {
    if (!isRecord(choice)) continue;
    if (saysError(choice.error)) return readUpstreamErrorValue(200, choice);
    if (BREAK_OFF_REASONS.has(choice.finish_reason)) {
      return { code: 'upstream_error', vendorCode: choice.finish_reason as string, vendorParam: null };
    }
  }
  return null;
}

/** The same of a whole answer, which may also hold an error beside its choices. */
export const brokenOffAnswer = (
  answer: { error?: unknown },
  choices: readonly unknown[],
): UpstreamErrorReading | null => (saysError(answer.error) ? readUpstreamErrorValue(200, answer) : brokenOff(choices));

/**
 * An event of a stream that is an error and no chunk: with the member `error`, or bare as vLLM's and DashScope's answers
 * under a status are; some call it so by the name of the event. A [DONE] may follow, which would make it a good end.
 */
export function errorEvent(event: Json, eventName: string): UpstreamErrorReading | null {
  const { error, choices, object, message, code } = event;
  const isChunk = choices !== undefined && choices !== null;
  if (saysError(error) || (!isChunk && error !== undefined && error !== null))
    return readUpstreamErrorValue(200, event);
  if (isChunk) return null;
  const isBare = eventName === 'error' || object === 'error' || (isText(message) && code !== undefined);
  return isBare ? readUpstreamErrorValue(200, { error: event }) : null;
}
