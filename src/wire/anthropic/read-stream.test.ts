import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { streamFixture } from '../../../test/support/anthropic-fixtures.ts';
import { chatRequest, functionTool } from '../../../test/support/chat-requests.ts';
import { sampleDeployment } from '../../../test/support/deployments.ts';
import { partsOf } from '../../../test/support/streams.ts';
import type { ChatRequest } from '../../contracts/chat-request.ts';
import type { StreamPart } from '../../contracts/stream-part.ts';
import { LossReport } from '../losses.ts';
import { buildAnthropicChat } from './build-chat.ts';
import { AnthropicStreamReader } from './read-stream.ts';

const readAll = (stream: string, request: ChatRequest = chatRequest()): StreamPart[] =>
  partsOf(new AnthropicStreamReader(request), stream);
const read = (stream: string, request?: ChatRequest): StreamPart[] =>
  readAll(stream, request).filter(({ type }) => type !== 'ping');
const event = (value: { type: string; [member: string]: unknown }): string =>
  `event: ${value.type}\ndata: ${JSON.stringify(value)}\n\n`;
const START = event({
  type: 'message_start',
  message: { id: 'm', model: 'c', usage: { input_tokens: 5, output_tokens: 1 } },
});
const STOP = event({ type: 'message_stop' });
const block = (index: number, content_block: Record<string, unknown>): string =>
  event({ type: 'content_block_start', index, content_block });
const delta = (index: number, value: Record<string, unknown>): string =>
  event({ type: 'content_block_delta', index, delta: value });
const end = (reason: string): string =>
  event({ type: 'message_delta', delta: { stop_reason: reason }, usage: { output_tokens: 3 } }) + STOP;
const without = (parts: readonly StreamPart[], ...types: StreamPart['type'][]): StreamPart[] =>
  parts.filter(({ type }) => !types.includes(type));

describe('a stream of the vendor', () => {
  test('of text', () => {
    expect(read(streamFixture('text'))).toEqual([
      { type: 'start', id: 'msg_01Fixture', model: 'claude-opus-4-8', serviceTier: 'standard', fingerprint: null },
      { type: 'usage', usage: expect.objectContaining({ input_tokens: 1209, output_tokens: null }) },
      { type: 'text-delta', choice: 0, text: 'Grüezi, ' },
      { type: 'text-delta', choice: 0, text: '世界 🌍!' },
      { type: 'usage', usage: expect.objectContaining({ input_tokens: 1209, output_tokens: 15 }) },
      { type: 'finish', choice: 0, reason: 'stop', vendorReason: 'end_turn', stopSequence: null },
      { type: 'end' },
    ]);
  });

  test('quirk 12: of calls, which are counted apart from blocks; quirk 11: one of them without arguments', () => {
    expect(without(read(streamFixture('parallel-tools')), 'start', 'usage', 'text-delta')).toEqual([
      { type: 'tool-call-start', choice: 0, index: 0, id: 'toolu_01A', name: 'get_weather' },
      { type: 'tool-call-delta', choice: 0, index: 0, text: '{"city": "Bern"}' },
      { type: 'tool-call-end', choice: 0, index: 0 },
      { type: 'tool-call-start', choice: 0, index: 1, id: 'toolu_01B', name: 'get_weather' },
      { type: 'tool-call-delta', choice: 0, index: 1, text: '{"city": ' },
      { type: 'tool-call-delta', choice: 0, index: 1, text: '"Zürich"}' },
      { type: 'tool-call-end', choice: 0, index: 1 },
      { type: 'tool-call-start', choice: 0, index: 2, id: 'toolu_01C', name: 'get_time' },
      { type: 'tool-call-end', choice: 0, index: 2 },
      { type: 'finish', choice: 0, reason: 'tool_calls', vendorReason: 'tool_use', stopSequence: null },
      { type: 'end' },
    ]);
  });

  test('quirk 27: of thoughts, block by block with their signatures', () => {
    const thoughts = read(streamFixture('thinking')).filter(({ type }) => type.startsWith('reasoning'));
    expect(thoughts).toEqual([
      { type: 'reasoning-delta', choice: 0, block: 0, text: '' },
      { type: 'reasoning-delta', choice: 0, block: 0, text: 'I need the ' },
      { type: 'reasoning-delta', choice: 0, block: 0, text: 'greatest divisor.' },
      {
        type: 'reasoning-signature',
        choice: 0,
        block: 0,
        signature: { origin: 'anthropic', value: 'EqoBCkgIARABGAIiQL8k+signature/one==' },
        redacted: false,
      },
      { type: 'reasoning-delta', choice: 0, block: 1, text: '' },
      { type: 'reasoning-delta', choice: 0, block: 1, text: 'The tool does it.' },
      expect.objectContaining({ type: 'reasoning-signature', block: 1 }),
    ]);
    expect(read(streamFixture('redacted-thinking'))).toContainEqual({
      type: 'reasoning-signature',
      choice: 0,
      block: 1,
      signature: expect.objectContaining({ origin: 'anthropic' }),
      redacted: true,
    });
  });

  test('quirk 4: of omitted thoughts, which are told when they begin', () => {
    expect(without(read(streamFixture('omitted-thinking')), 'start', 'usage').slice(0, 2)).toEqual([
      { type: 'reasoning-delta', choice: 0, block: 0, text: '' },
      expect.objectContaining({ type: 'reasoning-signature', block: 0, redacted: false }),
    ]);
  });

  test('quirk 14: of a call that max_tokens cut off', () => {
    expect(without(read(streamFixture('truncated-tool')), 'start', 'usage')).toEqual([
      { type: 'tool-call-start', choice: 0, index: 0, id: 'toolu_01T', name: 'write_file' },
      { type: 'tool-call-delta', choice: 0, index: 0, text: '{"path":"a.txt","text":"Once up' },
      { type: 'tool-call-end', choice: 0, index: 0 },
      { type: 'finish', choice: 0, reason: 'length', vendorReason: 'max_tokens', stopSequence: null },
      { type: 'end' },
    ]);
  });

  test('quirk 18: of a server tool, told whole, and of what it supports', () => {
    const parts = without(read(streamFixture('server-tool')), 'start', 'usage', 'unread', 'finish', 'end');
    expect(parts).toMatchObject([
      { type: 'unknown', name: 'server_tool_use', value: { id: 'srvtoolu_01S', input: { query: 'bern weather' } } },
      { type: 'unknown', name: 'web_search_tool_result' },
      { type: 'citation', citation: { url: 'https://example.org/bern', title: 'Bern', quote: 'Sunny' } },
      { type: 'text-delta', text: 'It is sunny.' },
    ]);
  });

  test('quirk 37: of pings, for clients that must not fall asleep either', () => {
    expect(readAll(streamFixture('omitted-thinking')).filter(({ type }) => type === 'ping')).toHaveLength(2);
  });

  test('quirk 43: of a refusal', () => {
    expect(without(read(streamFixture('refusal')), 'start', 'usage')).toEqual([
      {
        type: 'finish',
        choice: 0,
        reason: 'refusal',
        vendorReason: 'refusal',
        stopSequence: null,
        refusal: { category: 'cyber', explanation: 'Blocked by a classifier.' },
      },
      { type: 'end' },
    ]);
  });

  test('of two texts, which stay two, and what stopped them', () => {
    expect(without(read(streamFixture('stop-sequence')), 'start', 'usage')).toEqual([
      { type: 'text-delta', choice: 0, text: 'one' },
      { type: 'text-delta', choice: 0, text: 'two', newBlock: true },
      { type: 'finish', choice: 0, reason: 'stop', vendorReason: 'stop_sequence', stopSequence: '###' },
      { type: 'end' },
    ]);
  });

  test('quirk 36: of an error after the first words', () => {
    expect(read(streamFixture('overloaded')).at(-1)).toEqual({
      type: 'error',
      code: 'upstream_overloaded',
      vendorCode: 'overloaded_error',
      vendorParam: null,
    });
  });
});

describe('a stream of a look-alike', () => {
  test('quirk 34: thoughts in a block of text, and a second message_start', () => {
    const stream =
      START +
      block(0, { type: 'text', text: '' }) +
      delta(0, { type: 'thinking_delta', thinking: 'hm' }) +
      START +
      delta(0, { type: 'text_delta', text: 'Hi' }) +
      end('end_turn');
    expect(without(read(stream), 'usage')).toMatchObject([
      { type: 'start' },
      { type: 'reasoning-delta', block: 0, text: 'hm' },
      { type: 'text-delta', text: 'Hi' },
      { type: 'finish' },
      { type: 'end' },
    ]);
  });

  test('text and whole calls that come with the start of their blocks, or of the message', () => {
    const content = [{ type: 'tool_use', id: 't0', name: 'f', input: { a: 0 } }];
    const stream =
      event({ type: 'message_start', message: { content } }) +
      block(0, { type: 'text', text: 'Hi' }) +
      block(1, { type: 'tool_use', id: 't1', name: 'g', input: { b: 1 } }) +
      end('tool_use');
    expect(without(read(stream), 'start', 'usage')).toMatchObject([
      { type: 'tool-call-start', index: 0, id: 't0' },
      { type: 'tool-call-delta', index: 0, text: '{"a":0}' },
      { type: 'tool-call-end', index: 0 },
      { type: 'text-delta', text: 'Hi' },
      { type: 'tool-call-start', index: 1, id: 't1' },
      { type: 'tool-call-delta', index: 1, text: '{"b":1}' },
      { type: 'tool-call-end', index: 1 },
      { type: 'finish', reason: 'tool_calls' },
      { type: 'end' },
    ]);
  });

  test('quirk 13: no stop reason at all', () => {
    expect(read(START + block(0, { type: 'text', text: 'a' }) + STOP).slice(-2)).toMatchObject([
      { type: 'finish', reason: 'other', vendorReason: null },
      { type: 'end' },
    ]);
    const call = block(0, { type: 'tool_use', id: 't', name: 'f', input: {} });
    expect(read(START + call + STOP).slice(-3)).toMatchObject([
      { type: 'tool-call-end' },
      { type: 'finish', reason: 'tool_calls', vendorReason: null },
      { type: 'end' },
    ]);
  });

  test('deltas of types that do not exist yet are left out and counted, events of such types passed over', () => {
    const parts: StreamPart[] = [];
    const reader = new AnthropicStreamReader(chatRequest());
    expect(reader.read('{"type":"content_block_delta","index":0,"delta":{"type":"new"}}', '', parts)).toBe(false);
    expect(reader.read('{"type":"message_annotation"}', '', parts)).toBe(true);
    expect(reader.read('{"type":"ping"}', 'ping', parts)).toBe(true);
    expect(reader.read('{"no":"type"}', '', parts)).toBe(false);
    expect(reader.read('{"cut', '', parts)).toBe(false);
    expect(parts).toEqual([{ type: 'ping' }]);
  });
});

describe('what would make an answer look whole that is not', () => {
  const lost = [expect.objectContaining({ type: 'error', code: 'upstream_protocol' })];

  test('is an error: a call without a name, arguments of no call', () => {
    expect(read(START + block(0, { type: 'tool_use', id: 't', input: {} }) + end('tool_use')).slice(2)).toEqual(lost);
    const stray = delta(0, { type: 'input_json_delta', partial_json: '{"a":1}' });
    expect(read(START + stray + end('tool_use')).slice(2)).toEqual(lost);
  });

  test('is left out and counted: content behind the reason to stop', () => {
    const parts: StreamPart[] = [];
    const reader = new AnthropicStreamReader(chatRequest());
    reader.read('{"type":"message_delta","delta":{"stop_reason":"end_turn"}}', '', parts);
    expect(reader.read('{"type":"content_block_start","index":0,"content_block":{"type":"text"}}', '', parts)).toBe(
      false,
    );
  });

  test('thoughts in the place of a call end the call', () => {
    const call = block(0, { type: 'tool_use', id: 't', name: 'f', input: {} });
    const parts = read(START + call + delta(0, { type: 'thinking_delta', thinking: 'hm' }) + end('tool_use'));
    expect(parts.map(({ type }) => type).slice(2, 5)).toEqual(['tool-call-start', 'tool-call-end', 'reasoning-delta']);
  });
});

describe('quirk 35: the end', () => {
  const whole = START + block(0, { type: 'text', text: 'Hi' }) + end('end_turn');

  test('without message_stop is one after a stop reason, and a cut before', () => {
    expect(read(whole.slice(0, whole.indexOf('event: message_stop'))).at(-1)).toEqual({ type: 'end' });
    expect(read(START + block(0, { type: 'text', text: 'Hi' })).map(({ type }) => type)).not.toContain('end');
  });

  test('of nothing is no answer', () => {
    expect(read(STOP)).toMatchObject([{ type: 'error', code: 'upstream_protocol' }]);
    expect(read(START + STOP).at(-1)).toMatchObject({ type: 'error', code: 'upstream_protocol' });
  });

  test('is the end, whatever comes after it', () => {
    const parts: StreamPart[] = [];
    const reader = new AnthropicStreamReader(chatRequest());
    reader.read('{"type":"error","error":{"type":"api_error"}}', 'error', parts);
    reader.read('{"type":"message_stop"}', 'message_stop', parts);
    reader.close(parts);
    expect(parts).toHaveLength(1);
  });
});

test('quirk 10: a name that had to be changed comes back as the caller wrote it', () => {
  const request = chatRequest({ tools: [functionTool({ name: 'weather.get' })] });
  const built = buildAnthropicChat(request, sampleDeployment({ upstreamModel: 'claude-opus-5' }), new LossReport());
  const name = JSON.parse(built.body).tools[0].name;
  const stream = START + block(0, { type: 'tool_use', id: 't', name, input: {} }) + end('tool_use');
  expect(read(stream, request)).toContainEqual(
    expect.objectContaining({ type: 'tool-call-start', name: 'weather.get' }),
  );
});

describe('a piece of text', () => {
  const begun = START + block(0, { type: 'text', text: '' });
  /** As the vendor writes it, and as nobody writes it but JSON allows it too. */
  const asWritten = (text: string): string => delta(0, { type: 'text_delta', text });
  const otherwise = (text: string): string => asWritten(text).replace('"delta":{', '"delta": {');

  test('is the same however JSON is written around it', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.string({ unit: 'binary' }), fc.string())), (texts) => {
        const written = read(begun + texts.map(asWritten).join('') + end('end_turn'));
        expect(written).toEqual(read(begun + texts.map(otherwise).join('') + end('end_turn')));
      }),
    );
  });

  test.each([
    ['a quotation mark that is missing', (event: string) => event.replace('Hi"}}', 'Hi}}')],
    ['no text at all', (event: string) => event.replace('Hi"}}', '}}')],
    ['a control character', (event: string) => event.replace('Hi', 'H\ti')],
    ['a quotation mark too many', (event: string) => event.replace('Hi', 'H"i')],
    ['an escape that does not exist', (event: string) => event.replace('Hi', 'H\\i')],
  ])('with %s is no event', (_name, spoil) => {
    const reader = new AnthropicStreamReader(chatRequest());
    const parts: StreamPart[] = [];
    const dataOf = (event: string): string => event.slice(event.indexOf('data: ') + 6).trimEnd();
    reader.read(dataOf(block(0, { type: 'text', text: '' })), 'content_block_start', parts);
    expect(reader.read(dataOf(spoil(asWritten('Hi'))), 'content_block_delta', parts)).toBe(false);
    expect(parts).toEqual([]);
  });

  test('has no place behind the reason to stop, and none in an event that is called an error', () => {
    const late = read(`${begun}${asWritten('a')}${end('end_turn').replace(STOP, '')}${asWritten('b')}${STOP}`);
    expect(late.filter(({ type }) => type === 'text-delta')).toEqual([{ type: 'text-delta', choice: 0, text: 'a' }]);
    expect(late.at(-1)).toEqual({ type: 'end' });
    const cut = read(`${begun}${asWritten('a')}${end('end_turn').replace(STOP, '')}${asWritten('b')}`);
    expect(cut.at(-1)?.type).toBe('finish');
    expect(read(begun + asWritten('a').replace('event: content_block_delta', 'event: error')).at(-1)).toMatchObject({
      type: 'error',
    });
  });
});
