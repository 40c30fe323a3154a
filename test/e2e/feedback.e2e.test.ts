import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Role } from '../../src/contracts/vocabulary.ts';
import { type SecuredServer, startSecuredServer } from '../support/secured-server.ts';
import { chatCompletion } from '../support/upstream/openai-replies.ts';

let server: SecuredServer;

beforeAll(async () => {
  server = await startSecuredServer();
  server.upstream.reply(chatCompletion());
});

afterAll(() => server.stopAll());

const JSON_BODY = { 'content-type': 'application/json' };

async function rate(body: unknown, role: Role = 'app'): Promise<{ status: number; answer: Record<string, unknown> }> {
  const init = { method: 'POST', headers: JSON_BODY, body: JSON.stringify(body) };
  const response = await server.call('/api/feedback', role, init);
  return { status: response.status, answer: (await response.json()) as Record<string, unknown> };
}

/** Id of a new request whose kind of work is stated. */
async function asked(role: Role = 'app'): Promise<string> {
  const response = await server.chat({ model: 'auto' }, { role, headers: { 'x-alidade-task': 'creative' } });
  expect(response.status).toBe(200);
  await response.text();
  return response.headers.get('x-request-id') as string;
}

test('a rating of a request becomes evidence of its kind of work, which waits to be promoted', async () => {
  const id = await asked();
  expect(await rate({ request_id: id, score: 0.5 })).toMatchObject({
    status: 200,
    answer: { request_id: id, score: 0.5, deployment: 'good', counted: 1, cell: { task: 'creative' } },
  });
  const evidence = (await (await server.call('/api/evidence', 'auditor')).json()) as Record<string, unknown>;
  expect(evidence).toMatchObject({ version: 'none', versions: [{ rows: 1, promoted: false, note: 'feedback' }] });
});

test('nobody rates what somebody else asked, and nothing but a score from 0 to 1 is taken', async () => {
  const id = await asked('admin');
  expect((await rate({ request_id: id, score: 1 })).status).toBe(404);
  expect((await rate({ request_id: id, score: 1 }, 'admin')).status).toBe(200);
  expect((await rate({ request_id: 'req_of_nobody', score: 1 }, 'admin')).status).toBe(404);
  const wrong = [{ request_id: id, score: 2 }, { request_id: id }, { score: 1 }, { request_id: id, score: '1' }];
  for (const body of wrong) {
    expect((await rate(body, 'admin')).status).toBe(400);
  }
});
