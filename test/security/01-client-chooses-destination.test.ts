import { afterAll, beforeAll, expect, test } from 'vitest';
import { type SecuredServer, startSecuredServer, VENDOR_KEY } from '../support/secured-server.ts';
import { chatCompletion } from '../support/upstream/openai-replies.ts';
import { createScriptedUpstream, type ScriptedUpstream } from '../support/upstream/scripted-upstream.ts';

// Elsewhere a caller named the destination in the body, and the vendor's key went there; the guard that came later was
// called by nobody. Here no field exists, and these requests go through the running server, so the guard is reached.

let server: SecuredServer;
/** Where nobody may ever be sent. */
let attacker: ScriptedUpstream;

beforeAll(async () => {
  server = await startSecuredServer();
  server.upstream.reply(chatCompletion());
  attacker = await createScriptedUpstream();
  attacker.reply(chatCompletion());
});

afterAll(async () => {
  expect(attacker.connectionsAccepted).toBe(0);
  await server.stopAll();
  await attacker.close();
});

const PATHS = [
  '/v1/chat/completions',
  '/openai/v1/chat/completions',
  '/v1/messages',
  '/anthropic/v1/messages',
  '/messages',
];

const post = (path: string, members: object, headers: Record<string, string> = {}): Promise<Response> =>
  server.call(path, 'app', {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({
      model: 'own/good',
      max_tokens: 9,
      messages: [{ role: 'user', content: 'Hello?' }],
      ...members,
    }),
  });

test.each(PATHS.flatMap((path) => ['base_url', 'api_base', 'api_key', 'custom_host'].map((member) => [path, member])))(
  '%s refuses a body with %s',
  async (path, member) => {
    const before = server.upstream.requests.length;
    const refused = await post(path, { [member]: attacker.baseUrl });
    expect(refused.status).toBe(400);
    expect(await refused.text()).toContain(member);
    expect(server.upstream.requests).toHaveLength(before);
  },
);

test.each(
  PATHS.flatMap((path) =>
    [
      ['mcp_servers', { mcp_servers: [{ type: 'url', url: 'X', name: 'x' }] }],
      ['data_sources', { data_sources: [{ type: 'azure_search', parameters: { endpoint: 'X' } }] }],
      ['tools[0].connector_id', { tools: [{ type: 'mcp', server_label: 'x', connector_id: 'connector_mail' }] }],
      ['tools[0].model', { tools: [{ type: 'advisor_20260301', name: 'advisor', model: 'another-model' }] }],
      ['plugins[0].allowed_models', { plugins: [{ id: 'auto-router', allowed_models: ['maker/another'] }] }],
      ['preset', { preset: 'another' }],
      ['tools[0].server_url', { tools: [{ type: 'mcp', server_label: 'x', server_url: 'X' }] }],
    ].map(([param, members]) => [path, param, members] as const),
  ),
)('%s refuses %s, by which the vendor would be sent elsewhere', async (path, param, members) => {
  const before = server.upstream.requests.length;
  const text = JSON.stringify(members).replaceAll('X', attacker.baseUrl);
  const refused = await post(path, JSON.parse(text) as object);
  expect(refused.status).toBe(400);
  expect(await refused.text()).toContain(`${param as string} may not be sent`);
  expect(server.upstream.requests).toHaveLength(before);
});

test.each([
  ['a member of a member', { metadata: { base_url: 'X', api_base: 'X' } }],
  ['an unknown member', { endpoint: 'X', proxy: 'X', url: 'X', host: 'X', apiBase: 'X' }],
  ['a vendor preference', { provider: { base_url: 'X', only: ['one'] } }],
  ["Alidade's own options", { alidade: { base_url: 'X' } }],
])('a destination in %s is never used', async (_, members) => {
  const text = JSON.stringify(members).replaceAll('X', attacker.baseUrl);
  const answered = await post('/v1/chat/completions', JSON.parse(text) as object);
  expect([200, 400]).toContain(answered.status);
});

test('headers and queries that other gateways take a destination from change nothing', async () => {
  const { host } = new URL(attacker.origin);
  const headers = Object.fromEntries(
    [
      ...['x-portkey-custom-host', 'x-custom-host', 'x-openai-base-url', 'openai-base-url', 'helicone-target-url'],
      ...['x-litellm-api-base', 'api-base', 'x-target-url', 'x-forwarded-host', 'x-original-url', 'x-rewrite-url'],
    ].map((name) => [name, attacker.baseUrl]),
  );
  const answered = await post(
    `/v1/chat/completions?api_base=${attacker.baseUrl}&base_url=${attacker.baseUrl}`,
    {},
    {
      ...headers,
      'x-forwarded-host': host,
      forwarded: `host=${host}`,
    },
  );
  expect(answered.status).toBe(200);
  const sent = server.upstream.requests.at(-1);
  // And nothing of it goes upstream either.
  expect(JSON.stringify(sent?.headers)).not.toContain(host);
  expect(JSON.stringify(sent?.headers)).toContain(VENDOR_KEY);
});
