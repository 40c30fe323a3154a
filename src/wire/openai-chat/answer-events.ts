import { Buffer } from 'node:buffer';
import { parseExactJson } from '../exact-json.ts';
import { isRecord, type Json, listOf } from '../members.ts';

/** Calls of a stream say which one a piece belongs to; of a whole answer each is one, whatever index it may have. */
function deltaOf(message: unknown): Json {
  if (!isRecord(message)) return {};
  if (!Array.isArray(message.tool_calls)) return message;
  return { ...message, tool_calls: message.tool_calls.map((call, index) => ({ ...(call as object), index })) };
}

function asDelta(value: unknown, index: number): Json {
  const { message, ...rest }: Json = isRecord(value) ? value : {};
  return { index, ...rest, delta: deltaOf(message) };
}

/** A whole answer of chat completions as the chunks of a stream: all that it says in one, its usage behind, as streams tell it. */
export function openAiAnswerEvents(body: Buffer): Buffer {
  const { choices, usage, ...rest } = parseExactJson(body.toString('utf8')) as Json;
  const chunk = { ...rest, object: 'chat.completion.chunk' };
  const said = { ...chunk, choices: listOf(choices).map(asDelta) };
  const chunks = usage === undefined || usage === null ? [said] : [said, { ...chunk, choices: [], usage }];
  return Buffer.from([...chunks.map((value) => JSON.stringify(value)), '[DONE]'].map(eventOf).join(''));
}

const eventOf = (data: string): string => `data: ${data}\n\n`;
