// Measures what recording costs: `node scripts/measure-journal.ts [rounds]`, on this machine, in a temporary folder.
// Prints microseconds of CPU per receipt (least and median over rounds; other work on the machine only adds) beside a
// yardstick from the same rounds: JSON.stringify of the same receipts. docs/decisions/0003 quotes it.

import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { type FileJournal, openJournal } from '../src/audit/journal.ts';
import { receiptJson } from '../src/audit/receipt-json.ts';
import { verifyJournal } from '../src/audit/verify.ts';
import type { Receipt } from '../src/contracts/receipt.ts';
import { openStore, type Store } from '../src/store/open-store.ts';
import { sampleReceipt } from '../test/support/receipts.ts';

const RECEIPTS_PER_ROUND = 2_000;
/** Few, so that they stay in the cache like a receipt that was just made; thousands would measure memory instead. */
const DISTINCT_RECEIPTS = 50;
const RECEIPTS_PER_TURN = 25;

interface Cost {
  process: number[];
  mainThread: number[];
}

const rounds = Number(process.argv[2] ?? 40);
const directory = mkdtempSync(join(tmpdir(), 'alidade-measure-'));
const costs = new Map<string, Cost>();
let nextIndex = 0;
/** Both serialisers are measured with the copy, because joined strings are only put together when they are copied. */
const buffer = Buffer.alloc(1 << 16);

function freshReceipt(small: boolean): Receipt {
  nextIndex += 1;
  const receipt = sampleReceipt(nextIndex);
  if (!small || receipt.decision === null) return receipt;
  const [attempt] = receipt.attempts;
  const decision = { ...receipt.decision, config: null, tasks: [], plan: receipt.decision.plan.slice(0, 1) };
  return { ...receipt, decision, attempts: attempt === undefined ? [] : [{ ...attempt, price: null }] };
}

/** Made outside what is measured. The same request again would be an update, so projecting needs `distinct` ones. */
function freshReceipts(small: boolean, distinct: number): Receipt[] {
  const few = Array.from({ length: distinct }, () => freshReceipt(small));
  return Array.from({ length: RECEIPTS_PER_ROUND }, (_, index) => few[index % distinct] as Receipt);
}

async function measure(name: string, work: () => Promise<unknown> | unknown): Promise<void> {
  const cost = costs.get(name) ?? { process: [], mainThread: [] };
  costs.set(name, cost);
  const process0 = process.cpuUsage();
  const thread0 = process.threadCpuUsage();
  await work();
  const ofThread = process.threadCpuUsage(thread0);
  const ofProcess = process.cpuUsage(process0);
  cost.process.push((ofProcess.user + ofProcess.system) / RECEIPTS_PER_ROUND);
  cost.mainThread.push((ofThread.user + ofThread.system) / RECEIPTS_PER_ROUND);
}

async function append(journal: FileJournal, receipts: readonly Receipt[]): Promise<void> {
  for (const [index, receipt] of receipts.entries()) {
    journal.append(receipt);
    if (index % RECEIPTS_PER_TURN === 0) await nextTurn();
  }
  await journal.flush();
}

async function appendAndProject(journal: FileJournal, store: Store, receipts: readonly Receipt[]): Promise<void> {
  await append(journal, receipts);
  await store.settle();
}

const fail = (problem: string): never => {
  throw new Error(problem);
};

const open = (name: string): Promise<FileJournal> =>
  openJournal({ directory: join(directory, name), now: Date.now, onProblem: fail });

function print(name: string, numbers: readonly number[]): void {
  const sorted = [...numbers].sort((a, b) => a - b);
  const least = sorted[0] ?? Number.NaN;
  const median = sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
  process.stdout.write(`${name.padEnd(58)} ${least.toFixed(2).padStart(7)} ${median.toFixed(2).padStart(7)}\n`);
}

try {
  const alone = await open('alone');
  const projected = await open('projected');
  const path = join(directory, 'store.db');
  const storeOptions = { address: { kind: 'sqlite' as const, path }, now: Date.now, onProblem: fail };
  const store = openStore({ ...storeOptions, journal: projected });
  await store.settle();
  for (let round = 0; round < rounds; round += 1) {
    for (const small of [false, true]) {
      const size = small ? 'short' : 'typical';
      const receipts = freshReceipts(small, DISTINCT_RECEIPTS);
      let bytes = 0;
      await measure(`JSON.stringify into a buffer, ${size} (yardstick)`, () => {
        for (const receipt of receipts) bytes += buffer.write(JSON.stringify(receipt));
      });
      await measure(`receiptJson into a buffer, ${size}`, () => {
        for (const receipt of receipts) bytes -= buffer.write(receiptJson(receipt));
      });
      if (bytes !== 0) throw new Error('The two serialisers differ.');
      await measure(`append: serialise, chain, write; ${size}`, () => append(alone, receipts));
    }
    const receipts = freshReceipts(false, RECEIPTS_PER_ROUND);
    await measure('append without projecting, as many receipts', () => append(alone, receipts));
    await measure('append and project into SQLite, typical', () => appendAndProject(projected, store, receipts));
  }
  await store.close();
  for (const small of [true, false]) {
    process.stdout.write(
      `${small ? 'short' : 'typical'}: ${JSON.stringify(freshReceipt(small)).length} bytes of JSON\n`,
    );
  }
  process.stdout.write(`${'us of CPU per receipt'.padEnd(58)} ${'least'.padStart(7)} ${'median'.padStart(7)}\n`);
  for (const [name, cost] of costs) {
    print(`${name}: process`, cost.process);
    if (name.startsWith('append')) print(`${name}: main thread`, cost.mainThread);
  }
  await alone.close();
  const perSecond: number[] = [];
  for (let round = 0; round < 5; round += 1) {
    const startedAt = performance.now();
    const { ok, records } = await verifyJournal(alone.directory);
    if (!ok) throw new Error('The journal does not verify.');
    perSecond.push(records / ((performance.now() - startedAt) / 1_000));
  }
  const rows = rounds * RECEIPTS_PER_ROUND;
  process.stdout.write(`verify: ${Math.round(Math.max(...perSecond))} records/s at best\n`);
  process.stdout.write(`database: ${Math.round(statSync(path).size / rows)} bytes a request\n`);
  for (const end of ['', '-wal', '-shm']) rmSync(`${path}${end}`, { force: true });
  const startedAt = performance.now();
  const rebuilt = openStore({ ...storeOptions, journal: projected });
  await rebuilt.settle();
  process.stdout.write(`rebuild: ${Math.round(rows / ((performance.now() - startedAt) / 1_000))} receipts/s\n`);
  await rebuilt.close();
  await projected.close();
} finally {
  rmSync(directory, { recursive: true, force: true });
}
