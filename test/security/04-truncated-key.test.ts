import { afterAll, beforeAll, expect, test } from 'vitest';
import { sendRaw } from '../support/raw-http.ts';
import { SECRETS, type SecuredServer, startSecuredServer } from '../support/secured-server.ts';

// Elsewhere a cache was keyed by the first twenty characters of a token, so that one token was let in for another.

let server: SecuredServer;

beforeAll(async () => {
  server = await startSecuredServer();
});

afterAll(() => server.stopAll());

const status = async (secret: string): Promise<number> =>
  (await fetch(`${server.origin}/api/keys`, { headers: { authorization: `Bearer ${secret}` } })).status;

test('no part, extension or neighbour of a secret is the secret, also right after the real one was let in', async () => {
  const { admin } = SECRETS;
  expect(await status(admin)).toBe(200);
  const last = admin.charCodeAt(admin.length - 1);
  const others = [
    admin.slice(0, 20),
    admin.slice(0, -1),
    `${admin}0`,
    `${admin.slice(0, 20)}${'x'.repeat(admin.length - 20)}`,
    `${admin.slice(0, -1)}${String.fromCharCode(last + 1)}`,
    admin.toUpperCase(),
    ` ${admin.slice(1)}`,
  ];
  for (const other of others) {
    expect(await status(other), other).toBe(401);
    expect(await status(admin)).toBe(200);
  }
});

test('a connection that was let in is not let in with another header', async () => {
  const head = (secret: string, last: boolean): string =>
    `GET /api/keys HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer ${secret}\r\n${last ? 'connection: close\r\n' : ''}\r\n`;
  const answers = await sendRaw(server.origin, head(SECRETS.admin, false), head(SECRETS.admin.slice(0, 20), true));
  const statuses = [...answers.matchAll(/HTTP\/1\.1 (\d{3})/g)].map((match) => match[1]);
  expect(statuses).toEqual(['200', '401']);
});
