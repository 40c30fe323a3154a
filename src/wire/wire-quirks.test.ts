import { describe, expect, test } from 'vitest';
import { chatRequest } from '../../test/support/chat-requests.ts';
import { sampleDeployment } from '../../test/support/deployments.ts';
import type { ChatRequest, Turn } from '../contracts/chat-request.ts';
import type { Dialect } from '../contracts/vocabulary.ts';
import { anthropicClient, anthropicUpstream } from './anthropic/codec.ts';
import { readAnthropicChat } from './anthropic/read-chat.ts';
import type { ChatAnswerReading } from './codec.ts';
import { geminiUpstream } from './gemini/codec.ts';
import { LossReport } from './losses.ts';
import { openAiClient, openAiUpstream } from './openai-chat/codec.ts';
import { readOpenAiChat } from './openai-chat/read-chat.ts';
import { createTranslateLane } from './translate-lane.ts';

/** Rows that say the same of every dialect, so that each is seen beside the others. */
const UPSTREAMS = { openai: openAiUpstream, anthropic: anthropicUpstream, gemini: geminiUpstream };
/** Models that take everything that is asked here. */
const MODELS: Readonly<Record<Dialect, string>> = {
  openai: 'gpt-4.1',
  anthropic: 'claude-sonnet-4',
  gemini: 'gemini-2.5-flash',
};

function build(dialect: Dialect, given: Partial<ChatRequest>) {
  const losses = new LossReport();
  const deployment = sampleDeployment({ dialect, upstreamModel: MODELS[dialect] });
  const request = chatRequest({ maxOutputTokens: 900, ...given });
  const { body } = UPSTREAMS[dialect].buildRequest(request, deployment, losses);
  return {
    body: JSON.parse(body) as Record<string, never>,
    text: body,
    losses: losses.entries.map(({ kind, field }) => `${kind} ${field}`),
  };
}

const text = (words: string) => ({ type: 'text', text: words }) as const;
const user = (words: string): Turn => ({ role: 'user', parts: [text(words)] });
const step = (result: string): Turn[] => [
  user('Weather?'),
  { role: 'assistant', parts: [{ type: 'tool-call', id: 'call_1', name: 'weather', arguments: '{"city":"Oslo"}' }] },
  { role: 'tool', results: [{ type: 'tool-result', id: 'call_1', parts: [text(result)] }] },
  user('And tomorrow?'),
];

describe('quirk 6: where to stop, and how many tokens to draw from', () => {
  test.each([
    ['openai', { stop: ['x'] }, ['dropped top_k']],
    ['anthropic', { stop_sequences: ['x'], top_k: 4 }, []],
    ['gemini', { generationConfig: { maxOutputTokens: 900, stopSequences: ['x'], topK: 4 } }, []],
  ] as const)('is sent to %s, or said to be lost', (dialect, members, losses) => {
    const sent = build(dialect, { stop: ['x'], topK: 4 });
    expect(sent.body).toMatchObject(members);
    expect(sent.losses).toEqual(losses);
  });
});

describe('quirk 7: a call and its result stand', () => {
  test('beside the text and in a message of their own for OpenAI', () => {
    expect(build('openai', { turns: step('rain') }).body.messages).toMatchObject([
      { role: 'user' },
      { role: 'assistant', content: null, tool_calls: [{ id: 'call_1', function: { name: 'weather' } }] },
      { role: 'tool', tool_call_id: 'call_1', content: 'rain' },
      { role: 'user' },
    ]);
  });

  test('in blocks of the turns for Anthropic, the result in the turn of the user', () => {
    expect(build('anthropic', { turns: step('rain') }).body.messages).toMatchObject([
      { role: 'user' },
      { role: 'assistant', content: [{ type: 'tool_use', id: 'call_1', name: 'weather' }] },
      {
        role: 'user',
        content: [{ type: 'tool_result', tool_use_id: 'call_1', content: 'rain' }, text('And tomorrow?')],
      },
    ]);
  });

  test('in parts for Gemini, the result alone in its content', () => {
    expect(build('gemini', { turns: step('rain') }).body.contents).toMatchObject([
      { role: 'user' },
      { role: 'model', parts: [{ functionCall: { name: 'weather', args: { city: 'Oslo' } } }] },
      { role: 'user', parts: [{ functionResponse: { name: 'weather', response: { output: 'rain' } } }] },
      { role: 'user', parts: [{ text: 'And tomorrow?' }] },
    ]);
  });
});

describe('quirk 17: earlier calls in a request without tools', () => {
  test.each([
    ['openai', false, []],
    ['anthropic', true, ['synthesised tools']],
    ['gemini', false, []],
  ] as const)('reach %s, with declarations only where it demands them', (dialect, declared, losses) => {
    const sent = build(dialect, { turns: step('rain') });
    expect(sent.text).toContain('"weather"');
    expect('tools' in sent.body).toBe(declared);
    expect(sent.losses).toEqual(losses);
  });
});

describe('quirk 20: a result that is JSON with a $ref', () => {
  test.each(['openai', 'anthropic', 'gemini'] as const)('stays a text for %s', (dialect) => {
    const sent = build(dialect, { turns: step('{"$ref":"#/a"}') });
    expect(sent.text).toContain(JSON.stringify('{"$ref":"#/a"}'));
    expect(sent.text).not.toContain('{"$ref"');
  });
});

const ANSWERS: Readonly<Record<Dialect, unknown>> = {
  openai: {
    id: 'c',
    choices: [{ index: 0, message: { role: 'assistant', content: 'Hi' }, finish_reason: 'stop' }],
    usage: {
      prompt_tokens: 10,
      completion_tokens: 50,
      total_tokens: 60,
      completion_tokens_details: { reasoning_tokens: 30 },
    },
  },
  anthropic: {
    id: 'm',
    type: 'message',
    role: 'assistant',
    content: [{ type: 'text', text: 'Hi' }],
    stop_reason: 'end_turn',
    usage: { input_tokens: 10, output_tokens: 50, output_tokens_details: { thinking_tokens: 30 } },
  },
  gemini: {
    candidates: [{ content: { parts: [{ text: 'Hi' }] }, finishReason: 'STOP' }],
    usageMetadata: { promptTokenCount: 10, candidatesTokenCount: 20, thoughtsTokenCount: 30, totalTokenCount: 60 },
  },
};

function readAnswer(dialect: Dialect, value: unknown): Extract<ChatAnswerReading, { ok: true }> {
  const reading = UPSTREAMS[dialect].readAnswer(Buffer.from(JSON.stringify(value)), chatRequest());
  if (!reading.ok) throw new Error(reading.error.code);
  return reading;
}

describe('quirk 22: turns of the user in a row', () => {
  const turns: Turn[] = [user('One.'), user('Two.')];
  test('stay two messages for OpenAI', () => {
    expect(build('openai', { turns }).body.messages).toMatchObject([{ content: 'One.' }, { content: 'Two.' }]);
  });

  test('are one message of two texts for Anthropic, and one content of two parts for Gemini', () => {
    expect(build('anthropic', { turns }).body.messages).toEqual([
      { role: 'user', content: [text('One.'), text('Two.')] },
    ]);
    expect(build('gemini', { turns }).body.contents).toEqual([
      { role: 'user', parts: [{ text: 'One.' }, { text: 'Two.' }] },
    ]);
  });
});

describe('quirk 33: tokens of thoughts', () => {
  const answers = Object.entries(ANSWERS) as [Dialect, unknown][];
  test.each(answers)('of %s are part of the output and said apart', (dialect, value) => {
    expect(readAnswer(dialect, value).answer.usage).toMatchObject({
      input_tokens: 10,
      output_tokens: 50,
      reasoning_tokens: 30,
    });
  });

  test.each(answers)('of %s are told to both clients in their own way', (dialect, value) => {
    const { answer } = readAnswer(dialect, value);
    const context = { requestId: 'r', model: 'maker/model', createdS: 0, request: chatRequest() };
    const ofOpenAi = JSON.parse(openAiClient.buildAnswer(answer, context, new LossReport(), null));
    const ofAnthropic = JSON.parse(anthropicClient.buildAnswer(answer, context, new LossReport(), null));
    expect(ofOpenAi.usage).toMatchObject({
      completion_tokens: 50,
      completion_tokens_details: { reasoning_tokens: 30 },
    });
    expect(ofAnthropic.usage).toMatchObject({
      output_tokens: 50,
      output_tokens_details: { thinking_tokens: 30 },
    });
  });
});

describe('quirk 40: what comes under 200 where a stream was asked for', () => {
  const ERROR: Readonly<Record<Dialect, unknown>> = {
    openai: { error: { message: 'x', type: 'server_error', code: 'overloaded_error' } },
    anthropic: { type: 'error', error: { type: 'overloaded_error', message: 'x' } },
    gemini: [{ error: { code: 503, message: 'x', status: 'UNAVAILABLE' } }],
  };

  test.each(['openai', 'anthropic', 'gemini'] as const)('is an error of %s only where it says so', (dialect) => {
    const codeOf = (body: string) => UPSTREAMS[dialect].readError(200, Buffer.from(body)).code;
    expect(codeOf('<html><body>Sign in</body></html>')).toBe('upstream_protocol');
    expect(codeOf('')).toBe('upstream_protocol');
    expect(codeOf(JSON.stringify(ANSWERS[dialect]))).toBe('upstream_protocol');
    expect(codeOf(JSON.stringify(ERROR[dialect]))).toBe('upstream_overloaded');
    expect(codeOf('{"error":{"message":"x"}}')).toBe('upstream_error');
  });
});

describe('quirk 41: betas of Anthropic', () => {
  test.each(['openai', 'gemini'] as const)('never reach %s, which is said and refuses nobody', (dialect) => {
    const lane = createTranslateLane({
      from: anthropicClient,
      to: UPSTREAMS[dialect],
      request: chatRequest({ origin: 'anthropic' }),
      requestId: 'r',
      createdS: 0,
      betas: true,
    });
    const built = lane.build(sampleDeployment({ dialect, upstreamModel: MODELS[dialect] }));
    expect(built.headers ?? {}).not.toHaveProperty('anthropic-beta');
    expect(built.loss).toMatchObject([{ kind: 'dropped', field: 'anthropic-beta', harmless: true }]);
  });

  test('go to Anthropic only from its own clients, by a list', () => {
    const sent = anthropicUpstream.buildRequest(
      chatRequest(),
      sampleDeployment({ dialect: 'anthropic' }),
      new LossReport(),
    );
    expect(sent.headers).toEqual({ 'anthropic-version': '2023-06-01' });
  });
});

describe('quirk 42: permissive input', () => {
  const OPENAI_NULLS = [
    ...['stream', 'stream_options', 'tools', 'functions', 'tool_choice', 'function_call', 'parallel_tool_calls'],
    ...['max_tokens', 'max_completion_tokens', 'temperature', 'top_p', 'top_k', 'stop', 'seed', 'frequency_penalty'],
    ...['presence_penalty', 'logit_bias', 'logprobs', 'top_logprobs', 'n', 'reasoning_effort', 'reasoning', 'thinking'],
    ...['response_format', 'verbosity', 'modalities', 'audio', 'user', 'safety_identifier', 'metadata', 'store'],
    ...['service_tier', 'prompt_cache_key', 'prediction', 'web_search_options', 'somebody_elses'],
  ];
  const ANTHROPIC_NULLS = [
    ...['system', 'stream', 'tools', 'tool_choice', 'thinking', 'output_config', 'temperature', 'top_p', 'top_k'],
    ...['stop_sequences', 'metadata', 'service_tier', 'cache_control', 'container', 'inference_geo', 'somebody_elses'],
  ];
  const nulls = (names: readonly string[]) => Object.fromEntries(names.map((name) => [name, null]));

  test('null says nothing in a body of chat completions', () => {
    const body = { model: 'auto', messages: [{ role: 'user', content: 'Hi', name: null }] };
    const plain = { model: 'auto', messages: [{ role: 'user', content: 'Hi' }] };
    expect(readOpenAiChat({ ...body, ...nulls(OPENAI_NULLS) })).toEqual(readOpenAiChat(plain));
  });

  test('null says nothing in a body of messages', () => {
    const body = { model: 'auto', max_tokens: 9, messages: [{ role: 'user', content: 'Hi' }] };
    expect(readAnthropicChat({ ...body, ...nulls(ANTHROPIC_NULLS) })).toEqual(readAnthropicChat(body));
  });

  test.each([
    ['openai', { metadata: null, moderation: null, system_fingerprint: null, service_tier: null }],
    ['anthropic', { container: null, context_management: null, stop_details: null, stop_sequence: null }],
    ['gemini', { promptFeedback: null, createTime: null, modelVersion: null, responseId: null }],
  ] as const)('null says nothing in an answer of %s', (dialect, members) => {
    const given = ANSWERS[dialect] as object;
    expect(readAnswer(dialect, { ...given, ...members }).answer).toEqual(readAnswer(dialect, given).answer);
  });

  test('null says nothing in a part of Gemini either', () => {
    const nothing = nulls(['thought', 'thoughtSignature', 'functionCall', 'inlineData', 'fileData', 'videoMetadata']);
    const candidate = {
      content: { parts: [{ text: 'Hi', ...nothing }] },
      finishReason: 'STOP',
      ...nulls(['index', 'citationMetadata', 'groundingMetadata', 'safetyRatings', 'finishMessage', 'logprobsResult']),
    };
    const { answer } = readAnswer('gemini', { candidates: [candidate] });
    expect(answer.choices).toMatchObject([{ index: 0, parts: [{ type: 'text', text: 'Hi' }] }]);
    expect(answer).not.toHaveProperty('unread');
  });

  test.each([
    ['openai', { x_new: 1, choices: [{ message: { content: 'Hi', x_mood: 'good' }, finish_reason: 'stop' }] }],
    ['anthropic', { x_new: 1, type: 'message', content: [{ type: 'text', text: 'Hi', x_mood: 'good' }] }],
    ['gemini', { x_new: 1, candidates: [{ content: { parts: [{ text: 'Hi', x_mood: 'good' }] } }] }],
  ] as const)('what is new in an answer of %s passes, and is said to be left out', (dialect, value) => {
    const { answer } = readAnswer(dialect, value);
    expect(answer.choices[0]?.parts).toMatchObject([{ type: 'text', text: 'Hi' }]);
    expect(answer.unread?.map((path) => path.split('.').at(-1))).toEqual(['x_new', 'x_mood']);
  });

  test('items and tools of no known type are kept under their own names', () => {
    const request = readOpenAiChat({
      model: 'auto',
      messages: [
        {
          role: 'user',
          content: [
            { type: 'text', text: 'Hi' },
            { type: 'novel', value: 1 },
          ],
        },
      ],
      tools: [{ type: 'novel_tool' }],
    });
    for (const dialect of ['anthropic', 'gemini'] as const) {
      expect(build(dialect, { ...request, maxOutputTokens: 900 }).losses.toSorted()).toEqual([
        'dropped novel',
        'dropped novel_tool',
      ]);
    }
  });
});
