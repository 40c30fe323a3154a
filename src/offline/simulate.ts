import { closeSync, openSync } from 'node:fs';
import { readAtOf } from '../audit/read.ts';
import type { Decision } from '../contracts/decision.ts';
import { AppError } from '../contracts/errors.ts';
import type { Receipt } from '../contracts/receipt.ts';
import type { Simulation } from '../contracts/simulation.ts';
import { createLineReader } from '../lib/line-reader.ts';
import { createSeededRandom } from '../lib/seeded-random.ts';
import { factsOf } from '../routing/recorded-request.ts';
import { SimulationTally } from '../routing/simulation.ts';
import { createDecider } from './decide-again.ts';
import { logFiles } from './log-files.ts';
import type { OfflineWorld } from './offline-world.ts';

const RECEIPT = Buffer.from('"kind":"receipt"');
/** Where a record says its kind, whoever wrote the line. */
const KIND_WITHIN = 64;

interface ReceiptAt {
  line: number;
  receipt: Receipt;
}

const isReceipt = (bytes: Buffer): boolean => bytes.subarray(0, KIND_WITHIN).includes(RECEIPT);

/** What an editor left without its line feed, or a server is still writing; null: the latter. */
function unendedReceipt(bytes: Buffer): Receipt | null {
  if (!isReceipt(bytes)) return null;
  try {
    return JSON.parse(bytes.toString('utf8')) as Receipt;
  } catch {
    return null;
  }
}

/** Receipts of a file, in order. @throws AppError naming the line that is no JSON */
function* receiptsOf(path: string): Generator<ReceiptAt> {
  const file = openSync(path, 'r');
  try {
    const reader = createLineReader(readAtOf(file), 0);
    let line = 1;
    for (; reader.next(); line += 1) {
      const bytes = reader.buffer.subarray(reader.start, reader.end);
      if (!isReceipt(bytes)) continue;
      try {
        yield { line, receipt: JSON.parse(bytes.toString('utf8')) as Receipt };
      } catch (cause) {
        throw new AppError('config_invalid', `${path} line ${line} is not JSON.`, { cause });
      }
    }
    const last = unendedReceipt(reader.buffer.subarray(reader.start, reader.start + reader.remainder()));
    if (last !== null) yield { line, receipt: last };
  } finally {
    closeSync(file);
  }
}

/**
 * Decides every request of a recorded log again in `after`, and beside it in `before`; null: beside what was decided
 * then. Between two worlds it is their evidence that differs, so that costs are those of `after`. Nobody is called. Calls
 * within a request (ensemble members, judges) are left out: they follow from it.
 */
export async function simulate(log: string, before: OfflineWorld | null, after: OfflineWorld): Promise<Simulation> {
  const tally = new SimulationTally(before !== null);
  const decideBefore = before === null ? null : createDecider(before);
  const decideAfter = createDecider(after);
  for (const path of await logFiles(log)) {
    for (const { line, receipt } of receiptsOf(path)) {
      const { request_id: requestId, parent_id: parentId, decision, purpose } = receipt;
      if (decision == null || parentId !== null) continue;
      try {
        const facts = factsOf(decision);
        if (facts === null) {
          tally.skip();
          continue;
        }
        let next = decideAfter(facts, decision.moment, purpose);
        // Awaiting a value costs more than deciding.
        if (next instanceof Promise) next = await next;
        let old: Decision | Promise<Decision> = decision;
        if (decideBefore !== null) old = decideBefore(facts, decision.moment, purpose);
        if (old instanceof Promise) old = await old;
        tally.add(requestId, old, next);
      } catch (cause) {
        // A log may come from elsewhere, and no schema is asked of a million lines.
        if (!(cause instanceof TypeError)) throw cause;
        throw new AppError('config_invalid', `${path} line ${line} holds a decision that lacks a part.`, { cause });
      }
    }
  }
  // One seed: the same log gives the same interval.
  return tally.result(createSeededRandom('simulate'));
}
