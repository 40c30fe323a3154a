// Measures verification: `node scripts/measure-verify.ts [records]`, on this machine, in a temporary folder. Writes a
// signed journal of typical receipts and intents (about 2 KB each) and prints how many records a second the verifier
// checks, hashes, links, signatures and an anchor included, as the median and best of five runs.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { anchorLine } from '../src/audit/anchor.ts';
import { findLastCheckpoint } from '../src/audit/last-checkpoint.ts';
import { openSignedJournal } from '../src/audit/open-signed.ts';
import { verifyFolder } from '../src/audit/verify-folder.ts';
import { sampleIntent, sampleReceipt } from '../test/support/receipts.ts';

const RUNS = 5;
const RECORDS_PER_FLUSH = 500;

const wanted = Number(process.argv[2] ?? 200_000);
const dataDir = mkdtempSync(join(tmpdir(), 'alidade-verify-'));

try {
  const journal = await openSignedJournal(dataDir, {
    now: Date.now,
    onProblem: (problem) => {
      throw new Error(problem);
    },
  });
  for (let index = 0; index < wanted; index += 1) {
    journal.append(index % 2 === 0 ? sampleIntent(index) : sampleReceipt(index));
    if (index % RECORDS_PER_FLUSH === 0) await journal.flush();
  }
  await journal.close();
  const anchor = join(dataDir, 'anchor.json');
  const last = await findLastCheckpoint(journal.directory);
  if (last === null) throw new Error('The journal is not signed.');
  writeFileSync(anchor, `${anchorLine(last.checkpoint)}\n`);
  const rates: number[] = [];
  /** Microseconds a record: other work on the machine adds little to it. */
  let cpu = Number.POSITIVE_INFINITY;
  for (let run = 0; run < RUNS; run += 1) {
    const startedAt = performance.now();
    const cpuBefore = process.cpuUsage();
    const { ok, records, checkpoints } = await verifyFolder({ folder: dataDir, anchorFiles: [anchor] });
    if (!ok || records < wanted || checkpoints.count === 0) throw new Error('The journal does not verify.');
    rates.push(records / ((performance.now() - startedAt) / 1_000));
    const { user, system } = process.cpuUsage(cpuBefore);
    cpu = Math.min(cpu, (user + system) / records);
  }
  rates.sort((a, b) => a - b);
  const [median, best] = [rates[Math.floor(RUNS / 2)], rates.at(-1)].map((rate) => Math.round(rate as number));
  process.stdout.write(
    `${wanted} records: ${median} records/s in the median, ${best} at best; ${cpu.toFixed(2)} us of CPU a record\n`,
  );
} finally {
  rmSync(dataDir, { recursive: true, force: true });
}
