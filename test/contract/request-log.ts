import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { type FileJournal, openJournal } from '../../src/audit/journal.ts';
import type { Receipt } from '../../src/contracts/receipt.ts';
import type { Page, RequestFilter, RequestLog, RequestSummary } from '../../src/contracts/request-log.ts';
import { openStore, type Store } from '../../src/store/open-store.ts';
import type { StoreAddress } from '../../src/store/store-address.ts';
import { sampleIntent, sampleReceipt, sampleTime } from '../support/receipts.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

export interface RequestLogSubject {
  /** A fresh, empty database. */
  freshDatabase: () => Promise<StoreAddress>;
}

interface Opened {
  journal: FileJournal;
  store: Store;
  log: RequestLog;
  address: StoreAddress;
  directory: string;
}

const ids = (items: readonly RequestSummary[]): number[] =>
  items.map((item) => Number(item.request_id.slice(4)) % SPAN);

async function everyPage(log: RequestLog, filter: RequestFilter, limit: number): Promise<RequestSummary[]> {
  const all: RequestSummary[] = [];
  let cursor: string | null = null;
  do {
    const page = await log.list(filter, { limit, cursor });
    expect(page.items.length).toBeLessThanOrEqual(limit);
    all.push(...page.items);
    cursor = page.next_cursor;
  } while (cursor !== null);
  return all;
}

/** Ids that one test may use in the store that several share. */
const SPAN = 10_000;

/** One test's own requests in a shared store: its ids, its times, its key. */
class Scene {
  readonly key: string;
  readonly log: RequestLog;
  readonly chain: string;
  #first: number;
  #opened: Opened;

  constructor(opened: Opened, number: number) {
    this.#opened = opened;
    this.#first = number * SPAN;
    this.key = `key_${number}`;
    this.log = opened.log;
    this.chain = opened.journal.chain;
  }

  id = (index: number): string => sampleReceipt(this.#first + index).request_id;
  time = (index: number): string => sampleTime(this.#first + index);
  receipt = (index: number, change: Partial<Receipt> = {}): Receipt =>
    sampleReceipt(this.#first + index, { key: this.key, ...change });

  append(index: number, change: Partial<Receipt> = {}): void {
    this.#opened.journal.append(this.receipt(index, change));
  }

  appendIntent(index: number): void {
    this.#opened.journal.append({ ...sampleIntent(this.#first + index), key: this.key });
  }

  settle = (): Promise<void> => this.#opened.store.settle();

  list(filter: RequestFilter = {}, limit = 100, cursor: string | null = null): Promise<Page<RequestSummary>> {
    return this.log.list({ key: this.key, ...filter }, { limit, cursor });
  }
}

/** What every RequestLog over every database must do, shown on a real journal and a real database. */
export function describeRequestLog(subject: RequestLogSubject): void {
  async function openUnmanaged(
    directory: string,
    address: StoreAddress,
    ringSize?: number,
  ): Promise<Opened & { close: () => Promise<void> }> {
    const onProblem = (problem: string): void => {
      throw new Error(problem);
    };
    const journal = await openJournal({
      directory: join(directory, 'journal'),
      now: Date.now,
      onProblem,
      segmentBytes: 50_000,
    });
    const store = openStore({
      address,
      journal,
      now: Date.now,
      onProblem,
      ...(ringSize === undefined ? {} : { ringSize }),
    });
    const close = async (): Promise<void> => {
      await store.close();
      await journal.close();
    };
    return { journal, store, log: store.requests, address, directory, close };
  }
  async function openOn(directory: string, address: StoreAddress, ringSize?: number): Promise<Opened> {
    const opened = await openUnmanaged(directory, address, ringSize);
    onTestFinished(opened.close);
    return opened;
  }
  const open = async (): Promise<Opened> => openOn(temporaryFolder(), await subject.freshDatabase());
  const idOf = (index: number): string => sampleReceipt(index).request_id;

  describe('reading', () => {
    let shared: Opened & { close: () => Promise<void> };
    let scenes = 0;
    beforeAll(async () => {
      shared = await openUnmanaged(mkdtempSync(join(tmpdir(), 'alidade-test-')), await subject.freshDatabase());
    });
    afterAll(async () => {
      await shared.close();
      rmSync(shared.directory, { recursive: true });
    });
    const newScene = (): Scene => {
      scenes += 1;
      return new Scene(shared, scenes);
    };

    it('gives a receipt from the moment it is appended, the same before and after it reaches the database', async () => {
      const scene = newScene();
      scene.append(1);
      const pending = await scene.log.receipt(scene.id(1));
      expect(pending).toMatchObject({
        ...scene.receipt(1),
        chain: scene.chain,
        hash: expect.stringMatching(/^[0-9a-f]{64}$/),
      });
      await scene.settle();
      expect(await scene.log.receipt(scene.id(1))).toEqual(pending);
      expect(await scene.log.receipt('req_unknown')).toBeNull();
      expect(await scene.log.receipt('req\0')).toBeNull();
    });

    it('reads an intent without a receipt as outcome unknown, and the receipt in its place once there is one', async () => {
      const scene = newScene();
      for (const settle of [false, true]) {
        const index = settle ? 2 : 1;
        scene.appendIntent(index);
        if (settle) await scene.settle();
        expect(await scene.log.receipt(scene.id(index))).toMatchObject({
          outcome: 'unknown',
          stream: true,
          key: scene.key,
        });
        expect((await scene.list({ outcome: 'unknown' })).items).toHaveLength(1);
        scene.append(index);
        for (const settleAgain of [false, true]) {
          if (settleAgain) await scene.settle();
          expect(await scene.log.receipt(scene.id(index))).toMatchObject({ outcome: 'ok' });
          expect((await scene.list({ outcome: 'unknown' })).items).toEqual([]);
        }
      }
      expect(ids((await scene.list()).items)).toEqual([2, 1]);
    });

    it('lists newest first with every member of the summary', async () => {
      const scene = newScene();
      for (const index of [2, 1, 3]) scene.append(index);
      const pending = await scene.list();
      await scene.settle();
      const stored = await scene.list();
      expect(stored).toEqual(pending);
      expect(stored.next_cursor).toBeNull();
      expect(ids(stored.items)).toEqual([3, 2, 1]);
      expect(stored.items[0]).toEqual({
        request_id: scene.id(3),
        received_at: scene.time(3),
        key: scene.key,
        use_case: 'support',
        task_type: 'code_generation',
        model: 'zhipu/glm-5.2',
        deployment: 'glm-5.2@zai',
        outcome: 'ok',
        status: 200,
        stream: false,
        attempts: 1,
        input_tokens: 401,
        output_tokens: 221,
        cost_usd: 0.000726,
        total_ms: 834.2,
        sandbox: false,
        parent_id: null,
      });
    });

    it('summarises a request that was refused before a decision', async () => {
      const scene = newScene();
      scene.append(1, { decision: null, attempts: [], outcome: 'bad_request', status: 400, cost_usd: null });
      await scene.settle();
      expect((await scene.list()).items[0]).toMatchObject({
        task_type: null,
        model: null,
        deployment: null,
        outcome: 'bad_request',
        attempts: 0,
        cost_usd: null,
      });
    });

    it('names the deployment and model that answered, not the one that was planned first', async () => {
      const scene = newScene();
      const [attempt] = scene.receipt(1).attempts;
      const attempts = [
        { ...attempt!, outcome: 'upstream_error' as const },
        { ...attempt!, deployment: 'gpt-5.5@openai', role: 'fallback' as const },
      ];
      scene.append(1, { attempts });
      await scene.settle();
      expect((await scene.list()).items[0]).toMatchObject({
        deployment: 'gpt-5.5@openai',
        model: 'openai/gpt-5.5',
        attempts: 2,
      });
    });

    it('filters what is pending and what is stored alike', async () => {
      const scene = newScene();
      scene.append(1, { key: 'key_other' });
      scene.append(2, { use_case: 'contracts' });
      scene.append(3, { outcome: 'timeout' });
      scene.append(4, { sandbox: true });
      scene.append(5, { decision: null, attempts: [] });
      scene.append(6);
      const elsewhere = new Date(Date.parse(scene.time(3)) + 3_600_000).toISOString().replace('Z', '+01:00');
      const cases: [RequestFilter, number[]][] = [
        [{ key: 'key_other' }, [1]],
        [{ use_case: 'contracts' }, [2]],
        [{ outcome: 'timeout' }, [3]],
        [{ sandbox: true }, [4]],
        [{ sandbox: false, outcome: 'ok' }, [6, 5, 2]],
        [{ task_type: 'code_generation' }, [6, 4, 3, 2]],
        [{ model: 'zhipu/glm-5.2', deployment: 'glm-5.2@zai', outcome: 'ok' }, [6, 4, 2]],
        [{ since: scene.time(3) }, [6, 5, 4, 3]],
        [{ since: elsewhere }, [6, 5, 4, 3]],
        [{ until: scene.time(3) }, [2]],
        [{ since: scene.time(2), until: scene.time(5), sandbox: false }, [3, 2]],
        [{ key: 'nobody' }, []],
        [{ key: "' or 1=1 --" }, []],
        [{ use_case: 'nul\0' }, []],
      ];
      for (const settle of [false, true]) {
        if (settle) await scene.settle();
        for (const [filter, expected] of cases) {
          const found = await everyPage(scene.log, { key: scene.key, ...filter }, 2);
          expect(ids(found), JSON.stringify({ filter, settle })).toEqual(expected);
        }
      }
    });

    it('leaves out calls made on behalf of a request, whose own figures hold theirs, unless they are asked for', async () => {
      const scene = newScene();
      scene.append(1, { cost_usd: 3 });
      scene.append(2, { cost_usd: 1, parent_id: scene.id(1) });
      scene.append(3, { cost_usd: 2, parent_id: scene.id(1) });
      scene.append(4, { parent_id: scene.id(9) });
      for (const settle of [false, true]) {
        if (settle) await scene.settle();
        expect(ids((await scene.list()).items)).toEqual([1]);
        const parts = (await scene.list({ parent_id: scene.id(1) })).items;
        expect(ids(parts)).toEqual([3, 2]);
        expect(parts.map(({ parent_id }) => parent_id)).toEqual([scene.id(1), scene.id(1)]);
        expect((await scene.list({ parent_id: 'req_unknown' })).items).toEqual([]);
        expect(await scene.log.receipt(scene.id(2))).toMatchObject({ parent_id: scene.id(1) });
      }
    });

    it('pages through each request once, whether stored or pending, also those of one millisecond', async () => {
      const scene = newScene();
      for (let index = 0; index < 60; index += 1) {
        scene.append(index, { received_at: scene.time(Math.floor(index / 7)) });
        if (index === 30) await scene.settle();
      }
      const all = await everyPage(scene.log, { key: scene.key }, 7);
      expect(ids(all)).toEqual(Array.from({ length: 60 }, (_, index) => 59 - index));
    });

    it('is not disturbed by what arrives between two pages', async () => {
      const scene = newScene();
      for (let index = 0; index < 10; index += 1) scene.append(index);
      await scene.settle();
      const first = await scene.list({}, 4);
      for (let index = 10; index < 20; index += 1) scene.append(index);
      const second = await scene.list({}, 4, first.next_cursor);
      await scene.settle();
      const third = await scene.list({}, 4, second.next_cursor);
      expect([...ids(first.items), ...ids(second.items), ...ids(third.items)]).toEqual([9, 8, 7, 6, 5, 4, 3, 2, 1, 0]);
      expect(third.next_cursor).toBeNull();
    });

    it('refuses a cursor that it did not give out', async () => {
      const scene = newScene();
      for (const cursor of ['', 'x', Buffer.from('abc:def').toString('base64url')]) {
        await expect(scene.list({}, 4, cursor)).rejects.toMatchObject({ code: 'invalid_request', param: 'cursor' });
      }
    });
  });

  describe('projection', () => {
    it('goes on after a restart where it was', async () => {
      const { journal, store, log: before, address, directory } = await open();
      for (let index = 0; index < 30; index += 1) journal.append(sampleReceipt(index));
      await store.settle();
      for (let index = 30; index < 40; index += 1) journal.append(sampleReceipt(index));
      expect(before.problem).toBeNull();
      await store.close();
      await journal.close();
      const { log, store: again } = await openOn(directory, address);
      await again.settle();
      expect(ids(await everyPage(log, {}, 100))).toEqual(Array.from({ length: 40 }, (_, index) => 39 - index));
    });

    it('rebuilds a database that was deleted, over several segments, and the same record twice is one row', async () => {
      const { journal, store, directory, address } = await open();
      for (let index = 0; index < 700; index += 1) {
        if (index % 3 === 0) journal.append(sampleIntent(index));
        journal.append(sampleReceipt(index));
      }
      await store.settle();
      await store.close();
      await journal.close();
      for (const database of [await subject.freshDatabase(), address]) {
        const { log, store: again } = await openOn(directory, database);
        await again.settle();
        expect(ids(await everyPage(log, {}, 500))).toEqual(Array.from({ length: 700 }, (_, index) => 699 - index));
        expect(await log.receipt(idOf(600))).toMatchObject(sampleReceipt(600));
        await again.close();
      }
    });

    it('reads again from the files what no longer fitted into memory', async () => {
      const { journal, store, log } = await openOn(temporaryFolder(), await subject.freshDatabase(), 10);
      for (let index = 0; index < 1_500; index += 1) journal.append(sampleReceipt(index));
      await store.settle();
      expect(await everyPage(log, {}, 1_000)).toHaveLength(1_500);
    });

    it('forgets what retention deletes', async () => {
      const { journal, store, log } = await open();
      for (let index = 0; index < 60; index += 1) journal.append(sampleReceipt(index));
      await store.settle();
      const range = await journal.applyRetention(-3_650);
      expect(range?.last_segment).toBeGreaterThan(0);
      await store.settle();
      const left = ids(await everyPage(log, {}, 100));
      expect(left.length).toBeGreaterThan(0);
      expect(left.length).toBeLessThan(60);
      expect(await log.receipt(idOf(0))).toBeNull();
      expect(await log.receipt(idOf(59))).not.toBeNull();
    });

    it('projects a segment again when the journal lost what the database had seen of it', async () => {
      const { journal, store, directory, address } = await open();
      for (let index = 0; index < 10; index += 1) journal.append(sampleReceipt(index));
      await store.settle();
      await store.close();
      await journal.close();
      rmSync(join(directory, 'journal'), { recursive: true });
      const other = await openJournal({
        directory: join(directory, 'journal'),
        chain: journal.chain,
        now: Date.now,
        onProblem: () => {},
      });
      for (let index = 5; index < 8; index += 1) other.append(sampleReceipt(index));
      await other.close();
      const { log, store: again } = await openOn(directory, address);
      await again.settle();
      expect(ids(await everyPage(log, {}, 100))).toEqual([7, 6, 5]);
    });
  });
}
