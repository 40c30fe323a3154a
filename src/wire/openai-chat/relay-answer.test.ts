import { describe, expect, test } from 'vitest';
import { chatRequest } from '../../../test/support/chat-requests.ts';
import { sketchEmbeddingsInPieces } from '../answer-in-pieces.ts';
import { readOpenAiAnswer } from './read-answer.ts';
import { readRelayAnswer, readRelayAnswerValue, vectorsAskedFor } from './relay-answer.ts';

const NOT_AN_ANSWER = { ok: false, error: { code: 'upstream_protocol', vendorCode: null, vendorParam: null } };
const bytes = (value: unknown): Buffer => Buffer.from(JSON.stringify(value));

test.each([
  ['nothing', null],
  ['no message', { index: 0, finish_reason: 'stop' }],
  ['a message that is null', { index: 0, message: null, finish_reason: 'stop' }],
  ['what another operation answers', { index: 0, text: 'Hello', finish_reason: 'stop' }],
])('a choice with %s is no answer', (_name, choice) => {
  const body = bytes({ choices: [choice], usage: { prompt_tokens: 3, completion_tokens: 1 } });
  // What it used is owed all the same.
  const used = { ...NOT_AN_ANSWER, usage: { input_tokens: 3, output_tokens: 1 } };
  expect(readRelayAnswer({ operation: 'chat' }, body)).toMatchObject(used);
  expect(readOpenAiAnswer(body, chatRequest())).toMatchObject(used);
});

test('a choice that a filter held back needs no message', () => {
  const body = bytes({ choices: [{ index: 0, finish_reason: 'content_filter' }] });
  expect(readRelayAnswer({ operation: 'chat' }, body)).toMatchObject({ ok: true, finish: 'content_filter' });
  expect(readOpenAiAnswer(body, chatRequest())).toMatchObject({ ok: true });
});

describe('embeddings', () => {
  const entry = (embedding: unknown, index = 0) => ({ object: 'embedding', index, embedding });
  const read = (vectors: number, data: unknown[]) =>
    readRelayAnswer(
      { operation: 'embeddings', vectors },
      bytes({ object: 'list', data, usage: { prompt_tokens: 7, total_tokens: 7 } }),
    );

  test('are as many as there were inputs', () => {
    expect(vectorsAskedFor('a text')).toBe(1);
    expect(vectorsAskedFor(['a', 'b', 'c'])).toBe(3);
    expect(vectorsAskedFor([17, 4, 9])).toBe(1);
    expect(vectorsAskedFor([[17, 4], [9]])).toBe(2);
  });

  test('that are fewer than the inputs are no answer', () => {
    expect(read(2, [entry([0.5])])).toMatchObject({ ...NOT_AN_ANSWER, usage: { input_tokens: 7 } });
    expect(read(2, [entry([0.5]), entry('AAAAPw==', 1)])).toMatchObject({ ok: true });
  });

  test.each([[null], [[]], ['']])('of which one is %j are no answer', (empty) => {
    expect(read(2, [entry([0.5]), entry(empty, 1)])).toMatchObject(NOT_AN_ANSWER);
  });

  test('are counted in large answers, whose numbers are not read', () => {
    const data = Array.from({ length: 40 }, (_, index) => entry(Array(1_536).fill(0.0123456789), index));
    const pieces = sketchEmbeddingsInPieces(bytes({ object: 'list', data, usage: { prompt_tokens: 7 } }));
    let step = pieces.next();
    while (step.done !== true) step = pieces.next();
    expect(readRelayAnswerValue({ operation: 'embeddings', vectors: 40 }, step.value)).toMatchObject({ ok: true });
    expect(readRelayAnswerValue({ operation: 'embeddings', vectors: 41 }, step.value)).toMatchObject(NOT_AN_ANSWER);
  });
});
