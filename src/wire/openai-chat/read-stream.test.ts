import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { chatRequest, functionTool } from '../../../test/support/chat-requests.ts';
import { streamFixture } from '../../../test/support/openai-fixtures.ts';
import { partsOf } from '../../../test/support/streams.ts';
import type { ChatRequest } from '../../contracts/chat-request.ts';
import type { StreamPart } from '../../contracts/stream-part.ts';
import { createToolNames } from '../tool-names.ts';
import { TOOL_NAME_RULE } from './build-chat.ts';
import { OpenAiStreamReader } from './read-stream.ts';

const read = (stream: Buffer | string, request: ChatRequest = chatRequest()): StreamPart[] =>
  partsOf(new OpenAiStreamReader(request), stream);
const fixture = (name: string): StreamPart[] => read(streamFixture(name));
const chunks = (...values: unknown[]): string =>
  values.map((value) => `data: ${typeof value === 'string' ? value : JSON.stringify(value)}\n\n`).join('');
const delta = (value: unknown, finish: string | null = null) => ({
  id: 'x',
  choices: [{ index: 0, delta: value, finish_reason: finish }],
});
const withoutStart = (parts: StreamPart[]): StreamPart[] => parts.filter(({ type }) => type !== 'start');
const call = (index: number | undefined, id: string | undefined, name: string | undefined, text: string) => ({
  tool_calls: [{ index, id, function: { name, arguments: text } }],
});

describe('a stream of text', () => {
  test('is its deltas, its reason, its usage and its end', () => {
    expect(fixture('text')).toEqual([
      { type: 'start', id: 'chatcmpl-fixture', model: 'gpt-5.4', serviceTier: null, fingerprint: 'fp_44709d6fcb' },
      { type: 'text-delta', choice: 0, text: 'Grüe' },
      { type: 'text-delta', choice: 0, text: 'zi 👋' },
      { type: 'finish', choice: 0, reason: 'stop', vendorReason: 'stop', stopSequence: null },
      {
        type: 'usage',
        usage: {
          input_tokens: 19,
          output_tokens: 6,
          cached_input_tokens: 8,
          cache_write_tokens: null,
          reasoning_tokens: 0,
        },
      },
      { type: 'end' },
    ]);
  });

  test('quirk 25: may have several answers at once, each with its own end', () => {
    expect(withoutStart(fixture('choices'))).toEqual([
      { type: 'text-delta', choice: 0, text: 'A' },
      { type: 'text-delta', choice: 1, text: 'B' },
      { type: 'text-delta', choice: 0, text: 'a' },
      { type: 'finish', choice: 0, reason: 'stop', vendorReason: 'stop', stopSequence: null },
      { type: 'text-delta', choice: 1, text: 'b' },
      { type: 'finish', choice: 1, reason: 'length', vendorReason: 'length', stopSequence: null },
      { type: 'end' },
    ]);
  });

  test('quirk 43: that is a refusal ends as one', () => {
    expect(withoutStart(fixture('refusal'))).toEqual([
      { type: 'refusal-delta', choice: 0, text: 'I can’t ' },
      { type: 'refusal-delta', choice: 0, text: 'help.' },
      { type: 'finish', choice: 0, reason: 'refusal', vendorReason: 'stop', stopSequence: null },
      { type: 'end' },
    ]);
  });

  test('usage in x_groq or in a choice is read', () => {
    const usage = { prompt_tokens: 9, completion_tokens: 3 };
    const last = (within: unknown, beside: unknown) => ({
      id: 'x',
      choices: [{ index: 0, delta: {}, finish_reason: 'stop', ...Object(within) }],
      ...Object(beside),
    });
    for (const chunk of [last({ usage }, {}), last({}, { x_groq: { usage } })]) {
      const parts = read(chunks(delta({ content: 'a' }), chunk, '[DONE]'));
      const found = parts.filter((part) => part.type === 'usage');
      expect(found.map(({ usage: { input_tokens, output_tokens } }) => [input_tokens, output_tokens])).toEqual([
        [9, 3],
      ]);
    }
  });

  test('is cut where it goes on behind a finish reason, or another answer has none, and nobody says that this is the end', () => {
    const of = (index: number, content: string, finish: string | null = null) => ({
      choices: [{ index, delta: { content }, finish_reason: finish }],
    });
    const ends = (...events: unknown[]): boolean => read(chunks(...events)).at(-1)?.type === 'end';
    expect(ends(of(0, 'a'), of(0, '', 'stop'), of(0, 'b'), of(0, 'c'))).toBe(false);
    expect(ends(of(0, 'a'), of(1, '', 'stop'))).toBe(false);
    expect(ends(of(0, 'a'), of(0, '', 'stop'), of(0, 'b'), of(0, '', 'stop'))).toBe(true);
    expect(ends(of(0, 'a', 'stop'), of(0, 'b', 'stop'), of(0, 'c', 'stop'))).toBe(true);
    expect(ends(of(0, 'a'), of(0, '', 'stop'), of(0, 'b'), '[DONE]')).toBe(true);
  });

  test('keeps what comes after a finish reason', () => {
    const parts = read(chunks(delta({ content: 'a' }, 'stop'), delta({ content: 'b' }), '[DONE]'));
    expect(parts.filter(({ type }) => type === 'text-delta')).toHaveLength(2);
    expect(parts.filter(({ type }) => type === 'finish')).toHaveLength(1);
  });
});

describe('thoughts', () => {
  test('quirk 32: come before text, and usage in every chunk is cumulative', () => {
    const parts = withoutStart(fixture('reasoning'));
    expect(parts.filter(({ type }) => type !== 'usage')).toEqual([
      { type: 'reasoning-delta', choice: 0, block: 0, text: 'Com' },
      { type: 'reasoning-delta', choice: 0, block: 0, text: 'pare.' },
      { type: 'text-delta', choice: 0, text: '9.8' },
      { type: 'finish', choice: 0, reason: 'stop', vendorReason: 'stop', stopSequence: null },
      { type: 'end' },
    ]);
    const usages = parts.filter((part) => part.type === 'usage');
    expect(usages.map(({ usage }) => usage.output_tokens)).toEqual([1, 2, 3, 4]);
  });

  test('quirks 27 and 36: that come twice are read once, with their signature, and an error ends the stream', () => {
    expect(withoutStart(fixture('router-reasoning'))).toEqual([
      { type: 'reasoning-delta', choice: 0, block: 0, text: 'Look ' },
      { type: 'reasoning-delta', choice: 0, block: 0, text: 'up.' },
      {
        type: 'reasoning-signature',
        choice: 0,
        block: 0,
        signature: { origin: 'anthropic', value: 'c2lnbmVk' },
        redacted: false,
      },
      { type: 'text-delta', choice: 0, text: 'Sunny' },
      { type: 'error', code: 'upstream_error', vendorCode: '502', vendorParam: null },
    ]);
  });

  test('in a list of parts are told from the text beside them', () => {
    const content = [
      { type: 'thinking', thinking: [{ type: 'text', text: 'hm' }] },
      { type: 'text', text: 'so' },
    ];
    expect(withoutStart(read(chunks(delta({ content }, 'stop'), '[DONE]'))).slice(0, 2)).toEqual([
      { type: 'reasoning-delta', choice: 0, block: 0, text: 'hm' },
      { type: 'text-delta', choice: 0, text: 'so' },
    ]);
  });
});

describe('tool calls', () => {
  test('quirk 12: are counted from 0, and end before their choice', () => {
    expect(withoutStart(fixture('parallel-tools')).slice(1, -2)).toEqual([
      { type: 'tool-call-start', choice: 0, index: 0, id: 'call_a', name: 'get_weather' },
      { type: 'tool-call-delta', choice: 0, index: 0, text: '{"pla' },
      { type: 'tool-call-delta', choice: 0, index: 0, text: 'ce":"Genève"}' },
      { type: 'tool-call-start', choice: 0, index: 1, id: 'call_b', name: 'get_time' },
      { type: 'tool-call-end', choice: 0, index: 0 },
      { type: 'tool-call-end', choice: 0, index: 1 },
      { type: 'finish', choice: 0, reason: 'tool_calls', vendorReason: 'tool_calls', stopSequence: null },
    ]);
  });

  test('quirk 14: cut off by the limit keep what came', () => {
    const parts = fixture('truncated-tool');
    expect(parts.filter(({ type }) => type === 'tool-call-delta')).toEqual([
      { type: 'tool-call-delta', choice: 0, index: 0, text: '{"text":"begi' },
    ]);
    expect(parts.find(({ type }) => type === 'finish')).toMatchObject({ reason: 'length' });
  });

  test('quirk 13: without index and with `stop` as the reason are two calls that ask to be run', () => {
    const parts = fixture('gemini-layer-tools');
    expect(parts.filter(({ type }) => type === 'tool-call-start')).toMatchObject([
      { index: 0, id: 'call_1', name: 'one' },
      { index: 1, id: 'call_2', name: 'two' },
    ]);
    expect(parts.find(({ type }) => type === 'finish')).toMatchObject({ reason: 'tool_calls', vendorReason: 'stop' });
  });

  test('quirk 12: that all say index 0 are told apart by their ids', () => {
    const parts = read(
      chunks(
        delta(call(0, 'a', 'one', '{}')),
        delta(call(0, 'b', 'two', '{"x":1}')),
        delta({}, 'tool_calls'),
        '[DONE]',
      ),
    );
    expect(parts.filter(({ type }) => type.startsWith('tool-call'))).toMatchObject([
      { type: 'tool-call-start', index: 0, id: 'a' },
      { type: 'tool-call-delta', index: 0, text: '{}' },
      { type: 'tool-call-start', index: 1, id: 'b' },
      { type: 'tool-call-delta', index: 1, text: '{"x":1}' },
      { type: 'tool-call-end', index: 0 },
      { type: 'tool-call-end', index: 1 },
    ]);
  });

  test('quirk 12: may be interleaved', () => {
    const parts = read(
      chunks(
        delta(call(3, 'a', 'one', '')),
        delta(call(5, 'b', 'two', '{')),
        delta(call(3, undefined, undefined, '{}')),
        delta(call(5, undefined, undefined, '}'), 'tool_calls'),
        '[DONE]',
      ),
    );
    expect(parts.filter((part) => part.type === 'tool-call-delta').map(({ index, text }) => [index, text])).toEqual([
      [1, '{'],
      [0, '{}'],
      [1, '}'],
    ]);
  });

  test('quirk 9: without an id get one that differs from answer to answer and is the same every time', () => {
    const idOf = (answer: string) => {
      const stream = chunks(
        { ...delta(call(0, undefined, 'one', '{}')), id: answer },
        delta({}, 'tool_calls'),
        '[DONE]',
      );
      const start = read(stream).find((part) => part.type === 'tool-call-start');
      return start?.id;
    };
    expect(idOf('x')).toMatch(/^call_[0-9a-f]{24}$/);
    expect(idOf('x')).toBe(idOf('x'));
    expect(idOf('x')).not.toBe(idOf('y'));
  });

  test('whose name comes late start late and lose nothing', () => {
    const parts = read(
      chunks(
        delta(call(0, 'a', undefined, '{"x"')),
        delta(call(0, undefined, 'one', ':1}')),
        delta({}, 'tool_calls'),
        '[DONE]',
      ),
    );
    expect(withoutStart(parts).slice(0, 2)).toMatchObject([
      { type: 'tool-call-start', id: 'a', name: 'one' },
      { type: 'tool-call-delta', text: '{"x":1}' },
    ]);
  });

  test('whose name never comes end the stream with an error', () => {
    const parts = read(chunks(delta(call(0, 'a', undefined, '{"x"')), '[DONE]'));
    expect(parts.at(-1)).toMatchObject({ type: 'error', code: 'upstream_protocol' });
  });

  test('quirk 10: come back under the names that the caller gave', () => {
    const name = 'mcp__a_server_with_a_long_name__a_tool_with_a_name_that_is_even_longer_than_that';
    const request = chatRequest({ tools: [functionTool({ name })] });
    const upstreamName = createToolNames(request, TOOL_NAME_RULE).toUpstream(name);
    expect(upstreamName.length).toBeLessThanOrEqual(64);
    const parts = read(chunks(delta(call(0, 'a', upstreamName, '{}'), 'tool_calls'), '[DONE]'), request);
    expect(parts).toContainEqual({ type: 'tool-call-start', choice: 0, index: 0, id: 'a', name });
  });
});

describe('the end', () => {
  test('quirk 35: is whole after a finish reason even without [DONE]', () => {
    expect(read(chunks(delta({ content: 'a' }, 'stop'))).at(-1)).toEqual({ type: 'end' });
  });

  test('quirk 35: without a finish reason and without [DONE] is none', () => {
    expect(read(chunks(delta({ content: 'a' }))).map(({ type }) => type)).toEqual(['start', 'text-delta']);
  });

  test('after content without a reason says that nobody knows why', () => {
    const parts = read(chunks(delta({ content: 'a' }), '[DONE]'));
    expect(parts.at(-2)).toMatchObject({ type: 'finish', reason: 'other', vendorReason: null });
  });

  test('of a stream without anything is a failure', () => {
    expect(read(chunks('[DONE]'))).toMatchObject([{ type: 'error', code: 'upstream_protocol' }]);
  });
});

test('sources, images and audio are read beside the text', () => {
  const parts = read(
    chunks(
      delta({
        annotations: [
          { type: 'url_citation', url_citation: { url: 'https://a', title: 't', start_index: 0, end_index: 1 } },
        ],
        images: [{ type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA' } }],
        audio: { data: 'BBBB', transcript: 'hi' },
      }),
    ),
  );
  expect(withoutStart(parts)).toMatchObject([
    { type: 'citation', citation: { url: 'https://a', title: 't', start: 0, end: 1 } },
    { type: 'media-delta', kind: 'image', source: { kind: 'base64', mediaType: 'image/png', data: 'AAAA' } },
    { type: 'media-delta', kind: 'audio', transcript: 'hi' },
  ]);
});

describe('chunks that differ by their text alone', () => {
  /** Says nothing, and makes every chunk another one, so that each is parsed. */
  const parsedEach = (stream: string): string => {
    let place = 0;
    return stream.replaceAll('data: {', () => {
      place += 1;
      return `data: {"obfuscation":"${place}",`;
    });
  };
  const contents = fc.array(fc.oneof(fc.string({ unit: 'binary' }), fc.string(), fc.constant('a')), { maxLength: 12 });
  const choice = (index: number, text: string, more: object = {}) => ({
    id: 'x',
    choices: [{ index, delta: { content: text }, finish_reason: null, ...more }],
    usage: null,
  });

  test.each([
    ['one answer', (text: string) => choice(0, text)],
    ['two answers in turn', (text: string, place: number) => choice(place % 2, text)],
    ['two answers in each', (text: string) => ({ choices: [0, 1].flatMap((index) => choice(index, text).choices) })],
    ['members that nobody knows', (text: string) => choice(0, text, { mood: 'good', delta: { content: text, x: 1 } })],
    ['log probabilities', (text: string) => choice(0, text, { logprobs: { content: [{ token: 'a', logprob: -1 }] } })],
    ['usage in each', (text: string, place: number) => ({ ...choice(0, text), usage: { completion_tokens: place } })],
    ['a text of another member', (text: string) => choice(0, 'b', { delta: { content: 'b', refusal: text } })],
    [
      'calls between',
      (text: string, place: number) =>
        place % 3 === 2 ? delta(call(place, `c${place}`, 'f', JSON.stringify({ text }))) : choice(0, text),
    ],
  ] satisfies [string, (text: string, place: number) => unknown][])(
    'say the same as if each were parsed: %s',
    (...given) => {
      const chunk: (text: string, place: number) => unknown = given[1];
      fc.assert(
        fc.property(contents, (texts) => {
          const stream = chunks(...texts.map(chunk), delta({}, 'stop'), '[DONE]');
          expect(read(stream)).toEqual(read(parsedEach(stream)));
        }),
      );
    },
  );

  test.each([
    ['Hi"},', 'Hi},'],
    ['Hi', 'H\ti'],
    ['Hi', 'H"i'],
    ['Hi', 'H\\i'],
  ])('are left out where their JSON is broken: %j as %j', (whole, broken) => {
    const reader = new OpenAiStreamReader(chatRequest());
    const parts: StreamPart[] = [];
    const data = JSON.stringify(choice(0, 'Hi'));
    for (let i = 0; i < 3; i += 1) expect(reader.read(data, '', parts)).toBe(true);
    const before = parts.length;
    expect(reader.read(data.replace(whole, broken), '', parts)).toBe(false);
    expect(parts).toHaveLength(before);
  });
});
