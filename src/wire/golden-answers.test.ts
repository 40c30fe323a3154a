import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { bodyFixture as anthropicBody } from '../../test/support/anthropic-fixtures.ts';
import { chatRequest } from '../../test/support/chat-requests.ts';
import { bodyOf as geminiBody, fixture as geminiFixture } from '../../test/support/gemini-fixtures.ts';
import { answerFixture as openAiBody } from '../../test/support/openai-fixtures.ts';
import { ListenerRecord } from '../../test/support/streams.ts';
import { anthropicClient, anthropicUpstream } from './anthropic/codec.ts';
import type { ClientCodec, UpstreamCodec } from './codec.ts';
import type { Lane } from './dialect.ts';
import { geminiUpstream } from './gemini/codec.ts';
import { openAiClient, openAiUpstream } from './openai-chat/codec.ts';
import { createTranslateLane } from './translate-lane.ts';

/**
 * What clients get of every answer that the fixtures of the dialects hold, byte for byte, in fixtures/answers/. The
 * fixtures say of which model and date they are; what clients must be sent was written down once and read against the
 * pages that build-answer.ts and build-stream.ts of each dialect name.
 */
interface Upstream {
  name: string;
  codec: UpstreamCodec;
  folder: string;
  /** Fixtures that hold a whole answer, and their bodies. */
  isAnswer(file: string): boolean;
  body(file: string): Buffer;
}

const UPSTREAMS: readonly Upstream[] = [
  {
    name: 'openai',
    codec: openAiUpstream,
    folder: 'openai-chat',
    isAnswer: (file) => file.startsWith('answer-'),
    body: (file) => openAiBody(file.slice('answer-'.length, -'.json'.length)),
  },
  {
    name: 'anthropic',
    codec: anthropicUpstream,
    folder: 'anthropic',
    isAnswer: (file) => file.startsWith('answer-'),
    body: (file) => Buffer.from(anthropicBody(file.slice(0, -'.json'.length))),
  },
  {
    name: 'gemini',
    codec: geminiUpstream,
    folder: 'gemini',
    isAnswer: (file) => file.endsWith('.json') && file !== 'embeddings.json' && geminiFixture(file).status === 200,
    body: geminiBody,
  },
];

const CLIENTS: readonly ClientCodec[] = [openAiClient, anthropicClient];

const WIRE = new URL('./', import.meta.url);
const goldenPath = (name: string): string => new URL(`fixtures/answers/${name}`, WIRE).pathname;

function laneOf(from: ClientCodec, to: UpstreamCodec): Lane {
  const origin = from.dialect === 'anthropic' ? 'anthropic' : 'openai';
  const request = chatRequest({ origin, stream: true, includeUsage: true });
  return createTranslateLane({ from, to, request, requestId: 'req-1', createdS: 7, estimatedInputTokens: 5 });
}

const lossesOf = (lane: Lane): string =>
  (lane.answerLoss?.() ?? []).map(({ kind, field }) => `: ${kind} ${field}\n`).join('');

const pairs = UPSTREAMS.flatMap((upstream) => {
  const files = readdirSync(new URL(`${upstream.folder}/fixtures/`, WIRE)).sort();
  return CLIENTS.filter(({ dialect }) => dialect !== upstream.name).map((client) => ({
    title: `${upstream.name} to ${client.dialect}`,
    client,
    ...upstream,
    streams: files.filter((file) => file.endsWith('.sse.txt')),
    answers: files.filter(upstream.isAnswer),
  }));
});

describe.each(pairs)('what is said from $title', ({ title, client, codec, folder, body, streams, answers }) => {
  const place = title.replaceAll(' ', '-');

  test.each(streams)('in the stream %s', async (file) => {
    const bytes = readFileSync(new URL(`${folder}/fixtures/${file}`, WIRE));
    const lane = laneOf(client, codec);
    const record = new ListenerRecord();
    const stream = lane.stream(record, () => '{"receipt":"here"}');
    stream.push(bytes);
    stream.end();
    const end = `: ends ${record.ends.join()}${record.error === null ? '' : ` ${record.error}`}\n`;
    await expect(`${record.text}${end}${lossesOf(lane)}`).toMatchFileSnapshot(goldenPath(`${place}/${file}`));
  });

  test.each(answers)('in the answer %s', async (file) => {
    const lane = laneOf(client, codec);
    const bytes = body(file);
    const reading = lane.readAnswer(bytes);
    const said = reading.ok ? `${lane.answer(bytes, null).toString('utf8')}\n` : `: error ${reading.error.code}\n`;
    const name = `${place}/${file.replace('.json', '.answer.txt')}`;
    await expect(`${said}${lossesOf(lane)}`).toMatchFileSnapshot(goldenPath(name));
  });
});

test('every pair has answers and streams with words, thoughts and calls', () => {
  for (const { title, streams, answers } of pairs) {
    const has = (files: readonly string[], word: RegExp): boolean => files.some((file) => word.test(file));
    for (const word of [/text/, /tool/, /thought|thinking|reasoning/]) {
      expect(has(streams, word), `${title}: a stream of ${word}`).toBe(true);
    }
    for (const word of [/text/, /tool/]) expect(has(answers, word), `${title}: an answer of ${word}`).toBe(true);
  }
});
