import { cpSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { FaultyFiles, systemError } from '../../test/support/faulty-files.ts';
import { sampleReceipt, sampleTime } from '../../test/support/receipts.ts';
import { temporaryFolder } from '../../test/support/temporary-folder.ts';
import { segmentFileName } from '../contracts/journal.ts';
import { type FileJournal, openJournal } from './journal.ts';
import { verifyJournal } from './verify.ts';

const DAY_MS = 86_400_000;

/** About one segment for every four receipts; the clock stands `days` after them. */
async function aged(days: number, files = new FaultyFiles()): Promise<{ directory: string; journal: FileJournal }> {
  const directory = temporaryFolder();
  const now = Date.parse(sampleTime(0));
  let elapsed = 0;
  const journal = await openJournal({
    directory,
    chain: 'ours',
    now: () => now + elapsed,
    onProblem: () => {},
    segmentBytes: 8_000,
    files,
  });
  onTestFinished(() => journal.close());
  for (let index = 0; index < 18; index += 1) journal.append(sampleReceipt(index));
  await journal.flush();
  elapsed = days * DAY_MS;
  return { directory, journal };
}

describe('retention', () => {
  it('deletes whole segments that are too old, never the active one, and the chain stays green', async () => {
    const { directory, journal } = await aged(31);
    const before = readdirSync(directory).sort();
    const range = await journal.applyRetention(30);
    expect(range).toMatchObject({ first_segment: 1, last_segment: before.length - 1, first_seq: 1 });
    expect(readdirSync(directory)).toEqual([before.at(-1)]);
    const result = await verifyJournal(directory);
    expect(result).toMatchObject({ ok: true, first_bad: null });
    expect(result.head?.seq).toBe(20);
  });

  it('keeps what is not old enough', async () => {
    const { directory, journal } = await aged(29);
    const before = readdirSync(directory);
    expect(await journal.applyRetention(30)).toBeNull();
    expect(readdirSync(directory)).toEqual(before);
  });

  it('stays green over several rounds', async () => {
    const { directory, journal } = await aged(31);
    await journal.applyRetention(30);
    for (let index = 20; index < 40; index += 1) journal.append(sampleReceipt(index));
    await journal.flush();
    expect(await journal.applyRetention(30)).not.toBeNull();
    expect(await verifyJournal(directory)).toMatchObject({ ok: true });
  });

  it('stays green when deletion was interrupted, and the next round completes it', async () => {
    const { directory, journal } = await aged(31);
    const copy = temporaryFolder();
    cpSync(directory, copy, { recursive: true });
    const range = await journal.applyRetention(30);
    const name = segmentFileName(range!.last_segment, 'ours');
    cpSync(join(copy, name), join(directory, name));
    expect(await verifyJournal(directory)).toMatchObject({ ok: true });
    expect(await journal.applyRetention(30)).toMatchObject({ first_segment: range!.last_segment });
    expect(readdirSync(directory)).not.toContain(name);
    expect(await verifyJournal(directory)).toMatchObject({ ok: true });
  });

  it('finds segments that were deleted without being named', async () => {
    const { directory, journal } = await aged(31);
    await journal.applyRetention(30);
    for (let index = 20; index < 40; index += 1) journal.append(sampleReceipt(index));
    await journal.flush();
    rmSync(join(directory, readdirSync(directory).sort()[0]!));
    expect((await verifyJournal(directory)).ok).toBe(false);
  });

  it('deletes nothing while the deletion cannot be recorded', async () => {
    const files = new FaultyFiles();
    const { directory, journal } = await aged(31, files);
    const before = readdirSync(directory);
    files.writeError = systemError('ENOSPC');
    expect(await journal.applyRetention(30)).toBeNull();
    expect(readdirSync(directory)).toEqual(before);
    files.writeError = null;
  });
});
