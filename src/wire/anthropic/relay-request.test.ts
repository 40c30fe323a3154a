import { describe, expect, test } from 'vitest';
import { bodyFixture } from '../../../test/support/anthropic-fixtures.ts';
import { sampleDeployment } from '../../../test/support/deployments.ts';
import type { AppError } from '../../contracts/errors.ts';
import { scanJson } from '../../lib/json-scan.ts';
import { redactedDataFor, signatureFor } from './carried-thoughts.ts';
import { type AnthropicClientHeaders, NO_CLIENT_HEADERS } from './headers.ts';
import { readAnthropicRequest } from './read-request-members.ts';
import { buildAnthropicRelayRequest } from './relay-request.ts';

interface Options {
  model?: string;
  operator?: string;
  region?: string;
  headers?: AnthropicClientHeaders;
  operation?: 'messages' | 'count_tokens';
}

function build(text: string, options: Options = {}) {
  const bytes = Buffer.from(text);
  const scan = scanJson(bytes, { maxDepth: 64, maxKeys: 10_000 });
  if (!scan.ok) throw new Error(scan.message);
  const request = readAnthropicRequest(options.operation ?? 'messages', JSON.parse(text) as Record<string, unknown>);
  const sample = sampleDeployment({ dialect: 'anthropic', upstreamModel: options.model ?? 'claude-opus-4-5' });
  const facts = { ...sample.endpoint.facts, region: options.region ?? 'unknown' };
  const endpoint = { ...sample.endpoint, operator: options.operator ?? 'anthropic', facts };
  const deployment = { ...sample, endpoint };
  const built = buildAnthropicRelayRequest(bytes, scan, request, options.headers ?? NO_CLIENT_HEADERS, deployment);
  const sent = built.body.toString('utf8');
  return {
    ...built,
    text: sent,
    json: JSON.parse(sent),
    losses: built.loss.map(({ kind, field }) => `${kind} ${field}`),
  };
}

const body = (members: Record<string, unknown>): string =>
  JSON.stringify({ model: 'auto', max_tokens: 5000, messages: [{ role: 'user', content: 'a' }], ...members });

describe('quirk 42: bytes', () => {
  test('only the model changes: unknown members, big numbers, order and white space stay', () => {
    const text =
      '{ "x_new": {"a":1e400, "b":12345678901234567890},\n "model":"auto" ,"max_tokens":7, "messages":[{"role":"user","content":"hé"}] }';
    expect(build(text).text).toBe(text.replace('"auto"', '"claude-opus-4-5"'));
    expect(build(text)).toMatchObject({ path: '/v1/messages', loss: [] });
  });

  test('a whole turn of an agent passes as it is', () => {
    const text = bodyFixture('request-agent');
    expect(build(text, { model: 'claude-opus-4-6' }).text).toBe(
      text.replace('"auto"', '"claude-opus-4-6"').replace(/\s*"top_p": 0.95,/, ''),
    );
  });

  test('a member that is null says nothing, and stays', () => {
    const text = body({ temperature: null, top_k: null, thinking: null, tool_choice: null });
    expect(build(text, { model: 'claude-opus-5-5' })).toMatchObject({
      text: text.replace('"auto"', '"claude-opus-5-5"'),
      loss: [],
    });
  });

  test('what is ours and what other gateways would read is taken out', () => {
    const built = build(body({ alidade: { task: 'creative' }, models: ['a/b'], provider: { order: ['x'] } }));
    expect(Object.keys(built.json)).toEqual(['model', 'max_tokens', 'messages']);
    expect(built.loss).toEqual([]);
  });
});

describe('what was decided here stays decided', () => {
  test('another model that the vendor would fall back to is not asked for', () => {
    const built = build(body({ fallbacks: 'default' }));
    expect(built.json).not.toHaveProperty('fallbacks');
    expect(built.losses).toEqual(['dropped fallbacks']);
    expect(build(body({ fallbacks: ['a/b'] })).losses).toEqual([]);
  });

  test('the region is that of the endpoint, whatever the caller says', () => {
    const us = { model: 'claude-opus-5', region: 'us' };
    expect(build(body({}), us).json.inference_geo).toBe('us');
    expect(build(body({ inference_geo: 'global' }), us)).toMatchObject({
      json: { inference_geo: 'us' },
      losses: ['dropped inference_geo'],
    });
    expect(build(body({ inference_geo: 'us' }), us).losses).toEqual([]);
    const anywhere = build(body({ inference_geo: 'global' }), { model: 'claude-opus-5' });
    expect(anywhere.json).not.toHaveProperty('inference_geo');
    expect(anywhere.losses).toEqual(['dropped inference_geo']);
    expect(build(body({}), { model: 'claude-opus-4-5', region: 'us' }).json).not.toHaveProperty('inference_geo');
  });
});

describe('quirk 3: sampling parameters that the model refuses', () => {
  test('are dropped and said, except for their defaults', () => {
    const built = build(body({ temperature: 0.2, top_p: 0.9, top_k: 5 }), { model: 'claude-opus-4-7' });
    expect(Object.keys(built.json)).toEqual(['model', 'max_tokens', 'messages']);
    expect(built.losses).toEqual(['dropped temperature', 'dropped top_p', 'dropped top_k']);
    expect(build(body({ temperature: 1 }), { model: 'claude-opus-4-7' }).losses).toEqual([]);
  });

  test('4.5 takes temperature or top_p, not both', () => {
    const built = build(body({ temperature: 0.2, top_p: 0.9 }), { model: 'claude-haiku-4-5' });
    expect(built.json).toMatchObject({ temperature: 0.2 });
    expect(built.losses).toEqual(['dropped top_p']);
  });

  test('another vendor behind this dialect gets what the caller wrote', () => {
    const text = body({
      temperature: 0.2,
      top_p: 0.9,
      top_k: 5,
      thinking: { type: 'adaptive' },
      tool_choice: { type: 'any' },
    });
    expect(build(text, { model: 'glm-5.2', operator: 'zhipu' })).toMatchObject({
      text: text.replace('"auto"', '"glm-5.2"'),
      loss: [],
    });
  });
});

describe('quirk 4: thinking is said as the model knows it', () => {
  const thinking = (thinking: unknown, model: string, more: Record<string, unknown> = {}) => {
    const built = build(body({ thinking, ...more }), { model });
    return [built.json.thinking, built.json.output_config?.effort, built.losses];
  };

  test('a budget becomes an effort where budgets are refused, what is shown stays', () => {
    expect(thinking({ type: 'enabled', budget_tokens: 10_000, display: 'summarized' }, 'claude-opus-5-5')).toEqual([
      { type: 'adaptive', display: 'summarized' },
      'medium',
      ['degraded reasoning.budget_tokens'],
    ]);
  });

  test('whoever set a budget sees thoughts unless told otherwise, also where models keep them back by default', () => {
    const sent = (display: object) =>
      build(body({ thinking: { type: 'enabled', budget_tokens: 2_000, ...display } }), { model: 'claude-opus-5-5' })
        .json.thinking;
    expect(sent({})).toEqual({ type: 'adaptive', display: 'summarized' });
    expect(sent({ display: 'omitted' })).toEqual({ type: 'adaptive', display: 'omitted' });
  });

  test('an effort that the caller chose is not overruled by the budget', () => {
    const more = { output_config: { effort: 'max', format: { type: 'json_schema', schema: {} } } };
    const built = build(body({ thinking: { type: 'enabled', budget_tokens: 2_000 }, ...more }), {
      model: 'claude-opus-5',
    });
    expect(built.json.output_config).toEqual(more.output_config);
  });

  test('adaptive becomes a budget below max_tokens where only budgets are known', () => {
    expect(thinking({ type: 'adaptive' }, 'claude-haiku-4-5', { max_tokens: 3000 })).toEqual([
      { type: 'enabled', budget_tokens: 2999 },
      undefined,
      ['degraded reasoning.effort'],
    ]);
    expect(thinking({ type: 'adaptive' }, 'claude-haiku-4-5', { max_tokens: 800 })[0]).toBeUndefined();
  });

  test('off is left out where thinking cannot be turned off, and said in the word of the model', () => {
    expect(thinking({ type: 'disabled' }, 'claude-opus-5-5')).toEqual([undefined, undefined, ['degraded reasoning']]);
    expect(thinking({ type: 'disabled' }, 'claude-sonnet-5-5')[0]).toEqual({ type: 'between_tools' });
    expect(thinking({ type: 'between_tools' }, 'claude-sonnet-5')[0]).toEqual({ type: 'disabled' });
    expect(thinking({ type: 'disabled' }, 'claude-opus-5', { output_config: { effort: 'max' } })).toEqual([
      { type: 'disabled' },
      'high',
      ['degraded reasoning.effort'],
    ]);
  });

  test('an effort that the model does not know becomes its nearest or is left out', () => {
    const effort = (effort: string, model: string) =>
      build(body({ output_config: { effort } }), { model }).json.output_config;
    expect(effort('xhigh', 'claude-opus-4-6')).toEqual({ effort: 'high' });
    expect(effort('high', 'claude-haiku-4-5')).toBeUndefined();
  });

  test.each(['claude-opus-5', 'claude-opus-4-8', 'claude-opus-4-6'])('%s gets adaptive thinking untouched', (model) => {
    const text = body({ thinking: { type: 'adaptive' }, output_config: { effort: 'high' } });
    expect(build(text, { model }).text).toBe(text.replace('"auto"', `"${model}"`));
  });
});

describe('quirk 16: a forced choice of tools', () => {
  const forced = { type: 'tool', name: 'look', disable_parallel_tool_use: true };

  test('becomes a free one for models that refuse it, and says so', () => {
    const built = build(body({ tool_choice: forced }), { model: 'claude-opus-5-5' });
    expect(built.json.tool_choice).toEqual({ type: 'auto', disable_parallel_tool_use: true });
    expect(built.losses).toEqual(['degraded tool_choice']);
  });

  test('stays where it is taken', () => {
    expect(build(body({ tool_choice: forced }), { model: 'claude-opus-5' }).json.tool_choice).toEqual(forced);
    expect(build(body({ tool_choice: { type: 'none' } }), { model: 'claude-opus-5-5' }).losses).toEqual([]);
  });
});

describe('quirk 27: thoughts that Anthropic did not sign', () => {
  const history = (blocks: readonly unknown[]) =>
    body({
      messages: [
        { role: 'user', content: 'a' },
        { role: 'assistant', content: [...blocks, { type: 'tool_use', id: 't', name: 'f', input: { n: 1 } }] },
        { role: 'user', content: [{ type: 'tool_result', tool_use_id: 't', content: 'r' }] },
      ],
    }).replace('"n":1', '"n":12345678901234567890');
  const signed = { type: 'thinking', thinking: 'x', signature: 'EqoBCkg=' };
  const foreign = { type: 'thinking', thinking: 'y', signature: signatureFor({ origin: 'gemini', value: 'QUJD' }) };
  const unsigned = { type: 'thinking', thinking: 'z', signature: signatureFor(undefined) };
  const redacted = { type: 'redacted_thinking', data: redactedDataFor({ origin: 'openai', value: 'enc' }) };

  test('its own are untouched byte for byte', () => {
    const text = history([signed]);
    expect(build(text).text).toBe(text.replace('"auto"', '"claude-opus-4-5"'));
  });

  test('those of others are left out and said, all else keeps its digits', () => {
    const built = build(history([signed, foreign, unsigned, redacted]));
    expect(built.text).toBe(history([signed]).replace('"auto"', '"claude-opus-4-5"'));
    expect(built.losses).toEqual(['dropped messages.reasoning']);
  });

  test('empty signatures of look-alikes are refused by Anthropic and wanted by the look-alike', () => {
    const empty = history([{ ...signed, signature: '' }]);
    expect(build(empty).json.messages[1].content).toHaveLength(1);
    expect(build(empty, { model: 'glm-5.2' }).text).toBe(empty.replace('"auto"', '"glm-5.2"'));
  });
});

describe('quirk 1: instructions in mid-conversation', () => {
  const text = body({
    system: 'top',
    messages: [
      { role: 'user', content: 'a' },
      { role: 'system', content: [{ type: 'text', text: 'later', cache_control: { type: 'ephemeral' } }] },
      { role: 'assistant', content: 'b' },
      { role: 'user', content: 'c' },
    ],
  });

  test('stay where the model knows them', () => {
    expect(build(text, { model: 'claude-opus-5' }).text).toBe(text.replace('"auto"', '"claude-opus-5"'));
  });

  test('go to the top elsewhere, with their blocks and cache marks', () => {
    const built = build(text, { model: 'claude-sonnet-5' });
    expect(built.json.system).toEqual([
      { type: 'text', text: 'top' },
      { type: 'text', text: 'later', cache_control: { type: 'ephemeral' } },
    ]);
    expect(built.json.messages.map((message: { role: string }) => message.role)).toEqual(['user', 'assistant', 'user']);
    expect(built.losses).toEqual(['degraded messages.system']);
  });
});

describe('quirk 24: the beginning of an answer', () => {
  const text = body({
    messages: [
      { role: 'user', content: 'a' },
      { role: 'assistant', content: 'Once' },
    ],
  });

  test('is left out for models that refuse it, and said', () => {
    const built = build(text, { model: 'claude-opus-4-6' });
    expect(built.json.messages).toEqual([{ role: 'user', content: 'a' }]);
    expect(built.losses).toEqual(['dropped prefill']);
  });

  test('stays where it is taken, and calls that wait for results are none', () => {
    expect(build(text).losses).toEqual([]);
    const calls = [{ type: 'server_tool_use', id: 's', name: 'web_search', input: {} }];
    const paused = body({
      messages: [
        { role: 'user', content: 'a' },
        { role: 'assistant', content: calls },
      ],
    });
    expect(build(paused, { model: 'claude-opus-5' }).losses).toEqual([]);
  });
});

describe('quirk 41: headers', () => {
  const headers = {
    version: '2023-06-01',
    beta: 'context-1m-2025-08-07, mcp-client-2025-11-20,context-1m-2025-08-07,x',
  };

  test('a version is always sent, a strange one is replaced', () => {
    expect(build(body({})).headers).toEqual({ 'anthropic-version': '2023-06-01' });
    expect(build(body({}), { headers: { version: 'x\r\ny', beta: null } }).headers).toEqual({
      'anthropic-version': '2023-06-01',
    });
  });

  test('known betas pass once, others are dropped and said', () => {
    expect(build(body({}), { headers })).toMatchObject({
      headers: { 'anthropic-version': '2023-06-01', 'anthropic-beta': 'context-1m-2025-08-07' },
      losses: ['dropped mcp-client-2025-11-20', 'dropped x'],
    });
  });

  test('those by which the vendor would call another model, which nobody decided on, are dropped', () => {
    const beta = 'advisor-tool-2026-03-01,server-side-fallback-2026-06-01';
    const built = build(body({}), { headers: { version: null, beta } });
    expect(built.headers).not.toHaveProperty('anthropic-beta');
    expect(built.losses).toHaveLength(2);
  });

  test('those of coding agents pass, in either way of writing the date', () => {
    const beta = 'claude-code-20250219,interleaved-thinking-2025-05-14';
    expect(build(body({}), { headers: { version: null, beta } }).headers).toMatchObject({ 'anthropic-beta': beta });
  });

  test('look-alikes get none', () => {
    const built = build(body({}), { headers, operator: 'zhipu', model: 'glm-5.2' });
    expect(built.headers).toEqual({ 'anthropic-version': '2023-06-01' });
    expect(built.losses).toContain('dropped context-1m-2025-08-07');
  });
});

describe('counting tokens', () => {
  test('goes to its own path without what it refuses', () => {
    const built = build(body({ stream: true, temperature: 0.5, system: 's' }), { operation: 'count_tokens' });
    expect(built.path).toBe('/v1/messages/count_tokens');
    expect(Object.keys(built.json)).toEqual(['model', 'messages', 'system']);
    expect(built.loss).toEqual([]);
  });
});

const verdict = (members: Record<string, unknown>, operation: 'messages' | 'count_tokens' = 'messages'): string => {
  try {
    readAnthropicRequest(operation, members);
    return 'accepted';
  } catch (error) {
    return `${(error as AppError).code} ${(error as AppError).param}`;
  }
};

const MESSAGES = [{ role: 'user', content: 'a' }];
test.each([
  [{ messages: MESSAGES, max_tokens: 1 }, 'invalid_request model'],
  [{ model: 5, messages: MESSAGES, max_tokens: 1 }, 'invalid_request model'],
  [{ model: 'auto', max_tokens: 1 }, 'invalid_request messages'],
  [{ model: 'auto', max_tokens: 1, messages: [] }, 'invalid_request messages'],
  [{ model: 'auto', max_tokens: 1, messages: ['hi'] }, 'invalid_request messages.0'],
  [{ model: 'auto', max_tokens: 1, messages: [{ content: 'a' }] }, 'invalid_request messages.0.role'],
  [{ model: 'auto', max_tokens: 1, messages: [{ role: 'user' }] }, 'invalid_request messages.0.content'],
  [{ model: 'auto', messages: MESSAGES }, 'invalid_request max_tokens'],
  [{ model: 'auto', messages: MESSAGES, max_tokens: -1 }, 'invalid_request max_tokens'],
  [{ model: 'auto', messages: MESSAGES, max_tokens: '9' }, 'invalid_request max_tokens'],
  [{ model: 'auto', messages: MESSAGES, max_tokens: 1, stream: 'yes' }, 'invalid_request stream'],
  [{ model: 'auto', messages: MESSAGES, max_tokens: 1, alidade: 'x' }, 'invalid_request alidade'],
  [{ model: 'auto', messages: MESSAGES, max_tokens: 1, base_url: 'http://evil' }, 'forbidden_member base_url'],
  [{ model: 'auto', messages: MESSAGES, max_tokens: 1, api_key: 'x' }, 'forbidden_member api_key'],
  [{ model: 'auto', messages: MESSAGES, max_tokens: 1, tools: 'all' }, 'invalid_request tools'],
  [{ model: 'auto', messages: MESSAGES, max_tokens: 1, temperature: 'hot' }, 'invalid_request temperature'],
  [{ model: 'auto', messages: MESSAGES, max_tokens: 1, stop_sequences: 'x' }, 'invalid_request stop_sequences'],
  // On this code the official package sends the whole conversation instead.
  [
    { model: 'auto', messages: MESSAGES, max_tokens: 1, thread: { type: 'create' } },
    'thread_unsupported_request thread',
  ],
  [{ model: 'auto', messages: MESSAGES, max_tokens: 1, thread: null, tools: null, system: [] }, 'accepted'],
  [{ model: 'auto', messages: [{ role: 'weird', content: [] }], max_tokens: 0, stream: null, x: 1 }, 'accepted'],
])('reads %j as %s', (members, expected) => {
  expect(verdict(members)).toBe(expected);
});

test('counting tokens needs no limit', () => {
  expect(verdict({ model: 'auto', messages: MESSAGES }, 'count_tokens')).toBe('accepted');
});
