import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { type RunningServer, startSourceServer } from '../support/running-server.ts';

// What operators do to a running server, and what happens to it.

let server: RunningServer | null = null;

afterEach(async () => {
  await server?.stop();
  server = null;
});

async function ask(origin: string, body: Record<string, unknown> = {}, headers: Record<string, string> = {}) {
  const response = await fetch(`${origin}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ model: 'auto', messages: [{ role: 'user', content: 'What is 2+3?' }], ...body }),
  });
  return {
    status: response.status,
    headers: response.headers,
    body: (await response.json()) as Record<string, unknown>,
  };
}

const json = async (url: string, init?: RequestInit) =>
  (await fetch(url, init)).json() as Promise<Record<string, unknown>>;

/** Polls a condition that the server reaches by itself; the test's own limit ends it. */
async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 50));
}

test('a dead database degrades readiness and stops nothing: answers and receipts go on', async () => {
  server = await startSourceServer('store: { url: "postgres://nobody:nothing@127.0.0.1:1/none" }\n');
  const { origin } = server;
  const answered = await ask(origin);
  expect(answered.status).toBe(200);
  await until(async () => (await json(`${origin}/readyz`)).status === 'degraded');
  expect((await fetch(`${origin}/readyz`)).status).toBe(200);
  const receipt = await json(`${origin}/api/receipts/${answered.headers.get('x-request-id')}`);
  expect(receipt).toMatchObject({ outcome: 'ok', sandbox: true });
});

test('a changed configuration is taken whole, a broken one is refused and the last good one stays', async () => {
  const routesTo = (model: string): string => `routes:\n  - { default: true, primary: ${model} }\n`;
  server = await startSourceServer(routesTo('zhipu/glm-5.2'));
  const { origin, folder } = server;
  const model = async (): Promise<unknown> => (await ask(origin)).headers.get('x-alidade-model');
  expect(await model()).toBe('zhipu/glm-5.2');
  writeFileSync(join(folder, 'alidade.yaml'), routesTo('openai/gpt-5.5'));
  await until(async () => (await model()) === 'openai/gpt-5.5');
  writeFileSync(join(folder, 'alidade.yaml'), 'routes:\n  - { default: true, primry: zhipu/glm-5.2 }\n');
  await until(() => Promise.resolve(server?.said().includes('configuration_rejected') ?? false));
  expect(server.said()).toContain('alidade.yaml:2:');
  expect(await model()).toBe('openai/gpt-5.5');
  const readiness = () => json(`${origin}/readyz`);
  expect(await readiness()).toMatchObject({ status: 'degraded', degraded: [expect.stringContaining('was rejected')] });
  writeFileSync(join(folder, 'alidade.yaml'), routesTo('zhipu/glm-5.2'));
  await until(async () => JSON.stringify(await readiness()).includes('"ok"'));
});

test('the first key closes the open door at once, and a revoked one stays out', async () => {
  server = await startSourceServer();
  const { origin } = server;
  const post = (body: unknown, headers: Record<string, string> = {}) =>
    json(`${origin}/api/keys`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    });
  const admin = await post({ id: 'boss', roles: ['admin'] });
  expect(await post({ id: 'team-a' })).toMatchObject({ error: { code: 'missing_api_key' } });
  const asAdmin = { authorization: `Bearer ${admin.secret}` };
  const team = await post({ id: 'team-a', roles: ['app'] }, asAdmin);
  const asTeam = { authorization: `Bearer ${team.secret}` };
  expect((await ask(origin, {}, asTeam)).status).toBe(200);
  const listed = JSON.stringify(await json(`${origin}/api/keys`, { headers: asAdmin }));
  expect(listed).toContain('team-a');
  expect(listed).not.toContain(String(team.secret));
  await fetch(`${origin}/api/keys/team-a`, { method: 'DELETE', headers: asAdmin });
  expect((await ask(origin, {}, asTeam)).status).toBe(401);
});

test('what is journalled is redacted: no key of the environment, no prompt, no answer', async () => {
  server = await startSourceServer(
    'endpoints:\n  x: { operator: self, preset: vllm, base_url: "http://127.0.0.1:9/v1", private: true, api_key: "obvious-fake-upstream-key" }\nkeys:\n  - { id: a, secret: "obvious-fake-client-key-0001" }\n',
  );
  const headers = { authorization: 'Bearer obvious-fake-client-key-0001' };
  await ask(server.origin, { messages: [{ role: 'user', content: 'canary-prompt-7351' }] }, headers);
  const journal = join(server.folder, '.alidade/journal');
  await until(() => Promise.resolve(readdirSync(journal).length > 0));
  await until(() =>
    Promise.resolve(
      readdirSync(journal).some((name) => readFileSync(join(journal, name), 'utf8').includes('"receipt"')),
    ),
  );
  const text = readdirSync(journal)
    .map((name) => readFileSync(join(journal, name), 'utf8'))
    .join('');
  for (const secret of ['obvious-fake-upstream-key', 'obvious-fake-client-key-0001', 'canary-prompt-7351']) {
    expect(text).not.toContain(secret);
    expect(server.said()).not.toContain(secret);
  }
});

test('a model that nothing serves answers 503 and names the missing key, also beside real deployments', async () => {
  server = await startSourceServer(undefined, { MISTRAL_API_KEY: 'obvious-fake-key-of-another-vendor' });
  const { status, body } = await ask(server.origin, { model: 'openai/gpt-5.5' });
  expect(status).toBe(503);
  expect(body).toMatchObject({ error: { code: 'no_deployment' } });
  expect(JSON.stringify(body)).toContain('OPENAI_API_KEY');
  expect(JSON.stringify(body)).not.toContain('SANDBOX');
});
