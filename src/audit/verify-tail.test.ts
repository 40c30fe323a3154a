import { appendFileSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { sampleReceipt } from '../../test/support/receipts.ts';
import { temporaryFolder } from '../../test/support/temporary-folder.ts';
import { openJournal } from './journal.ts';
import { verifyTail } from './verify-tail.ts';

/** A closed journal with `count` receipts between its opening and closing events; returns folder and segment file. */
async function journalOf(count: number): Promise<{ directory: string; path: string }> {
  const directory = temporaryFolder();
  const journal = await openJournal({ directory, now: Date.now, onProblem: () => undefined });
  for (let index = 0; index < count; index += 1) journal.append(sampleReceipt(index));
  await journal.close();
  return { directory, path: join(directory, readdirSync(directory)[0] as string) };
}

describe('verifyTail', () => {
  it('finds a whole journal whole, and an empty folder empty', async () => {
    const { directory } = await journalOf(10);
    expect(await verifyTail(directory)).toMatchObject({ records: 12, fault: null, unfinishedBytes: 0 });
    expect(await verifyTail(temporaryFolder())).toEqual({
      records: 0,
      fault: null,
      unfinishedBytes: 0,
      writtenMs: null,
    });
  });

  it('looks at the newest records only, from the first whole line of its window on', async () => {
    const { directory, path } = await journalOf(1_000);
    const text = readFileSync(path, 'utf8');
    expect(text.length).toBeGreaterThan(1 << 20);
    writeFileSync(path, text.replace('"kind"', '"dink"'));
    const { records, fault } = await verifyTail(directory);
    expect(fault).toBeNull();
    expect(records).toBeGreaterThan(100);
    expect(records).toBeLessThan(1_000);
  });

  it('finds an edited record, a dropped one and a line that is none', async () => {
    const spoil = async (change: (lines: string[]) => string[]): Promise<string | null> => {
      const { directory, path } = await journalOf(5);
      writeFileSync(path, change(readFileSync(path, 'utf8').split('\n')).join('\n'));
      return (await verifyTail(directory)).fault;
    };
    expect(await spoil((lines) => lines.map((line, at) => (at === 3 ? line.replace('"ok"', '"ko"') : line)))).toBe(
      'Record 4 was edited.',
    );
    expect(await spoil((lines) => lines.filter((_, at) => at !== 3))).toContain('records were dropped');
    expect(await spoil((lines) => lines.toSpliced(2, 0, 'nonsense'))).toBe('A line is no record of a journal.');
  });

  it('tells a last line that a crash cut from damage', async () => {
    const { directory, path } = await journalOf(3);
    appendFileSync(path, '{"kind":"receipt"');
    expect(await verifyTail(directory)).toMatchObject({ records: 5, fault: null, unfinishedBytes: 17 });
  });
});
