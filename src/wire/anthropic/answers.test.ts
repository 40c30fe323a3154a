import { describe, expect, test } from 'vitest';
import { bodyFixture } from '../../../test/support/anthropic-fixtures.ts';
import { chatRequest, functionTool } from '../../../test/support/chat-requests.ts';
import { sampleDeployment } from '../../../test/support/deployments.ts';
import type { AnswerPart, ChatAnswer } from '../../contracts/chat-answer.ts';
import type { ChatRequest } from '../../contracts/chat-request.ts';
import type { AnswerContext } from '../codec.ts';
import { LossReport } from '../losses.ts';
import { buildAnthropicAnswer } from './build-answer.ts';
import { buildAnthropicChat } from './build-chat.ts';
import { readAnthropicAnswer } from './read-answer.ts';

const CONTEXT: AnswerContext = { requestId: 'r', model: 'maker/model', createdS: 0, request: chatRequest() };

function read(text: string, request: ChatRequest = chatRequest()): ChatAnswer {
  const reading = readAnthropicAnswer(Buffer.from(text), request);
  if (!reading.ok) throw new Error(reading.error.code);
  return reading.answer;
}

function build(answer: ChatAnswer, trailer: string | null = null) {
  const losses = new LossReport();
  const text = buildAnthropicAnswer(answer, CONTEXT, losses, trailer);
  return { text, body: JSON.parse(text), losses: losses.entries.map(({ kind, field }) => `${kind} ${field}`) };
}

describe('an answer of the vendor', () => {
  test('with thoughts and calls is read whole, big numbers with all their digits', () => {
    const answer = read(bodyFixture('answer-tools'));
    expect(answer.choices[0]?.parts).toEqual([
      {
        type: 'reasoning',
        text: 'Two tools.',
        signature: { origin: 'anthropic', value: 'EqoBCkgIARABGAIiQL8k+one==' },
      },
      { type: 'reasoning', text: '', redacted: { origin: 'anthropic', value: 'EmwKAhgB' } },
      { type: 'text', text: 'Both.' },
      {
        type: 'tool-call',
        id: 'toolu_01A',
        name: 'get_user',
        arguments: '{"id":12345678901234567890,"deep":[true,null,1.5]}',
      },
      { type: 'tool-call', id: 'toolu_01B', name: 'get_time', arguments: '{}' },
    ]);
    expect(answer).toMatchObject({
      id: 'msg_01Fixture',
      model: 'claude-sonnet-4-6',
      choices: [{ finish: { reason: 'tool_calls', vendorReason: 'tool_use', stopSequence: null } }],
      usage: { input_tokens: 43, output_tokens: 120, reasoning_tokens: 77 },
    });
  });

  test.each(['answer-text', 'answer-tools', 'answer-refusal'])('%s comes back as it was', (name) => {
    const text = bodyFixture(name);
    const { text: written, losses } = build(read(text));
    const given = JSON.parse(text);
    const { usage, id, model, ...said } = JSON.parse(written);
    expect(said).toEqual({
      type: 'message',
      role: 'assistant',
      content: given.content,
      stop_reason: given.stop_reason,
      stop_sequence: null,
      ...(given.stop_details === undefined ? {} : { stop_details: given.stop_details }),
    });
    expect(usage).toMatchObject({ input_tokens: given.usage.input_tokens, output_tokens: given.usage.output_tokens });
    expect([id, model]).toEqual(['msg_r', 'maker/model']);
    expect(losses).toEqual([]);
    if (name === 'answer-tools') expect(written).toContain('12345678901234567890');
  });

  test('quirk 10: has the names of tools that the caller wrote', () => {
    const request = chatRequest({ tools: [functionTool({ name: 'weather.get' })] });
    const deployment = sampleDeployment({ upstreamModel: 'claude-opus-5' });
    const sent = JSON.parse(buildAnthropicChat(request, deployment, new LossReport()).body).tools[0].name;
    const text = JSON.stringify({ content: [{ type: 'tool_use', id: 't', name: sent, input: {} }] });
    expect(read(text, request).choices[0]?.parts).toMatchObject([{ name: 'weather.get' }]);
  });

  test('quirk 13: without a stop reason stopped for its calls', () => {
    const text = JSON.stringify({ content: [{ type: 'tool_use', id: 't', name: 'f', input: {} }] });
    expect(read(text).choices[0]?.finish).toMatchObject({ reason: 'tool_calls', vendorReason: null });
  });

  test.each([
    ['end_turn', 'stop'],
    ['stop_sequence', 'stop'],
    ['max_tokens', 'length'],
    ['model_context_window_exceeded', 'length'],
    ['refusal', 'refusal'],
    ['pause_turn', 'other'],
    ['something_new', 'other'],
    ['constructor', 'other'],
    [null, 'other'],
    [undefined, 'other'],
  ])('quirk 43: that stopped by %s stopped by %s', (stop_reason, reason) => {
    expect(read(JSON.stringify({ content: [], stop_reason })).choices[0]?.finish.reason).toBe(reason);
  });

  test('with a call that cannot be made is a failure, since the answer would not be whole', () => {
    const text = JSON.stringify({
      content: [
        { type: 'text', text: 'a' },
        { type: 'tool_use', id: 't', input: {} },
      ],
    });
    expect(readAnthropicAnswer(Buffer.from(text), chatRequest())).toMatchObject({ ok: false });
  });

  test('with values of other types than they should be is read as far as it goes', () => {
    const content = [
      { type: 'thinking', thinking: 1 },
      { type: 'redacted_thinking', data: [] },
      { type: 7 },
      'x',
      null,
    ];
    const text = JSON.stringify({ content, usage: 'none' }).replace('1', '12345678901234567890');
    expect(read(text).choices[0]?.parts.map(({ type }) => type)).toEqual(['reasoning', 'reasoning', 'unknown']);
  });

  test('that is none is a failure', () => {
    for (const text of [
      '<html>',
      '{"content":',
      'null',
      '[]',
      '{"type":"error","error":{"type":"overloaded_error"}}',
    ]) {
      expect(readAnthropicAnswer(Buffer.from(text), chatRequest()).ok).toBe(false);
    }
  });
});

describe('an answer of another vendor', () => {
  const answer = (parts: AnswerPart[], given: Partial<ChatAnswer> = {}): ChatAnswer => ({
    id: null,
    model: null,
    serviceTier: null,
    fingerprint: null,
    usage: null,
    choices: [{ index: 0, parts, finish: { reason: 'stop', vendorReason: null, stopSequence: null }, logprobs: null }],
    ...given,
  });

  test('says what it can and declares the rest', () => {
    const { body, losses } = build(
      answer(
        [
          { type: 'reasoning', text: 'hm' },
          { type: 'refusal', text: 'No.' },
          { type: 'tool-call', id: 'a b', name: 'f', arguments: '{"cut":' },
          { type: 'image', source: { kind: 'base64', mediaType: 'image/png', data: 'AA==' } },
          { type: 'audio', source: { kind: 'base64', mediaType: 'audio/wav', data: 'AA==' }, transcript: 'Hi' },
          { type: 'unknown', origin: 'openai', name: 'thing', value: {} },
        ],
        { serviceTier: 'flex', fingerprint: 'fp' },
      ),
    );
    expect(body.content).toEqual([
      { type: 'thinking', thinking: 'hm', signature: 'alidade-unsigned' },
      { type: 'text', text: 'No.' },
      { type: 'tool_use', id: 'alidade-id_YSBi', name: 'f', input: { arguments: '{"cut":' } },
      { type: 'text', text: 'Hi' },
    ]);
    expect(body.usage).toMatchObject({ input_tokens: 0, output_tokens: 0 });
    expect([...losses].sort()).toEqual(
      [
        'degraded answer.refusal',
        'degraded answer.tool_calls.arguments',
        'dropped answer.media',
        'dropped answer.service_tier',
        'dropped answer.system_fingerprint',
        'dropped thing',
        'synthesised answer.usage',
      ].sort(),
    );
  });

  test('of several choices is the first one', () => {
    const two = answer([{ type: 'text', text: 'a' }]);
    const { body, losses } = build({
      ...two,
      choices: [...two.choices, ...answer([{ type: 'text', text: 'b' }]).choices],
    });
    expect(body.content).toEqual([{ type: 'text', text: 'a' }]);
    expect(losses).toContain('dropped answer.choices');
  });

  test('carries the receipt as its last member', () => {
    const { text, body } = build(answer([]), '{"request_id":"r"}');
    expect(body.alidade).toEqual({ request_id: 'r' });
    expect(text.endsWith(',"alidade":{"request_id":"r"}}')).toBe(true);
  });
});
