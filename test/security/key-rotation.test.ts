import { cpSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { verifyFolder } from '../../src/audit/verify-folder.ts';
import { type SecuredServer, startSecuredServer } from '../support/secured-server.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { chatCompletion } from '../support/upstream/openai-replies.ts';

// The key that signs the journal is changed while traffic runs: no call fails, nothing is lost, and the record is checked
// with the key of before as with the key of after.

let server: SecuredServer;

beforeEach(async () => {
  server = await startSecuredServer();
});

afterEach(() => server.stopAll());

async function ask(): Promise<number> {
  server.upstream.reply(chatCompletion({ content: 'yes' }));
  const answered = await server.chat();
  await answered.text();
  return answered.status;
}

const rotate = (body: unknown) =>
  server.call('/api/audit/rotate-key', 'admin', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });

test('no call fails while the signing key changes under them, and every record is vouched for', async () => {
  const folder = join(server.folder, '.alidade');
  const elsewhere = temporaryFolder();
  cpSync(join(folder, 'audit-key.pub.pem'), join(elsewhere, 'first.pem'));
  const secrets: string[] = [readFileSync(join(folder, 'audit-key.pem'), 'utf8')];
  for (let round = 0; round < 3; round += 1) {
    const [status, rotated, other] = await Promise.all([ask(), rotate({}), ask()]);
    expect([status, rotated.status, other]).toEqual([200, 200, 200]);
    secrets.push(readFileSync(join(folder, 'audit-key.pem'), 'utf8'));
  }
  expect(new Set(secrets).size).toBe(4);
  const { keys } = (await (await server.call('/api/audit/keys', 'auditor')).json()) as { keys: { state: string }[] };
  expect(keys.map(({ state }) => state)).toEqual(['retired', 'retired', 'retired', 'current']);
  await server.kill();
  for (const publicKeyFile of [join(elsewhere, 'first.pem'), undefined]) {
    expect(await verifyFolder({ folder, publicKeyFile })).toMatchObject({ ok: true, first_bad: null });
  }
  expect(existsSync(join(folder, 'audit-key.next.pem'))).toBe(false);
});

test('a rotation names who asked for it, and one that asks for something else is refused', async () => {
  expect((await rotate({ revoke: 'yes' })).status).toBe(400);
  expect((await rotate({ key: 'mine' })).status).toBe(400);
  expect(await (await rotate({ revoke: true })).json()).toMatchObject({ previous: { state: 'revoked' } });
  await server.kill();
  const result = await verifyFolder({ folder: join(server.folder, '.alidade') });
  expect(result).toMatchObject({ ok: true });
  expect(result.spent_keys).toEqual([expect.objectContaining({ revoked: true })]);
});
