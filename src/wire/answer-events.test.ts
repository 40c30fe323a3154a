import { readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { bodyFixture as anthropicBody } from '../../test/support/anthropic-fixtures.ts';
import { chatRequest } from '../../test/support/chat-requests.ts';
import { bodyOf as geminiBody, fixture as geminiFixture } from '../../test/support/gemini-fixtures.ts';
import { answerFixture as openAiBody } from '../../test/support/openai-fixtures.ts';
import { partsOf, runStream } from '../../test/support/streams.ts';
import type { AnswerPart } from '../contracts/chat-answer.ts';
import type { StreamPart } from '../contracts/stream-part.ts';
import { anthropicUpstream } from './anthropic/codec.ts';
import { AnthropicRelayStream } from './anthropic/relay-stream.ts';
import type { UpstreamCodec } from './codec.ts';
import { geminiUpstream } from './gemini/codec.ts';
import { openAiUpstream } from './openai-chat/codec.ts';
import { OpenAiRelayStream } from './openai-chat/relay-stream.ts';

const filesOf = (folder: string): string[] =>
  readdirSync(new URL(`${folder}/fixtures/`, import.meta.url)).filter((file) => file.endsWith('.json'));

const ANSWERS: readonly [name: string, codec: UpstreamCodec, body: Buffer][] = [
  ...filesOf('openai-chat')
    .filter((file) => file.startsWith('answer-'))
    .map((file) => [`openai ${file}`, openAiUpstream, openAiBody(file.slice(7, -5))] as const),
  ...filesOf('anthropic')
    .filter((file) => file.startsWith('answer-'))
    .map((file) => [`anthropic ${file}`, anthropicUpstream, Buffer.from(anthropicBody(file.slice(0, -5)))] as const),
  ...filesOf('gemini')
    .filter((file) => file !== 'embeddings.json' && geminiFixture(file).status === 200)
    .map((file) => [`gemini ${file}`, geminiUpstream, geminiBody(file)] as const),
].map(([name, codec, body]) => [name, codec, body]);

/** What is said, whichever way it came: texts by kind, calls with their arguments. */
interface Said {
  text: string;
  thoughts: string;
  refusal: string;
  calls: [name: string, json: string][];
  media: number;
}

function saidInParts(parts: readonly AnswerPart[]): Said {
  const textOf = (type: 'text' | 'reasoning' | 'refusal'): string =>
    parts.map((part) => (part.type === type ? part.text : '')).join('');
  return {
    text: textOf('text'),
    thoughts: textOf('reasoning'),
    refusal: textOf('refusal'),
    calls: parts.flatMap((part) => (part.type === 'tool-call' ? [[part.name, part.arguments]] : [])),
    media: parts.filter(({ type }) => type === 'image' || type === 'audio').length,
  };
}

function saidInStream(parts: readonly StreamPart[], choice: number): Said {
  const own = parts.filter((part) => 'choice' in part && part.choice === choice);
  const textOf = (type: 'text-delta' | 'reasoning-delta' | 'refusal-delta'): string =>
    own.map((part) => (part.type === type ? part.text : '')).join('');
  const inputOf = (index: number): string =>
    own.map((part) => (part.type === 'tool-call-delta' && part.index === index ? part.text : '')).join('');
  return {
    text: textOf('text-delta'),
    thoughts: textOf('reasoning-delta'),
    refusal: textOf('refusal-delta'),
    calls: own.flatMap((part) => (part.type === 'tool-call-start' ? [[part.name, inputOf(part.index) || '{}']] : [])),
    media: own.filter(({ type }) => type === 'media-delta').length,
  };
}

describe('a whole answer as a stream', () => {
  test.each(ANSWERS)('says the same: %s', (_name, codec, body) => {
    const request = chatRequest({ stream: true });
    const reading = codec.readAnswer(body, request);
    if (!reading.ok) throw new Error('the fixture is no answer');
    const parts = partsOf(codec.createStreamReader(request), codec.answerEvents(body));
    expect(parts.at(-1)).toEqual({ type: 'end' });
    const usage = parts.findLast((part) => part.type === 'usage');
    expect(usage?.usage ?? null).toEqual(reading.answer.usage);
    for (const [place, choice] of reading.answer.choices.entries()) {
      expect(saidInStream(parts, place)).toEqual(saidInParts(choice.parts));
      const finish = parts.find((part) => part.type === 'finish' && part.choice === place);
      expect(finish).toMatchObject(choice.finish);
    }
  });

  test.each(ANSWERS)('ends well for a client of the same dialect: %s', (_name, codec, body) => {
    if (codec.dialect === 'gemini') return;
    const choices = codec.dialect === 'openai' ? JSON.parse(body.toString()).choices.length : 1;
    const record = runStream(
      (listener) =>
        codec.dialect === 'openai'
          ? new OpenAiRelayStream(listener, { swallowUsage: true, choices, trailer: null })
          : new AnthropicRelayStream(listener, null),
      [codec.answerEvents(body)],
    );
    expect({ ends: record.ends, contents: record.contents, malformed: record.malformed }).toEqual({
      ...{ ends: ['complete'], contents: 1, malformed: 0 },
    });
  });

  test.each([{}, { finishReason: '' }, { finishReason: 'FINISH_REASON_UNSPECIFIED' }])(
    'is whole where Gemini does not say why it ended: %j',
    (reason) => {
      const candidates = [{ content: { parts: [{ text: 'All.\u2028' }] }, ...reason }];
      const body = Buffer.from(JSON.stringify({ candidates }, null, 2));
      const request = chatRequest({ stream: true });
      expect(geminiUpstream.readAnswer(body, request)).toMatchObject({ ok: true });
      const parts = partsOf(geminiUpstream.createStreamReader(request), geminiUpstream.answerEvents(body));
      expect(parts).toContainEqual(expect.objectContaining({ type: 'finish', reason: 'other' }));
      expect(parts.at(-1)).toEqual({ type: 'end' });
    },
  );

  test('keeps calls apart that their vendor gives the same index', () => {
    const call = (id: string) => ({ index: 0, id, type: 'function', function: { name: 'f', arguments: '{}' } });
    const message = { role: 'assistant', content: null, tool_calls: [call('a'), call('b')] };
    const body = Buffer.from(JSON.stringify({ choices: [{ index: 0, message, finish_reason: 'tool_calls' }] }));
    const [event] = openAiUpstream.answerEvents(body).toString().split('\n\n');
    const [choice] = JSON.parse(String(event).slice('data: '.length)).choices;
    expect(choice.delta.tool_calls).toMatchObject([
      { index: 0, id: 'a' },
      { index: 1, id: 'b' },
    ]);
  });

  test('keeps numbers that no double holds', () => {
    const call = { type: 'tool_use', id: 'a', name: 'f', input: { id: 'ID' } };
    const message = JSON.stringify({ type: 'message', content: [call], stop_reason: 'tool_use' });
    const body = Buffer.from(message.replace('"ID"', '12345678901234567890'));
    expect(anthropicUpstream.answerEvents(body).toString()).toContain('12345678901234567890');
  });
});
