import { mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { sampleIntent, sampleReceipt, sampleTime } from '../../test/support/receipts.ts';
import { temporaryFolder } from '../../test/support/temporary-folder.ts';
import { exportJournal } from './export-journal.ts';
import { openSignedJournal } from './open-signed.ts';
import { verifyFolder } from './verify-folder.ts';

let dataDir: string;
let records: number;

/** 3,000 receipts in several files, hence checkpoints within and between them. */
beforeEach(async () => {
  dataDir = temporaryFolder();
  const journal = await openSignedJournal(dataDir, {
    chain: 'ours',
    now: Date.now,
    onProblem: () => undefined,
    segmentBytes: 2_000_000,
  });
  for (let index = 0; index < 3_000; index += 1) {
    journal.append(index % 2 === 0 ? sampleIntent(index) : sampleReceipt(index));
  }
  await journal.close();
  records = journal.head.seq;
});

const target = (): string => join(temporaryFolder(), 'out');

const linesIn = (folder: string): string[] =>
  readdirSync(join(folder, 'journal'))
    .sort()
    .flatMap((name) =>
      readFileSync(join(folder, 'journal', name), 'utf8')
        .split('\n')
        .slice(0, -1),
    );

describe('an export', () => {
  it('of everything is the journal byte for byte, with its public key and an anchor, and verifies elsewhere', async () => {
    const out = target();
    expect(await exportJournal(dataDir, out, {})).toMatchObject({ chain: 'ours', first_seq: 1, last_seq: records });
    expect(linesIn(out)).toEqual(linesIn(dataDir));
    expect(readdirSync(out).sort()).toEqual(['anchor.json', 'audit-key.pub.pem', 'export.json', 'journal']);
    const moved = join(temporaryFolder(), 'elsewhere');
    renameSync(out, moved);
    const result = await verifyFolder({ folder: moved, anchorFiles: [join(moved, 'anchor.json')] });
    expect(result).toMatchObject({ ok: true, records, anchors: { met: 1 } });
  });

  it.each([
    [1, 10],
    [700, 900],
    [1_500, 1_500],
    [2_990, 9_999],
  ])('of records %i to %i holds them, is no longer than signatures need, and verifies', async (fromSeq, toSeq) => {
    const out = target();
    const exported = await exportJournal(dataDir, out, { fromSeq, toSeq });
    const last = Math.min(toSeq, records);
    expect(exported.first_seq).toBeLessThanOrEqual(fromSeq);
    expect(exported.first_seq).toBeGreaterThan(fromSeq - 1_002);
    expect(exported.last_seq).toBeGreaterThanOrEqual(last);
    expect(exported.last_seq).toBeLessThan(last + 1_002);
    const result = await verifyFolder({ folder: out });
    expect(result).toMatchObject({ ok: true, records: exported.last_seq - exported.first_seq + 1 });
    expect(result.begins_with).toBe(exported.first_seq === 1 ? null : exported.first_seq);
    // Whatever was asked for is covered by a signature within the export.
    expect(exported.covered).toBeGreaterThanOrEqual(Math.min(last, records - 1));
    expect(linesIn(dataDir).slice(exported.first_seq - 1, exported.last_seq)).toEqual(linesIn(out));
  });

  it('chooses by time, both ends inclusive', async () => {
    const out = target();
    await exportJournal(dataDir, out, { since: sampleTime(1_001), until: sampleTime(1_005) });
    const ids = linesIn(out).flatMap((line) => (JSON.parse(line) as { request_id?: string }).request_id ?? []);
    for (const index of [1_001, 1_002, 1_003, 1_004, 1_005]) expect(ids).toContain(sampleReceipt(index).request_id);
  });

  it('in which a byte was flipped is found bad, in the record where it is', async () => {
    const out = target();
    await exportJournal(dataDir, out, { fromSeq: 1_200, toSeq: 1_300 });
    const file = join(out, 'journal', readdirSync(join(out, 'journal')).sort()[0]!);
    const bytes = readFileSync(file);
    const at = bytes.indexOf('"outcome":"ok"', bytes.length / 2) + 12;
    const line = bytes.subarray(0, at).toString('latin1').split('\n').length;
    bytes[at] = bytes[at]! ^ 1;
    writeFileSync(file, bytes);
    expect((await verifyFolder({ folder: out })).first_bad).toMatchObject({
      line,
      reason: expect.stringContaining('edited'),
    });
  });

  it('whose beginning was taken off is found bad: only a signature may stand for what came before', async () => {
    const out = target();
    await exportJournal(dataDir, out, { fromSeq: 1_200, toSeq: 1_300 });
    const name = join(out, 'journal', readdirSync(join(out, 'journal')).sort()[0]!);
    writeFileSync(name, readFileSync(name, 'utf8').split('\n').slice(1).join('\n'));
    expect((await verifyFolder({ folder: out })).first_bad).toMatchObject({ line: 1 });
  });

  it('goes into an empty folder only, and is refused where there is no such record', async () => {
    const taken = temporaryFolder();
    mkdirSync(join(taken, 'journal'));
    await expect(exportJournal(dataDir, taken, {})).rejects.toMatchObject({ code: 'invalid_request' });
    await expect(exportJournal(dataDir, target(), { fromSeq: 99_999 })).rejects.toMatchObject({ code: 'not_found' });
    await expect(exportJournal(temporaryFolder(), target(), {})).rejects.toMatchObject({ code: 'not_found' });
  });
});
