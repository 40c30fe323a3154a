import Anthropic, { APIError } from '@anthropic-ai/sdk';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { STREAM_FIXTURES, type StreamFixture, streamFixture } from '../../../test/support/anthropic-fixtures.ts';
import { chatRequest } from '../../../test/support/chat-requests.ts';
import { partsOf } from '../../../test/support/streams.ts';
import { createScriptedUpstream, type ScriptedUpstream } from '../../../test/support/upstream/scripted-upstream.ts';
import type { ChatAnswer } from '../../contracts/chat-answer.ts';
import { AppError } from '../../contracts/errors.ts';
import type { StreamPart } from '../../contracts/stream-part.ts';
import type { AnswerContext } from '../codec.ts';
import { LossReport } from '../losses.ts';
import { OpenAiStreamReader } from '../openai-chat/read-stream.ts';
import { anthropicAnswerEvents } from './answer-events.ts';
import { buildAnthropicAnswer } from './build-answer.ts';
import { AnthropicStreamBuilder } from './build-stream.ts';
import { anthropicClientDialect } from './client-dialect.ts';
import { AnthropicStreamReader } from './read-stream.ts';
import { tokenCountBody } from './relay-answer.ts';

/** Anthropic's own package reads what we write, from a loopback server and at its own paths. */
const upstreams: ScriptedUpstream[] = [];
beforeAll(async () => {
  upstreams.push(await createScriptedUpstream());
});
afterAll(() => Promise.all(upstreams.map((upstream) => upstream.close())));

const upstream = (): ScriptedUpstream => upstreams[0] as ScriptedUpstream;
const client = (): Anthropic => new Anthropic({ apiKey: 'fake-key', baseURL: upstream().origin, maxRetries: 0 });
const ASK = { model: 'auto', max_tokens: 100, messages: [{ role: 'user' as const, content: 'Hello' }] };
const context = (): AnswerContext => ({ requestId: 'r1', model: 'maker/model', createdS: 0, request: chatRequest() });

function written(parts: readonly StreamPart[], trailer: string | null = null): string {
  const builder = new AnthropicStreamBuilder(context(), new LossReport());
  const events = parts.filter(({ type }) => type !== 'end').map((part) => builder.build(part));
  return events.join('') + builder.end(trailer);
}

async function readOfficially(stream: string): Promise<Anthropic.Message> {
  upstream().enqueue({ headers: { 'content-type': 'text/event-stream' }, body: stream });
  return client().messages.stream(ASK).finalMessage();
}

const throughUs = (name: StreamFixture): string =>
  written(partsOf(new AnthropicStreamReader(chatRequest()), streamFixture(name)));

/** Members that name the answer and not what it says. */
const said = ({ id, model, usage, ...rest }: Anthropic.Message) => ({
  ...rest,
  tokens: [usage.input_tokens, usage.output_tokens, usage.cache_read_input_tokens ?? 0],
});

describe('the official client reads a stream that we wrote', () => {
  test.each(STREAM_FIXTURES.filter((name) => name !== 'overloaded' && name !== 'truncated-tool'))(
    'as it reads the vendor its own: %s',
    async (name) => {
      const ours = await readOfficially(throughUs(name));
      const theirs = await readOfficially(streamFixture(name));
      // What the vendor says beside its reason of a refusal is not translated.
      expect({ ...said(ours), stop_details: null }).toEqual({ ...said(theirs), stop_details: null });
      expect(ours.id).toBe('msg_r1');
      expect(ours.model).toBe('maker/model');
    },
  );

  test('quirk 14: cut-off arguments arrive as far as they go', async () => {
    upstream().enqueue({ headers: { 'content-type': 'text/event-stream' }, body: throughUs('truncated-tool') });
    const pieces: string[] = [];
    const stream = await client().messages.create({ ...ASK, stream: true });
    let stop: string | null = null;
    for await (const event of stream) {
      if (event.type === 'content_block_delta' && event.delta.type === 'input_json_delta') {
        pieces.push(event.delta.partial_json);
      }
      if (event.type === 'message_delta') stop = event.delta.stop_reason;
    }
    expect(pieces.join('')).toBe('{"path":"a.txt","text":"Once up');
    expect(stop).toBe('max_tokens');
  });

  test('event by event: text and arguments come as they are said', async () => {
    upstream().enqueue({ headers: { 'content-type': 'text/event-stream' }, body: throughUs('parallel-tools') });
    const stream = client().messages.stream(ASK);
    const texts: string[] = [];
    const blocks: string[] = [];
    stream.on('text', (text) => texts.push(text));
    stream.on('contentBlock', (block) => blocks.push(block.type === 'tool_use' ? block.name : block.type));
    await stream.done();
    expect(texts.join('')).toBe('Both at once.');
    expect(blocks).toEqual(['text', 'get_weather', 'get_weather', 'get_time']);
  });

  test('quirk 12: parallel calls of chat completions, interleaved, with thoughts without a signature', async () => {
    const chunk = (delta: unknown, finish: string | null = null) =>
      `data: ${JSON.stringify({ id: 'c', choices: [{ index: 0, delta, finish_reason: finish }] })}\n\n`;
    const call = (index: number, piece: string, name?: string) =>
      chunk({
        tool_calls: [
          {
            index,
            ...(name === undefined ? {} : { id: `functions.${name}:${index}` }),
            function: { name, arguments: piece },
          },
        ],
      });
    const stream =
      chunk({ role: 'assistant', reasoning_content: 'hm' }) +
      chunk({ content: 'Let me see.' }) +
      call(0, '{"a":', 'one') +
      call(1, '{"b":', 'two') +
      call(0, '1}') +
      call(2, '', 'none') +
      call(1, '2}') +
      chunk({}, 'tool_calls') +
      'data: [DONE]\n\n';
    const message = await readOfficially(written(partsOf(new OpenAiStreamReader(chatRequest()), stream)));
    expect(message.stop_reason).toBe('tool_use');
    expect(message.content.map(({ type }) => type)).toEqual(['thinking', 'text', 'tool_use', 'tool_use', 'tool_use']);
    expect(message.content.slice(2)).toMatchObject([
      { name: 'one', input: { a: 1 } },
      { name: 'two', input: { b: 2 } },
      { name: 'none', input: {} },
    ]);
    for (const block of message.content.slice(2)) expect((block as { id: string }).id).toMatch(/^[A-Za-z0-9_-]+$/);
  });

  test('with a receipt on it', async () => {
    const parts = partsOf(new AnthropicStreamReader(chatRequest()), streamFixture('text'));
    upstream().enqueue({
      headers: { 'content-type': 'text/event-stream' },
      body: written(parts, '{"request_id":"r1"}'),
    });
    const stream = await client().messages.create({ ...ASK, stream: true });
    let receipt: unknown = null;
    for await (const event of stream)
      if (event.type === 'message_delta') receipt = (event as { alidade?: unknown }).alidade;
    expect(receipt).toEqual({ request_id: 'r1' });
  });

  test('quirk 36: an error in mid-stream reaches it as an error with our code', async () => {
    const builder = new AnthropicStreamBuilder(context(), new LossReport());
    const begun = builder.build({ type: 'text-delta', choice: 0, text: 'Hel' });
    const error = anthropicClientDialect.errorEvent(new AppError('upstream_cut', 'It was cut.'), 'r1');
    const ping = anthropicClientDialect.ping.toString();
    const failure = await readOfficially(ping + begun + ping + error.toString()).catch((cause: unknown) => cause);
    expect(failure).toBeInstanceOf(APIError);
    expect(failure).toMatchObject({ type: 'api_error', errorCode: 'upstream_cut' });
  });
});

describe('the official client reads an answer that we wrote', () => {
  const answer = (given: Partial<ChatAnswer['choices'][0]>): ChatAnswer => ({
    id: 'x',
    model: 'm',
    serviceTier: null,
    fingerprint: null,
    usage: {
      input_tokens: 12,
      output_tokens: 5,
      cached_input_tokens: 4,
      cache_write_tokens: null,
      reasoning_tokens: 2,
    },
    choices: [
      {
        index: 0,
        parts: [],
        finish: { reason: 'stop', vendorReason: null, stopSequence: null },
        logprobs: null,
        ...given,
      },
    ],
  });

  async function read(given: Partial<ChatAnswer['choices'][0]>): Promise<Anthropic.Message> {
    const body = buildAnthropicAnswer(answer(given), context(), new LossReport(), null);
    upstream().enqueue({ headers: { 'content-type': 'application/json' }, body });
    return client().messages.create(ASK);
  }

  test('with text, thoughts and calls', async () => {
    const message = await read({
      parts: [
        { type: 'reasoning', text: 'hm', signature: { origin: 'anthropic', value: 'c2ln' } },
        { type: 'text', text: 'Hello' },
        { type: 'tool-call', id: 'call_1', name: 'f', arguments: '{"a":1}' },
        { type: 'tool-call', id: 'call_2', name: 'g', arguments: '' },
      ],
      finish: { reason: 'tool_calls', vendorReason: 'tool_calls', stopSequence: null },
    });
    expect(message).toMatchObject({
      content: [
        { type: 'thinking', thinking: 'hm', signature: 'c2ln' },
        { type: 'text', text: 'Hello' },
        { type: 'tool_use', id: 'call_1', name: 'f', input: { a: 1 } },
        { type: 'tool_use', id: 'call_2', name: 'g', input: {} },
      ],
      stop_reason: 'tool_use',
      usage: {
        input_tokens: 8,
        cache_read_input_tokens: 4,
        output_tokens: 5,
        output_tokens_details: { thinking_tokens: 2 },
      },
    });
  });

  test('quirk 43: of a refusal, and of one that a filter stopped', async () => {
    const refused = await read({
      parts: [{ type: 'refusal', text: 'I will not.' }],
      finish: { reason: 'refusal', vendorReason: null, stopSequence: null },
    });
    expect(refused).toMatchObject({ content: [{ type: 'text', text: 'I will not.' }], stop_reason: 'refusal' });
    const filtered = await read({ finish: { reason: 'content_filter', vendorReason: 'SAFETY', stopSequence: null } });
    expect(filtered).toMatchObject({ content: [], stop_reason: 'refusal' });
  });

  test('and errors by their class', async () => {
    const error = new AppError('model_not_found', 'No such model.', { param: 'model' });
    upstream().enqueue({
      status: 404,
      headers: { 'content-type': 'application/json' },
      body: anthropicClientDialect.errorBody(error, 'r1'),
    });
    const failure = await client()
      .messages.create(ASK)
      .catch((cause: unknown) => cause);
    expect(failure).toBeInstanceOf(Anthropic.NotFoundError);
    expect(failure).toMatchObject({
      type: 'not_found_error',
      errorCode: 'model_not_found',
      apiMessage: 'No such model.',
    });
  });

  test('and counts of tokens', async () => {
    upstream().enqueue({ headers: { 'content-type': 'application/json' }, body: tokenCountBody(42) });
    const { max_tokens: _, ...prompt } = ASK;
    expect(await client().messages.countTokens(prompt)).toEqual({ input_tokens: 42 });
  });
});

test('the official client reads a whole message that was made a stream as the message', async () => {
  const citation = {
    ...{ type: 'char_location', cited_text: 'x', document_index: 0, document_title: null, file_id: null },
    ...{ start_char_index: 0, end_char_index: 1 },
  };
  const content = [
    { type: 'thinking', thinking: 'Hm.', signature: 'c2ln' },
    { type: 'redacted_thinking', data: 'ZGF0YQ==' },
    { type: 'text', text: 'Hello', citations: [citation] },
    { type: 'server_tool_use', id: 'srvtoolu_1', name: 'web_search', input: { query: 'q' } },
    { type: 'tool_use', id: 'toolu_1', name: 'f', input: { a: 1 } },
  ];
  const message = { id: 'msg_1', type: 'message', role: 'assistant', model: 'm', content, stop_reason: 'tool_use' };
  const body = JSON.stringify({ ...message, stop_sequence: null, usage: { input_tokens: 5, output_tokens: 6 } });
  const read = await readOfficially(anthropicAnswerEvents(Buffer.from(body)).toString());
  expect(read).toMatchObject({ ...message, usage: { input_tokens: 5, output_tokens: 6 } });
});

test('the official client reads a whole message without usage that was made a stream', async () => {
  const content = [{ type: 'text', text: 'Hello' }];
  const message = { id: 'msg_1', type: 'message', role: 'assistant', model: 'm', content, stop_reason: 'end_turn' };
  const read = await readOfficially(anthropicAnswerEvents(Buffer.from(JSON.stringify(message))).toString());
  expect(read).toMatchObject(message);
});
