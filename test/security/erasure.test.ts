import { createHmac } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { verifyFolder } from '../../src/audit/verify-folder.ts';
import { runCommand } from '../support/command-line.ts';
import { type SecuredServer, startSecuredServer } from '../support/secured-server.ts';
import { chatCompletion } from '../support/upstream/openai-replies.ts';

// What a person may ask for, through the running server: what was said about them can no longer be read by anybody, and
// the record of what happened stays whole and says that it was done.

const SAID = 'Jane Doe of 4 Example Street';
let server: SecuredServer;

beforeEach(async () => {
  server = await startSecuredServer('use_cases: [{ id: keeping, keep_bodies: true }]', ['keeping']);
});

afterEach(() => server.stopAll());

interface Receipt {
  body_commitment?: { algorithm: string; request: string; answer: string };
}

interface Body {
  request: string;
  answer: string;
  commitment: { request: string; answer: string };
}

async function ask(): Promise<string> {
  server.upstream.reply(chatCompletion({ content: `I know ${SAID}.` }));
  const answered = await server.call('/v1/chat/completions', 'admin', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'auto/keeping', messages: [{ role: 'user', content: SAID }] }),
  });
  expect(answered.status, await answered.clone().text()).toBe(200);
  return answered.headers.get('x-request-id') as string;
}

const body = (id: string, role: 'admin' | 'auditor' = 'admin') => server.call(`/api/requests/${id}/body`, role);
const receipt = async (id: string) => (await (await server.call(`/api/receipts/${id}`, 'admin')).json()) as Receipt;

const events = (): { event?: string; actor: string; details: Record<string, unknown> }[] => {
  const folder = join(server.folder, '.alidade/journal');
  return readdirSync(folder)
    .flatMap((name) => readFileSync(join(folder, name), 'utf8').split('\n').slice(0, -1))
    .map((line) => JSON.parse(line));
};

test('a kept body is shown to be the one of the receipt, and after its erasure to nobody by nothing', async () => {
  const [id, other] = [await ask(), await ask()];
  const before = (await (await body(id)).json()) as Body;
  const { body_commitment: commitment } = await receipt(id);
  expect(before.request).toContain(SAID);
  expect(before.answer).toContain(SAID);
  expect(before.commitment).toEqual(commitment);
  // Alike texts, unlike commitments: nobody can compare them, nor try texts until one fits.
  expect((await receipt(other)).body_commitment?.request).not.toBe(commitment?.request);

  expect((await server.call(`/api/requests/${id}/body`, 'auditor', { method: 'DELETE' })).status).toBe(403);
  expect((await body(id)).status).toBe(200);
  const erased = await server.call(`/api/requests/${id}/body`, 'admin', { method: 'DELETE' });
  expect(await erased.json()).toEqual({ request_id: id, erased: true });
  const gone = await body(id, 'auditor');
  expect(gone.status).toBe(404);
  expect(await gone.text()).toContain('was erased');
  expect((await body(other)).status).toBe(200);
  expect((await receipt(id)).body_commitment).toEqual(commitment);

  const files = readdirSync(join(server.folder, '.alidade'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name)));
  expect(files.some((bytes) => bytes.includes(SAID))).toBe(false);
  // With everything that lies in the folder as a key, the true text still does not give the commitment.
  const keys = files.flatMap((bytes) => [bytes, ...bytes.toString('latin1').split(/[\s",:]+/)]);
  const tries = keys.map((key) => createHmac('sha256', key).update(`request\n${before.request}`).digest('hex'));
  expect(tries).not.toContain(commitment?.request);

  expect(await verifyFolder({ folder: join(server.folder, '.alidade') })).toMatchObject({ ok: true });
  const recorded = events().filter(({ event }) => event === 'body_erased');
  expect(recorded).toMatchObject([{ actor: 'the-admin', details: { request_id: id, result: 'erased' } }]);
});

test('the command erases through the running server, and by itself when none runs; both are on record', async () => {
  const [first, second] = [await ask(), await ask()];
  const run = (id: string) => runCommand(['audit', 'erase', id, '--json'], { cwd: server.folder });
  expect(await run(first)).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('"erased": true') });
  expect((await body(first)).status).toBe(404);
  expect((await body(second)).status).toBe(200);
  await server.kill();
  expect(await run(second)).toMatchObject({ exitCode: 0 });
  expect(await run(second)).toMatchObject({ exitCode: 0 });
  expect((await run('req_01M80BYKTJ54D8YZDV5NDFGF4J')).exitCode).toBe(1);
  const recorded = events().filter(({ event }) => event === 'body_erased');
  expect(recorded.map(({ actor, details }) => [actor, details.request_id, details.result])).toEqual([
    ['socket', first, 'erased'],
    ['cli', second, 'erased'],
    ['cli', second, 'already_erased'],
  ]);
  expect(await verifyFolder({ folder: join(server.folder, '.alidade') })).toMatchObject({ ok: true });
});
