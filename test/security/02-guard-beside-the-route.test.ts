import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createUpstreamClient } from '../../src/providers/http-client.ts';
import { ROUTES } from '../../src/server/routes/list.ts';
import { runCommand } from '../support/command-line.ts';
import { sendRaw, statusOf } from '../support/raw-http.ts';
import { type SecuredServer, startSecuredServer } from '../support/secured-server.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { createScriptedUpstream } from '../support/upstream/scripted-upstream.ts';
import { collectCall, testEndpoint, testRequest } from '../support/upstream/upstream-calls.ts';

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

test.each([
  ...[
    'http://127.0.0.1:1/v1',
    'https://localhost/v1',
    'https://0x7f.1/v1',
    'https://2130706433/v1',
    'https://[::1]/v1',
  ],
  ...['https://[::ffff:10.0.0.1]/v1', 'https://10.1.2.3/v1', 'https://169.254.169.254/v1', 'https://user@10.0.0.1/v1'],
])('%s is refused in the configuration, with its place', async (address) => {
  const cwd = temporaryFolder();
  writeFileSync(
    join(cwd, 'alidade.yaml'),
    `endpoints:\n  inside: { operator: acme, dialect: openai, base_url: "${address}" }\n`,
  );
  const { exitCode, stdout, stderr } = await runCommand(['config', 'check'], { cwd });
  expect(exitCode).not.toBe(0);
  expect(stdout + stderr).toMatch(/alidade\.yaml:2:\d+: error: endpoints\.inside\.base_url/);
});

test.each([
  '127.0.0.1',
  '10.0.0.1',
  '169.254.169.254',
  '100.64.0.1',
  '::1',
  '::ffff:10.0.0.1',
  'fd00:ec2::254',
  '64:ff9b::a00:1',
])('a name that resolves to %s is refused at the moment of connecting', async (address) => {
  const inside = await createScriptedUpstream();
  const asked: string[] = [];
  const client = createUpstreamClient({
    onFault: () => undefined,
    resolve: (host, callback) => {
      asked.push(host);
      callback(null, [{ address, family: address.includes(':') ? 6 : 4 }]);
    },
  });
  const endpoint = { ...testEndpoint(`https://api.acme.example:${inside.port}/v1`), private: false };
  const call = collectCall(client, testRequest(endpoint));
  await call.ended;
  expect([call.failure, call.events]).toEqual(['address_forbidden', ['onFailure']]);
  expect(asked).toEqual(['api.acme.example']);
  expect(inside.connectionsAccepted).toBe(0);
  await client.close();
  await inside.close();
});

test('a redirect is an answer that nobody follows', async () => {
  const inside = await createScriptedUpstream();
  server.upstream.reply({ status: 307, headers: { location: `${inside.origin}/v1/chat/completions` }, body: '' });
  expect((await server.chat()).status).toBe(502);
  expect(inside.connectionsAccepted).toBe(0);
  await inside.close();
});
