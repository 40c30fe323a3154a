import { head, httpChunk, WORDS } from './answers.ts';

/** Events of a message besides its text deltas: start and end of message and block, and the one with stop and usage. */
const FIXED = 5;
/** Events of the same answer in chat completions besides its contents: role, finish, usage, `[DONE]`. */
const FIXED_FOR_CLIENT = 4;

const MESSAGE = {
  id: 'msg_01Bench00000000000000000',
  type: 'message',
  role: 'assistant',
  model: 'mock-model',
  content: [],
  stop_reason: null,
  stop_sequence: null,
  usage: { input_tokens: 38, cache_creation_input_tokens: 0, cache_read_input_tokens: 0, output_tokens: 1 },
};

function event(data: { type: string } & Record<string, unknown>): string {
  return `event: ${data.type}\ndata: ${JSON.stringify(data)}\n\n`;
}

function delta(index: number, eventBytes: number): string {
  const of = (text: string): string =>
    event({ type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text } });
  const word = ` ${WORDS[index % WORDS.length]}`;
  const bare = of(word);
  return bare.length < eventBytes ? of(word + '.'.repeat(eventBytes - bare.length)) : bare;
}

/**
 * A streamed answer in the dialect of Anthropic's messages, one buffer per event. Put into chat completions it has
 * `clientEvents` events, so that a client counts the same whether it was translated or not.
 */
export function messagesStreamAnswer(clientEvents: number, eventBytes: number): Buffer[] {
  const deltas = clientEvents - FIXED_FOR_CLIENT;
  if (deltas < 1) throw new RangeError(`a stream needs more than ${FIXED_FOR_CLIENT} events`);
  const events = [
    event({ type: 'message_start', message: MESSAGE }),
    event({ type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } }),
  ];
  for (let index = 0; index < deltas; index += 1) events.push(delta(index, eventBytes));
  events.push(
    event({ type: 'content_block_stop', index: 0 }),
    event({
      type: 'message_delta',
      delta: { stop_reason: 'end_turn', stop_sequence: null },
      usage: { output_tokens: deltas },
    }),
    event({ type: 'message_stop' }),
  );
  if (events.length !== deltas + FIXED) throw new RangeError('the events of a message were miscounted');
  const frames = events.map(httpChunk);
  frames[0] = `${head('text/event-stream; charset=utf-8', 'cache-control: no-cache\r\ntransfer-encoding: chunked')}${frames[0]}`;
  frames[frames.length - 1] += '0\r\n\r\n';
  return frames.map((frame) => Buffer.from(frame));
}

/** A whole message, head included. */
export function messageAnswer(): Buffer {
  const text = WORDS.join(' ');
  const usage = { ...MESSAGE.usage, output_tokens: 45 };
  const body = JSON.stringify({ ...MESSAGE, content: [{ type: 'text', text }], stop_reason: 'end_turn', usage });
  return Buffer.from(`${head('application/json', `content-length: ${Buffer.byteLength(body)}`)}${body}`);
}
