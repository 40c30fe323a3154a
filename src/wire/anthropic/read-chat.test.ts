import { describe, expect, test } from 'vitest';
import { bodyFixture } from '../../../test/support/anthropic-fixtures.ts';
import type { Signature, Turn } from '../../contracts/chat-request.ts';
import type { AppError } from '../../contracts/errors.ts';
import { redactedDataFor, signatureFor, textSignatureFor } from './carried-thoughts.ts';
import { clientCallId, readCallId } from './client-ids.ts';
import { readAnthropicChat } from './read-chat.ts';

const body = (given: Record<string, unknown> = {}) => ({
  model: 'auto',
  max_tokens: 9,
  messages: [{ role: 'user', content: 'a' }],
  ...given,
});
const read = (given: Record<string, unknown> = {}) => readAnthropicChat(body(given));
const turnsOf = (messages: unknown, system?: unknown): readonly Turn[] =>
  read({ messages, ...(system === undefined ? {} : { system }) }).turns;
const text = (value: string) => ({ type: 'text', text: value });
const partsOf = (turn: Turn | undefined): readonly unknown[] =>
  turn === undefined || turn.role === 'tool' ? [] : turn.parts;

test('a request says only what was said', () => {
  expect(read()).toMatchObject({
    origin: 'anthropic',
    model: 'auto',
    stream: false,
    includeUsage: true,
    turns: [{ role: 'user', parts: [text('a')] }],
    tools: [],
    toolChoice: null,
    parallelToolCalls: null,
    maxOutputTokens: 9,
    temperature: null,
    reasoning: null,
    responseFormat: null,
    cache: null,
    unread: [],
  });
});

test('a turn of an agent is read whole', () => {
  const request = readAnthropicChat(JSON.parse(bodyFixture('request-agent')));
  expect(request.unread).toEqual([]);
  expect(request.turns.map(({ role }) => role)).toEqual(['system', 'user', 'assistant', 'tool', 'user']);
  expect(request.turns[3]).toEqual({
    role: 'tool',
    results: [
      { type: 'tool-result', id: 'toolu_01B', parts: [text('nothing')], isError: true },
      {
        type: 'tool-result',
        id: 'toolu_01A',
        parts: [
          text('a cat'),
          { type: 'image', source: { kind: 'base64', mediaType: 'image/png', data: 'iVBORw0KGgo=' } },
        ],
      },
    ],
  });
  expect(request.turns[4]).toMatchObject({
    parts: [text('And this file?'), { type: 'file', title: 'Report', citable: true }],
  });
  expect(request).toMatchObject({
    parallelToolCalls: false,
    toolChoice: { mode: 'auto', tools: null },
    reasoning: { mode: 'on', effort: 'high', budgetTokens: 2048, display: null },
    responseFormat: { kind: 'json-schema', name: null },
    topK: 40,
    stop: ['###'],
    userId: 'user-1',
    serviceTier: 'standard_only',
    stream: true,
  });
  expect(request.tools[2]).toMatchObject({ kind: 'server', origin: 'anthropic', name: 'web_search_20250305' });
});

describe('quirk 1: system prompts', () => {
  test('keep block boundaries, cache marks and their place', () => {
    const system = [text('One.'), { ...text('Two.'), cache_control: { type: 'ephemeral' } }];
    expect(
      turnsOf(
        [
          { role: 'user', content: 'a' },
          { role: 'system', content: 'Later.' },
        ],
        system,
      ),
    ).toEqual([
      { role: 'system', parts: [text('One.'), { ...text('Two.'), cache: { ttl: null } }] },
      { role: 'user', parts: [text('a')] },
      { role: 'system', parts: [text('Later.')] },
    ]);
    expect(turnsOf([{ role: 'user', content: 'a' }], '')).toHaveLength(1);
  });
});

describe('content', () => {
  test('text around results is a turn of its own, in the order of the blocks', () => {
    const result = { type: 'tool_result', tool_use_id: 't', content: 'r' };
    const turns = turnsOf([{ role: 'user', content: [text('a'), result, text('b')] }]);
    expect(turns.map(({ role }) => role)).toEqual(['user', 'tool', 'user']);
  });

  test('quirk 21: empty content is a turn without parts', () => {
    expect(
      turnsOf([
        { role: 'user', content: '' },
        { role: 'assistant', content: [] },
      ]),
    ).toEqual([
      { role: 'user', parts: [] },
      { role: 'assistant', parts: [] },
    ]);
  });

  test('sources of every kind', () => {
    const parts = (block: unknown) => partsOf(turnsOf([{ role: 'user', content: [block] }])[0])[0];
    expect(parts({ type: 'image', source: { type: 'url', url: 'u' } })).toMatchObject({
      source: { kind: 'url', url: 'u' },
    });
    expect(parts({ type: 'image', source: { type: 'file', file_id: 'f' } })).toMatchObject({
      source: { kind: 'file-id', id: 'f', origin: 'anthropic' },
    });
    expect(parts({ type: 'document', source: { type: 'text', media_type: 'text/plain', data: 'd' } })).toMatchObject({
      type: 'file',
      source: { kind: 'text', text: 'd' },
    });
    expect(parts({ type: 'document', source: { type: 'content', content: [text('x'), text('y')] } })).toMatchObject({
      source: { kind: 'text', text: 'x\ny' },
    });
    expect(parts({ type: 'search_result', title: 't', source: 's', content: [text('x')] })).toMatchObject({
      type: 'file',
      title: 't',
      context: 's',
    });
    expect(parts({ type: 'container_upload', file_id: 'f' })).toEqual({
      type: 'unknown',
      origin: 'anthropic',
      name: 'container_upload',
      value: { type: 'container_upload', file_id: 'f' },
    });
  });

  test('what nobody reads is named once, by its path', () => {
    const { unread } = read({
      container: 'c',
      mcp_servers: [],
      metadata: { user_id: 'u', other: 1 },
      tools: [{ name: 'f', input_schema: {}, defer_loading: true }],
      messages: [
        {
          role: 'user',
          content: [
            { ...text('a'), x: 1 },
            { ...text('b'), x: 1 },
          ],
        },
        { role: 'user', content: [{ type: 'image', source: { type: 'url', url: 'u' }, transformations: {} }] },
      ],
    });
    expect([...unread].sort()).toEqual([
      'container',
      'mcp_servers',
      'messages[].content[].transformations',
      'messages[].content[].x',
      'metadata.other',
      'tools[].defer_loading',
    ]);
  });
});

describe('tools', () => {
  test('whose arguments shall come early lose nothing by it: others send them so anyway', () => {
    const tool = { name: 'f', input_schema: { type: 'object' }, eager_input_streaming: true };
    expect(read({ tools: [tool] }).unread).toEqual([]);
  });

  test.each([
    [{ type: 'auto' }, { mode: 'auto', tools: null }, null],
    [{ type: 'any', disable_parallel_tool_use: true }, { mode: 'required', tools: null }, false],
    [{ type: 'tool', name: 'f' }, { mode: 'tool', name: 'f' }, null],
    [{ type: 'none' }, { mode: 'none' }, null],
    [{ type: 'auto', disable_parallel_tool_use: false }, { mode: 'auto', tools: null }, true],
  ])('quirks 15 and 16: choice %j', (tool_choice, toolChoice, parallelToolCalls) => {
    expect(read({ tool_choice })).toMatchObject({ toolChoice, parallelToolCalls });
  });

  test('quirk 11: a call without arguments has an empty object', () => {
    const content = [{ type: 'tool_use', id: 't', name: 'f', input: {} }];
    expect(turnsOf([{ role: 'assistant', content }])[0]).toEqual({
      role: 'assistant',
      parts: [{ type: 'tool-call', id: 't', name: 'f', arguments: '{}' }],
    });
  });
});

describe('reasoning', () => {
  test.each([
    [{ thinking: { type: 'adaptive', display: 'summarized' } }, { mode: 'adaptive', display: 'shown' }],
    [{ thinking: { type: 'disabled' } }, { mode: 'off' }],
    [{ thinking: { type: 'between_tools' } }, { mode: 'off' }],
    [{ output_config: { effort: 'xhigh' } }, { mode: null, effort: 'xhigh' }],
  ])('%j', (given, expected) => {
    expect(read(given).reasoning).toMatchObject(expected);
  });

  test('words that do not exist yet are not guessed', () => {
    expect(read({ thinking: { type: 'new', display: 'updates' }, output_config: { effort: 'huge' } }).unread).toEqual([
      'output_config.effort',
      'thinking.type',
      'thinking.display',
    ]);
  });
});

describe('quirks 27 and 28: signatures come back as they were carried', () => {
  const gemini: Signature = { origin: 'gemini', value: 'Cp8BAdHtim+/==' };
  const assistant = (...content: unknown[]) => partsOf(turnsOf([{ role: 'assistant', content }])[0]);

  test('on thoughts, redacted thoughts, texts and calls', () => {
    expect(
      assistant(
        { type: 'thinking', thinking: 'a', signature: 'own' },
        { type: 'thinking', thinking: 'b', signature: signatureFor(gemini) },
        { type: 'thinking', thinking: 'c', signature: signatureFor(undefined) },
        { type: 'redacted_thinking', data: redactedDataFor({ origin: 'openai', value: 'enc' }) },
        text('d'),
        { type: 'thinking', thinking: '', signature: textSignatureFor(gemini) },
        { type: 'tool_use', id: clientCallId('functions.f:0', gemini), name: 'f', input: {} },
      ),
    ).toEqual([
      { type: 'reasoning', text: 'a', signature: { origin: 'anthropic', value: 'own' } },
      { type: 'reasoning', text: 'b', signature: gemini },
      { type: 'reasoning', text: 'c' },
      { type: 'reasoning', text: '', redacted: { origin: 'openai', value: 'enc' } },
      { ...text('d'), signature: gemini },
      { type: 'tool-call', id: 'functions.f:0', name: 'f', arguments: '{}', signature: gemini },
    ]);
    expect(assistant({ type: 'thinking', thinking: '', signature: textSignatureFor(gemini) })).toEqual([
      { ...text(''), signature: gemini },
    ]);
  });

  test('ids hold only what this dialect takes, and come back', () => {
    for (const id of ['toolu_1', 'functions.f:0', 'ä ö', 'alidade-id_x', 'a__al1_b']) {
      for (const signature of [undefined, gemini]) {
        const packed = clientCallId(id, signature);
        expect(packed).toMatch(/^[A-Za-z0-9_-]+$/);
        expect(readCallId(packed)).toEqual({ id, signature: signature ?? null });
      }
    }
    expect(readCallId('alidade-id_!')).toEqual({ id: 'alidade-id_!', signature: null });
  });
});

test.each([
  [{ messages: [{ role: 'user', content: [{ type: 'text' }] }] }, 'messages[].content[].text'],
  [{ tools: [{ name: 'f', strict: 'yes' }] }, 'tools[].strict'],
  [{ tools: [{ name: 'f', description: 5 }] }, 'tools[].description'],
  [{ tool_choice: { type: 'auto', disable_parallel_tool_use: 1 } }, 'tool_choice.disable_parallel_tool_use'],
  [{ thinking: { type: 'enabled', budget_tokens: 'much' } }, 'thinking.budget_tokens'],
  [{ thinking: { type: 'enabled', display: true } }, 'thinking.display'],
  [{ metadata: { user_id: 5 } }, 'metadata.user_id'],
])('a value of another type than it should be is named: %j', (given, path) => {
  expect(read(given).unread).toEqual([path]);
});

test.each([
  [{ messages: [{ role: 'tool', content: 'x' }] }, 'messages.0.role'],
  [{ messages: [{ role: 'user', content: [{ type: 'tool_result' }] }] }, 'messages.0.content.0.tool_use_id'],
  [{ messages: [{ role: 'assistant', content: [{ type: 'tool_use', name: 'f' }] }] }, 'messages.0.content.0.id'],
  [{ messages: [{ role: 'assistant', content: [{ type: 'tool_use', id: 't' }] }] }, 'messages.0.content.0.name'],
  [{ messages: [{ role: 'user', content: [5] }] }, 'messages.0.content.0'],
  [{ messages: [{ role: 'assistant', content: [null] }] }, 'messages.0.content.0'],
  [{ tools: ['x'] }, 'tools.0'],
  [{ tools: [{ name: 'f', input_schema: 'x' }] }, 'tools.0.input_schema'],
  [{ stop_sequences: ['a', 5] }, 'stop_sequences.1'],
  [{ tools: [{ description: 'x' }] }, 'tools.0.name'],
  [{ tool_choice: { type: 'tool' } }, 'tool_choice.name'],
])('%j cannot be understood', (given, param) => {
  try {
    read(given);
    expect.unreachable();
  } catch (error) {
    expect(error as AppError).toMatchObject({ code: 'invalid_request', param });
  }
});
