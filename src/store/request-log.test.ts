import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { describeRequestLog } from '../../test/contract/request-log.ts';
import { findPostgres, startPostgres, type TemporaryPostgres } from '../../test/support/postgres.ts';
import { sampleReceipt } from '../../test/support/receipts.ts';
import { temporaryFolder } from '../../test/support/temporary-folder.ts';
import { type FileJournal, openJournal } from '../audit/journal.ts';
import { openStore, type Store } from './open-store.ts';
import type { StoreAddress } from './store-address.ts';

async function opened(
  directory: string,
  address: StoreAddress,
): Promise<{ journal: FileJournal; store: Store; problems: string[] }> {
  const problems: string[] = [];
  const onProblem = (problem: string): void => void problems.push(problem);
  const journal = await openJournal({ directory: join(directory, 'journal'), now: Date.now, onProblem });
  const store = openStore({ address, journal, now: Date.now, onProblem });
  onTestFinished(async () => {
    await store.close();
    await journal.close();
  });
  return { journal, store, problems };
}

describe('request log on SQLite', () => {
  const folder = mkdtempSync(join(tmpdir(), 'alidade-test-'));
  let databases = 0;
  afterAll(() => rmSync(folder, { recursive: true }));
  describeRequestLog({
    freshDatabase: async () => {
      databases += 1;
      return { kind: 'sqlite', path: join(folder, `${databases}.db`) };
    },
  });

  it('is made readable for this account alone, in a folder that it makes', async () => {
    const directory = temporaryFolder();
    const { store } = await opened(directory, { kind: 'sqlite', path: join(directory, 'data/alidade.db') });
    await store.settle();
    expect(statSync(join(directory, 'data/alidade.db')).mode & 0o777).toBe(0o600);
  });

  it('answers from the journal while the database cannot be opened, and catches up once it can', async () => {
    const directory = temporaryFolder();
    const path = join(directory, 'alidade.db');
    mkdirSync(path);
    const { journal, store, problems } = await opened(directory, { kind: 'sqlite', path });
    journal.append(sampleReceipt(1));
    await store.settle();
    expect(store.requests.problem).toContain('The database fails');
    expect(problems).toHaveLength(1);
    expect(journal.accepting).toBe(true);
    expect(await store.requests.receipt(sampleReceipt(1).request_id)).toMatchObject({ outcome: 'ok' });
    const unavailable = { code: 'store_unavailable' };
    await expect(store.requests.list({}, { limit: 1, cursor: null })).rejects.toMatchObject(unavailable);
    await expect(store.requests.receipt('req_other')).rejects.toMatchObject(unavailable);
    rmSync(path, { recursive: true });
    await vi.waitUntil(() => store.requests.problem === null, { timeout: 15_000, interval: 20 });
    await store.settle();
    expect((await store.requests.list({}, { limit: 1, cursor: null })).items).toHaveLength(1);
  });

  it('learns of a database that an earlier version made which of its rows were made on behalf of others', async () => {
    const directory = temporaryFolder();
    const path = join(directory, 'alidade.db');
    const journal = await openJournal({ directory: join(directory, 'journal'), now: Date.now, onProblem: () => {} });
    const open = () => openStore({ address: { kind: 'sqlite', path }, journal, now: Date.now, onProblem: () => {} });
    const before = open();
    journal.append(sampleReceipt(1));
    journal.append(sampleReceipt(2, { parent_id: sampleReceipt(1).request_id }));
    await before.settle();
    await before.close();
    const database = new DatabaseSync(path);
    database.exec(`drop index requests_by_parent; alter table requests drop column parent_id;
      delete from schema_migrations where name = '0002-parents'`);
    database.close();
    const after = open();
    await after.settle();
    const { items } = await after.requests.list({}, { limit: 9, cursor: null });
    expect(items.map(({ request_id }) => request_id)).toEqual([sampleReceipt(1).request_id]);
    await after.close();
    await journal.close();
  });

  it.each(['{"kind":"receipt"', 'null'])(
    'projects what lies behind a damaged line, which is for verification to name: %s',
    async (damage) => {
      const directory = temporaryFolder();
      const folder = join(directory, 'journal');
      const journal = await openJournal({ directory: folder, now: Date.now, onProblem: () => {} });
      for (const index of [1, 2, 3]) journal.append(sampleReceipt(index));
      await journal.flush();
      const [name = ''] = readdirSync(folder);
      const lines = readFileSync(join(folder, name), 'utf8').split('\n');
      const damaged = lines.findIndex((line) => line.includes(sampleReceipt(2).request_id));
      const end = damage === 'null' ? '' : '}';
      lines[damaged] = `${damage}${' '.repeat((lines[damaged] as string).length - damage.length - end.length)}${end}`;
      writeFileSync(join(folder, name), lines.join('\n'));
      const address: StoreAddress = { kind: 'sqlite', path: join(directory, 'alidade.db') };
      const store = openStore({ address, journal, now: Date.now, onProblem: () => {} });
      onTestFinished(async () => {
        await store.close();
        await journal.close();
      });
      await store.settle();
      expect(store.requests.problem).toBeNull();
      const { items } = await store.requests.list({}, { limit: 9, cursor: null });
      expect(items.map(({ request_id }) => request_id).toSorted()).toEqual(
        [1, 3].map((index) => sampleReceipt(index).request_id),
      );
    },
  );

  it('says what is wrong with a file that is not a database, and leaves it alone', async () => {
    const directory = temporaryFolder();
    const path = join(directory, 'alidade.db');
    writeFileSync(path, "this is somebody else's text file, longer than the header of a database would be".repeat(20));
    const { store } = await opened(directory, { kind: 'sqlite', path });
    await store.settle();
    expect(store.requests.problem).toContain('not a database');
    expect(existsSync(path)).toBe(true);
  });
});

const postgres = findPostgres();

describe.skipIf(postgres === null)('request log on PostgreSQL (needs initdb and postgres installed)', () => {
  let server: TemporaryPostgres;
  beforeAll(async () => {
    server = await startPostgres(postgres as string);
  });
  afterAll(() => server.stop());

  const freshDatabase = async (): Promise<StoreAddress> => ({ kind: 'postgres', url: await server.createDatabase() });
  describeRequestLog({ freshDatabase });

  it('holds a receipt whose tokens a vendor counted in fractions', async () => {
    const { journal, store, problems } = await opened(temporaryFolder(), await freshDatabase());
    const { usage } = sampleReceipt(1);
    journal.append(sampleReceipt(1, { usage: { ...usage, input_tokens: 5.5, output_tokens: 6.25 } }));
    journal.append(sampleReceipt(2));
    await store.settle();
    expect(problems).toEqual([]);
    const { items } = await store.requests.list({}, { limit: 9, cursor: null });
    expect(items).toHaveLength(2);
  });

  it('lets several replicas open a fresh database at once and read each other', async () => {
    const address = await freshDatabase();
    const replicas = await Promise.all([0, 1, 2].map(() => opened(temporaryFolder(), address)));
    for (const [index, { journal }] of replicas.entries()) journal.append(sampleReceipt(index));
    await Promise.all(replicas.map(({ store }) => store.settle()));
    for (const { store, problems } of replicas) {
      expect(problems).toEqual([]);
      expect((await store.requests.list({}, { limit: 10, cursor: null })).items).toHaveLength(3);
      for (const index of [0, 1, 2]) {
        expect(await store.requests.receipt(sampleReceipt(index).request_id)).toMatchObject(sampleReceipt(index));
      }
    }
  });

  it('survives a crash of the database: pending receipts stay readable, and it catches up by itself', async () => {
    const { journal, store } = await opened(temporaryFolder(), await freshDatabase());
    journal.append(sampleReceipt(1));
    await store.settle();
    await server.kill();
    journal.append(sampleReceipt(2));
    await store.settle();
    expect(store.requests.problem).toContain('The database fails');
    expect(journal.accepting).toBe(true);
    expect(await store.requests.receipt(sampleReceipt(2).request_id)).toMatchObject({ outcome: 'ok' });
    await expect(store.requests.list({}, { limit: 1, cursor: null })).rejects.toMatchObject({
      code: 'store_unavailable',
    });
    await server.start();
    await vi.waitUntil(() => store.requests.problem === null, { timeout: 15_000, interval: 20 });
    expect((await store.requests.list({}, { limit: 10, cursor: null })).items).toHaveLength(2);
  }, 60_000);
});
