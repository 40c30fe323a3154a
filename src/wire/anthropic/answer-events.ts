import { Buffer } from 'node:buffer';
import { parseExactJson } from '../exact-json.ts';
import { isRecord, type Json, listOf } from '../members.ts';

/** What a block begins with in a stream, and the deltas that bring the rest. Blocks without deltas begin whole. */
function begun(block: Json): { start: Json; deltas: Json[] } {
  if (block.type === 'text') {
    const citations = listOf(block.citations).map((citation) => ({ type: 'citations_delta', citation }));
    const start = { ...block, text: '', ...(citations.length === 0 ? {} : { citations: [] }) };
    return { start, deltas: [{ type: 'text_delta', text: block.text }, ...citations] };
  }
  if (block.type === 'thinking') {
    const deltas: Json[] = [{ type: 'thinking_delta', thinking: block.thinking }];
    if (typeof block.signature === 'string') deltas.push({ type: 'signature_delta', signature: block.signature });
    return { start: { ...block, thinking: '', signature: '' }, deltas };
  }
  if (block.type !== 'tool_use') return { start: block, deltas: [] };
  return {
    start: { ...block, input: {} },
    deltas: [{ type: 'input_json_delta', partial_json: JSON.stringify(block.input ?? {}) }],
  };
}

/** A whole message as the events of a stream (platform.claude.com/docs/en/build-with-claude/streaming). */
export function anthropicAnswerEvents(body: Buffer): Buffer {
  const { stop_reason, stop_sequence, stop_details, ...message } = parseExactJson(body.toString('utf8')) as Json;
  const blocks = listOf(message.content).filter(isRecord);
  // The official client writes into the usage that a message begins with.
  const usage = message.usage ?? {};
  const start = { ...message, content: [], stop_reason: null, stop_sequence: null, usage };
  const stop = { stop_reason, stop_sequence, ...(stop_details === undefined ? {} : { stop_details }) };
  const events: Json[] = [
    { type: 'message_start', message: start },
    ...blocks.flatMap((block, index) => {
      const { start: content_block, deltas } = begun(block);
      return [
        { type: 'content_block_start', index, content_block },
        ...deltas.map((delta) => ({ type: 'content_block_delta', index, delta })),
        { type: 'content_block_stop', index },
      ];
    }),
    { type: 'message_delta', delta: stop, usage },
    { type: 'message_stop' },
  ];
  return Buffer.from(events.map(eventOf).join(''));
}

const eventOf = (event: Json): string => `event: ${String(event.type)}\ndata: ${JSON.stringify(event)}\n\n`;
