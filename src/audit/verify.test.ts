import { cpSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sampleIntent, sampleReceipt } from '../../test/support/receipts.ts';
import { temporaryFolder } from '../../test/support/temporary-folder.ts';
import { ChainHead, GENESIS_HASH } from './chain-line.ts';
import { openJournal } from './journal.ts';
import { verifyJournal } from './verify.ts';

/** Two segments with ten records in all. */
async function journalOf(directory: string, chain: string): Promise<void> {
  const journal = await openJournal({ directory, chain, now: () => 0, onProblem: () => {}, segmentBytes: 12_000 });
  for (let index = 0; index < 4; index += 1) {
    journal.append(sampleIntent(index));
    journal.append(sampleReceipt(index));
  }
  await journal.close();
}

async function fresh(): Promise<{
  directory: string;
  files: string[];
  read: (file: string) => string[];
  write: (file: string, lines: string[]) => void;
}> {
  const directory = temporaryFolder();
  await journalOf(directory, 'ours');
  return {
    directory,
    files: readdirSync(directory).sort(),
    read: (file) => readFileSync(join(directory, file), 'utf8').split('\n').slice(0, -1),
    write: (file, lines) => writeFileSync(join(directory, file), lines.map((line) => `${line}\n`).join('')),
  };
}

const [FIRST, SECOND] = ['000001-ours.jsonl', '000002-ours.jsonl'];

describe('verification', () => {
  it('passes what the journal wrote and names its head', async () => {
    const { directory, files } = await fresh();
    expect(files).toEqual([FIRST, SECOND]);
    const progress: number[] = [];
    const result = await verifyJournal(directory, { onProgress: (records) => progress.push(records) });
    expect(result).toMatchObject({ ok: true, records: 10, first_bad: null, head: { chain: 'ours', seq: 10 } });
  });

  it('finds any byte that is changed, in the record where it is', async () => {
    const { directory } = await fresh();
    const path = join(directory, FIRST);
    const bytes = readFileSync(path);
    const lineOf = (offset: number): number => bytes.subarray(0, offset).toString('latin1').split('\n').length;
    await fc.assert(
      fc.asyncProperty(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), async (offset, mask) => {
        const changed = Buffer.from(bytes);
        changed[offset] = changed[offset]! ^ mask;
        writeFileSync(path, changed);
        const result = await verifyJournal(directory);
        expect(result.ok).toBe(false);
        expect(result.first_bad).toMatchObject({ file: FIRST, line: lineOf(offset) });
        expect(result.records).toBe(lineOf(offset) - 1);
      }),
      { numRuns: 200 },
    );
  });

  it('finds every record that is dropped', async () => {
    const { directory, read, write } = await fresh();
    for (const file of [FIRST, SECOND]) {
      const lines = read(file);
      for (let index = 0; index < lines.length; index += 1) {
        if (file === SECOND && index === lines.length - 1) continue;
        write(file, lines.toSpliced(index, 1));
        expect(await verifyJournal(directory), `${file} without line ${index + 1}`).toMatchObject({ ok: false });
      }
      write(file, lines);
    }
  });

  it('leaves a tail that is cut off at a record to anchors: the head it names is no longer the one that was', async () => {
    const { directory, read, write } = await fresh();
    const { head } = await verifyJournal(directory);
    write(SECOND, read(SECOND).slice(0, -1));
    const cut = await verifyJournal(directory);
    expect(cut.ok).toBe(true);
    expect(cut.head?.seq).toBe((head?.seq as number) - 1);
  });

  it('finds two neighbours that were swapped, at the place where the order breaks', async () => {
    const { directory, read, write } = await fresh();
    const lines = read(FIRST);
    for (let index = 0; index + 1 < lines.length; index += 1) {
      write(FIRST, lines.with(index, lines[index + 1]!).with(index + 1, lines[index]!));
      const { first_bad } = await verifyJournal(directory);
      expect(first_bad?.line).toBe(index + 1 === 1 ? 2 : index + 1);
    }
  });

  it('finds a record that is inserted, a copy and a well-formed new one alike', async () => {
    const { directory, read, write } = await fresh();
    const lines = read(FIRST);
    write(FIRST, lines.toSpliced(3, 0, lines[2]!));
    expect((await verifyJournal(directory)).first_bad).toMatchObject({ file: FIRST, line: 4, seq: 3 });
    const third = JSON.parse(lines[2]!) as { hash: string };
    const buffer = Buffer.alloc(4_096);
    const end = new ChainHead('ours', 3, third.hash).seal(buffer, 0, '{"kind":"event","forged":true}');
    write(FIRST, lines.toSpliced(3, 0, buffer.toString('utf8', 0, end - 1)));
    expect((await verifyJournal(directory)).first_bad).toMatchObject({ file: FIRST, line: 5, seq: 4 });
  });

  it('finds a record that was replaced together with its own hash', async () => {
    const { directory, read, write } = await fresh();
    const lines = read(FIRST);
    const second = JSON.parse(lines[1]!) as { hash: string };
    const buffer = Buffer.alloc(4_096);
    const end = new ChainHead('ours', 2, second.hash).seal(buffer, 0, '{"kind":"event","forged":true}');
    write(FIRST, lines.with(2, buffer.toString('utf8', 0, end - 1)));
    const { first_bad } = await verifyJournal(directory);
    expect(first_bad).toMatchObject({ file: FIRST, line: 4, seq: 4, reason: expect.stringContaining('replaced') });
  });

  it("finds another journal's records, line by line and file by file", async () => {
    const { directory, read, write } = await fresh();
    const other = temporaryFolder();
    await journalOf(other, 'theirs');
    const theirs = readFileSync(join(other, '000001-theirs.jsonl'), 'utf8').split('\n').slice(0, -1);
    const lines = read(FIRST);
    write(FIRST, lines.with(1, theirs[1]!));
    expect((await verifyJournal(directory)).first_bad).toMatchObject({ line: 2, chain: 'theirs' });
    write(FIRST, lines);
    cpSync(join(other, '000001-theirs.jsonl'), join(directory, '000003-theirs.jsonl'));
    expect((await verifyJournal(directory)).first_bad).toMatchObject({ file: '000003-theirs.jsonl', line: 1 });
  });

  it('finds a whole segment that is missing, at either end of what remains', async () => {
    const { directory } = await fresh();
    rmSync(join(directory, FIRST));
    const { ok, first_bad } = await verifyJournal(directory);
    expect(ok).toBe(false);
    expect(first_bad).toMatchObject({ file: SECOND, line: 1, reason: expect.stringContaining('no retention event') });
  });

  it('finds segments whose files changed places', async () => {
    const { directory } = await fresh();
    renameSync(join(directory, FIRST), join(directory, '000003-ours.jsonl'));
    expect((await verifyJournal(directory)).ok).toBe(false);
  });

  it('finds an unfinished line', async () => {
    const { directory } = await fresh();
    writeFileSync(join(directory, SECOND), '{"kind":"rec', { flag: 'a' });
    const { first_bad, records } = await verifyJournal(directory);
    expect(first_bad).toMatchObject({ file: SECOND, seq: null, chain: null });
    expect(records).toBe(10);
  });

  it('refuses a first record that claims a past', async () => {
    const directory = temporaryFolder();
    const buffer = Buffer.alloc(1_024);
    const end = new ChainHead('ours', 0, 'ab'.repeat(32)).seal(buffer, 0, '{"kind":"event"}');
    writeFileSync(join(directory, FIRST), buffer.subarray(0, end));
    expect((await verifyJournal(directory)).first_bad).toMatchObject({ line: 1, seq: 1 });
    const genesis = new ChainHead('ours', 0, GENESIS_HASH).seal(buffer, 0, '{"kind":"event"}');
    writeFileSync(join(directory, FIRST), buffer.subarray(0, genesis));
    expect((await verifyJournal(directory)).ok).toBe(true);
  });

  it('says that there is no journal where there is no directory', async () => {
    await expect(verifyJournal(join(temporaryFolder(), 'nowhere'))).rejects.toMatchObject({ code: 'not_found' });
  });
});
