import { describe, expect, test } from 'vitest';
import { bodyOf, fixture, fixtureNames, readAnswer } from '../../../test/support/gemini-fixtures.ts';
import type { ChatRequest } from '../../contracts/chat-request.ts';
import { geminiUpstream } from './codec.ts';

const answerOf = (body: Buffer, said: Partial<ChatRequest> = {}) => {
  const reading = readAnswer(body, said);
  if (!reading.ok) throw new Error(`not an answer: ${reading.error.code}`);
  return reading.answer;
};
const choiceOf = (name: string) => answerOf(bodyOf(name)).choices[0];
const of = (candidate: object, rest: object = {}) =>
  answerOf(Buffer.from(JSON.stringify({ candidates: [candidate], ...rest }))).choices[0];

test('a whole answer is read with everything that it says', () => {
  expect(answerOf(bodyOf('text.json'))).toEqual({
    id: 'aGVsbG8tYWxpZGFkZQ',
    model: 'gemini-3.8-flash',
    choices: [
      {
        index: 0,
        parts: [
          {
            type: 'text',
            text: 'Der Himmel ist blau, weil die Luft kurze Wellen stärker streut.',
            signature: { origin: 'gemini', value: 'RmFrZVNpZ25hdHVyZU9uZQ==' },
          },
        ],
        finish: { reason: 'stop', vendorReason: 'STOP', stopSequence: null },
        logprobs: null,
      },
    ],
    usage: {
      input_tokens: 1210,
      output_tokens: 111,
      cached_input_tokens: 1024,
      cache_write_tokens: null,
      reasoning_tokens: 94,
    },
    serviceTier: 'standard',
    fingerprint: null,
  });
});

test('quirk 31: the prompt includes what was cached, and the results of server tools are input, too', () => {
  expect(answerOf(bodyOf('code-execution.json')).usage).toMatchObject({ input_tokens: 26, output_tokens: 30 });
});

test('quirk 33: thoughts count as output where nothing else came out', () => {
  expect(answerOf(bodyOf('safety.json')).usage).toMatchObject({ output_tokens: 40, reasoning_tokens: 40 });
});

test('usage that nobody reported is not zero', () => {
  const { usage } = answerOf(
    Buffer.from('{"candidates":[{"finishReason":"STOP"}],"usageMetadata":{"trafficType":"ON_DEMAND"}}'),
  );
  expect(usage).toBeNull();
});

test('thoughts are reasoning before the text', () => {
  expect(choiceOf('thoughts.json')?.parts.map((part) => part.type)).toEqual(['reasoning', 'text']);
});

test('a text that comes in pieces is one text, but what is signed stays as it came', () => {
  const parts = [
    { text: 'Hm', thought: true },
    { text: '.', thought: true },
    { text: '{"a"' },
    { text: ':1}' },
    { text: '!', thoughtSignature: 'AAAA' },
    { text: '?' },
  ];
  expect(of({ content: { parts } })?.parts).toMatchObject([
    { type: 'reasoning', text: 'Hm.' },
    { type: 'text', text: '{"a":1}' },
    { type: 'text', text: '!', signature: { value: 'AAAA' } },
    { type: 'text', text: '?' },
  ]);
});

test('quirks 13 and 15: parallel calls keep their order, ids and signatures, and STOP after them is a wait for results', () => {
  expect(choiceOf('tools.json')).toMatchObject({
    parts: [
      {
        type: 'tool-call',
        id: 'fc_9a1',
        name: 'get_weather',
        arguments: '{"city":"Paris"}',
        signature: { origin: 'gemini', value: 'RmFrZVNpZ25hdHVyZVR3bw==' },
      },
      { type: 'tool-call', id: 'fc_9a2', name: 'get_weather', arguments: '{"city":"Oslo","days":3}' },
    ],
    finish: { reason: 'tool_calls', vendorReason: 'STOP' },
  });
});

test('quirks 9 and 11: calls without ids and arguments get both, the same on every reading', () => {
  const read = () => choiceOf('tools-2.5.json')?.parts;
  expect(read()).toMatchObject([
    { type: 'tool-call', name: 'get_time', arguments: '{}', id: expect.stringMatching(/^call_[a-f0-9]{24}$/) },
    { type: 'tool-call', name: 'get_weather', arguments: '{"city":"Paris"}' },
  ]);
  expect(read()).toEqual(read());
});

test('quirk 9: an id that other dialects would refuse is replaced, always by the same', () => {
  const idOf = (id: string) => of({ content: { parts: [{ functionCall: { id, name: 'f' } }] } })?.parts[0];
  expect(idOf('fc/1?')).toEqual(idOf('fc/1?'));
  expect(idOf('fc/1?')).toMatchObject({ id: expect.stringMatching(/^call_[a-f0-9]{24}$/) });
  expect(idOf('fc/1?')).not.toEqual(idOf('fc/2?'));
});

test('numbers in arguments keep all their digits', () => {
  const body =
    '{"candidates":[{"content":{"parts":[{"functionCall":{"name":"f","args":{"id":12345678901234567890}}}]}}]}';
  expect(answerOf(Buffer.from(body)).choices[0]?.parts[0]).toMatchObject({ arguments: '{"id":12345678901234567890}' });
});

test('quirk 28: a signature after its call belongs to the call', () => {
  const parts = [{ functionCall: { name: 'f' } }, { thoughtSignature: 'AA' }, { text: '', thoughtSignature: 'AA' }];
  expect(of({ content: { parts } })?.parts).toMatchObject([{ type: 'tool-call', signature: { value: 'AAAA' } }]);
});

describe('quirk 43: refusals and filters are answers', () => {
  test('a blocked prompt has one empty choice that says why', () => {
    expect(answerOf(bodyOf('blocked-prompt.json')).choices).toEqual([
      {
        index: 0,
        parts: [],
        finish: { reason: 'content_filter', vendorReason: 'PROHIBITED_CONTENT', stopSequence: null },
        logprobs: null,
      },
    ]);
  });

  test.each([
    ['STOP', 'stop'],
    ['MAX_TOKENS', 'length'],
    ['CONTINUATION', 'length'],
    ['SAFETY', 'content_filter'],
    ['RECITATION', 'content_filter'],
    ['BLOCKLIST', 'content_filter'],
    ['PROHIBITED_CONTENT', 'content_filter'],
    ['SPII', 'content_filter'],
    ['IMAGE_SAFETY', 'content_filter'],
    ['LANGUAGE', 'other'],
    ['OTHER', 'other'],
    ['constructor', 'other'],
  ])('%s is %s', (vendorReason, reason) => {
    expect(of({ finishReason: vendorReason })?.finish).toEqual({ reason, vendorReason, stopSequence: null });
  });

  test.each([
    'MALFORMED_FUNCTION_CALL',
    'MALFORMED_RESPONSE',
    'UNEXPECTED_TOOL_CALL',
    'TOO_MANY_TOOL_CALLS',
    'MISSING_THOUGHT_SIGNATURE',
  ])('%s is a failure: no client could tell its answer from one that is done', (vendorCode) => {
    const failed = { content: { parts: [{ text: 'Let me look.' }] }, finishReason: vendorCode };
    const usageMetadata = { promptTokenCount: 9, candidatesTokenCount: 3, totalTokenCount: 12 };
    const read = (...candidates: object[]) => readAnswer(Buffer.from(JSON.stringify({ candidates, usageMetadata })));
    expect(read(failed)).toMatchObject({
      ...{ ok: false, error: { code: 'upstream_error', vendorCode, vendorParam: null } },
      usage: { input_tokens: 9, output_tokens: 3 },
    });
    expect(read(failed, { finishReason: 'STOP' })).toMatchObject({ ok: true });
  });

  test('a candidate that neither says anything nor why is no answer', () => {
    const read = (...candidates: object[]) => readAnswer(Buffer.from(JSON.stringify({ candidates })));
    expect(read({}, { content: { role: 'model' } })).toMatchObject({ ok: false, error: { code: 'upstream_protocol' } });
    expect(read({ content: { role: 'model' }, finishReason: 'STOP' })).toMatchObject({ ok: true });
  });

  test('an answer that names no reason is not said to be complete', () => {
    expect(of({ content: { parts: [{ text: 'a' }] } })?.finish).toEqual({
      reason: 'other',
      vendorReason: null,
      stopSequence: null,
    });
  });
});

test('quirk 25: candidates are choices, log probabilities have their alternatives', () => {
  const { choices } = answerOf(Buffer.from('{"candidates":[{"index":1,"finishReason":"STOP"},{"index":0}]}'));
  expect(choices.map(({ index }) => index)).toEqual([1, 0]);
  expect(choiceOf('logprobs.json')?.logprobs).toEqual([
    {
      token: 'Ja',
      logprob: -0.01,
      bytes: null,
      top: [
        { token: 'Ja', logprob: -0.01, bytes: null },
        { token: 'Nein', logprob: -4.6, bytes: null },
      ],
    },
  ]);
});

test('quirk 23: images stand where the model put them, with their signature', () => {
  expect(choiceOf('image.json')?.parts).toEqual([
    { type: 'text', text: 'Hier:' },
    {
      type: 'image',
      source: { kind: 'base64', mediaType: 'image/png', data: 'iVBORw0KGgo=' },
      signature: { origin: 'gemini', value: 'RmFrZVNpZ25hdHVyZQ==' },
    },
  ]);
});

test('quirk 18: parts of server tools are kept under their own names', () => {
  expect(choiceOf('code-execution.json')?.parts).toMatchObject([
    { type: 'unknown', origin: 'gemini', name: 'executableCode' },
    { type: 'unknown', origin: 'gemini', name: 'codeExecutionResult' },
    { type: 'text', text: '42' },
  ]);
});

describe('what is no answer', () => {
  test.each([
    ['HTML', '<html></html>', 'upstream_protocol'],
    ['cut JSON', '{"candidates":[{"content":{"par', 'upstream_protocol'],
    ['nothing', '', 'upstream_protocol'],
    ['no candidates and no reason', '{"usageMetadata":{"promptTokenCount":3}}', 'upstream_protocol'],
    [
      'an unspecified block reason',
      '{"promptFeedback":{"blockReason":"BLOCK_REASON_UNSPECIFIED"}}',
      'upstream_protocol',
    ],
    ['an error under 200', '{"error":{"code":503,"status":"UNAVAILABLE"}}', 'upstream_overloaded'],
    ['an error in an array', '[{"error":{"code":429,"status":"RESOURCE_EXHAUSTED"}}]', 'upstream_rate_limited'],
    ['a list', '[1,2]', 'upstream_protocol'],
  ])('%s', (_name, body, code) => {
    expect(readAnswer(Buffer.from(body))).toMatchObject({ ok: false, error: { code } });
  });
});

test('the quota fixture is a rate limit with a wait', () => {
  const { status } = fixture('error-quota.json');
  expect(geminiUpstream.readError(status, bodyOf('error-quota.json'))).toEqual({
    code: 'upstream_rate_limited',
    vendorCode: 'RESOURCE_EXHAUSTED',
    vendorParam: null,
    retryAfterS: 34.4,
  });
});

test('every fixture names its model, its date and where it comes from', () => {
  for (const name of fixtureNames.filter((file) => file.endsWith('.json'))) {
    expect(fixture(name), name).toMatchObject({
      model: expect.stringMatching(/^gemini-/),
      date: expect.stringMatching(/^\d{4}-\d{2}-\d{2}$/),
      source: expect.stringContaining('https://ai.google.dev/'),
      note: expect.any(String),
    });
  }
});
