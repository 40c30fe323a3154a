import { afterAll, beforeAll, expect, test } from 'vitest';
import { type SecuredServer, startSecuredServer } from '../support/secured-server.ts';

// Elsewhere an update took whatever members it was sent, and a user made itself an administrator. Which role may call
// which route at all is in authorisation-matrix.test.ts.

let server: SecuredServer;

beforeAll(async () => {
  server = await startSecuredServer();
});

afterAll(() => server.stopAll());

const create = (body: unknown): Promise<Response> =>
  server.call('/api/keys', 'admin', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });

test.each([
  ['a hash', { hash: '00'.repeat(32) }],
  ['a secret', { secret: 'chosen-by-the-caller' }],
  ['a prefix', { prefix: 'ald_' }],
  ['when it was made', { created_at: '2020-01-01T00:00:00Z', createdAt: '2020-01-01T00:00:00Z' }],
  ['that it was never revoked', { revoked_at: null, revokedAt: null }],
  ['a role that nobody has', { roles: ['root'] }],
  ['no role', { roles: [] }],
  ['labels', { labels: [] }],
  ['an owner', { owner: 'somebody', tenant: 'somebody' }],
])('a key cannot be made with %s', async (_, members) => {
  const refused = await create({ id: 'made', ...members });
  expect(refused.status).toBe(400);
});

test.each([
  '{"id":"made","__proto__":{"roles":["admin"]}}',
  '{"id":"made","constructor":{"prototype":{"roles":["admin"]}}}',
])('a key cannot be made through %s', async (body) => {
  expect((await create(body)).status).toBe(400);
});

test('afterwards no key was made, and those that exist have the roles they had', async () => {
  const listed = (await (await server.call('/api/keys', 'admin')).json()) as {
    keys: { id: string; roles: string[] }[];
  };
  expect(listed.keys.map(({ id, roles }) => [id, roles])).toEqual(
    ['app', 'admin', 'auditor', 'reviewer'].map((role) => [`the-${role}`, [role]]),
  );
});

test('a request names use cases, labels and obligations only where its key may, and never its own key or role', async () => {
  for (const alidade of [{ role: 'admin' }, { key: 'the-admin' }, { roles: ['admin'] }, { limits: {} }]) {
    const answered = await server.chat({ alidade });
    expect(answered.status, JSON.stringify(alidade)).toBe(400);
  }
  const named = await server.chat({ model: 'auto/somebody-elses' });
  expect([403, 404]).toContain(named.status);
});
