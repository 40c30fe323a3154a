import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { listRepositoryFiles, repositoryRoot } from '../support/repository.ts';
import { type SecuredServer, startSecuredServer } from '../support/secured-server.ts';
import { chatCompletion } from '../support/upstream/openai-replies.ts';

// Elsewhere the key of a request was pasted into SQL before anybody was authenticated.

let server: SecuredServer;

beforeAll(async () => {
  server = await startSecuredServer();
  server.upstream.reply(chatCompletion());
});

afterAll(() => server.stopAll());

const PAYLOADS = [
  "' OR '1'='1",
  "'; DROP TABLE requests; --",
  '" OR ""="',
  "x' UNION SELECT hash FROM keys --",
  'x\\',
  '%',
  '$1',
  '{"$ne":null}',
];

const count = async (query = ''): Promise<number> => {
  const answered = await server.call(`/api/requests${query}`, 'admin');
  expect(answered.status).toBe(200);
  return ((await answered.json()) as { items: unknown[] }).items.length;
};

test.each(PAYLOADS)('%s is no key, no model, no filter and no id', async (payload) => {
  const shapes = new Set<string>();
  for (const headers of [{ authorization: `Bearer ${payload}` }, { 'x-api-key': payload }, { 'api-key': payload }]) {
    const refused = await fetch(`${server.origin}/v1/models`, { headers });
    expect(refused.status).toBe(401);
    shapes.add(JSON.stringify(Object.keys(((await refused.json()) as { error: object }).error)));
  }
  expect(shapes.size).toBe(1);
  expect((await server.chat({ model: payload })).status).toBe(404);
  expect(
    (await server.chat({}, { headers: { 'x-alidade-use-case': encodeURIComponent(payload) } })).status,
  ).toBeLessThan(500);
  const encoded = encodeURIComponent(payload);
  for (const filter of ['model', 'deployment', 'key', 'use_case', 'task_type']) {
    expect(await count(`?${filter}=${encoded}`), filter).toBe(0);
  }
  for (const path of [
    `/api/requests?cursor=${encoded}`,
    `/api/receipts/${encoded}`,
    `/api/requests?outcome=${encoded}`,
  ]) {
    const status = (await server.call(path, 'admin')).status;
    expect([400, 404], path).toContain(status);
  }
});

test('what was recorded is all there afterwards', async () => {
  await server.chat();
  expect(await count()).toBeGreaterThan(0);
  expect(await count('?model=own%2Fgood')).toBeGreaterThan(0);
});

test('no statement of the store is put together from values', async () => {
  const files = (await listRepositoryFiles()).filter(
    (path) => /^src\/store\/.*\.ts$/.test(path) && !path.includes('.test.'),
  );
  expect(files.length).toBeGreaterThan(5);
  for (const path of files) {
    const text = readFileSync(join(repositoryRoot, path), 'utf8');
    // Values pass through parameters; `sql.raw` and a template that is executed as it is would go round them.
    expect(text, path).not.toMatch(/\bsql\.raw\(/);
    // Settings of a connection take no parameters; what stands in them is a number of ours.
    expect(text, path).not.toMatch(/\.(exec|prepare|query)\(\s*`(?!pragma )[^`]*\$\{/);
  }
});
