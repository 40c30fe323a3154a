import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ROLES, type Role } from '../../src/contracts/vocabulary.ts';
import type { RouteDefinition } from '../../src/server/route-definition.ts';
import { ROUTES } from '../../src/server/routes/list.ts';
import { type SecuredServer, startSecuredServer } from '../support/secured-server.ts';
import { chatCompletion } from '../support/upstream/openai-replies.ts';

/**
 * Who may call what. Written by hand, since a table made from the routes could only repeat their mistakes: a new route
 * without a row fails, and so does a row without a route. `link`: whoever holds the link that a review gave out, which
 * no key can stand for.
 */
const MATRIX: Readonly<Record<string, 'anybody' | 'link' | readonly Role[]>> = {
  'POST /v1/chat/completions': ['app', 'admin'],
  'POST /v1/messages': ['app', 'admin'],
  'POST /v1/messages/count_tokens': ['app', 'admin'],
  'POST /v1/embeddings': ['app', 'admin'],
  'POST /v1/responses': ['app', 'admin'],
  'GET /v1/models': ['app', 'admin', 'auditor'],
  'GET /v1/models/*': ['app', 'admin', 'auditor'],
  'POST /api/route': ['app', 'admin', 'auditor'],
  'GET /api/receipts/:id': ['app', 'admin', 'auditor'],
  'GET /api/receipts/:id/body': ['admin', 'auditor'],
  'DELETE /api/requests/:id/body': ['admin'],
  'GET /api/audit/keys': ['admin', 'auditor'],
  'POST /api/audit/rotate-key': ['admin'],
  'GET /api/requests': ['app', 'admin', 'auditor'],
  'GET /api/deployments': ['admin', 'auditor'],
  'GET /api/runs': ['admin', 'auditor'],
  'POST /api/runs': ['admin'],
  'GET /api/runs/:id': ['admin', 'auditor'],
  'GET /api/runs/:id/events': ['admin', 'auditor'],
  'POST /api/runs/:id/pause': ['admin'],
  'POST /api/runs/:id/resume': ['admin'],
  'POST /api/samples': ['admin'],
  'GET /api/work/:id/events': ['admin', 'auditor'],
  'GET /api/reviews': ['admin', 'auditor'],
  'POST /api/reviews': ['admin'],
  'GET /api/reviews/:id': ['admin', 'auditor'],
  'GET /api/reviews/:id/result': ['admin', 'auditor'],
  'POST /api/reviews/:id/unblind': ['admin'],
  'POST /api/reviews/:id/judge': ['admin'],
  'GET /api/review': 'link',
  'POST /api/review/votes': 'link',
  'POST /api/review/drafts': 'link',
  'GET /api/suites': ['admin', 'auditor'],
  'GET /api/evidence': ['admin', 'auditor'],
  'POST /api/evidence/promote': ['admin'],
  'POST /api/evidence/rollback': ['admin'],
  'GET /api/claims': ['admin', 'auditor'],
  'POST /api/feedback': ['app', 'admin'],
  'GET /api/keys': ['admin', 'auditor'],
  'POST /api/keys': ['admin'],
  'DELETE /api/keys/:id': ['admin'],
  'GET /metrics': ['admin', 'auditor'],
  'GET /healthz': 'anybody',
  'GET /readyz': 'anybody',
  'GET /api/openapi.json': 'anybody',
  'GET /': 'anybody',
  'GET /page/:file': 'anybody',
  'GET /review': 'anybody',
  'GET /review/:file': 'anybody',
};

const nameOf = ({ method, paths }: RouteDefinition): string => `${method} ${paths[0]}`;

let server: SecuredServer;

beforeAll(async () => {
  server = await startSecuredServer();
  server.upstream.reply(chatCompletion());
});

afterAll(() => server.stopAll());

/** Of a call that is understood but names nothing that exists, so that no call of this suite changes anything. */
function call(
  method: string,
  path: string,
  role: Role | null,
  headers: Record<string, string> = {},
): Promise<Response> {
  const target = path.replace(':file', 'page.css').replaceAll(/:\w+|\*/g, 'req_of_nobody');
  const body =
    method === 'POST' ? { headers: { 'content-type': 'application/json', ...headers }, body: '{}' } : { headers };
  return server.call(target, role, { method, ...body });
}

describe('the matrix', () => {
  test('has a row for every route and a route for every row', () => {
    expect(ROUTES.map(nameOf).sort()).toEqual(Object.keys(MATRIX).sort());
  });

  test('is what the server itself lists', async () => {
    const { paths } = (await (await server.call('/api/openapi.json', null)).json()) as {
      paths: Record<string, Record<string, unknown>>;
    };
    const listed = Object.entries(paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    );
    const written = Object.keys(MATRIX).map((name) => name.replace(/:(\w+)/g, '{$1}').replace('*', '{id}'));
    expect(listed.sort()).toEqual(written.sort());
  });

  test.each(ROUTES.flatMap((route) => route.paths.map((path) => [route.method, path, nameOf(route)] as const)))(
    '%s %s answers those of its row and nobody else',
    async (method, path, name) => {
      const row = MATRIX[name];
      for (const role of ROLES) {
        const { status } = await call(method, path, role);
        if (row === 'link') expect(status, role).toBe(401);
        else if (row === 'anybody' || row?.includes(role)) expect([401, 403], role).not.toContain(status);
        else expect(status, role).toBe(403);
      }
      const strangers = [
        await call(method, path, null),
        await call(method, path, null, { 'x-api-key': 'a-strangers' }),
        await call(method, path, null, { 'api-key': 'a-strangers' }),
      ];
      for (const { status } of strangers) {
        if (row === 'anybody') expect([401, 403]).not.toContain(status);
        else expect(status).toBe(401);
      }
    },
  );

  test('gives a key with several roles what each of them may, and a revoked one nothing', async () => {
    const made = await server.call('/api/keys', 'admin', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ id: 'both', roles: ['reviewer', 'auditor'] }),
    });
    const headers = { 'x-api-key': ((await made.json()) as { secret: string }).secret };
    expect((await call('GET', '/metrics', null, headers)).status).toBe(200);
    expect((await call('POST', '/api/keys', null, headers)).status).toBe(403);
    await server.call('/api/keys/both', 'admin', { method: 'DELETE' });
    for (const { method, paths, access } of ROUTES) {
      if (typeof access === 'string') continue;
      expect((await call(method, paths[0] as string, null, headers)).status, paths[0]).toBe(401);
    }
  });
});

describe('what a key owns', () => {
  test('is what it sees: a receipt of another key is as if it did not exist, and lists leave it out', async () => {
    const answered = await server.chat({}, { role: 'admin' });
    const id = answered.headers.get('x-request-id') as string;
    await answered.text();
    expect((await server.call(`/api/receipts/${id}`, 'admin')).status).toBe(200);
    expect((await server.call(`/api/receipts/${id}`, 'auditor')).status).toBe(200);
    const others = await server.call(`/api/receipts/${id}`, 'app');
    const nobodys = await server.call('/api/receipts/req_of_nobody', 'app');
    expect([others.status, nobodys.status]).toEqual([404, 404]);
    const shape = async (response: Response): Promise<string> => (await response.text()).replaceAll(/req_\w+/g, 'ID');
    expect(await shape(others)).toBe(await shape(nobodys));
    for (const query of ['', '?key=the-admin']) {
      const listed = await (await server.call(`/api/requests${query}`, 'app')).text();
      expect(listed).not.toContain(id);
    }
  });
});
