import { describe, expect, test } from 'vitest';
import { chatRequest } from '../../test/support/chat-requests.ts';
import { partsOf } from '../../test/support/streams.ts';
import type { StartPart, StreamPart } from '../contracts/stream-part.ts';
import { anthropicClient, anthropicUpstream } from './anthropic/codec.ts';
import type { AnswerContext, ClientCodec, StreamBuilder, UpstreamCodec } from './codec.ts';
import { LossReport } from './losses.ts';
import { openAiClient, openAiUpstream } from './openai-chat/codec.ts';

const CONTEXT: AnswerContext = { requestId: 'r', model: 'maker/second', createdS: 7, request: chatRequest() };
const START: StartPart = { type: 'start', id: 'first-id', model: 'first-model', serviceTier: null, fingerprint: null };
const text = (said: string, newBlock = false): StreamPart => ({
  type: 'text-delta',
  choice: 0,
  text: said,
  ...(newBlock ? { newBlock } : {}),
});
const FINISH: StreamPart = { type: 'finish', choice: 0, reason: 'stop', vendorReason: null, stopSequence: null };

const builderOf = (client: ClientCodec): StreamBuilder => client.createStreamBuilder(CONTEXT, new LossReport());
const written = (builder: StreamBuilder, parts: readonly StreamPart[]): string =>
  parts.map((part) => builder.build(part)).join('');

/** One answer, begun by one builder and ended by another. */
function joined(client: ClientCodec, begun: readonly StreamPart[], texts: readonly string[], lastIsOpen: boolean) {
  const first = written(builderOf(client), [START, ...begun]);
  const second = builderOf(client);
  second.resume({ start: START, texts, lastIsOpen });
  return { first, second: written(second, [text('fg'), FINISH]) + second.end(null) };
}

const CLIENTS: readonly [string, ClientCodec, UpstreamCodec][] = [
  ['openai', openAiClient, openAiUpstream],
  ['anthropic', anthropicClient, anthropicUpstream],
];

describe.each(CLIENTS)('a stream of %s that another builder takes up', (_name, client, reader) => {
  test('reads as one answer with one start', () => {
    const { first, second } = joined(client, [text('ab'), text('cde')], ['abcde'], true);
    const parts = partsOf(reader.createStreamReader(chatRequest()), first + second);
    expect(parts.map((part) => (part.type === 'text-delta' ? part.text : '')).join('')).toBe('abcdefg');
    expect(parts.filter(({ type }) => type === 'start')).toHaveLength(1);
    expect(parts.at(-1)).toEqual({ type: 'end' });
    expect(second).not.toContain('"role":"assistant"');
  });
});

test('chunks keep the id and the model that the answer began with', () => {
  const { second } = joined(openAiClient, [text('a')], ['a'], true);
  expect(JSON.parse((second.split('\n\n')[0] as string).slice(6))).toMatchObject({
    id: 'first-id',
    model: 'first-model',
  });
});

test('blocks are numbered on, and a block that is over is not written to again', () => {
  const open = joined(anthropicClient, [text('a'), text('b', true)], ['a', 'b'], true);
  expect(open.second.startsWith('event: content_block_delta\ndata: {"type":"content_block_delta","index":1')).toBe(
    true,
  );
  const closed = joined(anthropicClient, [text('a'), text('b', true)], ['a', 'b'], false);
  expect(closed.second.startsWith('event: content_block_start\ndata: {"type":"content_block_start","index":2')).toBe(
    true,
  );
});
