import { expect, test } from 'vitest';
import { bodyOf } from '../../../test/support/gemini-fixtures.ts';
import type { Deployment } from '../../contracts/deployment.ts';
import { AppError } from '../../contracts/errors.ts';
import { readOpenAiRequest } from '../openai-chat/read-request.ts';
import { createGeminiEmbeddingsLane } from './embeddings-lane.ts';

const deployment = { upstreamModel: 'gemini-embedding-001', model: 'google/gemini-embedding-001' } as Deployment;
const laneOf = (body: Record<string, unknown>) => {
  const lane = createGeminiEmbeddingsLane(readOpenAiRequest('embeddings', { model: 'm', ...body }));
  const built = lane.build(deployment);
  return { lane, built, sent: JSON.parse(built.body.toString()) };
};
const answerOf = (body: Record<string, unknown>, trailer: string | null = null) =>
  JSON.parse(laneOf(body).lane.answer(bodyOf('embeddings.json'), trailer).toString());

test('each input is a request of its own, in order, with the size that was asked for', () => {
  const { built, sent } = laneOf({ input: ['a', 'b'], dimensions: 3 });
  const shared = { model: 'models/gemini-embedding-001', outputDimensionality: 3 };
  expect(built.path).toBe('/models/gemini-embedding-001:batchEmbedContents');
  expect(sent).toEqual({
    requests: [
      { ...shared, content: { parts: [{ text: 'a' }] } },
      { ...shared, content: { parts: [{ text: 'b' }] } },
    ],
  });
  expect(laneOf({ input: 'a' }).sent.requests).toHaveLength(1);
});

test('what has no counterpart is a loss, what is ours and what is null is none', () => {
  const { built } = laneOf({ input: 'a', user: 'u', truncate: true, encoding_format: null, alidade: {} });
  expect(built.loss.map(({ kind, field }) => `${kind} ${field}`)).toEqual(['dropped user', 'dropped truncate']);
});

test('the answer is a list in the order of the inputs, of vectors of length 1, under our name of the model', () => {
  const answer = answerOf({ input: ['a', 'b'] });
  expect(answer).toMatchObject({
    object: 'list',
    model: 'google/gemini-embedding-001',
    data: [
      { object: 'embedding', index: 0 },
      { object: 'embedding', index: 1 },
    ],
    usage: { prompt_tokens: 12, total_tokens: 12 },
  });
  for (const { embedding } of answer.data) expect(Math.hypot(...embedding)).toBeCloseTo(1, 6);
  expect(answer.data[0].embedding[1] / answer.data[0].embedding[0]).toBeCloseTo(-0.5, 6);
});

test('base64 is 32-bit floats, little end first', () => {
  const plain = answerOf({ input: ['a', 'b'] }).data[0].embedding;
  const bytes = Buffer.from(answerOf({ input: ['a', 'b'], encoding_format: 'base64' }).data[0].embedding, 'base64');
  expect([0, 4, 8].map((at) => bytes.readFloatLE(at))).toEqual(plain.map(Math.fround));
});

test('the receipt rides as the last member', () => {
  expect(answerOf({ input: ['a', 'b'] }, '{"id":"r"}').alidade).toEqual({ id: 'r' });
});

test('usage is read, and is not made up where nobody reports it', () => {
  const { lane } = laneOf({ input: ['a', 'b'] });
  expect(lane.readAnswer(bodyOf('embeddings.json'))).toMatchObject({
    ok: true,
    usage: { input_tokens: 12, output_tokens: 0 },
    finish: 'stop',
  });
  const silent = Buffer.from('{"embeddings":[{"values":[1]},{"values":[1]}]}');
  expect(lane.readAnswer(silent)).toMatchObject({ ok: true, usage: null });
  expect(JSON.parse(lane.answer(silent, null).toString())).not.toHaveProperty('usage');
});

test.each([
  ['too few vectors', '{"embeddings":[{"values":[1]}]}', 'upstream_protocol'],
  ['a vector that is none', '{"embeddings":[{"values":[1]},{"values":["a"]}]}', 'upstream_protocol'],
  ['a vector of nothing', '{"embeddings":[{"values":[1]},{"values":[]}]}', 'upstream_protocol'],
  ['cut JSON', '{"embeddings":[', 'upstream_protocol'],
  ['an error under 200', '{"error":{"code":429,"status":"RESOURCE_EXHAUSTED"}}', 'upstream_rate_limited'],
])('%s is no answer', (_name, body, code) => {
  expect(laneOf({ input: ['a', 'b'] }).lane.readAnswer(Buffer.from(body))).toMatchObject({
    ok: false,
    error: { code },
  });
});

test.each([
  ['tokens of another tokenizer', [1, 2, 3]],
  ['more than a hundred texts', Array.from({ length: 101 }, () => 'a')],
])('%s are refused with the name of the member', (_name, input) => {
  expect(() => laneOf({ input })).toThrow(AppError);
  expect(() => laneOf({ input })).toThrow(expect.objectContaining({ code: 'invalid_request', param: 'input' }));
});
