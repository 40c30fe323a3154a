import { describe, expect, test } from 'vitest';
import { chatRequest } from '../../../test/support/chat-requests.ts';
import { partsOf } from '../../../test/support/streams.ts';
import type { StreamListener, UpstreamErrorReading } from '../dialect.ts';
import { readOpenAiAnswer } from './read-answer.ts';
import { OpenAiStreamReader } from './read-stream.ts';
import { readRelayAnswer } from './relay-answer.ts';
import { OpenAiRelayStream } from './relay-stream.ts';
import { readFinishReason } from './usage.ts';

const REASONS = ['network_error', 'insufficient_system_resource', 'error', 'abort'];
const USAGE = { prompt_tokens: 9, completion_tokens: 3 };

const whole = (choice: object, more: object = {}): Buffer =>
  Buffer.from(JSON.stringify({ choices: [{ index: 0, message: { content: 'Half of' }, ...choice }], ...more }));
const chunk = (choice: object, more: object = {}): string =>
  `data: ${JSON.stringify({ id: 'x', choices: [{ index: 0, ...choice }], ...more })}\n\n`;

/** What a client got, and how it ended. */
function relayed(...chunks: string[]): { text: string; ends: string[]; errors: UpstreamErrorReading[] } {
  const seen = { text: '', ends: [] as string[], errors: [] as UpstreamErrorReading[] };
  const listener: StreamListener = {
    onContent: () => undefined,
    onBytes: (bytes) => {
      seen.text += bytes.toString();
    },
    onUsage: () => seen.ends.push('usage'),
    onFinish: () => seen.ends.push('finish'),
    onComplete: () => seen.ends.push('complete'),
    onStreamError: (error) => seen.errors.push(error),
    onCut: () => seen.ends.push('cut'),
    onMalformed: () => seen.ends.push('malformed'),
  };
  const stream = new OpenAiRelayStream(listener, { swallowUsage: false, choices: 1, trailer: null });
  for (const each of chunks) stream.push(Buffer.from(each));
  stream.end();
  return seen;
}

describe('an answer that its vendor did not bring to an end', () => {
  test.each(REASONS)('is an error and never whole: %s', (reason) => {
    const error = { code: 'upstream_error', vendorCode: reason, vendorParam: null };
    const body = whole({ finish_reason: reason }, { usage: USAGE });
    const usage = { input_tokens: 9, output_tokens: 3 };
    const read = readRelayAnswer({ operation: 'chat' }, body);
    expect(read).toMatchObject({ ok: false, error, usage, contentBytes: 7 });
    expect(readOpenAiAnswer(body, chatRequest())).toMatchObject({ ok: false, error, usage, contentBytes: 7 });
  });

  test.each(REASONS)('is an error and never whole as a stream, whose usage counts: %s', (reason) => {
    const error = { code: 'upstream_error', vendorCode: reason, vendorParam: null };
    const stream = [
      chunk({ delta: { content: 'Half of' } }),
      chunk({ delta: {}, finish_reason: reason }, { usage: USAGE }),
      'data: [DONE]\n\n',
    ];
    const { text, ends, errors } = relayed(...stream);
    expect({ text, ends, errors }).toEqual({ text: stream[0], ends: ['usage'], errors: [error] });
    const parts = partsOf(new OpenAiStreamReader(chatRequest()), stream.join(''));
    expect(parts.map(({ type }) => type)).toEqual(expect.arrayContaining(['text-delta', 'usage', 'error']));
    expect(parts.find(({ type }) => type === 'error')).toEqual({ type: 'error', ...error });
    expect(parts.some(({ type }) => type === 'finish')).toBe(false);
  });

  test('is told by an error beside its choices or in one of them, and not by an empty one', () => {
    for (const body of [
      whole({ finish_reason: 'stop' }, { error: { code: 502, message: 'x' } }),
      whole({ finish_reason: 'stop', error: { code: 502, message: 'x' } }),
    ]) {
      expect(readRelayAnswer({ operation: 'chat' }, body)).toMatchObject({ ok: false, error: { vendorCode: '502' } });
      expect(readOpenAiAnswer(body, chatRequest())).toMatchObject({ ok: false, error: { vendorCode: '502' } });
    }
    for (const error of [null, {}, '']) {
      const body = whole({ finish_reason: 'stop', error }, { error });
      expect(readRelayAnswer({ operation: 'chat' }, body)).toMatchObject({ ok: true, finish: 'stop' });
      expect(readOpenAiAnswer(body, chatRequest()).ok).toBe(true);
      const stream = [
        chunk({ delta: { content: 'All' } }, { error }),
        chunk({ delta: {}, finish_reason: 'stop', error }, { error }),
        'data: [DONE]\n\n',
      ];
      expect(relayed(...stream)).toEqual({ text: stream.join(''), ends: ['finish', 'complete'], errors: [] });
      const parts = partsOf(new OpenAiStreamReader(chatRequest()), stream.join(''));
      expect(parts.map(({ type }) => type)).toEqual(expect.arrayContaining(['finish', 'end']));
    }
    // Alone it says nothing else.
    expect(relayed('data: {"error":{}}\n\n').errors).toMatchObject([{ vendorCode: null }]);
  });
});

test('the context window running out is a limit under every name', () => {
  expect(['length', 'model_length', 'model_context_window_exceeded'].map(readFinishReason)).toEqual(
    Array.from({ length: 3 }, () => 'length'),
  );
});

test.each([
  ['data: {"object":"error","message":"x","type":"InternalServerError","param":null,"code":500}\n\n', '500'],
  ['event: error\ndata: {"code":"InternalError","message":"x"}\n\n', 'InternalError'],
  ['event: error\ndata: {"detail":"x"}\n\n', null],
  ['data: {"code":"Throttling","message":"x"}\n\n', 'Throttling'],
])('an error that is bare ends a stream, whatever comes behind it: %s', (event, vendorCode) => {
  const stream = [chunk({ delta: { content: 'Half of' } }), event, 'data: [DONE]\n\n'];
  const { text, ends, errors } = relayed(...stream);
  expect({ text, ends }).toEqual({ text: stream[0], ends: [] });
  expect(errors).toMatchObject([{ vendorCode }]);
  const parts = partsOf(new OpenAiStreamReader(chatRequest()), stream.join(''));
  expect(parts.find(({ type }) => type === 'error')).toMatchObject({ vendorCode });
});

test('what only looks like an error in a chunk is none', () => {
  const odd = chunk({ delta: { content: 'a' }, finish_reason: 'stop' }, { code: 0, message: 'ok', object: 'error' });
  const usage = 'data: {"id":"x","choices":[],"usage":{"prompt_tokens":1,"completion_tokens":1}}\n\n';
  expect(relayed(odd, usage, 'data: {"id":"x"}\n\n', 'data: [DONE]\n\n')).toMatchObject({
    ends: ['finish', 'usage', 'complete'],
    errors: [],
  });
});
