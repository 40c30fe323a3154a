import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { chatRequest } from '../../test/support/chat-requests.ts';
import { partsOf } from '../../test/support/streams.ts';
import { createScriptedUpstream, type ScriptedUpstream } from '../../test/support/upstream/scripted-upstream.ts';
import { send } from '../../test/support/upstream/steps.ts';
import { collectCall, testEndpoint, testRequest } from '../../test/support/upstream/upstream-calls.ts';
import type { Preset } from '../contracts/preset.ts';
import type { StreamPart } from '../contracts/stream-part.ts';
import type { Usage } from '../contracts/usage.ts';
import { anthropicUpstream } from '../wire/anthropic/codec.ts';
import type { UpstreamCodec } from '../wire/codec.ts';
import { geminiUpstream } from '../wire/gemini/codec.ts';
import { PUBLIC_ADDRESS_RULES, targetOf } from './address-guard.ts';
import { UpstreamCallError } from './failure.ts';
import { createUpstreamClient } from './http-client.ts';
import { NATIVE_PRESETS } from './native-presets.ts';

interface Exchange {
  path: string;
  request: Record<string, unknown>;
}

interface Fixture {
  preset: string;
  model: string;
  date: string;
  source: string;
  chat: Exchange & { response: Record<string, unknown> };
  stream: Exchange & { events: string[] };
  expect: {
    content: string;
    reasoning: string | null;
    finish_reason: string;
    usage: { input: number; output: number; cached: number | null };
  };
}

const CODECS: Readonly<Record<string, UpstreamCodec>> = { anthropic: anthropicUpstream, gemini: geminiUpstream };

const fixtureOf = (name: string): Fixture =>
  JSON.parse(readFileSync(new URL(`./fixtures/${name}.json`, import.meta.url), 'utf8'));

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
async function callThrough(preset: Preset, exchange: Exchange, script: Parameters<ScriptedUpstream['enqueue']>[0]) {
  const upstream = upstreams[0] as ScriptedUpstream;
  upstream.enqueue(script);
  const basePath = new URL(preset.baseUrl as string).pathname.replace(/\/$/, '');
  const endpoint = testEndpoint(upstream.origin + basePath, {
    auth: preset.auth,
    apiKeys: ['sk-fake-upstream-key'],
    quirks: preset.quirks,
  });
  const before = upstream.requests.length;
  const body = Buffer.from(JSON.stringify(exchange.request));
  const collected = collectCall(client, { ...testRequest(endpoint, body), path: exchange.path });
  await collected.ended;
  return { collected, received: await upstream.request(before + 1), basePath };
}

const usageOf = (usage: Usage | null | undefined) => ({
  input: usage?.input_tokens,
  output: usage?.output_tokens,
  cached: usage?.cached_input_tokens ?? null,
});

function readAnswer(codec: UpstreamCodec, body: string) {
  const reading = codec.readAnswer(Buffer.from(body), chatRequest());
  if (!reading.ok) throw new Error(reading.error.code);
  const { choices, usage } = reading.answer;
  const textOf = (type: 'text' | 'reasoning') =>
    choices[0]?.parts.map((part) => (part.type === type ? part.text : '')).join('');
  return {
    content: textOf('text'),
    reasoning: textOf('reasoning') || null,
    finish_reason: choices[0]?.finish.vendorReason,
    usage: usageOf(usage),
  };
}

function readStream(codec: UpstreamCodec, text: string) {
  const parts = partsOf(codec.createStreamReader(chatRequest({ stream: true })), text);
  expect(parts.at(-1)).toEqual({ type: 'end' });
  const join = (type: 'text-delta' | 'reasoning-delta') =>
    parts.map((part) => (part.type === type ? part.text : '')).join('');
  const last = <Type extends StreamPart['type']>(type: Type) =>
    parts.findLast((part): part is Extract<StreamPart, { type: Type }> => part.type === type);
  return {
    content: join('text-delta'),
    reasoning: join('reasoning-delta') || null,
    finish_reason: last('finish')?.vendorReason,
    usage: last('usage')?.usage,
  };
}

describe.each(NATIVE_PRESETS.map((preset) => [preset.name, preset] as const))('%s', (name, preset) => {
  const fixture = fixtureOf(name);
  const codec = CODECS[preset.dialect] as UpstreamCodec;

  test('a request reaches its path with its credential, and the answer arrives and says what it should', async () => {
    const body = JSON.stringify(fixture.chat.response);
    const { collected, received, basePath } = await callThrough(preset, fixture.chat, { body });
    expect(received.target).toBe(basePath + fixture.chat.path);
    expect(received.json()).toEqual(fixture.chat.request);
    expect(received.headers[preset.auth]).toBe('sk-fake-upstream-key');
    expect(received.headers).not.toHaveProperty('authorization');
    expect(collected.text()).toBe(body);
    expect(readAnswer(codec, collected.text())).toEqual(fixture.expect);
  });

  test('its stream arrives byte for byte and says the same as its whole answer', async () => {
    const events = fixture.stream.events.map((event) => `${event}\n\n`);
    const script = { body: events.map((event) => send(event, { sliceBytes: 13 })) };
    const { collected, received, basePath } = await callThrough(preset, fixture.stream, script);
    expect(received.target).toBe(basePath + fixture.stream.path);
    expect(collected.text()).toBe(events.join(''));
    const { usage, ...said } = readStream(codec, collected.text());
    const { usage: expected, ...answer } = fixture.expect;
    expect(said).toEqual(answer);
    expect(usage?.output_tokens).toBe(expected.output);
  });

  test('requests are built for the paths of its fixture', () => {
    const deployment = { upstreamModel: fixture.model, maxOutputTokens: null, capabilities: new Set() } as never;
    const losses = { add: () => undefined } as never;
    const pathOf = (stream: boolean) => codec.buildRequest(chatRequest({ stream }), deployment, losses).path;
    expect([pathOf(false), pathOf(true)]).toEqual([fixture.chat.path, fixture.stream.path]);
  });

  test('its fixture names itself, a model, a date and where it comes from', () => {
    expect(fixture).toMatchObject({ preset: name, model: expect.any(String) });
    expect(fixture.source).toContain('https://');
    expect(fixture.date).toMatch(/^\d{4}-\d{2}-\d{2}$/);
  });

  test('its address is public https, which the client would call, and its key is named', () => {
    expect(targetOf(preset.baseUrl as string, false, PUBLIC_ADDRESS_RULES)).not.toBeInstanceOf(UpstreamCallError);
    expect(preset.baseUrl?.endsWith('/')).toBe(false);
    // The second name of an API is lit by no key of its own.
    if (preset.name !== 'google') expect(preset.environmentVariables.length).toBeGreaterThan(0);
    expect(preset.auth).not.toBe('none');
  });
});
