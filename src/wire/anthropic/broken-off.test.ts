import { describe, expect, test } from 'vitest';
import { chatRequest } from '../../../test/support/chat-requests.ts';
import { partsOf } from '../../../test/support/streams.ts';
import type { StreamListener, UpstreamErrorReading } from '../dialect.ts';
import { readAnthropicAnswer } from './read-answer.ts';
import { AnthropicStreamReader } from './read-stream.ts';
import { readAnthropicRelayAnswer } from './relay-answer.ts';
import { AnthropicRelayStream } from './relay-stream.ts';

const REASONS = ['network_error', 'insufficient_system_resource', 'error', 'abort'];
const USAGE = { input_tokens: 9, output_tokens: 3 };

const whole = (more: object): Buffer =>
  Buffer.from(
    JSON.stringify({ type: 'message', role: 'assistant', content: [{ type: 'text', text: 'Half of' }], ...more }),
  );
const event = (type: string, more: object): string => `event: ${type}\ndata: ${JSON.stringify({ type, ...more })}\n\n`;
const OPENING = [
  event('message_start', { message: { id: 'msg_1', content: [], usage: { input_tokens: 9, output_tokens: 1 } } }),
  event('content_block_start', { index: 0, content_block: { type: 'text', text: '' } }),
  event('content_block_delta', { index: 0, delta: { type: 'text_delta', text: 'Half of' } }),
  event('content_block_stop', { index: 0 }),
];

/** What a client got, and how it ended. */
function relayed(events: readonly string[], trailer: (() => string) | null) {
  const seen = { text: '', ends: [] as string[], output: 0, errors: [] as UpstreamErrorReading[] };
  const listener: StreamListener = {
    onContent: () => undefined,
    onBytes: (bytes) => {
      seen.text += bytes.toString();
    },
    onUsage: (usage) => {
      seen.output = usage.output_tokens ?? 0;
    },
    onFinish: () => seen.ends.push('finish'),
    onComplete: () => seen.ends.push('complete'),
    onStreamError: (error) => seen.errors.push(error),
    onCut: () => seen.ends.push('cut'),
    onMalformed: () => seen.ends.push('malformed'),
  };
  const stream = new AnthropicRelayStream(listener, trailer);
  for (const each of events) stream.push(Buffer.from(each));
  stream.end();
  return seen;
}

describe('a message that its vendor did not bring to an end', () => {
  test.each(REASONS)('is an error and never whole: %s', (reason) => {
    const error = { code: 'upstream_error', vendorCode: reason, vendorParam: null };
    const body = whole({ stop_reason: reason, usage: USAGE });
    const failed = { ok: false, error, usage: { input_tokens: 9, output_tokens: 3 }, contentBytes: 7 };
    expect(readAnthropicRelayAnswer(body)).toMatchObject(failed);
    expect(readAnthropicAnswer(body, chatRequest())).toMatchObject(failed);
  });

  test.each(REASONS)('is an error and never whole as a stream, whose usage counts: %s', (reason) => {
    const error = { code: 'upstream_error', vendorCode: reason, vendorParam: null };
    const end = [event('message_delta', { delta: { stop_reason: reason }, usage: USAGE }), event('message_stop', {})];
    for (const trailer of [null, () => '{}']) {
      const seen = relayed([...OPENING, ...end], trailer);
      expect(seen).toEqual({ text: OPENING.join(''), ends: [], output: 3, errors: [error] });
    }
    const parts = partsOf(new AnthropicStreamReader(chatRequest()), [...OPENING, ...end].join(''));
    expect(parts.map(({ type }) => type)).toEqual(expect.arrayContaining(['text-delta', 'usage', 'error']));
    expect(parts.at(-1)).toEqual({ type: 'error', ...error });
    expect(parts.some(({ type }) => type === 'finish')).toBe(false);
  });

  test('is told by an error beside its content, and not by an empty one', () => {
    const error = { type: 'overloaded_error', message: 'x' };
    const told = { ok: false, error: { code: 'upstream_overloaded' } };
    for (const more of [
      { stop_reason: 'end_turn', error },
      { content: [], error },
    ]) {
      expect(readAnthropicRelayAnswer(whole(more))).toMatchObject(told);
      expect(readAnthropicAnswer(whole(more), chatRequest())).toMatchObject(told);
    }
    for (const none of [null, {}, '']) {
      const body = whole({ stop_reason: 'end_turn', error: none });
      expect(readAnthropicRelayAnswer(body)).toMatchObject({ ok: true, finish: 'stop' });
      expect(readAnthropicAnswer(body, chatRequest()).ok).toBe(true);
    }
  });

  test('is told by an error beside the reason to stop of a stream', () => {
    const error = { type: 'overloaded_error', message: 'x' };
    const end = [event('message_delta', { delta: { stop_reason: 'end_turn' }, error }), event('message_stop', {})];
    const seen = relayed([...OPENING, ...end], null);
    expect(seen).toMatchObject({ text: OPENING.join(''), ends: [], errors: [{ code: 'upstream_overloaded' }] });
    const parts = partsOf(new AnthropicStreamReader(chatRequest()), [...OPENING, ...end].join(''));
    expect(parts.at(-1)).toMatchObject({ type: 'error', code: 'upstream_overloaded' });
    expect(parts.some(({ type }) => type === 'finish')).toBe(false);
  });
});
