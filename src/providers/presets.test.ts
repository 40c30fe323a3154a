import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createScriptedUpstream, type ScriptedUpstream } from '../../test/support/upstream/scripted-upstream.ts';
import { send } from '../../test/support/upstream/steps.ts';
import { collectCall, testEndpoint, testRequest } from '../../test/support/upstream/upstream-calls.ts';
import type { Preset } from '../contracts/preset.ts';
import { CAPABILITIES, type Capability } from '../contracts/vocabulary.ts';
import { PUBLIC_ADDRESS_RULES, targetOf } from './address-guard.ts';
import { UpstreamCallError } from './failure.ts';
import { createUpstreamClient } from './http-client.ts';
import { NATIVE_PRESETS } from './native-presets.ts';
import { PRESETS } from './presets.ts';

interface Fixture {
  preset: string;
  model: string;
  date: string;
  source: string;
  chat: { request: Record<string, unknown>; response: Record<string, unknown> };
  stream: { request: Record<string, unknown>; events: string[] };
  expect: {
    content: string;
    reasoning: string | null;
    finish_reason: string;
    usage: { input: number; output: number; cached: number | null };
  };
}

interface WireUsage {
  prompt_tokens: number;
  completion_tokens: number;
  prompt_tokens_details?: { cached_tokens?: number } | null;
}

interface WireMessage {
  content?: string | null;
  reasoning_content?: string | null;
  reasoning?: string | null;
}

interface WireAnswer {
  choices: { finish_reason?: string | null; message?: WireMessage; delta?: WireMessage }[];
  usage?: WireUsage | null;
}

const FIXTURES = new URL('./fixtures/', import.meta.url);
const fixtureOf = (name: string): Fixture => JSON.parse(readFileSync(new URL(`${name}.json`, FIXTURES), 'utf8'));

const upstreams: ScriptedUpstream[] = [];
const client = createUpstreamClient();
beforeAll(async () => {
  upstreams.push(await createScriptedUpstream());
});
afterAll(async () => {
  await client.close();
  await Promise.all(upstreams.map((upstream) => upstream.close()));
});

/** Sends the request through the real client to a scripted stand-in at the path of the preset's own base URL. */
async function callThrough(preset: Preset, request: unknown, script: Parameters<ScriptedUpstream['enqueue']>[0]) {
  const upstream = upstreams[0] as ScriptedUpstream;
  upstream.enqueue(script);
  const basePath = preset.baseUrl === null ? '/v1' : new URL(preset.baseUrl).pathname;
  const endpoint = testEndpoint(upstream.origin + basePath, {
    auth: preset.auth,
    apiKeys: preset.auth === 'none' ? [] : ['sk-fake-upstream-key'],
    quirks: preset.quirks,
  });
  const before = upstream.requests.length;
  const collected = collectCall(client, testRequest(endpoint, Buffer.from(JSON.stringify(request))));
  await collected.ended;
  return { collected, received: await upstream.request(before + 1), basePath };
}

const usageOf = (usage: WireUsage | null | undefined) => ({
  input: usage?.prompt_tokens,
  output: usage?.completion_tokens,
  cached: usage?.prompt_tokens_details?.cached_tokens ?? null,
});

function readAnswer(answer: WireAnswer) {
  const { message, finish_reason } = answer.choices[0] ?? {};
  return {
    content: message?.content,
    reasoning: message?.reasoning_content ?? message?.reasoning ?? null,
    finish_reason,
    usage: usageOf(answer.usage),
  };
}

function readStream(text: string) {
  const data = text.split('\n\n').filter((event) => event.startsWith('data: '));
  expect(data.at(-1)).toBe('data: [DONE]');
  const chunks = data.slice(0, -1).map((event) => JSON.parse(event.slice(6)) as WireAnswer);
  const choices = chunks.flatMap((chunk) => chunk.choices);
  const join = (pick: (delta: WireMessage) => string | null | undefined): string =>
    choices.map((choice) => (choice.delta ? (pick(choice.delta) ?? '') : '')).join('');
  return {
    content: join((delta) => delta.content),
    reasoning: join((delta) => delta.reasoning_content ?? delta.reasoning) || null,
    finish_reason: choices.findLast((choice) => choice.finish_reason)?.finish_reason,
    usage: usageOf(chunks.findLast((chunk) => chunk.usage)?.usage),
  };
}

describe.each(PRESETS.map((preset) => [preset.name, preset] as const))('%s', (name, preset) => {
  const fixture = fixtureOf(name);
  const authorization = preset.auth === 'none' ? undefined : 'sk-fake-upstream-key';

  test('a request reaches its path with its credential, and the answer arrives byte for byte', async () => {
    const body = JSON.stringify(fixture.chat.response);
    const { collected, received, basePath } = await callThrough(preset, fixture.chat.request, { body });
    expect(received.path).toBe(`${basePath}/chat/completions`);
    expect(received.json()).toEqual(fixture.chat.request);
    const header = preset.auth === 'bearer' ? received.headers.authorization?.slice(7) : received.headers[preset.auth];
    expect(header).toBe(authorization);
    expect(collected.text()).toBe(body);
    expect(readAnswer(JSON.parse(collected.text()))).toEqual(fixture.expect);
  });

  test('its stream arrives byte for byte and says the same as its whole answer', async () => {
    const events = fixture.stream.events.map((event) => `${event}\n\n`);
    const script = { body: events.map((event) => send(event, { sliceBytes: 13 })) };
    const { collected } = await callThrough(preset, fixture.stream.request, script);
    expect(collected.text()).toBe(events.join(''));
    expect(readStream(collected.text())).toEqual(fixture.expect);
  });

  test('its fixture obeys its declared quirks', () => {
    const { maxTokensMember, refusedMembers, onlyValues, streamUsage } = preset.quirks;
    for (const request of [fixture.chat.request, fixture.stream.request]) {
      const limits = ['max_tokens', 'max_completion_tokens'].filter((member) => member in request);
      expect(limits).toEqual(maxTokensMember === 'either' ? [expect.any(String)] : [maxTokensMember]);
      expect(Object.keys(request).filter((member) => refusedMembers.includes(member))).toEqual([]);
      for (const [member, allowed] of Object.entries(onlyValues ?? {})) {
        if (member in request) expect(allowed).toContain(request[member]);
      }
    }
    const asks = 'stream_options' in fixture.stream.request;
    expect(asks).toBe(streamUsage === 'ask');
  });

  test('its fixture names itself, a model, a date and where it comes from', () => {
    expect(fixture).toMatchObject({
      preset: name,
      model: expect.any(String),
      source: expect.stringContaining('https://'),
    });
    expect(fixture.date).toMatch(/^\d{4}-\d{2}-\d{2}$/);
    expect(fixture.chat.request.model).toBe(fixture.model);
  });

  test('every address it names is public https, which the client would call', () => {
    for (const baseUrl of [preset.baseUrl, ...Object.values(preset.regions ?? {})]) {
      if (baseUrl === null) continue;
      expect(targetOf(baseUrl, false, PUBLIC_ADDRESS_RULES)).not.toBeInstanceOf(UpstreamCallError);
      expect(baseUrl.endsWith('/')).toBe(false);
    }
  });

  test('facts and prices of regions belong to regions that it has', () => {
    const regions = Object.keys(preset.regions ?? {});
    for (const region of [...Object.keys(preset.regionFacts ?? {}), ...Object.keys(preset.priceFactors ?? {})]) {
      expect(regions).toContain(region);
    }
    for (const facts of [preset.facts, ...Object.values(preset.regionFacts ?? {})]) {
      if (facts !== undefined) expect(facts.checkedAt).toMatch(/^\d{4}-\d{2}-\d{2}$/);
    }
  });
});

/** What no model behind a preset can be given or asked for; presets that are not here limit nothing. */
const LACKING: Readonly<Record<string, readonly Capability[]>> = {
  zai: ['json_schema', 'audio', 'prefill', 'files'],
  bigmodel: ['json_schema', 'audio', 'prefill', 'files'],
  openai: ['prefill'],
  dashscope: ['audio', 'prefill', 'files'],
  deepseek: ['audio', 'prefill', 'files'],
  mistral: ['prefill', 'files'],
  together: ['files'],
  groq: ['audio', 'files'],
  azure: ['prefill', 'files'],
  vllm: ['files'],
  sglang: ['files'],
  ollama: ['audio', 'files'],
  lmstudio: ['audio', 'files'],
  'llama-cpp': ['files'],
  llama: ['files'],
};

test('quirk 23: only OpenAI itself and OpenRouter are sent the file part of chat completions', () => {
  const lacking = PRESETS.filter(({ capabilities }) => capabilities !== undefined).map(({ name, capabilities }) => [
    name,
    CAPABILITIES.filter((capability) => !capabilities?.includes(capability)),
  ]);
  expect(Object.fromEntries(lacking)).toEqual(LACKING);
  const takingFiles = PRESETS.filter(({ capabilities }) => capabilities?.includes('files') !== false);
  expect(takingFiles.map(({ name }) => name)).toEqual(['openai', 'openrouter']);
});

test('names are unique, and every fixture has its preset', () => {
  const names = [...PRESETS, ...NATIVE_PRESETS].map((preset) => preset.name);
  expect(new Set(names).size).toBe(names.length);
  expect(readdirSync(FIXTURES).sort()).toEqual(names.map((name) => `${name}.json`).sort());
});

test('no environment variable lights two presets, and own engines have none', () => {
  const variables = PRESETS.filter((preset) => preset.baseUrl !== null).flatMap(
    (preset) => preset.environmentVariables,
  );
  expect(new Set(variables).size).toBe(variables.length);
  for (const preset of PRESETS) {
    if (preset.operator === 'self') expect(preset.environmentVariables).toEqual([]);
  }
});
