import { expect, test } from 'vitest';
import { bodyFixture, StreamRecorder, streamFixture } from '../../../test/support/anthropic-fixtures.ts';
import { sampleDeployment } from '../../../test/support/deployments.ts';
import { scanJson } from '../../lib/json-scan.ts';
import { NO_CLIENT_HEADERS } from './headers.ts';
import { readAnthropicRequest } from './read-request-members.ts';
import { tokenCountBody } from './relay-answer.ts';
import { createAnthropicRelayLane } from './relay-lane.ts';

function lane(text: string, operation: 'messages' | 'count_tokens' = 'messages') {
  const bytes = Buffer.from(text);
  const scan = scanJson(bytes, { maxDepth: 64, maxKeys: 1000 });
  if (!scan.ok) throw new Error(scan.message);
  const request = readAnthropicRequest(operation, JSON.parse(text) as Record<string, unknown>);
  return createAnthropicRelayLane(bytes, scan, request, NO_CLIENT_HEADERS);
}

const DEPLOYMENT = sampleDeployment({ dialect: 'anthropic', upstreamModel: 'glm-5.2' });
const ASK = '{"model":"auto","max_tokens":9,"messages":[{"role":"user","content":"a"}]}';

test('relays a request, its answer and its receipt', () => {
  const relay = lane(ASK);
  const built = relay.build(DEPLOYMENT);
  expect(built.path).toBe('/v1/messages');
  expect(built.body.toString()).toBe(ASK.replace('auto', 'glm-5.2'));
  expect(built.headers).toEqual({ 'anthropic-version': '2023-06-01' });
  const answer = Buffer.from(bodyFixture('answer-text'));
  expect(relay.readAnswer(answer)).toMatchObject({ ok: true, finish: 'stop' });
  expect(relay.answer(answer, null)).toBe(answer);
  expect(JSON.parse(relay.answer(answer, '{"a":1}').toString()).alidade).toEqual({ a: 1 });
});

test('relays a stream and reads its errors', () => {
  const relay = lane(ASK);
  const recorder = new StreamRecorder();
  relay.stream(recorder, null).push(Buffer.from(streamFixture('text')));
  expect(recorder.text).toBe(streamFixture('text'));
  expect(relay.readError(529, Buffer.from('')).code).toBe('upstream_overloaded');
});

test('relays a count of tokens', () => {
  const relay = lane(ASK, 'count_tokens');
  expect(relay.build(DEPLOYMENT).path).toBe('/v1/messages/count_tokens');
  expect(relay.readAnswer(Buffer.from(tokenCountBody(3)))).toMatchObject({ ok: true, usage: null });
});
