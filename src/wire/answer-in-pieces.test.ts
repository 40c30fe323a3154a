import { describe, expect, test } from 'vitest';
import { chatRequest } from '../../test/support/chat-requests.ts';
import { sampleDeployment } from '../../test/support/deployments.ts';
import type { Dialect } from '../contracts/vocabulary.ts';
import { type JsonScan, scanJson } from '../lib/json-scan.ts';
import { anthropicClient, anthropicUpstream } from './anthropic/codec.ts';
import { readAnthropicRequest } from './anthropic/read-request-members.ts';
import { createAnthropicRelayLane } from './anthropic/relay-lane.ts';
import type { AnswerReading, Lane } from './dialect.ts';
import { geminiUpstream } from './gemini/codec.ts';
import { openAiClient, openAiUpstream } from './openai-chat/codec.ts';
import { readOpenAiRequest } from './openai-chat/read-request.ts';
import { createOpenAiRelayLane } from './openai-chat/relay-lane.ts';
import { createTranslateLane } from './translate-lane.ts';

const HOLDER = 'nobody-knows';
const UPSTREAMS = { openai: openAiUpstream, anthropic: anthropicUpstream, gemini: geminiUpstream };
const CLIENTS = { openai: openAiClient, anthropic: anthropicClient };
const PAIRS = (['openai', 'anthropic'] as const).flatMap((client) =>
  (['openai', 'anthropic', 'gemini'] as const).map((upstream) => ({ client, upstream })),
);

const LONG = 'He said: "𝒳 is é",\n\\and so on. '.repeat(40_000);
const ANSWERS: Readonly<Record<Dialect, unknown>> = {
  openai: {
    id: 'c',
    choices: [
      {
        index: 0,
        message: {
          content: LONG,
          tool_calls: [{ id: 'a', function: { name: 'f', arguments: '{"n":12345678901234567890}' } }],
        },
        finish_reason: 'tool_calls',
      },
    ],
    usage: { prompt_tokens: 3, completion_tokens: 9, total_tokens: 12 },
  },
  anthropic: {
    id: 'm',
    type: 'message',
    role: 'assistant',
    content: [
      { type: 'text', text: LONG },
      { type: 'tool_use', id: 't', name: 'f', input: { long: LONG, n: 7 } },
    ],
    stop_reason: 'tool_use',
    usage: { input_tokens: 3, output_tokens: 9 },
  },
  gemini: {
    candidates: [
      { content: { parts: [{ text: LONG }, { functionCall: { name: 'f', args: { n: 1 } } }] }, finishReason: 'STOP' },
    ],
    usageMetadata: { promptTokenCount: 3, candidatesTokenCount: 9 },
  },
};
/** With a number that no double holds, which JSON.stringify could not have written. */
const bodyOf = (dialect: Dialect): Buffer =>
  Buffer.from(JSON.stringify(ANSWERS[dialect]).replace('"n":7', '"n":98765432109876543210'));

function inPieces(lane: Lane, body: Buffer): { reading: AnswerReading; turns: number } {
  const pieces = lane.readAnswerInPieces?.(body, HOLDER);
  if (pieces === undefined) throw new Error('this lane reads at once');
  for (let turns = 0; ; turns += 1) {
    const { done, value } = pieces.next();
    if (done === true) return { reading: value, turns };
  }
}

describe('a large answer that is translated', () => {
  test.each(PAIRS)(
    'from $upstream to $client says the same, byte for byte, as read at once',
    ({ client, upstream }) => {
      const lane = (): Lane => {
        const made = createTranslateLane({
          ...{
            from: CLIENTS[client],
            to: UPSTREAMS[upstream],
            request: chatRequest(),
            requestId: 'req-1',
            createdS: 7,
          },
        });
        made.build(sampleDeployment());
        return made;
      };
      const body = bodyOf(upstream);
      for (const trailer of [null, '{"a":1}']) {
        const [atOnce, pieces] = [lane(), lane()];
        const expected = atOnce.readAnswer(body);
        const { reading, turns } = inPieces(pieces, body);
        expect(expected.ok).toBe(true);
        expect(reading).toEqual(expected);
        expect(turns).toBeGreaterThan(6);
        expect(pieces.answer(body, trailer).equals(atOnce.answer(body, trailer))).toBe(true);
        expect(pieces.answerLoss?.()).toEqual(atOnce.answerLoss?.());
      }
    },
  );

  test.each(PAIRS)('from $upstream to $client is refused where it is none', ({ client, upstream }) => {
    for (const said of ['<html>', '{"error":', '{"a":"b"}', `[${'1,'.repeat(9)}1]`, '{"a":1,"a":2}', '']) {
      const made = (): Lane =>
        createTranslateLane({
          ...{ from: CLIENTS[client], to: UPSTREAMS[upstream], request: chatRequest(), requestId: 'r', createdS: 7 },
        });
      expect(inPieces(made(), Buffer.from(said)).reading).toEqual(made().readAnswer(Buffer.from(said)));
    }
  });
});

describe('a large answer that is relayed', () => {
  const scanOf = (bytes: Buffer) => scanJson(bytes, { maxDepth: 64, maxKeys: 100 }) as JsonScan;
  const asked = { model: 'm', max_tokens: 9, messages: [{ role: 'user', content: 'x' }] };
  const bytes = Buffer.from(JSON.stringify(asked));
  const LANES: Readonly<Record<'openai' | 'anthropic', Lane>> = {
    openai: createOpenAiRelayLane(bytes, scanOf(bytes), readOpenAiRequest('chat', asked)),
    anthropic: createAnthropicRelayLane(bytes, scanOf(bytes), readAnthropicRequest('messages', asked), {
      version: null,
      beta: null,
    }),
  };

  test.each(['openai', 'anthropic'] as const)('of %s is read as it is at once, and passes as it came', (dialect) => {
    const lane = LANES[dialect];
    const body = bodyOf(dialect);
    const { reading, turns } = inPieces(lane, body);
    expect(reading).toEqual(lane.readAnswer(body));
    expect(reading.ok).toBe(true);
    expect(turns).toBeGreaterThan(3);
    expect(lane.answer(body, null)).toBe(body);
    for (const said of ['<html>', '{"choices":', '{"error":{"message":"x"}}', '[]', 'null', '']) {
      expect(inPieces(lane, Buffer.from(said)).reading).toEqual(lane.readAnswer(Buffer.from(said)));
    }
  });

  test('of embeddings is read without its numbers', () => {
    const input = { model: 'm', input: ['x'] };
    const sent = Buffer.from(JSON.stringify(input));
    const lane = createOpenAiRelayLane(sent, scanOf(sent), readOpenAiRequest('embeddings', input));
    const usage = { prompt_tokens: 5, total_tokens: 5 };
    const data = Array.from({ length: 2_000 }, (_, index) => ({
      index,
      embedding: [0.1234567890123456, -1e-9, index],
    }));
    for (const said of [
      { object: 'list', data, model: 'm', usage },
      { data: [], usage },
      { data: {}, usage },
      { usage },
      { error: { message: 'no', code: 'invalid_api_key' } },
    ]) {
      const body = Buffer.from(JSON.stringify(said, null, 1));
      expect(inPieces(lane, body).reading).toEqual(lane.readAnswer(body));
    }
    const cut = Buffer.from(JSON.stringify({ data }).slice(0, -3));
    expect(inPieces(lane, cut).reading).toEqual(lane.readAnswer(cut));
  });
});
