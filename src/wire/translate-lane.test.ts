import { describe, expect, test } from 'vitest';
import { chatRequest } from '../../test/support/chat-requests.ts';
import { sampleDeployment } from '../../test/support/deployments.ts';
import { answerFixture, streamFixture } from '../../test/support/openai-fixtures.ts';
import { runStream } from '../../test/support/streams.ts';
import type { ChatRequest } from '../contracts/chat-request.ts';
import type { ClientCodec } from './codec.ts';
import { openAiClient, openAiUpstream } from './openai-chat/codec.ts';
import { createTranslateLane } from './translate-lane.ts';

/** A client whose stream is one line a part, so that the lane is seen and no dialect. */
const plainClient: ClientCodec = {
  dialect: 'openai',
  buildAnswer: (answer, { model }, losses, trailer) => {
    losses.add('answer_fingerprint');
    return JSON.stringify({ model, parts: answer.choices[0]?.parts.length, trailer });
  },
  createStreamBuilder: (_context, losses) => ({
    build: (part) => {
      if (part.type === 'finish') losses.add('answer_fingerprint');
      return part.type === 'text-delta' ? `text ${part.text}\n` : `${part.type}\n`;
    },
    resume: () => undefined,
    end: (trailer) => `over ${trailer}\n`,
  }),
};

function lane(given: Partial<ChatRequest> = {}, from: ClientCodec = plainClient) {
  return createTranslateLane({
    from,
    to: openAiUpstream,
    request: chatRequest(given),
    requestId: 'req-1',
    createdS: 7,
  });
}

const event = (value: unknown) => `data: ${typeof value === 'string' ? value : JSON.stringify(value)}\n\n`;
const content = (text: string, finish: string | null = null) =>
  event({ id: 'x', choices: [{ index: 0, delta: { content: text }, finish_reason: finish }] });
const streamed = (text: string | Buffer, trailer: (() => string) | null = null) =>
  runStream((listener) => lane({ stream: true }).stream(listener, trailer), [Buffer.from(text as string)]);

describe('a translated request', () => {
  test('says its path, its bytes and its losses', () => {
    const built = lane({ topK: 4 }).build(sampleDeployment());
    expect(built.path).toBe('/chat/completions');
    expect(JSON.parse(built.body.toString())).toMatchObject({ model: 'upstream-model' });
    expect(built.loss).toEqual([{ kind: 'dropped', field: 'top_k', why: 'there is no such member' }]);
  });

  test('is built anew for each deployment, with the losses of that one only', () => {
    const one = lane({ maxOutputTokens: 50 });
    expect(one.build(sampleDeployment({ maxOutputTokens: 10 })).loss).toHaveLength(1);
    expect(one.build(sampleDeployment({ maxOutputTokens: 100 })).loss).toEqual([]);
  });
});

describe('a translated stream', () => {
  test('goes on as text as soon as there is content', () => {
    const record = streamed(streamFixture('text'), () => '{"a":1}');
    expect(record.text).toBe('start\ntext Grüe\ntext zi 👋\nfinish\nusage\nover {"a":1}\n');
    expect(record.beforeContent).toBe('start\n');
    expect(record).toMatchObject({ contents: 1, finishes: ['stop'], ends: ['complete'] });
    expect(record.usage).toMatchObject({ input_tokens: 19, output_tokens: 6 });
  });

  test('writes once for each chunk that comes in, besides the commit', () => {
    expect(streamed(streamFixture('text')).writes).toBe(2);
  });

  test('counts events with content, and the bytes of what was said for those who leave before usage is told', () => {
    const transducer = lane({ stream: true }).stream(
      {
        onContent() {},
        onBytes() {},
        onUsage() {},
        onFinish() {},
        onComplete() {},
        onStreamError() {},
        onCut() {},
        onMalformed() {},
      },
      null,
    );
    transducer.push(streamFixture('text'));
    expect(transducer.contentEvents).toBe(2);
    expect(transducer.contentBytes).toBe(Buffer.byteLength('Grüezi 👋'));
    expect(transducer.finished).toBe(true);
  });

  test('that is cut never ends cleanly', () => {
    const record = streamed(content('a'));
    expect(record).toMatchObject({ ends: ['cut'], text: 'start\ntext a\n' });
  });

  test('that reports an error passes nothing of it on', () => {
    const record = streamed(
      content('a') + event({ error: { message: 'secret prompt', code: 'server_error' } }) + content('b'),
    );
    expect(record).toMatchObject({ ends: ['error'], error: 'upstream_error', text: 'start\ntext a\n' });
  });

  test('leaves out what is no JSON and says so', () => {
    const record = streamed(content('a') + event('{"cut') + content('b', 'stop') + event('[DONE]'));
    expect(record).toMatchObject({ malformed: 1, ends: ['complete'] });
    expect(record.text).toContain('text b');
  });

  test('without content is an answer where it says why it stopped', () => {
    const record = streamed(event({ choices: [{ delta: {}, finish_reason: 'content_filter' }] }) + event('[DONE]'));
    expect(record).toMatchObject({ contents: 1, finishes: ['content_filter'], ends: ['complete'] });
  });

  test('ignores what comes after its end', () => {
    const record = streamed(content('a', 'stop') + event('[DONE]') + content('b') + event('[DONE]'));
    expect(record.ends).toEqual(['complete']);
    expect(record.text).not.toContain('text b');
  });

  test('tells in the end what the client could not be told', () => {
    const one = lane({ stream: true });
    runStream((listener) => one.stream(listener, null), [streamFixture('text')]);
    expect(one.answerLoss?.().map(({ field }) => field)).toEqual(['answer.system_fingerprint']);
  });
});

describe('a translated answer', () => {
  test('is read for its usage and its reason, then written under the canonical name', () => {
    const one = lane();
    one.build(sampleDeployment());
    const body = answerFixture('text');
    expect(one.readAnswer(body)).toMatchObject({ ok: true, finish: 'stop', usage: { input_tokens: 19 } });
    expect(JSON.parse(one.answer(body, null).toString())).toEqual({ model: 'maker/model', parts: 1, trailer: null });
    expect(one.answerLoss?.()).toHaveLength(1);
  });

  test('that is none is a failure', () => {
    expect(lane().readAnswer(Buffer.from('<html>'))).toMatchObject({ ok: false, error: { code: 'upstream_protocol' } });
    expect(() => lane().answer(Buffer.from('<html>'), null)).toThrow(TypeError);
  });

  test('of an error is read by its status', () => {
    expect(lane().readError(529, Buffer.from('<html>'))).toMatchObject({ code: 'upstream_overloaded' });
  });
});

test('an OpenAI client reads what the lane writes', () => {
  const record = runStream(
    (listener) => lane({ stream: true }, openAiClient).stream(listener, null),
    [streamFixture('refusal')],
  );
  expect(record.text).toContain('"refusal":"I can’t "');
  expect(record.text.endsWith('data: [DONE]\n\n')).toBe(true);
});
