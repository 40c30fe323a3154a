import { afterAll, beforeAll, expect, test } from 'vitest';
import { ROUTES } from '../../src/server/routes/list.ts';
import { sendRaw, statusOf } from '../support/raw-http.ts';
import { startSourceServer } from '../support/running-server.ts';
import { type SecuredServer, startSecuredServer } from '../support/secured-server.ts';
import { createScriptedUpstream } from '../support/upstream/scripted-upstream.ts';

// Elsewhere each route had its own middleware and one had none; addresses were put together from strings and checked
// before they were resolved; redirects were followed. Here there is one dispatcher and a check of what is connected to.

let server: SecuredServer;

beforeAll(async () => {
  server = await startSecuredServer();
});

afterAll(() => server.stopAll());

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE'];
const OPEN = new Set(ROUTES.flatMap(({ access, paths }) => (typeof access === 'string' ? paths : [])));

test('every path that is a route, by every method, asks for a key first or does not exist', async () => {
  for (const path of ROUTES.flatMap(({ paths }) => paths)) {
    if (OPEN.has(path)) continue;
    for (const method of METHODS) {
      const target = path.replaceAll(/:\w+|\*/g, 'x');
      const answer = await sendRaw(
        server.origin,
        `${method} ${target} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n`,
      );
      expect([401, 404, 405], `${method} ${target}`).toContain(statusOf(answer));
    }
  }
});

test.each([
  '/v1/proxy/chat/completions',
  '/v1/proxy/http://127.0.0.1/',
  '/proxy',
  '/openai/deployments/x/chat/completions',
  '/v1/files',
  '/v1/chat/completions/../../api/keys',
  '/api/config',
  '/config/update',
  '/debug/pprof',
])('%s, with every right there is, is no way through', async (path) => {
  const before = server.upstream.connectionsAccepted;
  const answered = await server.call(path, 'admin', {
    method: 'POST',
    body: '{}',
    headers: { 'content-type': 'application/json' },
  });
  expect([400, 404, 405]).toContain(answered.status);
  expect(server.upstream.connectionsAccepted).toBe(before);
});

test('an address inside is refused at the moment of connecting, whatever its name resolves to', async () => {
  const inside = await createScriptedUpstream();
  const own = await startSourceServer(
    [
      'detect_local_engines: false',
      'endpoints:',
      // A name, so that only resolving shows where it leads.
      `  named: { operator: acme, dialect: openai, base_url: "https://localhost:${inside.port}/v1" }`,
      'deployments: [{ id: there, model: acme/there, endpoint: named, upstream_model: m }]',
      'routes: [{ default: true, primary: acme/there }]\n',
    ].join('\n'),
  );
  try {
    const answered = await fetch(`${own.origin}/v1/chat/completions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ model: 'acme/there', messages: [{ role: 'user', content: 'Hello?' }] }),
    });
    expect(answered.status).toBeGreaterThanOrEqual(502);
    expect(inside.connectionsAccepted).toBe(0);
  } finally {
    await own.stop();
    await inside.close();
  }
});

test('a redirect is an answer that nobody follows', async () => {
  const inside = await createScriptedUpstream();
  server.upstream.reply({ status: 307, headers: { location: `${inside.origin}/v1/chat/completions` }, body: '' });
  expect((await server.chat()).status).toBe(502);
  expect(inside.connectionsAccepted).toBe(0);
  await inside.close();
});
