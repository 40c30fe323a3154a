import { readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { FaultyFiles, systemError } from '../../test/support/faulty-files.ts';
import { sampleReceipt, sampleWorld } from '../../test/support/receipts.ts';
import { temporaryFolder } from '../../test/support/temporary-folder.ts';
import type { ChainedRecord, RecordLocation } from '../contracts/journal.ts';
import { type FileJournal, type JournalOptions, openJournal } from './journal.ts';
import { verifyJournal } from './verify.ts';

const problems: string[] = [];

async function open(directory: string, options: Partial<JournalOptions> = {}): Promise<FileJournal> {
  problems.length = 0;
  const journal = await openJournal({
    directory,
    chain: 'testchain',
    now: () => Date.parse('2026-11-20T08:00:00Z'),
    onProblem: (problem) => problems.push(problem),
    ...options,
  });
  onTestFinished(() => journal.close());
  return journal;
}

function recordsIn(directory: string): ChainedRecord[] {
  const names = readdirSync(directory).filter((name) => name.endsWith('.jsonl'));
  return names
    .sort()
    .flatMap((name) => readFileSync(join(directory, name), 'utf8').split('\n').slice(0, -1))
    .map((line) => JSON.parse(line) as ChainedRecord);
}

const kindsIn = (directory: string): string[] =>
  recordsIn(directory).map((record) => (record.kind === 'event' ? record.event : record.kind));

describe('journal', () => {
  it('has handed every record to the operating system when flush resolves', async () => {
    const directory = temporaryFolder();
    const journal = await open(directory);
    for (let index = 0; index < 100; index += 1) journal.append(sampleReceipt(index));
    await journal.flush();
    const receipts = recordsIn(directory).filter((record) => record.kind === 'receipt');
    expect(receipts.map(({ chain, seq, prev_hash, hash, ...receipt }) => receipt)).toEqual(
      Array.from({ length: 100 }, (_, index) => sampleReceipt(index)),
    );
    expect(await verifyJournal(directory)).toMatchObject({ ok: true, records: 101, first_bad: null });
  });

  it('writes by itself within milliseconds, many records at a time', async () => {
    const files = new FaultyFiles();
    const directory = temporaryFolder();
    const journal = await open(directory, { files });
    const before = files.writes;
    for (let index = 0; index < 20; index += 1) journal.append(sampleReceipt(index));
    await vi.waitUntil(() => recordsIn(directory).length === 21);
    expect(files.writes - before).toBe(1);
  });

  it('goes on with the chain of the directory after a restart', async () => {
    const directory = temporaryFolder();
    const first = await open(directory);
    first.append(sampleReceipt(1));
    await first.close();
    const second = await open(directory, { chain: 'other' });
    second.append(sampleReceipt(2));
    await second.flush();
    expect(second.chain).toBe('testchain');
    expect(kindsIn(directory)).toEqual(['journal_opened', 'receipt', 'journal_closed', 'journal_opened', 'receipt']);
    expect(recordsIn(directory)[3]).toMatchObject({ details: { continues: { seq: 3 }, set_aside: [] } });
    expect(await verifyJournal(directory)).toMatchObject({ ok: true, records: 5 });
  });

  it('tells each subscriber where a record lies, and reads it from there before and after it is written', async () => {
    const journal = await open(temporaryFolder());
    const seen: { id: string; location: RecordLocation }[] = [];
    journal.subscribe((record, location) => {
      if (record.kind === 'receipt') seen.push({ id: record.request_id, location });
    });
    for (let index = 0; index < 3; index += 1) journal.append(sampleReceipt(index, { use_case: 'größe 大' }));
    for (const { id, location } of seen) {
      expect(JSON.parse((await journal.read(location)) as string)).toMatchObject({
        request_id: id,
        chain: 'testchain',
      });
    }
    expect(seen).toHaveLength(3);
  });

  it('begins a new segment at the size given, and each segment holds the world in force', async () => {
    const directory = temporaryFolder();
    const journal = await open(directory, { segmentBytes: 6_000 });
    journal.append(sampleWorld('w1'));
    journal.append(sampleWorld('w1'));
    for (let index = 0; index < 12; index += 1) journal.append(sampleReceipt(index));
    await journal.flush();
    const names = readdirSync(directory).sort();
    expect(names.length).toBeGreaterThan(3);
    expect(names[1]).toBe('000002-testchain.jsonl');
    for (const name of names) {
      const records = readFileSync(join(directory, name), 'utf8').split('\n').slice(0, -1);
      expect(
        records.filter((line) => line.startsWith('{"kind":"world"')),
        name,
      ).toHaveLength(1);
    }
    expect(await verifyJournal(directory)).toMatchObject({ ok: true, records: 13 + names.length });
  });

  it('goes on in the old segment while a new one cannot be opened', async () => {
    const files = new FaultyFiles();
    const directory = temporaryFolder();
    const journal = await open(directory, { files, segmentBytes: 3_000 });
    files.openError = systemError('EMFILE');
    for (let index = 0; index < 5; index += 1) journal.append(sampleReceipt(index));
    await journal.flush();
    expect(problems).toEqual(['No new journal segment: EMFILE: injected']);
    expect(journal.accepting).toBe(true);
    expect(readdirSync(directory)).toHaveLength(1);
    expect(await verifyJournal(directory)).toMatchObject({ ok: true, records: 6 });
  });

  it('counts a record that cannot be serialised and throws nothing at its caller', async () => {
    const directory = temporaryFolder();
    const journal = await open(directory);
    journal.append({ ...sampleWorld('w1'), snapshot: 1n });
    journal.append(sampleReceipt(1));
    await journal.flush();
    expect(journal.dropped).toBe(1);
    expect(problems).toHaveLength(1);
    expect(await verifyJournal(directory)).toMatchObject({ ok: true, records: 2 });
  });

  it('counts what is appended after closing as dropped', async () => {
    const journal = await open(temporaryFolder());
    await journal.close();
    journal.append(sampleReceipt(1));
    expect(journal.dropped).toBe(1);
    expect(journal.accepting).toBe(false);
  });

  it('refuses a directory that cannot be one, with the reason', async () => {
    const file = join(temporaryFolder(), 'occupied');
    writeFileSync(file, 'not a directory');
    await expect(open(file)).rejects.toMatchObject({ code: 'config_invalid', message: expect.stringContaining(file) });
  });
});

describe('journal on a failing disk', () => {
  it('stops accepting, keeps what it was given, and records the episode once the disk works again', async () => {
    const files = new FaultyFiles();
    const directory = temporaryFolder();
    const journal = await open(directory, { files });
    files.writeError = systemError('ENOSPC');
    journal.append(sampleReceipt(1));
    await journal.flush();
    journal.append(sampleReceipt(2));
    await journal.flush();
    expect(journal.accepting).toBe(false);
    expect(journal.problem).toContain('ENOSPC');
    expect(problems).toHaveLength(1);
    expect(kindsIn(directory)).toEqual(['journal_opened']);
    files.writeError = null;
    await journal.flush();
    await journal.flush();
    expect(journal.accepting).toBe(true);
    expect(journal.dropped).toBe(0);
    expect(kindsIn(directory)).toEqual(['journal_opened', 'receipt', 'receipt', 'journal_impaired']);
    expect(recordsIn(directory)[3]).toMatchObject({ details: { dropped: 0 } });
    expect(await verifyJournal(directory)).toMatchObject({ ok: true, records: 4 });
  });

  it('tries again by itself', async () => {
    vi.useFakeTimers();
    onTestFinished(() => void vi.useRealTimers());
    const files = new FaultyFiles();
    const directory = temporaryFolder();
    const journal = await open(directory, { files });
    files.writeError = systemError('EIO');
    journal.append(sampleReceipt(1));
    await vi.advanceTimersByTimeAsync(10);
    expect(journal.accepting).toBe(false);
    files.writeError = null;
    await vi.advanceTimersByTimeAsync(1_000);
    expect(journal.accepting).toBe(true);
    expect(kindsIn(directory)).toContain('receipt');
  });

  it('drops beyond its memory bound, counts it, and the chain says how many are missing', async () => {
    const files = new FaultyFiles();
    const directory = temporaryFolder();
    const journal = await open(directory, { files, bufferBytes: 300_000 });
    files.writeError = systemError('ENOSPC');
    for (let index = 0; index < 1_000; index += 1) journal.append(sampleReceipt(index));
    expect(journal.dropped).toBeGreaterThan(0);
    files.writeError = null;
    await journal.flush();
    await journal.flush();
    const kept = recordsIn(directory).filter((record) => record.kind === 'receipt').length;
    expect(kept + journal.dropped).toBe(1_000);
    expect(recordsIn(directory).at(-1)).toMatchObject({
      event: 'journal_impaired',
      details: { dropped: journal.dropped },
    });
    expect(await verifyJournal(directory)).toMatchObject({ ok: true });
  });

  it('completes writes that the system cuts short', async () => {
    const files = new FaultyFiles();
    const directory = temporaryFolder();
    const journal = await open(directory, { files, segmentBytes: 10_000 });
    files.writeAtMost = 777;
    for (let index = 0; index < 50; index += 1) journal.append(sampleReceipt(index));
    await journal.flush();
    expect(recordsIn(directory).filter((record) => record.kind === 'receipt')).toHaveLength(50);
    expect(await verifyJournal(directory)).toMatchObject({ ok: true });
  });

  it('writes off this thread after two slow writes in a row, in order and without loss', async () => {
    const files = new FaultyFiles();
    const directory = temporaryFolder();
    const journal = await open(directory, { files, segmentBytes: 20_000 });
    files.beforeWrite = () => {
      const until = performance.now() + 12;
      while (performance.now() < until);
    };
    for (let slow = 0; slow < 2; slow += 1) {
      expect(files.laterWrites).toBe(0);
      journal.append(sampleReceipt(0));
      await journal.flush();
    }
    const { writes } = files;
    files.writeAtMost = 5_000;
    for (let index = 1; index < 60; index += 1) {
      journal.append(sampleReceipt(index));
      if (index % 7 === 0) await journal.flush();
    }
    await journal.flush();
    expect(files.writes).toBe(writes);
    expect(files.laterWrites).toBeGreaterThan(9);
    expect(recordsIn(directory).filter((record) => record.kind === 'receipt')).toHaveLength(61);
    expect(await verifyJournal(directory)).toMatchObject({ ok: true });
  });

  it('resolves flush with accepting false when a write off this thread fails', async () => {
    const files = new FaultyFiles();
    const journal = await open(temporaryFolder(), { files });
    files.beforeWrite = () => {
      const until = performance.now() + 12;
      while (performance.now() < until);
    };
    for (let slow = 0; slow < 2; slow += 1) {
      journal.append(sampleReceipt(0));
      await journal.flush();
    }
    files.writeError = systemError('EIO');
    journal.append(sampleReceipt(1));
    await journal.flush();
    expect(journal.accepting).toBe(false);
    files.writeError = null;
    await journal.flush();
    expect(journal.accepting).toBe(true);
  });

  it('stops accepting below the free space that is kept, and accepts again when there is more', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    onTestFinished(() => void vi.useRealTimers());
    const files = new FaultyFiles();
    files.free = 999;
    const journal = await open(temporaryFolder(), { files, minFreeBytes: 1_000 });
    expect(journal.accepting).toBe(false);
    expect(problems).toEqual([expect.stringContaining('Only 999 bytes are free')]);
    files.free = 1_000;
    await vi.advanceTimersByTimeAsync(5_000);
    await vi.waitFor(() => expect(journal.accepting).toBe(true));
  });

  it.each(['removed', 'replaced'])(
    'stops accepting when the file that it writes is %s, until it is back',
    async (how) => {
      const ticks = vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
      onTestFinished(() => void vi.useRealTimers());
      const directory = temporaryFolder();
      const journal = await open(directory);
      const [name = ''] = readdirSync(directory);
      renameSync(join(directory, name), join(directory, 'kept'));
      if (how === 'replaced') writeFileSync(join(directory, name), '');
      await ticks.advanceTimersByTimeAsync(5_000);
      await vi.waitFor(() => expect(journal.accepting).toBe(false));
      expect(problems).toEqual([expect.stringContaining('was removed from')]);
      expect(journal.problem).toContain(directory);
      renameSync(join(directory, 'kept'), join(directory, name));
      await ticks.advanceTimersByTimeAsync(5_000);
      await vi.waitFor(() => expect(journal.accepting).toBe(true));
      expect(problems).toHaveLength(1);
    },
  );

  it('syncs within the interval after a write, and a failing sync stops admission until one succeeds', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    onTestFinished(() => void vi.useRealTimers());
    const files = new FaultyFiles();
    const journal = await open(temporaryFolder(), { files, flushMs: 200 });
    /** Lets the interval pass and the sync that it starts come to its end. */
    const passInterval = async (): Promise<void> => {
      await vi.advanceTimersByTimeAsync(200);
      while (files.syncsDone < files.syncs) await new Promise((resolve) => setImmediate(resolve));
    };
    await passInterval();
    const { syncs } = files;
    files.syncError = systemError('EIO');
    journal.append(sampleReceipt(1));
    await journal.flush();
    expect(files.syncs).toBe(syncs);
    expect(journal.accepting).toBe(true);
    await passInterval();
    expect(files.syncs).toBe(syncs + 1);
    expect(journal.accepting).toBe(false);
    files.syncError = null;
    journal.append(sampleReceipt(2));
    await journal.flush();
    await passInterval();
    expect(journal.accepting).toBe(true);
  });
});
