import { describe, expect, test } from 'vitest';
import { chatRequest } from '../../../test/support/chat-requests.ts';
import { streamFixture } from '../../../test/support/openai-fixtures.ts';
import { partsOf } from '../../../test/support/streams.ts';
import type { ChatRequest } from '../../contracts/chat-request.ts';
import type { StreamPart } from '../../contracts/stream-part.ts';
import { LossReport } from '../losses.ts';
import { packToolCallId, unpackToolCallId } from '../tool-call-ids.ts';
import { OpenAiStreamBuilder } from './build-stream.ts';
import { OpenAiStreamReader } from './read-stream.ts';

interface Chunk {
  id: string;
  object: string;
  created: number;
  model: string;
  choices: { index: number; delta: Record<string, unknown>; finish_reason: string | null; logprobs: unknown }[];
  usage?: Record<string, unknown> | null;
  alidade?: unknown;
}

const text = (value: string, choice = 0): StreamPart => ({ type: 'text-delta', choice, text: value });
const finish = (reason: 'stop' | 'tool_calls' | 'refusal' | 'length', choice = 0): StreamPart => ({
  type: 'finish',
  choice,
  reason,
  vendorReason: null,
  stopSequence: null,
});
const callParts = (index: number, id: string, pieces: readonly string[]): StreamPart[] => [
  { type: 'tool-call-start', choice: 0, index, id, name: `tool_${index}` },
  ...pieces.map((piece): StreamPart => ({ type: 'tool-call-delta', choice: 0, index, text: piece })),
  { type: 'tool-call-end', choice: 0, index },
];

function write(parts: readonly StreamPart[], request: Partial<ChatRequest> = {}, trailer: string | null = null) {
  const losses = new LossReport();
  const context = { requestId: 'req-1', model: 'maker/model', createdS: 7, request: chatRequest(request) };
  const builder = new OpenAiStreamBuilder(context, losses);
  const stream = parts.map((part) => builder.build(part)).join('') + builder.end(trailer);
  const events = stream.split('\n\n').slice(0, -1);
  expect(events.pop()).toBe('data: [DONE]');
  const chunks = events.map((event) => JSON.parse(event.slice('data: '.length)) as Chunk);
  return { stream, chunks, deltas: chunks.flatMap(({ choices }) => choices.map(({ delta }) => delta)), losses };
}

describe('chunks', () => {
  test('have our id, the canonical model and every member that clients look at', () => {
    const { chunks } = write([text('a'), finish('stop')]);
    for (const chunk of chunks) {
      expect(chunk).toMatchObject({
        id: 'chatcmpl-req-1',
        object: 'chat.completion.chunk',
        created: 7,
        model: 'maker/model',
      });
      expect(chunk).not.toHaveProperty('usage');
      expect(chunk.choices[0]).toHaveProperty('delta');
      expect(chunk.choices[0]).toHaveProperty('finish_reason');
      expect(chunk.choices[0]).toHaveProperty('logprobs');
    }
  });

  test('quirk 34: begin with the role and end with a reason on an empty delta', () => {
    const { chunks, deltas } = write([text('a "quoted"\n'), text('é😀'), finish('length')]);
    expect(deltas).toEqual([
      { role: 'assistant', content: '', refusal: null },
      { content: 'a "quoted"\n' },
      { content: 'é😀' },
      {},
    ]);
    expect(chunks.map(({ choices }) => choices[0]?.finish_reason)).toEqual([null, null, null, 'length']);
  });

  test('quirk 37: a ping is a comment with one newline, and holds nothing back', () => {
    const builder = new OpenAiStreamBuilder(
      { requestId: 'r', model: 'm', createdS: 7, request: chatRequest() },
      new LossReport(),
    );
    const events = [text('a'), finish('stop')].map((part) => [builder.build(part), builder.build({ type: 'ping' })]);
    expect(events.map(([, ping]) => ping)).toEqual([': ping\n', ': ping\n']);
    expect(events.map(([event]) => event).join('') + builder.end(null)).toBe(
      write([text('a'), finish('stop')])
        .stream.replaceAll('req-1', 'r')
        .replaceAll('maker/model', 'm'),
    );
  });

  test('quirk 25: of several answers each have their own role and index', () => {
    const { chunks } = write([text('a'), text('b', 1), finish('stop'), finish('stop', 1)]);
    expect(chunks.map(({ choices }) => choices[0]?.index)).toEqual([0, 0, 1, 1, 0, 1]);
  });

  test('of an answer without content are the role and the reason', () => {
    expect(write([finish('stop')]).deltas).toEqual([{ role: 'assistant', content: '', refusal: null }, {}]);
  });
});

describe('usage', () => {
  const usage = (input: number | null, output: number | null): StreamPart => ({
    type: 'usage',
    usage: {
      input_tokens: input,
      output_tokens: output,
      cached_input_tokens: input === null ? null : 3,
      cache_write_tokens: null,
      reasoning_tokens: 2,
    },
  });

  test('quirk 32: comes last and once, with the last of cumulative reports, where it was asked for', () => {
    const { chunks } = write([usage(10, 1), text('a'), finish('stop'), usage(null, 5)], { includeUsage: true });
    expect(chunks.slice(0, -1).every(({ usage: said }) => said === null)).toBe(true);
    expect(chunks.at(-1)).toMatchObject({
      choices: [],
      usage: {
        prompt_tokens: 10,
        completion_tokens: 5,
        total_tokens: 15,
        prompt_tokens_details: { cached_tokens: 3 },
        completion_tokens_details: { reasoning_tokens: 2 },
      },
    });
  });

  test('does not come where it was not asked for', () => {
    const { stream } = write([usage(10, 1), text('a'), finish('stop')]);
    expect(stream).not.toContain('usage');
  });
});

describe('the receipt', () => {
  test('rides on the last chunk that has a reason', () => {
    const { chunks } = write([text('a'), finish('stop')], {}, '{"cost_usd":1}');
    expect(chunks.at(-1)).toMatchObject({ alidade: { cost_usd: 1 }, choices: [{ finish_reason: 'stop' }] });
    expect(chunks.filter((chunk) => chunk.alidade !== undefined)).toHaveLength(1);
  });

  test('rides on the usage chunk where there is one', () => {
    const usage: StreamPart = {
      type: 'usage',
      usage: {
        input_tokens: 1,
        output_tokens: 1,
        cached_input_tokens: null,
        cache_write_tokens: null,
        reasoning_tokens: null,
      },
    };
    const { chunks } = write([text('a'), finish('stop'), usage], { includeUsage: true }, '{"a":1}');
    expect(chunks.at(-1)).toMatchObject({ alidade: { a: 1 }, choices: [] });
    expect(chunks.filter((chunk) => chunk.alidade !== undefined)).toHaveLength(1);
  });
});

describe('tool calls', () => {
  test('stream their name once and their arguments as text', () => {
    const { deltas } = write([
      ...callParts(0, 'a', ['{"x":', '"é"}']),
      ...callParts(1, 'b', ['{}']),
      finish('tool_calls'),
    ]);
    expect(deltas.slice(0, 4)).toEqual([
      { role: 'assistant', content: null, refusal: null },
      { tool_calls: [{ index: 0, id: 'a', type: 'function', function: { name: 'tool_0', arguments: '' } }] },
      { tool_calls: [{ index: 0, function: { arguments: '{"x":' } }] },
      { tool_calls: [{ index: 0, function: { arguments: '"é"}' } }] },
    ]);
  });

  test('quirk 11: without arguments have an empty object', () => {
    const { deltas } = write([...callParts(0, 'a', []), finish('tool_calls')]);
    expect(deltas[2]).toEqual({ tool_calls: [{ index: 0, function: { arguments: '{}' } }] });
  });

  test('quirk 14: cut off by the limit keep what came', () => {
    const { deltas } = write([...callParts(0, 'a', ['{"x":"be']), finish('length')]);
    expect(deltas.slice(2)).toEqual([{ tool_calls: [{ index: 0, function: { arguments: '{"x":"be' } }] }, {}]);
  });

  test('quirks 27 and 28: carry signatures of the call and of the thoughts before it in their ids', () => {
    const { deltas } = write([
      { type: 'reasoning-delta', choice: 0, block: 0, text: 'hm' },
      {
        type: 'reasoning-signature',
        choice: 0,
        block: 0,
        signature: { origin: 'anthropic', value: 'c2ln' },
        redacted: false,
      },
      {
        type: 'tool-call-start',
        choice: 0,
        index: 0,
        id: 'a',
        name: 'one',
        signature: { origin: 'gemini', value: 'Z2Vt' },
      },
      { type: 'tool-call-end', choice: 0, index: 0 },
      ...callParts(1, 'b', []),
      finish('tool_calls'),
    ]);
    const ids = deltas
      .flatMap((delta) => (delta.tool_calls as { id?: string }[] | undefined) ?? [])
      .flatMap(({ id }) => id ?? []);
    expect(ids.map(unpackToolCallId)).toEqual([
      {
        id: 'a',
        carried: [
          { kind: 'thought', signature: { origin: 'anthropic', value: 'c2ln' } },
          { kind: 'call', signature: { origin: 'gemini', value: 'Z2Vt' } },
        ],
      },
      { id: 'b', carried: [] },
    ]);
    expect(ids[1]).toBe('b');
    expect(ids[0]).toBe(
      packToolCallId('a', [
        { kind: 'thought', signature: { origin: 'anthropic', value: 'c2ln' } },
        { kind: 'call', signature: { origin: 'gemini', value: 'Z2Vt' } },
      ]),
    );
    expect(deltas).toContainEqual({
      reasoning_details: [
        { type: 'reasoning.text', text: 'hm', signature: 'c2ln', format: 'anthropic-claude-v1', index: 0 },
      ],
    });
  });
});

test('quirk 43: a refusal with its text ends with stop, one without with content_filter', () => {
  const refusal: StreamPart = { type: 'refusal-delta', choice: 0, text: 'No.' };
  expect(write([refusal, finish('refusal')]).chunks.at(-1)?.choices[0]?.finish_reason).toBe('stop');
  expect(write([finish('refusal')]).chunks.at(-1)?.choices[0]?.finish_reason).toBe('content_filter');
});

test('what has no place here is a declared loss', () => {
  const { losses } = write([
    {
      type: 'citation',
      choice: 0,
      citation: { url: null, title: 'p. 3', quote: null, start: null, end: null, origin: 'anthropic', value: {} },
    },
    { type: 'media-delta', choice: 0, kind: 'audio', source: { kind: 'base64', mediaType: 'audio/wav', data: 'AA' } },
    { type: 'unknown', choice: 0, origin: 'anthropic', name: 'server_tool_use', value: {} },
    { type: 'text-delta', choice: 0, text: 'Signed.', signature: { origin: 'gemini', value: 'c2lnbmVk' } },
    { type: 'finish', choice: 0, reason: 'stop', vendorReason: 'stop_sequence', stopSequence: '##' },
  ]);
  expect(losses.entries.map(({ kind, field }) => `${kind} ${field}`)).toEqual([
    'dropped answer.citations',
    'dropped answer.media',
    'dropped server_tool_use',
    'dropped answer.signature',
    'dropped answer.stop_sequence',
  ]);
});

test.each(['text', 'parallel-tools', 'truncated-tool', 'refusal', 'choices', 'reasoning'])(
  'what a client reads of %s is what the upstream wrote',
  (name) => {
    const request = chatRequest({ stream: true, includeUsage: true });
    const parts = partsOf(new OpenAiStreamReader(request), streamFixture(name));
    const { stream } = write(parts.slice(0, -1), request);
    const again = partsOf(new OpenAiStreamReader(request), stream);
    // A call without arguments gets `{}`, and reports of usage become one at the end: everything else is the same.
    const essence = (of: StreamPart[]) =>
      of.filter(
        (part) =>
          part.type !== 'start' && part.type !== 'usage' && !(part.type === 'tool-call-delta' && part.text === '{}'),
      );
    const vendorless = (of: StreamPart[]) =>
      of.map((part) => (part.type === 'finish' ? { ...part, vendorReason: null } : part));
    const lastUsage = (of: StreamPart[]) => of.findLast((part) => part.type === 'usage');
    expect(vendorless(essence(again))).toEqual(vendorless(essence(parts)));
    expect(lastUsage(again)).toEqual(lastUsage(parts));
  },
);

test('quirk 27: thoughts that nobody here can read are a loss where no call carries them, streamed as whole', () => {
  const signed = (origin: 'anthropic' | 'gemini', redacted: boolean): StreamPart => ({
    type: 'reasoning-signature',
    choice: 0,
    block: 0,
    signature: { origin, value: 'c2ln' },
    redacted,
  });
  const thought = (value: string): StreamPart => ({ type: 'reasoning-delta', choice: 0, block: 0, text: value });
  const lossesOf = (...parts: StreamPart[]) =>
    write([...parts, finish('stop')]).losses.entries.map(({ field }) => field);
  expect(lossesOf(signed('anthropic', true), text('a'))).toEqual(['answer.reasoning']);
  expect(lossesOf(thought(''), signed('anthropic', false), text('a'))).toEqual(['answer.reasoning']);
  expect(lossesOf(thought('Hm.'), signed('anthropic', false), text('a'))).toEqual([]);
  expect(lossesOf(signed('anthropic', true), ...callParts(0, 'c', ['{}']))).toEqual([]);
});
