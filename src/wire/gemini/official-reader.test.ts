import { type FinishReason, type GenerateContentResponse, GoogleGenAI } from '@google/genai';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bodyOf, fixtureBytes, readAnswer, readStream } from '../../../test/support/gemini-fixtures.ts';
import { createScriptedUpstream, type ScriptedUpstream } from '../../../test/support/upstream/scripted-upstream.ts';
import type { AnswerPart } from '../../contracts/chat-answer.ts';
import type { StreamPart } from '../../contracts/stream-part.ts';

/**
 * Google's own package reads the fixtures from a loopback server, at Google's own paths. What it finds in them and what
 * we find must be the same: a fixture that Google's package cannot read would be of our own making.
 */
const upstreams: ScriptedUpstream[] = [];
beforeAll(async () => {
  upstreams.push(await createScriptedUpstream());
});
afterAll(() => Promise.all(upstreams.map((upstream) => upstream.close())));

function official(): { models: GoogleGenAI['models']; upstream: ScriptedUpstream } {
  const upstream = upstreams[0] as ScriptedUpstream;
  const client = new GoogleGenAI({ apiKey: 'fake-key', httpOptions: { baseUrl: upstream.origin } });
  return { models: client.models, upstream };
}

/** What both readers must agree on. */
interface Reading {
  text: string;
  thoughts: string;
  calls: { name: string; args: unknown; signature: string | null }[];
  finish: string | null;
  usage: { input: number | null; output: number | null; cached: number | null; thoughts: number | null } | null;
  model: string | null;
}

function readOfficially(answers: readonly GenerateContentResponse[]): Reading {
  const parts = answers.flatMap((answer) => answer.candidates?.[0]?.content?.parts ?? []);
  const last = answers.findLast((answer) => answer.usageMetadata !== undefined)?.usageMetadata;
  const finishes = answers.flatMap((answer): string[] => {
    const reason: FinishReason | string | undefined =
      answer.candidates?.[0]?.finishReason ?? answer.promptFeedback?.blockReason;
    return reason === undefined ? [] : [reason];
  });
  const output = (last?.totalTokenCount ?? 0) - (last?.promptTokenCount ?? 0) - (last?.toolUsePromptTokenCount ?? 0);
  return {
    text: parts.map((part) => (part.thought === true ? '' : (part.text ?? ''))).join(''),
    thoughts: parts.map((part) => (part.thought === true ? (part.text ?? '') : '')).join(''),
    calls: parts.flatMap(({ functionCall, thoughtSignature }) =>
      functionCall === undefined
        ? []
        : [{ name: functionCall.name as string, args: functionCall.args ?? {}, signature: thoughtSignature ?? null }],
    ),
    finish: finishes.at(-1) ?? null,
    usage:
      last === undefined
        ? null
        : {
            input: (last.promptTokenCount ?? 0) + (last.toolUsePromptTokenCount ?? 0),
            output,
            cached: last.cachedContentTokenCount ?? null,
            thoughts: last.thoughtsTokenCount ?? null,
          },
    model: answers[0]?.modelVersion ?? null,
  };
}

function readOurWholeAnswer(name: string): Reading {
  const reading = readAnswer(bodyOf(name));
  if (!reading.ok) throw new Error(reading.error.code);
  const { choices, usage, model } = reading.answer;
  const parts: readonly AnswerPart[] = choices[0]?.parts ?? [];
  const textOf = (type: 'text' | 'reasoning') => parts.map((part) => (part.type === type ? part.text : '')).join('');
  return {
    text: textOf('text'),
    thoughts: textOf('reasoning'),
    calls: parts.flatMap((part) =>
      part.type === 'tool-call'
        ? [{ name: part.name, args: JSON.parse(part.arguments), signature: part.signature?.value ?? null }]
        : [],
    ),
    finish: choices[0]?.finish.vendorReason ?? null,
    usage: usageOf(usage),
    model,
  };
}

function usageOf(usage: Extract<StreamPart, { type: 'usage' }>['usage'] | null): Reading['usage'] {
  if (usage === null) return null;
  return {
    input: usage.input_tokens,
    output: usage.output_tokens,
    cached: usage.cached_input_tokens,
    thoughts: usage.reasoning_tokens,
  };
}

function readOurStream(name: string): Reading {
  const { parts } = readStream([fixtureBytes(name)]);
  const reading: Reading = { text: '', thoughts: '', calls: [], finish: null, usage: null, model: null };
  for (const part of parts) {
    if (part.type === 'text-delta') reading.text += part.text;
    else if (part.type === 'reasoning-delta') reading.thoughts += part.text;
    else if (part.type === 'tool-call-start') {
      reading.calls.push({ name: part.name, args: null, signature: part.signature?.value ?? null });
    } else if (part.type === 'tool-call-delta') {
      const call = reading.calls[part.index];
      if (call !== undefined) call.args = JSON.parse(part.text);
    } else if (part.type === 'finish') reading.finish = part.vendorReason;
    else if (part.type === 'error') reading.finish = part.vendorCode;
    else if (part.type === 'usage') reading.usage = usageOf(part.usage);
    else if (part.type === 'start') reading.model = part.model;
  }
  return reading;
}

/** The stream without the comments in front, which say where it comes from. */
function streamOf(name: string): Buffer {
  const bytes = fixtureBytes(name);
  return bytes.subarray(bytes.indexOf('data: '));
}

describe('the official package and we read the same', () => {
  test.each(['text', 'thoughts', 'tools', 'tools-2.5', 'safety', 'blocked-prompt', 'image', 'code-execution'])(
    'in the whole answer %s',
    async (name) => {
      const { models, upstream } = official();
      upstream.enqueue({ body: bodyOf(`${name}.json`) });
      const answer = await models.generateContent({ model: 'gemini-3.8-flash', contents: 'Hello' });
      expect(readOurWholeAnswer(`${name}.json`)).toEqual(readOfficially([answer]));
    },
  );

  test.each(['text', 'thoughts', 'tools', 'tools-2.5', 'blocked-prompt', 'malformed-call'])(
    'in the stream %s',
    async (name) => {
      const { models, upstream } = official();
      upstream.enqueue({ headers: { 'content-type': 'text/event-stream' }, body: streamOf(`${name}.sse.txt`) });
      const answers: GenerateContentResponse[] = [];
      const stream = await models.generateContentStream({ model: 'gemini-3.8-flash', contents: 'Hello' });
      for await (const answer of stream) answers.push(answer);
      expect(readOurStream(`${name}.sse.txt`)).toEqual(readOfficially(answers));
    },
  );
});

test('the official package asks at the paths and with the header that we use', async () => {
  const { models, upstream } = official();
  const before = upstream.requests.length;
  upstream.enqueue({ body: bodyOf('text.json') });
  await models.generateContent({ model: 'gemini-3.8-flash', contents: 'Hello' });
  upstream.enqueue({ body: bodyOf('embeddings.json') });
  await models.embedContent({ model: 'gemini-embedding-001', contents: ['a', 'b'] });
  const [asked, embedded] = upstream.requests.slice(before);
  expect(asked?.path).toBe('/v1beta/models/gemini-3.8-flash:generateContent');
  expect(asked?.headers['x-goog-api-key']).toBe('fake-key');
  expect(embedded?.path).toBe('/v1beta/models/gemini-embedding-001:batchEmbedContents');
});
