import { describe, expect, test } from 'vitest';
import { bodyFixture, streamFixture } from '../../test/support/anthropic-fixtures.ts';
import { chatRequest } from '../../test/support/chat-requests.ts';
import { runStream } from '../../test/support/streams.ts';
import type { Dialect } from '../contracts/vocabulary.ts';
import { anthropicClient, anthropicUpstream } from './anthropic/codec.ts';
import type { ClientCodec } from './codec.ts';
import { geminiUpstream } from './gemini/codec.ts';
import { openAiClient, openAiUpstream } from './openai-chat/codec.ts';
import { createTranslateLane } from './translate-lane.ts';

const UPSTREAMS = { openai: openAiUpstream, anthropic: anthropicUpstream, gemini: geminiUpstream };

const laneOf = (dialect: Dialect, from: ClientCodec, stream: boolean) =>
  createTranslateLane({
    from,
    to: UPSTREAMS[dialect],
    request: chatRequest({ stream, includeUsage: true }),
    requestId: 'r',
    createdS: 0,
  });

/** What a client gets of a whole answer, and what was lost on the way. */
function whole(dialect: Dialect, from: ClientCodec, value: unknown) {
  const lane = laneOf(dialect, from, false);
  const body = JSON.parse(lane.answer(Buffer.from(JSON.stringify(value)), null).toString());
  return { body, losses: lane.answerLoss?.().map(({ kind, field }) => `${kind} ${field}`) };
}

/** The events that a client gets of a stream, and what was lost on the way. */
function streamed(dialect: Dialect, from: ClientCodec, text: string) {
  const lane = laneOf(dialect, from, true);
  const record = runStream((listener) => lane.stream(listener, null), [Buffer.from(text)]);
  return {
    text: record.text,
    ends: record.ends,
    losses: lane.answerLoss?.().map(({ kind, field }) => `${kind} ${field}`),
  };
}

const events = (...values: unknown[]): string => values.map((value) => `data: ${JSON.stringify(value)}\n\n`).join('');

describe('what Anthropic says of a refusal (quirk 43)', () => {
  const refusal = JSON.parse(bodyFixture('answer-refusal'));

  test('is the refusal that clients of chat completions read; its category is said to be lost', () => {
    const { body, losses } = whole('anthropic', openAiClient, refusal);
    expect(body.choices[0]).toMatchObject({
      message: { content: null, refusal: 'Blocked by a classifier.' },
      finish_reason: 'stop',
    });
    expect(losses).toEqual(['dropped answer.stop_details.category']);
  });

  test('is a delta before the end of a stream', () => {
    const { text, losses } = streamed('anthropic', openAiClient, streamFixture('refusal'));
    expect(text).toContain('"delta":{"refusal":"Blocked by a classifier."}');
    expect(text.indexOf('"refusal":"Blocked')).toBeLessThan(text.indexOf('"finish_reason":"stop"'));
    expect(losses).toEqual(['dropped answer.stop_details.category']);
  });

  test('stays what it is for clients of messages, whole and streamed', () => {
    const details = { type: 'refusal', category: 'cyber', explanation: 'Blocked by a classifier.' };
    expect(whole('anthropic', anthropicClient, refusal).body).toMatchObject({
      stop_reason: 'refusal',
      stop_details: details,
    });
    const { text, losses } = streamed('anthropic', anthropicClient, streamFixture('refusal'));
    expect(text).toContain(`"stop_details":${JSON.stringify(details)}`);
    expect(losses).toEqual([]);
  });

  test('without an explanation leaves the one word that is left', () => {
    const silent = { ...refusal, stop_details: { type: 'refusal', category: null, explanation: null } };
    const { body, losses } = whole('anthropic', openAiClient, silent);
    expect(body.choices[0]).toMatchObject({ message: { refusal: null }, finish_reason: 'content_filter' });
    expect(losses).toEqual([]);
  });
});

describe('a member of an answer that nobody reads is said to be lost', () => {
  const message = {
    id: 'm',
    type: 'message',
    role: 'assistant',
    content: [{ type: 'tool_use', id: 't', name: 'f', input: {}, caller: { type: 'code_execution_20260120' } }],
    stop_reason: 'tool_use',
    container: { id: 'c', expires_at: 'x' },
    usage: { input_tokens: 1, output_tokens: 2, server_tool_use: { web_search_requests: 1 } },
  };
  const completion = {
    id: 'c',
    provider: 'Somebody',
    choices: [
      {
        index: 0,
        message: { role: 'assistant', content: 'Hi', extra: { a: 1 } },
        logprobs: { content: null, refusal: [{ token: 'n' }] },
        content_filter_results: { hate: { filtered: false, severity: 'safe' } },
        finish_reason: 'stop',
      },
    ],
    usage: { prompt_tokens: 1, completion_tokens: 2, cost: 0.01 },
  };
  const gemini = {
    candidates: [
      {
        content: { parts: [{ text: 'Hi' }] },
        finishReason: 'STOP',
        groundingMetadata: { webSearchQueries: ['a'] },
        safetyRatings: [{ category: 'HARM_CATEGORY_HATE_SPEECH', probability: 'NEGLIGIBLE' }],
      },
    ],
    usageMetadata: {
      promptTokenCount: 1,
      candidatesTokenCount: 2,
      promptTokensDetails: [{ modality: 'IMAGE', tokenCount: 1 }],
    },
  };

  test('of a message', () => {
    expect(whole('anthropic', openAiClient, message).losses).toEqual([
      'dropped container',
      'dropped content[].caller',
      'dropped answer.usage.details',
    ]);
  });

  test('of a chat completion', () => {
    expect(whole('openai', anthropicClient, completion).losses).toEqual([
      'dropped provider',
      'dropped choices[].logprobs.refusal',
      'dropped choices[].message.extra',
      'dropped answer.usage.details',
      'dropped answer.safety',
    ]);
  });

  test('of an answer of generateContent', () => {
    expect(whole('gemini', openAiClient, gemini).losses).toEqual([
      'dropped candidates[].groundingMetadata',
      'dropped answer.usage.details',
      'dropped answer.safety',
    ]);
  });

  test('of a streamed message', () => {
    const { content, stop_reason, usage, ...begun } = message;
    const text = [
      [
        'message_start',
        { message: { ...begun, content: [], stop_reason: null, usage: { input_tokens: 1, output_tokens: 1 } } },
      ],
      ['content_block_start', { index: 0, content_block: content[0] }],
      ['content_block_stop', { index: 0 }],
      ['message_delta', { delta: { stop_reason }, usage, context_management: { applied_edits: [{ type: 'a' }] } }],
      ['message_stop', {}],
    ].map(([type, value]) => `event: ${type}\ndata: ${JSON.stringify({ type, ...(value as object) })}\n\n`);
    const { ends, losses } = streamed('anthropic', openAiClient, text.join(''));
    expect(ends).toEqual(['complete']);
    expect(losses).toEqual([
      'dropped container',
      'dropped content[].caller',
      'dropped context_management',
      'dropped answer.usage.details',
    ]);
  });

  test('of a streamed chat completion', () => {
    const { choices, usage, ...head } = completion;
    const text = events(
      { ...head, choices: [{ index: 0, delta: { content: 'Hi', extra: 1 } }] },
      { id: 'c', choices: [{ index: 0, delta: {}, logprobs: choices[0]?.logprobs, finish_reason: 'stop' }] },
      { id: 'c', choices: [], usage },
    );
    const { ends, losses } = streamed('openai', anthropicClient, `${text}data: [DONE]\n\n`);
    expect(ends).toEqual(['complete']);
    expect(losses?.toSorted()).toEqual([
      'dropped answer.usage.details',
      'dropped choices[].logprobs.refusal',
      'dropped choices[].message.extra',
      'dropped provider',
    ]);
  });

  test('of a streamed answer of generateContent', () => {
    const { ends, losses } = streamed('gemini', anthropicClient, events(gemini));
    expect(ends).toEqual(['complete']);
    expect(losses).toContain('dropped candidates[].groundingMetadata');
    expect(losses).toContain('dropped answer.safety');
  });
});

test('counts of 0, standard members and text alone are nothing to lose', () => {
  const { losses } = whole('openai', openAiClient, {
    id: 'c',
    object: 'chat.completion',
    created: 7,
    metadata: {},
    choices: [
      {
        index: 0,
        message: { role: 'assistant', content: 'Hi', refusal: null, annotations: [] },
        logprobs: null,
        finish_reason: 'stop',
      },
    ],
    usage: {
      prompt_tokens: 1,
      completion_tokens: 2,
      total_tokens: 3,
      prompt_tokens_details: { cached_tokens: 0, audio_tokens: 0 },
      completion_tokens_details: { reasoning_tokens: 0, audio_tokens: 0, accepted_prediction_tokens: 0 },
    },
  });
  expect(losses).toEqual([]);
});

describe('sources that Gemini repeats', () => {
  const source = { startIndex: 0, endIndex: 9, uri: 'https://example.com/a', license: '' };
  const answer = {
    candidates: [
      { content: { parts: [{ text: 'Hi' }] }, finishReason: 'STOP', citationMetadata: { citationSources: [source] } },
    ],
  };

  test('are annotations for clients of chat completions', () => {
    const { body, losses } = whole('gemini', openAiClient, answer);
    expect(body.choices[0].message.annotations).toMatchObject([{ url_citation: { url: 'https://example.com/a' } }]);
    expect(losses).toEqual([]);
  });

  test('are told once in a stream that repeats them', () => {
    const [candidate] = answer.candidates;
    const begun = { candidates: [{ ...candidate, finishReason: undefined }] };
    const { text } = streamed('gemini', openAiClient, events(begun, answer));
    expect(text.match(/url_citation":\{/g)).toHaveLength(1);
  });

  test('are said to be lost to clients of messages', () => {
    expect(whole('gemini', anthropicClient, answer).losses).toContain('dropped answer.citations');
  });
});

test('the stop text that vLLM names reaches clients of messages', () => {
  const choice = { index: 0, message: { content: 'Hi' }, finish_reason: 'stop', stop_reason: '###' };
  const { body } = whole('openai', anthropicClient, { id: 'c', choices: [choice] });
  expect(body).toMatchObject({ stop_reason: 'stop_sequence', stop_sequence: '###' });
});
