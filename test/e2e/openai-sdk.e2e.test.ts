import OpenAI from 'openai';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { buildServer, type RunningServer } from '../support/running-server.ts';
import { streamCutAfter, streamStallsAfter } from '../support/upstream/faults.ts';
import { chatCompletion, chatStream, embeddings } from '../support/upstream/openai-replies.ts';
import { createScriptedUpstream, type ScriptedUpstream } from '../support/upstream/scripted-upstream.ts';

// The official SDK against the product as it is published, over real sockets.

const SECRET = 'test-key-that-is-no-secret-0001';

let upstream: ScriptedUpstream;
let fallback: ScriptedUpstream;
let server: RunningServer;
let client: OpenAI;

const configuration = (first: ScriptedUpstream, second: ScriptedUpstream): string => `
endpoints:
  first: { operator: self, preset: vllm, base_url: "${first.baseUrl}", private: true }
  second: { operator: self, preset: vllm, base_url: "${second.baseUrl}", private: true }
deployments:
  - { id: one@first, model: acme/one, endpoint: first, upstream_model: one }
  - { id: two@second, model: acme/two, endpoint: second, upstream_model: two, price: { input_usd_per_mtok: 1, output_usd_per_mtok: 2 } }
routes:
  - { default: true, primary: acme/one, fallback: acme/two }
keys:
  - { id: team-a, secret: "\${TEAM_A_KEY}", roles: [app] }
  - { id: boss, secret: "\${BOSS_KEY}", roles: [admin] }
detect_local_engines: false
`;

beforeAll(async () => {
  const start = await buildServer();
  upstream = await createScriptedUpstream();
  fallback = await createScriptedUpstream();
  server = await start({
    configuration: configuration(upstream, fallback),
    env: { TEAM_A_KEY: SECRET, BOSS_KEY: `${SECRET}-boss` },
  });
  client = new OpenAI({ apiKey: SECRET, baseURL: `${server.origin}/v1`, maxRetries: 0 });
}, 120_000);

afterAll(async () => {
  await server?.stop();
  await upstream?.close();
  await fallback?.close();
});

beforeEach(() => {
  upstream.reply({ status: 500, body: 'no script' });
  fallback.reply({ status: 500, body: 'no script' });
});

const messages: OpenAI.ChatCompletionMessageParam[] = [{ role: 'user', content: 'Tell me about the sea.' }];
const ask = { model: 'auto', messages };

async function receipt(requestId: string | null | undefined, key = SECRET): Promise<Record<string, unknown>> {
  const response = await fetch(`${server.origin}/api/receipts/${requestId}`, {
    headers: { authorization: `Bearer ${key}` },
  });
  return (await response.json()) as Record<string, unknown>;
}

const failure = async (promise: PromiseLike<unknown>): Promise<InstanceType<typeof OpenAI.APIError>> => {
  try {
    await promise;
  } catch (error) {
    return error as InstanceType<typeof OpenAI.APIError>;
  }
  throw new Error('The call was expected to fail.');
};

describe('the openai package', () => {
  test('gets an answer for model auto, and its request id names the receipt', async () => {
    upstream.reply(chatCompletion({ content: 'It is wet.' }));
    const { data, response, request_id: id } = await client.chat.completions.create(ask).withResponse();
    expect(data.choices[0]?.message.content).toBe('It is wet.');
    expect(response.headers.get('x-alidade-model')).toBe('acme/one');
    const kept = await receipt(id);
    expect(kept).toMatchObject({ outcome: 'ok', key: 'team-a', attempts: [{ deployment: 'one@first' }] });
    expect(kept.hash).toMatch(/^[0-9a-f]{64}$/);
    expect(JSON.stringify(kept)).not.toContain('wet');
  });

  test('streams, with usage only when it asked for it', async () => {
    upstream.reply(chatStream({ deltas: ['a', 'b', 'c'], usage: 'chunk' }));
    const without = await client.chat.completions.create({ ...ask, stream: true });
    let text = '';
    for await (const chunk of without) {
      text += chunk.choices[0]?.delta.content ?? '';
      expect(chunk.usage ?? null).toBeNull();
    }
    expect(text).toBe('abc');
    const asked = await client.chat.completions.create({
      ...ask,
      stream: true,
      stream_options: { include_usage: true },
    });
    const usages: OpenAI.CompletionUsage[] = [];
    for await (const chunk of asked) if (chunk.usage) usages.push(chunk.usage);
    expect(usages).toHaveLength(1);
  });

  test('collects streamed tool calls', async () => {
    upstream.reply(chatStream({ toolCalls: [{ id: 'call_1', name: 'weather', arguments: '{"city":"Köln"}' }] }));
    const final = await client.chat.completions
      .stream({
        ...ask,
        tools: [{ type: 'function', function: { name: 'weather', parameters: { type: 'object', properties: {} } } }],
      })
      .finalChatCompletion();
    const call = final.choices[0]?.message.tool_calls?.[0];
    expect(call).toMatchObject({ id: 'call_1', function: { name: 'weather', arguments: '{"city":"Köln"}' } });
  });

  test('sees a cut stream as an error and never as a short answer', async () => {
    upstream.reply(streamCutAfter(2));
    const stream = await client.chat.completions.create({ ...ask, stream: true });
    const read = async (): Promise<void> => {
      for await (const _ of stream) {
        // Only the end matters.
      }
    };
    const error = await failure(read());
    expect(error).toBeInstanceOf(OpenAI.APIError);
    expect(error.code).toBe('upstream_cut');
  });

  test('gets the fallback when the primary fails', async () => {
    upstream.reply({ status: 503, body: '' });
    fallback.reply(chatCompletion({ content: 'from the second' }));
    const { data, response } = await client.chat.completions.create(ask).withResponse();
    expect(data.choices[0]?.message.content).toBe('from the second');
    expect(response.headers.get('x-alidade-deployment')).toBe('two@second');
    expect(Number(response.headers.get('x-alidade-cost-usd'))).toBeGreaterThan(0);
  });

  test('can leave in the middle: the upstream is told within a second and the receipt says so', async () => {
    upstream.reply(streamStallsAfter(1));
    const before = upstream.requests.length;
    const stream = await client.chat.completions.create({ ...ask, stream: true });
    for await (const _ of stream) break;
    const left = performance.now();
    await (await upstream.request(before + 1)).aborted;
    expect(performance.now() - left).toBeLessThan(1_000);
  });

  test('gets embeddings', async () => {
    upstream.reply(embeddings([[0.5, 0.25]]));
    const result = await client.embeddings.create({ model: 'acme/one', input: 'sea', encoding_format: 'float' });
    expect(result.data[0]?.embedding).toEqual([0.5, 0.25]);
  });

  test('lists models', async () => {
    const ids: string[] = [];
    for await (const model of client.models.list()) ids.push(model.id);
    expect(ids).toEqual(['auto', 'acme/one', 'acme/two']);
    expect((await client.models.retrieve('acme/one')).owned_by).toBe('acme');
  });

  test('works under the path alias too', async () => {
    upstream.reply(chatCompletion());
    const aliased = new OpenAI({ apiKey: SECRET, baseURL: `${server.origin}/openai/v1`, maxRetries: 0 });
    expect((await aliased.chat.completions.create(ask)).choices).toHaveLength(1);
  });
});

describe('mistakes become the SDK error classes', () => {
  test('a wrong key', async () => {
    const stranger = new OpenAI({ apiKey: 'nobody-knows-this-key', baseURL: `${server.origin}/v1`, maxRetries: 0 });
    const error = await failure(stranger.chat.completions.create(ask));
    expect(error).toBeInstanceOf(OpenAI.AuthenticationError);
    expect(error.code).toBe('invalid_api_key');
  });

  test('an unknown model', async () => {
    const error = await failure(client.chat.completions.create({ ...ask, model: 'acme/onne' }));
    expect(error).toBeInstanceOf(OpenAI.NotFoundError);
    expect(error.message).toContain('acme/one');
  });

  test('no messages', async () => {
    const error = await failure(client.chat.completions.create({ ...ask, messages: [] }));
    expect(error).toBeInstanceOf(OpenAI.BadRequestError);
    expect(error.param).toBe('messages');
  });

  test('the responses API', async () => {
    const error = await failure(client.responses.create({ model: 'auto', input: 'hi' }));
    expect(error.status).toBe(501);
    expect(error.code).toBe('not_implemented');
  });

  test('a base URL without /v1 is told the right one', async () => {
    const wrong = new OpenAI({ apiKey: SECRET, baseURL: server.origin, maxRetries: 0 });
    const error = await failure(wrong.chat.completions.create(ask));
    expect(error).toBeInstanceOf(OpenAI.NotFoundError);
    expect(error.message).toContain('/v1');
  });

  test('a failing upstream is not retried by the SDK: our attempts are spent', async () => {
    const patient = new OpenAI({ apiKey: SECRET, baseURL: `${server.origin}/v1`, maxRetries: 3 });
    const before = upstream.requests.length;
    const error = await failure(patient.chat.completions.create(ask));
    expect(error.status).toBe(503);
    expect(upstream.requests.length - before).toBe(1);
  });
});

describe('keys', () => {
  test('do not see each other’s receipts, an admin sees all', async () => {
    upstream.reply(chatCompletion());
    const boss = new OpenAI({ apiKey: `${SECRET}-boss`, baseURL: `${server.origin}/v1`, maxRetries: 0 });
    const { _request_id: id } = await boss.chat.completions.create(ask);
    expect(await receipt(id)).toMatchObject({ error: { code: 'not_found' } });
    expect(await receipt(id, `${SECRET}-boss`)).toMatchObject({ key: 'boss' });
  });

  test('are needed for everything but probes and the page', async () => {
    const status = async (path: string): Promise<number> => (await fetch(server.origin + path)).status;
    expect(await status('/healthz')).toBe(200);
    expect(await status('/readyz')).toBe(200);
    expect(await status('/')).toBe(200);
    for (const path of ['/v1/models', '/metrics', '/api/requests', '/api/deployments', '/api/keys']) {
      expect(await status(path), path).toBe(401);
    }
  });

  test('without the role are refused', async () => {
    const response = await fetch(`${server.origin}/api/keys`, { headers: { authorization: `Bearer ${SECRET}` } });
    expect(response.status).toBe(403);
  });

  test('never appear in what the server says', () => {
    expect(server.said()).not.toContain(SECRET);
  });
});
