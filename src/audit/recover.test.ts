import { appendFileSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { sampleReceipt } from '../../test/support/receipts.ts';
import { temporaryFolder } from '../../test/support/temporary-folder.ts';
import type { ChainedRecord } from '../contracts/journal.ts';
import { type FileJournal, openJournal } from './journal.ts';
import { verifyJournal } from './verify.ts';

const open = (directory: string, segmentBytes = 1 << 20): Promise<FileJournal> =>
  openJournal({ directory, chain: 'ours', now: () => 0, onProblem: () => {}, segmentBytes });

const FIRST = '000001-ours.jsonl';

/** opened, three receipts, closed */
async function written(): Promise<string> {
  const directory = temporaryFolder();
  const journal = await open(directory);
  for (let index = 0; index < 3; index += 1) journal.append(sampleReceipt(index));
  await journal.close();
  return directory;
}

function lines(directory: string, file: string): ChainedRecord[] {
  const texts = readFileSync(join(directory, file), 'utf8').split('\n').slice(0, -1);
  return texts.map((line) => JSON.parse(line) as ChainedRecord);
}

const tornFiles = (directory: string): string[] => readdirSync(directory).filter((name) => name.endsWith('.torn'));

describe('recovery', () => {
  it('sets an unfinished line aside at every place where it can be cut, and goes on behind the last good record', async () => {
    const whole = readFileSync(join(await written(), FIRST));
    const lastStart = whole.lastIndexOf(0x0a, whole.length - 2) + 1;
    for (const cut of [lastStart + 1, lastStart + 20, whole.length - 70, whole.length - 2, whole.length - 1]) {
      const directory = temporaryFolder();
      writeFileSync(join(directory, FIRST), whole.subarray(0, cut));
      const journal = await open(directory);
      await journal.close();
      const [torn] = tornFiles(directory);
      expect(readFileSync(join(directory, torn!))).toEqual(whole.subarray(lastStart, cut));
      const opened = lines(directory, FIRST)[4]!;
      expect(opened).toMatchObject({
        event: 'journal_opened',
        seq: 5,
        details: { continues: { seq: 4 }, set_aside: [{ file: torn, bytes: cut - lastStart }] },
      });
      expect(await verifyJournal(directory)).toMatchObject({ ok: true, records: 6 });
    }
  });

  it('sets aside what a power loss leaves: whole lines of zeros and garbage', async () => {
    const directory = await written();
    const garbage = Buffer.concat([Buffer.alloc(200_000), Buffer.from('\n{"kind":"receipt"}\n\n'), Buffer.alloc(512)]);
    appendFileSync(join(directory, FIRST), garbage);
    const journal = await open(directory);
    await journal.close();
    expect(readFileSync(join(directory, tornFiles(directory)[0]!))).toEqual(garbage);
    expect(await verifyJournal(directory)).toMatchObject({ ok: true, records: 7 });
  });

  it('goes on in the segment before when the last one holds nothing', async () => {
    const directory = await written();
    writeFileSync(join(directory, '000002-ours.jsonl'), '');
    const journal = await open(directory);
    await journal.close();
    expect(readdirSync(directory)).toEqual([FIRST]);
    expect(await verifyJournal(directory)).toMatchObject({ ok: true, records: 7 });
  });

  it('keeps a segment without any good record as a torn file and goes on in the one before', async () => {
    const directory = await written();
    writeFileSync(join(directory, '000002-ours.jsonl'), '{"kind":"world"');
    const journal = await open(directory);
    await journal.close();
    expect(tornFiles(directory)).toEqual(['000002-ours.jsonl.0.torn']);
    expect(await verifyJournal(directory)).toMatchObject({ ok: true, records: 7 });
  });

  it('begins a new chain in a new segment when nothing good is left, and keeps the rest as a torn file', async () => {
    const directory = await written();
    writeFileSync(join(directory, FIRST), 'nothing of ours');
    const journal = await open(directory);
    await journal.close();
    expect(readdirSync(directory).sort()).toEqual([`${FIRST}.0.torn`, '000002-ours.jsonl']);
    expect(lines(directory, '000002-ours.jsonl')[0]).toMatchObject({ seq: 1, details: { continues: null } });
    expect(await verifyJournal(directory)).toMatchObject({ ok: true, records: 2 });
  });

  it('does not hide a record that was edited before the last good one', async () => {
    const directory = await written();
    const path = join(directory, FIRST);
    writeFileSync(path, readFileSync(path, 'utf8').replace('"cost_usd":0.000726', '"cost_usd":0.000001'));
    truncateSync(path, readFileSync(path).length - 3);
    const journal = await open(directory);
    await journal.close();
    expect((await verifyJournal(directory)).first_bad).toMatchObject({ line: 2, seq: 2 });
  });
});
