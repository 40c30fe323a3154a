import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { sampleIntent, sampleReceipt, sampleTime } from '../../test/support/receipts.ts';
import { temporaryFolder } from '../../test/support/temporary-folder.ts';
import { openJournal } from '../audit/journal.ts';
import type { JournalRecord } from '../contracts/journal.ts';
import { findReceipt, listRequests } from './read-journal.ts';

/** A journal of these records in segments of about `segmentBytes`. */
async function journalOf(records: readonly JournalRecord[], segmentBytes = 1 << 20): Promise<string> {
  const directory = temporaryFolder();
  const journal = await openJournal({ directory, now: Date.now, segmentBytes, onProblem: () => undefined });
  for (const record of records) journal.append(record);
  await journal.close();
  return directory;
}

const receipts = (count: number) => Array.from({ length: count }, (_, index) => sampleReceipt(index));
const idOf = (index: number): string => sampleReceipt(index).request_id;

describe('findReceipt', () => {
  it('finds each receipt in whatever segment it lies', async () => {
    const directory = await journalOf(receipts(30), 8_000);
    expect(readdirSync(directory).length).toBeGreaterThan(3);
    for (const index of [0, 7, 15, 29]) {
      expect(await findReceipt(directory, idOf(index))).toMatchObject({
        ...sampleReceipt(index),
        hash: expect.any(String),
      });
    }
  });

  it('prefers a receipt to its intent, and reads an intent alone as outcome unknown', async () => {
    const directory = await journalOf([sampleIntent(1), sampleIntent(2), sampleReceipt(1)]);
    expect(await findReceipt(directory, idOf(1))).toMatchObject({ kind: 'receipt', outcome: sampleReceipt(1).outcome });
    expect(await findReceipt(directory, idOf(2))).toMatchObject({ kind: 'receipt', outcome: 'unknown', attempts: [] });
  });

  it('finds nothing by a part of an id, by another member that equals it, or without a journal', async () => {
    const directory = await journalOf([{ ...sampleReceipt(1), client_request_id: 'theirs' }]);
    for (const id of ['theirs', idOf(1).slice(0, -1), '']) expect(await findReceipt(directory, id)).toBeNull();
    expect(await findReceipt(`${directory}/missing`, idOf(1))).toBeNull();
  });
});

describe('listRequests', () => {
  it('lists the newest first across segments, as many as wanted', async () => {
    const directory = await journalOf(receipts(30), 8_000);
    const ids = (await listRequests(directory, {}, 5)).map((request) => request.request_id);
    expect(ids).toEqual([29, 28, 27, 26, 25].map(idOf));
    expect(await listRequests(directory, {}, 100)).toHaveLength(30);
  });

  it('counts a request once, by its receipt', async () => {
    const directory = await journalOf([sampleIntent(1), sampleReceipt(1), sampleIntent(2)]);
    const listed = await listRequests(directory, {}, 10);
    expect(listed.map(({ request_id, outcome }) => [request_id, outcome])).toEqual([
      [idOf(2), 'unknown'],
      [idOf(1), sampleReceipt(1).outcome],
    ]);
  });

  it('orders by arrival although receipts lie in the order of their end', async () => {
    const late = { ...sampleReceipt(5), received_at: sampleTime(0) };
    const directory = await journalOf([sampleReceipt(1), late, sampleReceipt(2)]);
    const ids = (await listRequests(directory, {}, 10)).map((request) => request.request_id);
    expect(ids).toEqual([idOf(2), idOf(1), late.request_id]);
  });

  it('applies every filter', async () => {
    const odd = { ...sampleReceipt(3), key: 'other', outcome: 'timeout' as const };
    const directory = await journalOf([sampleReceipt(1), odd, sampleReceipt(4)]);
    const found = async (filter: Parameters<typeof listRequests>[1]) =>
      (await listRequests(directory, filter, 10)).map((request) => request.request_id);
    expect(await found({ key: 'other' })).toEqual([odd.request_id]);
    expect(await found({ outcome: 'timeout' })).toEqual([odd.request_id]);
    expect(await found({ since: sampleTime(4) })).toEqual([idOf(4)]);
    expect(await found({ until: sampleTime(3) })).toEqual([idOf(1)]);
    expect(await found({ model: 'nobody/none' })).toEqual([]);
  });
});
