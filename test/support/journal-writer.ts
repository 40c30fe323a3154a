// Run as a process of its own by the crash test: appends receipts to the journal in the folder given and writes the
// index of the last one that `flush` has acknowledged to stdout, until it is killed.
import { writeSync } from 'node:fs';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { openJournal } from '../../src/audit/journal.ts';
import { sampleIntent, sampleReceipt } from './receipts.ts';

const directory = process.argv[2] as string;
let index = Number(process.argv[3]);
const journal = await openJournal({
  directory,
  now: Date.now,
  onProblem: () => {},
  segmentBytes: 100_000,
  minFreeBytes: 0,
});
for (;;) {
  journal.append(sampleIntent(index));
  await journal.flush();
  if (!journal.accepting) throw new Error(journal.problem ?? 'not accepting');
  writeSync(1, `intent ${index}\n`);
  journal.append(sampleReceipt(index));
  if (index % 5 === 0) {
    await journal.flush();
    writeSync(1, `receipt ${index}\n`);
  }
  if (index % 20 === 0) await nextTurn();
  index += 1;
}
