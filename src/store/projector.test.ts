import { describe, expect, it } from 'vitest';
import { sampleReceipt } from '../../test/support/receipts.ts';
import type { JournalPosition, JournalRecord, JournalTail, RecordLocation } from '../contracts/journal.ts';
import type { ProjectionBatch } from './projection.ts';
import { type DatabaseThread, Projector } from './projector.ts';

const LINE_BYTES = 100;
const BEGINNING: JournalPosition = { segment: 1, offset: 0 };

/** A journal of equal lines in one segment, in memory. */
function memoryJournal() {
  let listener: (record: JournalRecord, location: RecordLocation) => void = () => undefined;
  let offset = 0;
  const end = (): JournalPosition => ({ segment: 1, offset });
  const tail: JournalTail = {
    directory: '',
    chain: 'c',
    appended: end,
    written: end,
    flush: async () => undefined,
    subscribe: (added) => {
      listener = added;
      return () => undefined;
    },
    read: async () => null,
  };
  const append = (index: number): void => {
    const location = { segment: 1, offset, length: LINE_BYTES - 1 };
    offset += LINE_BYTES;
    listener(sampleReceipt(index), location);
  };
  return { tail, append };
}

/** A database that takes all it is given, and may have been given more before by another writer. */
function memoryDatabase(reach: (to: JournalPosition) => JournalPosition) {
  const batches: ProjectionBatch[] = [];
  const thread = {
    open: true,
    problem: null,
    attempted: async () => undefined,
    close: async () => undefined,
    call: async (_method: string, batch: ProjectionBatch) => {
      batches.push(batch);
      return reach(batch.to);
    },
  };
  return { batches, thread: thread as unknown as DatabaseThread };
}

function projectorOf(tail: JournalTail, thread: DatabaseThread, closeMs = 60_000): Projector {
  const connect = (onOpened: (projected: JournalPosition) => void): DatabaseThread => {
    onOpened(BEGINNING);
    return thread;
  };
  return new Projector({ journal: tail, ringSize: 10_000, closeMs, now: () => 0, connect });
}

describe('the projector', () => {
  it('sends many rows by small parts that follow each other without a gap, and settles with the last', async () => {
    const { tail, append } = memoryJournal();
    const { batches, thread } = memoryDatabase((to) => to);
    const projector = projectorOf(tail, thread);
    for (let index = 0; index < 200; index += 1) append(index);
    await projector.settle();
    expect(batches.map(({ rows }) => rows.length)).toEqual([64, 64, 64, 8]);
    expect(batches.map(({ to }) => to.offset)).toEqual([64, 128, 192, 200].map((count) => count * LINE_BYTES));
    expect(batches.map(({ from }) => from?.offset)).toEqual([0, 64, 128, 192].map((count) => count * LINE_BYTES));
    expect(projector.pending).toEqual([]);
    await projector.close();
  });

  it('sends no row twice where the database has reached further than the part', async () => {
    const { tail, append } = memoryJournal();
    const { batches, thread } = memoryDatabase((to) => ({ segment: 1, offset: Math.max(to.offset, 150 * LINE_BYTES) }));
    const projector = projectorOf(tail, thread);
    for (let index = 0; index < 200; index += 1) append(index);
    await projector.settle();
    expect(batches.map(({ rows }) => rows.length)).toEqual([64, 50]);
    await projector.close();
  });

  it('closes also where the database hangs with what is left', async () => {
    const { tail, append } = memoryJournal();
    const { thread } = memoryDatabase((to) => to);
    let closed = false;
    const close = async (): Promise<void> => {
      closed = true;
    };
    const hanging = { ...thread, call: () => new Promise(() => undefined), close } as unknown as DatabaseThread;
    const projector = projectorOf(tail, hanging, 1);
    append(1);
    await projector.close();
    expect(closed).toBe(true);
  });
});
