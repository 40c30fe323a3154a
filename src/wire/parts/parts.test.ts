import { describe, expect, test } from 'vitest';
import type { ChatAnswer } from '../../contracts/chat-answer.ts';
import { AppError } from '../../contracts/errors.ts';
import type { StreamPart } from '../../contracts/stream-part.ts';
import { NO_USAGE } from '../../contracts/usage.ts';
import { LossReport } from '../losses.ts';
import { partsOfAnswer } from './answer-parts.ts';
import { PartsReader, partsClient, partsClientDialect, type ReadPart } from './codec.ts';
import { answerOfParts } from './collect-answer.ts';

const ANSWER: ChatAnswer = {
  id: 'a1',
  model: 'vendor-model',
  serviceTier: 'default',
  fingerprint: 'fp',
  usage: { ...NO_USAGE, input_tokens: 7, output_tokens: 3 },
  choices: [
    {
      index: 0,
      parts: [
        { type: 'reasoning', text: 'Hm.', signature: { origin: 'anthropic', value: 'sig' } },
        { type: 'reasoning', text: '', redacted: { origin: 'anthropic', value: 'secret' } },
        {
          type: 'text',
          text: 'Es ist so: 😀\n',
          citations: [
            { url: 'https://example.org', title: 'T', quote: null, start: 0, end: 2, origin: 'openai', value: {} },
          ],
        },
        { type: 'text', text: 'a block of its own' },
        { type: 'tool-call', id: 'c1', name: 'look', arguments: '{"a":1}' },
        { type: 'tool-call', id: 'c2', name: 'free', arguments: 'as it is', custom: true },
        { type: 'refusal', text: 'Not that.' },
        { type: 'image', source: { kind: 'url', url: 'https://example.org/i.png', mediaType: null } },
        { type: 'unknown', origin: 'gemini', name: 'executableCode', value: { code: '1+1' } },
      ],
      finish: { reason: 'tool_calls', vendorReason: 'tool_use', stopSequence: null },
      logprobs: [{ token: 'E', logprob: -0.1, bytes: [69], top: [] }],
    },
    {
      index: 1,
      parts: [{ type: 'text', text: 'second' }],
      finish: { reason: 'stop', vendorReason: null, stopSequence: 'END' },
      logprobs: null,
    },
  ],
};

const context = { requestId: 'r', model: 'm', createdS: 0, request: {} as never };

const read = (parts: readonly ReadPart[]): StreamPart[] =>
  parts.map((part) => (typeof part === 'function' ? part() : part));

describe('an answer as parts', () => {
  test('comes back whole, every kind of part included', () => {
    expect(answerOfParts(partsOfAnswer(ANSWER))).toEqual(ANSWER);
  });

  test('survives being written out and read in pieces of any size', () => {
    const bytes = Buffer.from(partsClient.buildAnswer(ANSWER, context, new LossReport(), null));
    for (const size of [1, 2, 3, 7, 64, bytes.length]) {
      const reader = new PartsReader();
      const parts: StreamPart[] = [];
      for (let at = 0; at < bytes.length; at += size) parts.push(...read(reader.push(bytes.subarray(at, at + size))));
      expect(answerOfParts(parts)).toEqual(ANSWER);
    }
  });

  test('of megabytes is written and read in turns, and comes back whole', () => {
    const long = 'He said "𝒳".\n'.repeat(40_000);
    const parts = [
      { type: 'reasoning', text: long },
      { type: 'text', text: long },
      { type: 'text', text: `x${long}` },
      { type: 'refusal', text: long },
      { type: 'tool-call', id: 'c', name: 'f', arguments: JSON.stringify({ a: long }) },
    ] as const;
    const [choice] = ANSWER.choices as [ChatAnswer['choices'][number]];
    const answer: ChatAnswer = { ...ANSWER, choices: [{ ...choice, parts }] };
    const pieces = partsClient.buildInPieces?.(answer) as Generator<void, Buffer>;
    let turns = 0;
    let next = pieces.next();
    for (; next.done !== true; next = pieces.next()) turns += 1;
    expect(turns).toBeGreaterThan(30);
    expect(next.value.equals(Buffer.from(partsClient.buildAnswer(answer, context, new LossReport(), null)))).toBe(true);
    const lines = new PartsReader().push(next.value);
    expect(lines.filter((line) => typeof line === 'function').length).toBeGreaterThan(30);
    expect(answerOfParts(read(lines))).toEqual(answer);
  });

  test('is none without its end, or while a choice has not finished', () => {
    const parts = partsOfAnswer(ANSWER);
    expect(answerOfParts(parts.slice(0, -1))).toBeNull();
    expect(answerOfParts(parts.filter(({ type }) => type !== 'finish'))).toBeNull();
    expect(answerOfParts([])).toBeNull();
  });

  test('joins what a stream says in pieces', () => {
    const at = { choice: 0 };
    const parts: StreamPart[] = [
      { type: 'start', id: null, model: null, serviceTier: null, fingerprint: null },
      { type: 'reasoning-delta', ...at, block: 0, text: 'th' },
      { type: 'reasoning-delta', ...at, block: 0, text: 'ought' },
      { type: 'text-delta', ...at, text: 'He' },
      { type: 'text-delta', ...at, text: 'llo' },
      { type: 'tool-call-start', ...at, index: 0, id: 'c', name: 'f' },
      { type: 'tool-call-delta', ...at, index: 0, text: '{"a"' },
      { type: 'tool-call-delta', ...at, index: 0, text: ':1}' },
      { type: 'tool-call-end', ...at, index: 0 },
      { type: 'usage', usage: { ...NO_USAGE, input_tokens: 1 } },
      { type: 'usage', usage: { ...NO_USAGE, output_tokens: 2 } },
      { type: 'finish', ...at, reason: 'tool_calls', vendorReason: null, stopSequence: null },
      { type: 'end' },
    ];
    expect(answerOfParts(parts)).toMatchObject({
      usage: { input_tokens: 1, output_tokens: 2 },
      choices: [
        {
          parts: [
            { type: 'reasoning', text: 'thought' },
            { type: 'text', text: 'Hello' },
            { type: 'tool-call', arguments: '{"a":1}' },
          ],
        },
      ],
    });
  });
});

test('an error is a part with its code and none of its text', () => {
  const error = new AppError('upstream_cut', 'words that may quote somebody');
  const parts = new PartsReader().push(partsClientDialect.errorEvent(error, 'r'));
  expect(parts).toEqual([{ type: 'error', code: 'upstream_cut', vendorCode: null, vendorParam: null }]);
});
