import { describe, expect, test } from 'vitest';
import { chatRequest } from '../../test/support/chat-requests.ts';
import { runStream } from '../../test/support/streams.ts';
import { anthropicClient, anthropicUpstream } from './anthropic/codec.ts';
import type { ClientCodec, UpstreamCodec } from './codec.ts';
import { openAiClient, openAiUpstream } from './openai-chat/codec.ts';
import { createTranslateLane } from './translate-lane.ts';

const openAiAnswer = (finish_reason: string | null) => ({
  id: 'a',
  choices: [{ index: 0, message: { role: 'assistant', content: 'Half' }, finish_reason }],
  usage: { prompt_tokens: 1, completion_tokens: 1 },
});
const anthropicAnswer = (stop_reason: string | null) => ({
  ...{ id: 'a', type: 'message', role: 'assistant', content: [{ type: 'text', text: 'Half' }], stop_reason },
  usage: { input_tokens: 1, output_tokens: 1 },
});

type Pair = [title: string, from: ClientCodec, to: UpstreamCodec, answer: (reason: string | null) => object];

describe.each<Pair>([
  ['Anthropic client, OpenAI upstream', anthropicClient, openAiUpstream, openAiAnswer],
  ['OpenAI client, Anthropic upstream', openAiClient, anthropicUpstream, anthropicAnswer],
])('an end whose reason nobody knows: %s', (_title, from, to, answer) => {
  const laneOf = () =>
    createTranslateLane({ from, to, request: chatRequest({ stream: true }), requestId: 'req-1', createdS: 7 });
  const declared = { kind: 'degraded', field: 'answer.finish_reason' };

  test.each(['pause_turn', null])('is declared in an answer: %s', (reason) => {
    const lane = laneOf();
    const body = Buffer.from(JSON.stringify(answer(reason)));
    expect(lane.readAnswer(body)).toMatchObject({ ok: true, finish: 'other' });
    lane.answer(body, null);
    expect(lane.answerLoss?.()).toContainEqual(expect.objectContaining(declared));
  });

  test('is declared in a stream', () => {
    const lane = laneOf();
    const events = to.answerEvents(Buffer.from(JSON.stringify(answer('pause_turn'))));
    const { ends, finishes } = runStream((listener) => lane.stream(listener, null), [events]);
    expect({ ends, finishes }).toEqual({ ends: ['complete'], finishes: ['other'] });
    expect(lane.answerLoss?.()).toContainEqual(expect.objectContaining(declared));
  });
});
