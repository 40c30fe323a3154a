import { describe, expect, test } from 'vitest';
import { chatRequest } from '../../../test/support/chat-requests.ts';
import { answerFixture } from '../../../test/support/openai-fixtures.ts';
import type { AnswerPart, ChatAnswer } from '../../contracts/chat-answer.ts';
import type { FinishReason } from '../../contracts/vocabulary.ts';
import { LossReport } from '../losses.ts';
import { unpackToolCallId } from '../tool-call-ids.ts';
import { buildOpenAiAnswer } from './build-answer.ts';
import { readOpenAiAnswer } from './read-answer.ts';

function read(body: Buffer | object): ChatAnswer {
  const bytes = Buffer.isBuffer(body) ? body : Buffer.from(JSON.stringify(body));
  const reading = readOpenAiAnswer(bytes, chatRequest());
  if (!reading.ok) throw new Error(`not an answer: ${reading.error.code}`);
  return reading.answer;
}

const partsOf = (name: string): readonly AnswerPart[] => read(answerFixture(name)).choices[0]?.parts ?? [];

const answerOf = (parts: AnswerPart[], reason: FinishReason = 'stop'): ChatAnswer => ({
  id: 'up-1',
  model: 'up',
  choices: [{ index: 0, parts, finish: { reason, vendorReason: null, stopSequence: null }, logprobs: null }],
  usage: null,
  serviceTier: null,
  fingerprint: null,
});

function write(answer: ChatAnswer, trailer: string | null = null) {
  const losses = new LossReport();
  const context = { requestId: 'req-1', model: 'maker/model', createdS: 7, request: chatRequest() };
  const body = JSON.parse(buildOpenAiAnswer(answer, context, losses, trailer)) as {
    choices: { message: Record<string, unknown>; finish_reason: string; logprobs: unknown }[];
    usage?: unknown;
    alidade?: unknown;
  };
  return {
    body,
    losses,
    message: body.choices[0]?.message as Record<string, unknown>,
    finish: body.choices[0]?.finish_reason,
  };
}

describe('an answer is read', () => {
  test('quirk 31: with its text, its usage and where it comes from, cached tokens counted in the input', () => {
    expect(read(answerFixture('text'))).toEqual({
      id: 'chatcmpl-fixture',
      model: 'gpt-5.4',
      choices: [
        {
          index: 0,
          parts: [{ type: 'text', text: 'Grüezi! Wie kann ich helfen?' }],
          finish: { reason: 'stop', vendorReason: 'stop', stopSequence: null },
          logprobs: null,
        },
      ],
      usage: {
        input_tokens: 19,
        output_tokens: 10,
        cached_input_tokens: 8,
        cache_write_tokens: null,
        reasoning_tokens: 4,
      },
      serviceTier: 'default',
      fingerprint: 'fp_44709d6fcb',
    });
  });

  test('quirks 11 and 15: with parallel calls, empty arguments being an empty object', () => {
    expect(partsOf('tools')).toEqual([
      { type: 'tool-call', id: 'call_9pw1qnYScqvGrCH58HWCvFH6', name: 'get_weather', arguments: '{"place":"Genève"}' },
      { type: 'tool-call', id: 'call_abc123', name: 'get_time', arguments: '{}' },
    ]);
  });

  test('quirk 14: with arguments as they were cut off', () => {
    expect(partsOf('truncated-tool')).toMatchObject([{ arguments: '{"path":"a.txt","text":"begi' }]);
  });

  test('quirk 43: as a refusal where it is one', () => {
    const [choice] = read(answerFixture('refusal')).choices;
    expect(choice).toMatchObject({
      parts: [{ type: 'refusal', text: 'I can’t help with that.' }],
      finish: { reason: 'refusal' },
    });
  });

  test('quirk 25: with every choice and its log probabilities', () => {
    const { choices } = read(answerFixture('choices'));
    expect(choices.map(({ index, finish }) => [index, finish.reason])).toEqual([
      [0, 'stop'],
      [1, 'length'],
    ]);
    expect(choices[0]?.logprobs).toEqual([
      {
        token: 'Hi',
        logprob: -0.25,
        bytes: [72, 105],
        top: [
          { token: 'Hi', logprob: -0.25, bytes: [72, 105] },
          { token: 'Hey', logprob: -1.5, bytes: [72, 101, 121] },
        ],
      },
    ]);
  });

  test('with thoughts under either name, and their signatures', () => {
    expect(partsOf('reasoning-content')).toEqual([
      { type: 'reasoning', text: 'Compare the decimals.' },
      { type: 'text', text: '9.8 is larger.' },
    ]);
    expect(partsOf('reasoning-details').slice(0, 2)).toEqual([
      { type: 'reasoning', text: 'Look it up.', signature: { origin: 'anthropic', value: 'c2lnbmVk' } },
      { type: 'reasoning', text: '', redacted: { origin: 'anthropic', value: 'cmVkYWN0ZWQ=' } },
    ]);
  });

  test('with the sources of a search', () => {
    expect(partsOf('search')).toMatchObject([
      {
        text: 'Rain is likely.',
        citations: [{ url: 'https://example.org/weather', title: 'Weather', start: 0, end: 4 }],
      },
    ]);
  });

  test.each([
    ['cut JSON', '{"choices":[{"mess'],
    ['HTML', '<html>busy</html>'],
    ['no choices', '{"choices":[]}'],
    ['nothing', ''],
    ['a list', '[]'],
  ])('quirk 40: not at all where it is %s', (_name, text) => {
    expect(readOpenAiAnswer(Buffer.from(text), chatRequest()).ok).toBe(false);
  });

  test('as an error where there is one under 200', () => {
    const body = Buffer.from('{"error":{"message":"x","code":"rate_limit_exceeded"}}');
    expect(readOpenAiAnswer(body, chatRequest())).toMatchObject({
      ok: false,
      error: { code: 'upstream_rate_limited' },
    });
  });
});

describe('an answer is written', () => {
  test('quirk 21: with our id, the canonical model, and null where there is no text beside calls', () => {
    const { body, message } = write(answerOf([{ type: 'tool-call', id: 'a', name: 'f', arguments: '' }], 'tool_calls'));
    expect(body).toMatchObject({ id: 'chatcmpl-req-1', object: 'chat.completion', created: 7, model: 'maker/model' });
    expect(message).toEqual({
      role: 'assistant',
      content: null,
      refusal: null,
      tool_calls: [{ id: 'a', type: 'function', function: { name: 'f', arguments: '{}' } }],
    });
  });

  test('with empty text where the model said nothing', () => {
    expect(write(answerOf([])).message.content).toBe('');
  });

  test('quirk 27: with thoughts as text, as signed details, and in the id of the first call', () => {
    const { message } = write(
      answerOf([
        { type: 'reasoning', text: 'hm', signature: { origin: 'anthropic', value: 'c2ln' } },
        { type: 'text', text: 'a' },
        { type: 'tool-call', id: 'a', name: 'f', arguments: '{}' },
        { type: 'tool-call', id: 'b', name: 'f', arguments: '{}', signature: { origin: 'gemini', value: 'Z2Vt' } },
      ]),
    );
    expect(message).toMatchObject({
      content: 'a',
      reasoning_content: 'hm',
      reasoning_details: [{ type: 'reasoning.text', text: 'hm', signature: 'c2ln', format: 'anthropic-claude-v1' }],
    });
    const calls = message.tool_calls as { id: string }[];
    expect(calls.map(({ id }) => unpackToolCallId(id).carried)).toEqual([
      [{ kind: 'thought', signature: { origin: 'anthropic', value: 'c2ln' } }],
      [{ kind: 'call', signature: { origin: 'gemini', value: 'Z2Vt' } }],
    ]);
  });

  test('with places of sources counted in the joined text', () => {
    const source = { title: null, quote: null, origin: 'gemini', value: {} } as const;
    const { message, losses } = write(
      answerOf([
        { type: 'text', text: 'One. ' },
        { type: 'text', text: 'Two.', citations: [{ ...source, url: 'https://a', start: 0, end: 3 }] },
        { type: 'text', text: '', citations: [{ ...source, url: null, start: 0, end: 3 }] },
      ]),
    );
    expect(message.annotations).toMatchObject([{ url_citation: { url: 'https://a', start_index: 5, end_index: 8 } }]);
    expect(losses.entries.map(({ field }) => field)).toEqual(['answer.citations']);
  });

  test('with images where OpenRouter puts them', () => {
    const source = { kind: 'base64', mediaType: 'image/png', data: 'AAAA' } as const;
    expect(write(answerOf([{ type: 'image', source }])).message.images).toEqual([
      { type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA' } },
    ]);
  });

  test.each([
    ['stop', 'stop'],
    ['length', 'length'],
    ['tool_calls', 'tool_calls'],
    ['content_filter', 'content_filter'],
    ['refusal', 'content_filter'],
    ['other', 'stop'],
  ] as const)('quirk 43: ending with %s as %s', (reason, expected) => {
    expect(write(answerOf([], reason)).finish).toBe(expected);
  });

  test('with the receipt as its last member', () => {
    expect(write(answerOf([]), '{"cost_usd":1}').body.alidade).toEqual({ cost_usd: 1 });
  });
});

test.each([
  'text',
  'tools',
  'truncated-tool',
  'refusal',
  'choices',
  'search',
  'reasoning-content',
  'reasoning-details',
])('what a client reads of the %s answer is what the upstream wrote', (name) => {
  const given = read(answerFixture(name));
  const losses = new LossReport();
  const context = { requestId: 'req-1', model: 'maker/model', createdS: 7, request: chatRequest() };
  const again = read(Buffer.from(buildOpenAiAnswer(given, context, losses, null)));
  expect(losses.entries).toEqual([]);
  const essence = (answer: ChatAnswer) => ({
    ...answer,
    id: null,
    model: null,
    choices: answer.choices.map((choice) => ({
      ...choice,
      // Ids carry thoughts now.
      parts: choice.parts.map((part) =>
        part.type === 'tool-call' ? { ...part, id: unpackToolCallId(part.id).id } : part,
      ),
    })),
  });
  expect(essence(again)).toEqual(essence(given));
});

test('28: the signature of a text has no place in this dialect, and that is said', () => {
  const signature = { origin: 'gemini', value: 'c2lnbmVk' } as const;
  const { message, losses } = write(answerOf([{ type: 'text', text: 'Signed.', signature }]));
  expect(message.content).toBe('Signed.');
  expect(losses.entries).toMatchObject([{ kind: 'dropped', field: 'answer.signature' }]);
});
