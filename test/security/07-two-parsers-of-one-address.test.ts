import { afterAll, beforeAll, expect, test } from 'vitest';
import { sendRaw, statusOf } from '../support/raw-http.ts';
import { type SecuredServer, startSecuredServer } from '../support/secured-server.ts';

// Elsewhere authentication looked at one path and the router at another, which a Host header could bring about.

let server: SecuredServer;

beforeAll(async () => {
  server = await startSecuredServer();
});

afterAll(() => server.stopAll());

const PROTECTED = '/api/keys';

const TARGETS = [
  ...[
    '//api/keys',
    '/./api/keys',
    '/healthz/../api/keys',
    '/healthz/..%2fapi/keys',
    '/%61pi/keys',
    '/api/keys/',
    '/API/keys',
  ],
  ...[
    '/healthz?x=/api/keys',
    '/api/keys?x=/healthz',
    '/api/keys#/healthz',
    '/api/keys;/healthz',
    '/api\\keys',
    '/page/../api/keys',
  ],
  ...[
    '/page/..%2f..%2fapi%2fkeys',
    '/healthz%2f..%2fapi/keys',
    '/api/keys%00',
    '/api%2fkeys',
    '/api/keys%20',
    '/;/api/keys',
  ],
  ...['http://localhost/api/keys', 'http://localhost/healthz/../api/keys', 'https://evil.example/api/keys', '*'],
];

const HOSTS = ['localhost', 'localhost/healthz?', 'evil.example', 'localhost/healthz#', '127.0.0.1/healthz/..'];

test.each(TARGETS)('%s without a key shows no key, whatever the Host says', async (target) => {
  for (const host of HOSTS) {
    const answer = await sendRaw(
      server.origin,
      `GET ${target} HTTP/1.1\r\nhost: ${host}\r\nx-original-url: ${PROTECTED}\r\nx-forwarded-path: /healthz\r\nconnection: close\r\n\r\n`,
    );
    expect(answer).not.toContain('the-admin');
    const status = statusOf(answer);
    // /healthz and the page are for anybody; nothing else is answered.
    if (status === 200) expect(answer).toMatch(/"status":"ok"|<title>Alidade<\/title>/);
    else expect([null, 400, 401, 403, 404, 405]).toContain(status);
  }
});

test('a method override changes nothing', async () => {
  const head =
    'GET /api/keys/the-app HTTP/1.1\r\nhost: localhost\r\nx-http-method-override: DELETE\r\nconnection: close\r\n\r\n';
  expect([401, 404, 405]).toContain(statusOf(await sendRaw(server.origin, head)));
  expect((await server.call('/v1/models', 'app')).status).toBe(200);
});

test.each([
  ['two lengths', 'content-length: 2\r\ncontent-length: 3\r\n'],
  ['a length and chunks', 'content-length: 2\r\ntransfer-encoding: chunked\r\n'],
  ['a folded header', 'x-a: b\r\n c\r\n'],
  ['a zero byte in a header', 'x-a: b\0c\r\n'],
])('%s end the connection and reach nobody', async (_, header) => {
  const before = server.upstream.connectionsAccepted;
  const head = `POST /v1/chat/completions HTTP/1.1\r\nhost: localhost\r\n${header}connection: close\r\n\r\n{}`;
  expect([null, 400, 401]).toContain(statusOf(await sendRaw(server.origin, head)));
  expect(server.upstream.connectionsAccepted).toBe(before);
});
