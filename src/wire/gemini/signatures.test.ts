import { describe, expect, test } from 'vitest';
import { chatRequest } from '../../../test/support/chat-requests.ts';
import { sampleDeployment } from '../../../test/support/deployments.ts';
import { bodyOf, build, fixtureBytes } from '../../../test/support/gemini-fixtures.ts';
import { ListenerRecord } from '../../../test/support/streams.ts';
import type { ChatRequest } from '../../contracts/chat-request.ts';
import { anthropicClient } from '../anthropic/codec.ts';
import { readAnthropicChat } from '../anthropic/read-chat.ts';
import type { ClientCodec } from '../codec.ts';
import { openAiClient } from '../openai-chat/codec.ts';
import { readOpenAiChat } from '../openai-chat/read-chat.ts';
import { createTranslateLane } from '../translate-lane.ts';
import { geminiUpstream } from './codec.ts';

const deployment = {
  ...sampleDeployment({ dialect: 'gemini', upstreamModel: 'gemini-3.8-flash' }),
  model: 'google/gemini-3.8-flash',
};

const laneOf = (request: ChatRequest, from: ClientCodec = openAiClient) => {
  const lane = createTranslateLane({
    from,
    to: geminiUpstream,
    request,
    requestId: 'req_1',
    createdS: 1,
  });
  lane.build(deployment);
  return lane;
};

interface WireCall {
  id: string;
  type: 'function';
  function: { name: string; arguments: string };
}

/** What a client sends next that knows nothing but the members of OpenAI's own reference. */
function nextRequest(calls: readonly WireCall[]) {
  return readOpenAiChat({
    model: 'm',
    messages: [
      { role: 'user', content: 'Weather?' },
      {
        role: 'assistant',
        content: null,
        tool_calls: calls.map(({ id, function: { name, arguments: given } }) => ({
          id,
          type: 'function',
          function: { name, arguments: given },
        })),
      },
      ...[...calls].reverse().map(({ id }) => ({ role: 'tool', tool_call_id: id, content: `for ${id.slice(0, 6)}` })),
    ],
  });
}

function callsOfAnswer(): WireCall[] {
  const lane = laneOf(chatRequest());
  const body = bodyOf('tools.json');
  expect(lane.readAnswer(body)).toMatchObject({ ok: true, finish: 'tool_calls' });
  return JSON.parse(lane.answer(body, null).toString()).choices[0].message.tool_calls;
}

function callsOfStream(): WireCall[] {
  const record = new ListenerRecord();
  const stream = laneOf(chatRequest({ stream: true })).stream(record, null);
  stream.push(fixtureBytes('tools.sse.txt'));
  stream.end();
  expect([record.ends, record.finishes]).toEqual([['complete'], ['tool_calls']]);
  const calls: WireCall[] = [];
  for (const line of record.text.split('\n\n')) {
    if (!line.startsWith('data: {')) continue;
    for (const delta of JSON.parse(line.slice(6)).choices[0]?.delta?.tool_calls ?? []) {
      calls[delta.index] ??= { id: delta.id, type: 'function', function: { name: '', arguments: '' } };
      const call = calls[delta.index] as WireCall;
      call.function.name += delta.function?.name ?? '';
      call.function.arguments += delta.function?.arguments ?? '';
    }
  }
  return calls;
}

/** What Anthropic's clients send next: the content as it came, without members that their dialect does not have. */
function callsThroughAnthropic(): ChatRequest['turns'] {
  const lane = laneOf(chatRequest({ origin: 'anthropic' }), anthropicClient);
  const body = bodyOf('tools.json');
  expect(lane.readAnswer(body)).toMatchObject({ ok: true });
  const { content, stop_reason } = JSON.parse(lane.answer(body, null).toString());
  expect(stop_reason).toBe('tool_use');
  const calls = content.map(({ type, id, name, input }: Record<string, unknown>) => ({ type, id, name, input }));
  const results = calls.map(({ id }: { id: string }) => ({ type: 'tool_result', tool_use_id: id, content: 'sun' }));
  for (const { id } of calls) expect(id).toMatch(/^[A-Za-z0-9_-]+$/);
  return readAnthropicChat({
    model: 'm',
    max_tokens: 100,
    messages: [
      { role: 'user', content: 'Weather?' },
      { role: 'assistant', content: calls },
      { role: 'user', content: results },
    ],
  }).turns;
}

test('quirk 28: a signature survives Anthropic’s clients, too', () => {
  const { body, said } = build({ turns: callsThroughAnthropic() });
  const calls = body.contents[1]?.parts.map(({ functionCall, thoughtSignature }) => [
    functionCall?.args,
    thoughtSignature,
  ]);
  expect(calls).toEqual([
    [{ city: 'Paris' }, 'RmFrZVNpZ25hdHVyZVR3bw=='],
    [{ city: 'Oslo', days: 3 }, undefined],
  ]);
  const ids = body.contents[1]?.parts.map((part) => part.functionCall?.id);
  expect(body.contents[2]?.parts.map((part) => part.functionResponse?.id)).toEqual(ids);
  expect(said).toEqual([]);
});

describe('quirk 28: a signature survives a client that drops members it does not know', () => {
  test.each([
    ['a whole answer', callsOfAnswer],
    ['a stream', callsOfStream],
  ])('of %s', (_name, callsOf) => {
    const calls = callsOf();
    expect(calls.map((call) => call.function)).toEqual([
      { name: 'get_weather', arguments: '{"city":"Paris"}' },
      { name: 'get_weather', arguments: '{"city":"Oslo","days":3}' },
    ]);
    const { body, said } = build({ turns: nextRequest(calls).turns });
    expect(body.contents.slice(1)).toEqual([
      {
        role: 'model',
        parts: [
          {
            functionCall: { id: 'fc_9a1', name: 'get_weather', args: { city: 'Paris' } },
            thoughtSignature: 'RmFrZVNpZ25hdHVyZVR3bw==',
          },
          { functionCall: { id: 'fc_9a2', name: 'get_weather', args: { city: 'Oslo', days: 3 } } },
        ],
      },
      {
        role: 'user',
        parts: [
          { functionResponse: { id: 'fc_9a1', name: 'get_weather', response: { output: 'for fc_9a1' } } },
          { functionResponse: { id: 'fc_9a2', name: 'get_weather', response: { output: 'for fc_9a2' } } },
        ],
      },
    ]);
    expect(said).toEqual(['degraded messages.tool_result']);
  });
});
