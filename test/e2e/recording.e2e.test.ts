import { once } from 'node:events';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { verifyJournal } from '../../src/audit/verify.ts';
import { type RunningServer, restartSourceServer, startSourceServer } from '../support/running-server.ts';
import { neverAnswers } from '../support/upstream/faults.ts';
import { chatCompletion } from '../support/upstream/openai-replies.ts';
import { createScriptedUpstream, type ScriptedUpstream } from '../support/upstream/scripted-upstream.ts';

// What is recorded when that which records fails: the process, the disk, the database.

let upstream: ScriptedUpstream;
let server: RunningServer | null = null;

beforeEach(async () => {
  upstream = await createScriptedUpstream();
});

afterEach(async () => {
  await server?.stop();
  server = null;
  await upstream.close();
});

const configuration = (more = ''): string =>
  [
    'detect_local_engines: false',
    `endpoints: { one: { operator: self, dialect: openai, base_url: "${upstream.baseUrl}", private: true, region: de } }`,
    'deployments: [{ id: good, model: own/good, endpoint: one, upstream_model: m, price: { input_usd_per_mtok: 1, output_usd_per_mtok: 2 } }]',
    'routes: [{ default: true, primary: own/good }]',
    'use_cases: [{ id: hr, data_classes: [personal] }]',
    `${more}\n`,
  ].join('\n');

const PAYING_KEY = 'ald_a-fake-key-that-pays-and-is-no-secret';
const BUDGET = `keys: [{ id: payer, secret: ${PAYING_KEY}, roles: [app, admin], limits: { usd_day: 10 } }]`;

/** Dollars of today, as operators see them. */
async function spentBy(id: string, origin: string): Promise<number> {
  const answer = await fetch(`${origin}/metrics`, { headers: { authorization: `Bearer ${PAYING_KEY}` } });
  const line = (await answer.text())
    .split('\n')
    .find((text) => text.includes('limit_used_usd') && text.includes(`"${id}"`) && text.includes('day'));
  return Number(line?.split(' ').at(-1));
}

/** Calls until the last one's receipt is on disk, which takes milliseconds where budgets are saved by the second. */
async function spend(origin: string, calls: number): Promise<void> {
  let id: string | null = null;
  for (let call = 0; call < calls; call += 1) {
    const answered = await ask(origin, 'own/good', PAYING_KEY);
    expect(answered.status).toBe(200);
    id = answered.headers.get('x-request-id');
  }
  const receipt = await fetch(`${origin}/api/receipts/${id}`, { headers: { authorization: `Bearer ${PAYING_KEY}` } });
  expect(receipt.status).toBe(200);
}

const ask = (origin: string, model: string, key?: string): Promise<Response> =>
  fetch(`${origin}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(key === undefined ? {} : { authorization: `Bearer ${key}` }) },
    body: JSON.stringify({ model, messages: [{ role: 'user', content: 'Hello?' }] }),
  });

const json = async (url: string) => (await fetch(url)).json() as Promise<Record<string, unknown>>;

/** Polls a condition that the server reaches by itself; the test's own limit ends it. */
async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 50));
}

test('a kill -9 under way leaves labelled traffic on record as unknown, and what was answered as it was', async () => {
  upstream.enqueue(chatCompletion());
  upstream.reply(neverAnswers());
  const killed = await startSourceServer(configuration());
  server = killed;
  const answered = await ask(killed.origin, 'auto/hr');
  expect(answered.status).toBe(200);
  const id = answered.headers.get('x-request-id');
  const lost = ask(killed.origin, 'auto/hr').catch(() => 'broken off');
  // Once the upstream has it, its intent is on record.
  await upstream.request(2);
  await killed.kill();
  expect(await lost).toBe('broken off');
  server = await restartSourceServer(killed.folder);
  const { origin } = server;
  await until(async () => ((await json(`${origin}/api/requests`)).items as unknown[] | undefined)?.length === 2);
  expect(await json(`${origin}/api/requests?outcome=unknown`)).toMatchObject({
    items: [{ outcome: 'unknown', use_case: 'hr' }],
  });
  expect(await json(`${origin}/api/receipts/${id}`)).toMatchObject({ outcome: 'ok', use_case: 'hr' });
  expect(await verifyJournal(join(killed.folder, '.alidade/journal'))).toMatchObject({ ok: true, first_bad: null });
});

test('a kill -9 forgets no dollar of a budget whose receipt is on disk, however often it comes', async () => {
  const usage = { prompt_tokens: 1_000, completion_tokens: 500, total_tokens: 1_500 };
  // 1,000 * 1 + 500 * 2 dollars per million.
  const USD = 0.002;
  upstream.reply(chatCompletion({ usage }));
  const killed = await startSourceServer(configuration(BUDGET));
  server = killed;
  await spend(killed.origin, 5);
  await killed.kill();
  server = await restartSourceServer(killed.folder);
  expect(await spentBy('payer', server.origin)).toBeCloseTo(5 * USD, 9);
  const again = server;
  await spend(again.origin, 2);
  await again.kill();
  server = await restartSourceServer(killed.folder);
  expect(await spentBy('payer', server.origin)).toBeCloseTo(7 * USD, 9);
  await server.stop();
  server = null;
});

test('budgets whose file is lost or broken are counted anew from the receipts of the month', async () => {
  const usage = { prompt_tokens: 1_000, completion_tokens: 500, total_tokens: 1_500 };
  upstream.reply(chatCompletion({ usage }));
  const first = await startSourceServer(configuration(BUDGET));
  server = first;
  await spend(first.origin, 3);
  const file = join(first.folder, '.alidade/budgets.json');
  for (const spoil of [() => rmSync(file), () => writeFileSync(file, '{"version":1,"subj')]) {
    await server.kill();
    spoil();
    server = await restartSourceServer(first.folder);
    expect(await spentBy('payer', server.origin)).toBeCloseTo(0.006, 9);
  }
  expect(existsSync(`${file}.broken`)).toBe(true);
});

test('a full disk refuses labelled traffic alone, says so, and is told of by readiness and metrics', async () => {
  upstream.reply(chatCompletion());
  // More free space than any disk has is to be kept.
  server = await startSourceServer(configuration('journal: { min_free_bytes: 1000000000000000 }'));
  const { origin } = server;
  await until(async () => (await json(`${origin}/readyz`)).status === 'degraded');
  const labelled = await ask(origin, 'auto/hr');
  expect(labelled.status).toBe(503);
  expect(await labelled.json()).toMatchObject({ error: { code: 'journal_unavailable' } });
  expect(upstream.requests).toHaveLength(0);
  expect((await ask(origin, 'own/good')).status).toBe(200);
  expect((await fetch(`${origin}/readyz`)).status).toBe(200);
  expect(await (await fetch(`${origin}/metrics`)).text()).toContain('alidade_journal_accepting 0');
});

test('a database that accepts and never speaks holds nobody up, labelled or not', async () => {
  upstream.reply(chatCompletion());
  const sockets: Socket[] = [];
  const silent = createServer((socket) => sockets.push(socket.on('error', () => undefined)));
  silent.listen(0, '127.0.0.1');
  await once(silent, 'listening');
  const { port } = silent.address() as AddressInfo;
  server = await startSourceServer(
    configuration(`store: { url: "postgres://nobody:nothing@127.0.0.1:${port}/none" }\ndata_dir: .alidade`),
  );
  const { origin } = server;
  for (const model of ['auto/hr', 'own/good']) {
    const answered = await ask(origin, model);
    expect(answered.status).toBe(200);
    const receipt = await json(`${origin}/api/receipts/${answered.headers.get('x-request-id')}`);
    expect(receipt).toMatchObject({ outcome: 'ok' });
  }
  await until(() => Promise.resolve(sockets.length > 0));
  // Before the server is stopped, which would else wait for its connection attempt to run out.
  silent.close();
  for (const socket of sockets) socket.destroy();
});
