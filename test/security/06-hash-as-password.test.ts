import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { sha256Base64Url, sha256Hex } from '../../src/lib/hash.ts';
import { SECRETS, type SecuredServer, startSecuredServer } from '../support/secured-server.ts';

// Elsewhere the stored hash was taken for the password. Here secrets have 256 random bits, only their hash is kept, and
// neither it nor anything made of it opens a door.

let server: SecuredServer;

beforeAll(async () => {
  server = await startSecuredServer();
});

afterAll(() => server.stopAll());

const status = async (headers: Record<string, string>): Promise<number> =>
  (await fetch(`${server.origin}/api/keys`, { headers })).status;

test('what is kept of a secret is not the secret, in whatever form it is sent', async () => {
  const made = await server.call('/api/keys', 'admin', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ id: 'made', roles: ['admin'] }),
  });
  const { secret } = (await made.json()) as { secret: string };
  expect(await status({ authorization: `Bearer ${secret}` })).toBe(200);
  const file = readFileSync(join(server.folder, '.alidade/keys.json'), 'utf8');
  expect(file).not.toContain(secret);
  const stored = (JSON.parse(file) as { keys: { hash: string; prefix: string }[] }).keys[0];
  for (const kept of [stored?.hash ?? '', stored?.prefix ?? '', 'made', sha256Hex(secret), sha256Base64Url(secret)]) {
    expect(await status({ authorization: `Bearer ${kept}` }), kept).toBe(401);
    expect(await status({ 'x-api-key': kept }), kept).toBe(401);
    expect(await status({ authorization: `Basic ${Buffer.from(`made:${kept}`).toString('base64')}` }), kept).toBe(401);
  }
});

test('no answer holds a hash or a secret', async () => {
  const listed = await (await server.call('/api/keys', 'admin')).text();
  for (const secret of Object.values(SECRETS)) {
    expect(listed).not.toContain(secret);
    expect(listed).not.toContain(sha256Hex(secret));
  }
  expect(listed).not.toContain('hash');
});

test('secrets that the product makes hold 256 bits and are never alike', async () => {
  const secrets = await Promise.all(
    Array.from({ length: 20 }, async (_, index) => {
      const made = await server.call('/api/keys', 'admin', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ id: `many-${index}` }),
      });
      return ((await made.json()) as { secret: string }).secret;
    }),
  );
  expect(new Set(secrets).size).toBe(20);
  // 43 characters of 62 hold 256 bits; six more are a checksum.
  for (const secret of secrets) expect(secret).toMatch(/^ald_[0-9A-Za-z]{49}$/);
  expect(new Set(secrets.map((secret) => secret.slice(4, 12))).size).toBe(20);
});
