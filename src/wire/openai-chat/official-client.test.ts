import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import OpenAI, { APIError } from 'openai';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { chatRequest } from '../../../test/support/chat-requests.ts';
import { sampleDeployment } from '../../../test/support/deployments.ts';
import { readRepositoryFile, repositoryRoot } from '../../../test/support/repository.ts';
import { partsOf, runStream } from '../../../test/support/streams.ts';
import { createScriptedUpstream, type ScriptedUpstream } from '../../../test/support/upstream/scripted-upstream.ts';
import { AppError } from '../../contracts/errors.ts';
import type { StreamPart } from '../../contracts/stream-part.ts';
import type { Dialect } from '../../contracts/vocabulary.ts';
import { anthropicUpstream } from '../anthropic/codec.ts';
import type { UpstreamCodec } from '../codec.ts';
import { geminiUpstream } from '../gemini/codec.ts';
import { LossReport } from '../losses.ts';
import { createTranslateLane } from '../translate-lane.ts';
import { openaiClientDialect } from './client-dialect.ts';
import { openAiClient, openAiUpstream } from './codec.ts';
import { readOpenAiChat } from './read-chat.ts';

/** OpenAI's own package reads what we write, from a loopback server and at its own paths. */
const upstreams: ScriptedUpstream[] = [];
beforeAll(async () => {
  upstreams.push(await createScriptedUpstream());
});
afterAll(() => Promise.all(upstreams.map((upstream) => upstream.close())));

const upstream = (): ScriptedUpstream => upstreams[0] as ScriptedUpstream;
const client = (): OpenAI => new OpenAI({ apiKey: 'fake-key', baseURL: `${upstream().origin}/v1`, maxRetries: 0 });
const ASK = { model: 'auto', messages: [{ role: 'user' as const, content: 'Hello' }] };
const request = chatRequest({ stream: true, includeUsage: true });

const CODECS: Readonly<Record<Dialect, { codec: UpstreamCodec; folder: string; model: string }>> = {
  openai: { codec: openAiUpstream, folder: 'openai-chat', model: 'gpt-5.5' },
  anthropic: { codec: anthropicUpstream, folder: 'anthropic', model: 'claude-opus-4-8' },
  gemini: { codec: geminiUpstream, folder: 'gemini', model: 'gemini-3.5-flash' },
};

const lane = (dialect: Dialect) => {
  const { codec, model } = CODECS[dialect];
  const made = createTranslateLane({ from: openAiClient, to: codec, request, requestId: 'r1', createdS: 7 });
  made.build(sampleDeployment({ dialect, upstreamModel: model }));
  return made;
};

/** Every stream fixture of every dialect that ends well, with what its reader makes of it. */
const STREAMS = (['openai', 'anthropic', 'gemini'] as const).flatMap((dialect) => {
  const folder = `src/wire/${CODECS[dialect].folder}/fixtures`;
  return readdirSync(join(repositoryRoot, folder))
    .filter((name) => name.endsWith('.sse.txt'))
    .map((name) => {
      const bytes = readRepositoryFile(`${folder}/${name}`);
      return { dialect, name, bytes, parts: partsOf(CODECS[dialect].codec.createStreamReader(request), bytes) };
    });
});
const WHOLE = STREAMS.filter(({ parts }) => parts.at(-1)?.type === 'end');
const FAILED = STREAMS.filter(({ parts }) => parts.at(-1)?.type === 'error');

function said(parts: readonly StreamPart[]) {
  const result = { text: '', refusal: '', calls: [] as { name: string; arguments: string }[] };
  for (const part of parts) {
    if (!('choice' in part) || part.choice !== 0) continue;
    if (part.type === 'text-delta') result.text += part.text;
    if (part.type === 'refusal-delta') result.refusal += part.text;
    if (part.type === 'finish') result.refusal ||= part.refusal?.explanation ?? '';
    if (part.type === 'tool-call-start') result.calls[part.index] = { name: part.name, arguments: '' };
    if (part.type === 'tool-call-delta') {
      const call = result.calls[part.index];
      if (call !== undefined) call.arguments += part.text;
    }
  }
  for (const call of result.calls) call.arguments ||= '{}';
  return result;
}

async function readOfficially(dialect: Dialect, bytes: string): Promise<OpenAI.ChatCompletion> {
  const record = runStream((listener) => lane(dialect).stream(listener, null), [Buffer.from(bytes)]);
  expect(record.ends).toEqual(['complete']);
  upstream().enqueue({ headers: { 'content-type': 'text/event-stream' }, body: record.text });
  return client().chat.completions.stream(ASK).finalChatCompletion();
}

describe('the official client', () => {
  test.each(WHOLE)('reads all that $dialect says in $name', async ({ dialect, bytes, parts }) => {
    const completion = await readOfficially(dialect, bytes);
    const message = completion.choices[0]?.message;
    const calls = (message?.tool_calls ?? []).map((call) => call.type === 'function' && call.function);
    expect({
      text: message?.content ?? '',
      refusal: message?.refusal ?? '',
      calls: calls.map((call) => call && { name: call.name, arguments: call.arguments }),
    }).toEqual(said(parts));
    const usage = parts.findLast((part) => part.type === 'usage')?.usage;
    expect(completion.usage?.completion_tokens).toBe(usage === undefined ? undefined : (usage.output_tokens ?? 0));
    expect(completion).toMatchObject({ id: 'chatcmpl-r1', model: 'maker/model' });
  });

  test('has read streams of every dialect', () => {
    for (const dialect of ['openai', 'anthropic', 'gemini']) {
      expect(WHOLE.filter((stream) => stream.dialect === dialect).length).toBeGreaterThan(5);
    }
  });

  test.each(FAILED)('raises an error for what $dialect reports in $name', async ({ dialect, bytes }) => {
    const record = runStream((listener) => lane(dialect).stream(listener, null), [Buffer.from(bytes)]);
    expect(record.ends).toEqual(['error']);
    // The gateway adds the event where the lane has stopped.
    const event = openaiClientDialect.errorEvent(new AppError('upstream_error', 'The upstream failed.'), 'r1');
    upstream().enqueue({ headers: { 'content-type': 'text/event-stream' }, body: record.text + event.toString() });
    await expect(client().chat.completions.stream(ASK).finalChatCompletion()).rejects.toThrow(APIError);
  });
});

/** What a client keeps that knows only the members of the official types. */
function asTyped(message: OpenAI.ChatCompletionMessage) {
  return {
    role: 'assistant' as const,
    content: message.content,
    tool_calls: message.tool_calls?.map((call) =>
      call.type === 'function' ? { id: call.id, type: 'function' as const, function: call.function } : call,
    ),
  };
}

describe('the next turn of a client that drops what it does not know', () => {
  test.each([
    { dialect: 'anthropic', name: 'thinking.sse.txt' },
    { dialect: 'gemini', name: 'tools.sse.txt' },
    { dialect: 'gemini', name: 'late-signature.sse.txt' },
  ] as const)('gives $dialect its signatures back: $name', async ({ dialect, name }) => {
    const stream = WHOLE.find((known) => known.dialect === dialect && known.name === name);
    if (stream === undefined) throw new Error(`no stream ${name}`);
    const signatures = stream.parts.flatMap((part) =>
      (part.type === 'tool-call-start' || part.type === 'reasoning-signature') && part.signature !== undefined
        ? [part.signature.value]
        : [],
    );
    expect(signatures.length).toBeGreaterThan(0);
    const message = asTyped((await readOfficially(dialect, stream.bytes)).choices[0]!.message);
    const calls = message.tool_calls ?? [];
    expect(calls.length).toBeGreaterThan(0);
    const next = readOpenAiChat({
      model: 'auto',
      messages: [
        ...ASK.messages,
        message,
        ...calls.map(({ id }) => ({ role: 'tool', tool_call_id: id, content: 'done' })),
      ],
    });
    const { codec, model } = CODECS[dialect];
    const losses = new LossReport();
    const { body } = codec.buildRequest(next, sampleDeployment({ dialect, upstreamModel: model }), losses);
    for (const signature of signatures) expect(body).toContain(JSON.stringify(signature));
    expect(losses.entries.filter(({ field }) => field.includes('signature'))).toEqual([]);
  });
});

test('the official client reads a whole answer that was made a stream as the answer', async () => {
  const call = { id: 'call_1', type: 'function', function: { name: 'f', arguments: '{"a":1}' } };
  const message = { role: 'assistant', content: 'Hi', refusal: null, tool_calls: [call] };
  const choices = [{ index: 0, message, logprobs: null, finish_reason: 'tool_calls' }];
  const usage = { prompt_tokens: 1, completion_tokens: 2, total_tokens: 3 };
  const answer = { id: 'c', object: 'chat.completion', created: 1, model: 'm', choices, usage };
  const body = openAiUpstream.answerEvents(Buffer.from(JSON.stringify(answer))).toString();
  upstream().enqueue({ headers: { 'content-type': 'text/event-stream' }, body });
  const read = await client()
    .chat.completions.stream({ ...ASK, stream_options: { include_usage: true } })
    .finalChatCompletion();
  expect(read).toMatchObject(answer);
});
