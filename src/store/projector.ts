import { setTimeout as wait } from 'node:timers/promises';
import {
  comparePositions,
  type JournalPosition,
  type JournalRecord,
  type JournalTail,
  RETENTION_EVENT,
  type RecordLocation,
} from '../contracts/journal.ts';
import { locationOf, type RequestRow, requestIdOf, rowOfIntent, rowOfReceipt } from './request-row.ts';
import type { StoreConnection } from './store-connection.ts';

const GATHER_MS = 250;
/** Copying rows for the thread holds the loop, and the thread then holds the processor where there is but one. */
const ROWS_PER_CALL = 64;
const RETRY_MS = 2_000;
/** Longer than any step takes on a database that keeps up. */
const SLOW_MS = 10_000;
/** Room beyond the ring, so that it is cut seldom and not with each record. */
const RING_SLACK = 1_024;

const CLOSE_MS = 5_000;

/** What the projector needs of the thread with the database. */
export type DatabaseThread = Pick<StoreConnection, 'attempted' | 'call' | 'close' | 'open' | 'problem'>;

export interface ProjectorOptions {
  journal: JournalTail;
  /** Rows kept in memory while the database does not have them. */
  ringSize: number;
  /** How long a database may take what is left at the end: one that hangs must not keep the process from ending. */
  closeMs?: number;
  now: () => number;
  /** A connection that is told when the database has opened. */
  connect: (onOpened: (projected: JournalPosition) => void) => DatabaseThread;
}

const endOf = (location: RecordLocation): JournalPosition => ({
  segment: location.segment,
  offset: location.offset + location.length + 1,
});

/** How many of `rows`, which are in journal order, lie before `position`. */
function countBefore(rows: readonly RequestRow[], position: JournalPosition): number {
  let low = 0;
  let high = rows.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (comparePositions(locationOf(rows[middle] as RequestRow), position) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

/**
 * Sends what the journal appends to the database in batches, and keeps it for readers until it is there. When the
 * database is slow or down nothing piles up here: the oldest rows are let go, and read again from the journal's files
 * once it answers.
 */
export class Projector {
  #journal: JournalTail;
  #connection: DatabaseThread;
  #ringSize: number;
  #now: () => number;
  #unsubscribe: () => void;
  /** In journal order, beginning behind `#covered`. */
  #rows: RequestRow[] = [];
  /** From here on `#rows` holds every request. */
  #covered: JournalPosition;
  /** null until the database has opened. */
  #projected: JournalPosition | null = null;
  #timer: NodeJS.Timeout | null = null;
  #armed = false;
  #running: Promise<void> | null = null;
  #busySinceMs: number | null = null;
  #closed = false;
  #closeMs: number;

  constructor({ journal, ringSize, closeMs = CLOSE_MS, now, connect }: ProjectorOptions) {
    this.#closeMs = closeMs;
    this.#journal = journal;
    this.#ringSize = ringSize;
    this.#now = now;
    // Both at once: what is appended between the two would be neither here nor behind `#covered`.
    this.#covered = journal.appended();
    this.#unsubscribe = journal.subscribe((record, location) => this.#appended(record, location));
    this.#connection = connect((projected) => {
      this.#projected = projected;
      this.#arm(0);
    });
  }

  get connection(): DatabaseThread {
    return this.#connection;
  }

  get problem(): string | null {
    if (this.#connection.problem !== null) return this.#connection.problem;
    if (this.#busySinceMs === null || this.#now() - this.#busySinceMs < SLOW_MS) return null;
    return 'The database is behind the journal; recent requests may be missing from lists.';
  }

  /** Requests that the database may not have yet, in journal order; of an intent and its receipt, both. */
  get pending(): readonly RequestRow[] {
    return this.#rows;
  }

  /** Where the newest record of this request lies, if it is pending. */
  locate(requestId: string): RecordLocation | null {
    for (let index = this.#rows.length - 1; index >= 0; index -= 1) {
      const row = this.#rows[index] as RequestRow;
      if (requestIdOf(row) === requestId) return locationOf(row);
    }
    return null;
  }

  /** Resolves when all that was appended so far is in the database, or the database does not take it. */
  async settle(): Promise<void> {
    await this.#connection.attempted();
    await this.#running;
    await this.#run();
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#unsubscribe();
    if (this.#connection.open) await Promise.race([this.settle(), wait(this.#closeMs, undefined, { ref: false })]);
    this.#closed = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
    await this.#connection.close();
  }

  #appended(record: JournalRecord, location: RecordLocation): void {
    const { chain } = this.#journal;
    if (record.kind === 'receipt') this.#rows.push(rowOfReceipt(record, chain, location));
    else if (record.kind === 'intent') this.#rows.push(rowOfIntent(record, chain, location));
    // What retention means for rows is known where the files are read.
    else if (record.kind === 'event' && record.event === RETENTION_EVENT) this.#covered = endOf(location);
    if (this.#rows.length >= this.#ringSize + RING_SLACK) this.#letGo(this.#rows.length - this.#ringSize);
    if (!this.#armed) this.#arm(GATHER_MS);
  }

  #letGo(count: number): void {
    const last = locationOf(this.#rows[count - 1] as RequestRow);
    this.#rows = this.#rows.slice(count);
    if (comparePositions(endOf(last), this.#covered) > 0) this.#covered = endOf(last);
  }

  #arm(afterMs: number): void {
    if (this.#closed) return;
    this.#armed = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#armed = false;
      void this.#run();
    }, afterMs).unref();
  }

  /** One step at a time. Never rejects. */
  #run(): Promise<void> {
    if (this.#running === null && this.#projected !== null && this.#connection.open && !this.#closed) {
      this.#busySinceMs = this.#now();
      this.#running = this.#step(this.#projected)
        .catch(() => this.#arm(RETRY_MS))
        .finally(() => {
          this.#running = null;
          this.#busySinceMs = null;
        });
    }
    return this.#running ?? Promise.resolve();
  }

  async #step(projected: JournalPosition): Promise<void> {
    // What a crash could take from the journal must not be in the database either.
    await this.#journal.flush();
    const to = this.#journal.written();
    let reached = projected;
    while (comparePositions(to, reached) > 0) reached = await this.#carry(reached, to);
    if (this.#rows.length > 0 && !this.#armed) this.#arm(GATHER_MS);
  }

  /** Sends what lies between, or its beginning, and returns the place reached. */
  async #carry(from: JournalPosition, to: JournalPosition): Promise<JournalPosition> {
    const complete = comparePositions(from, this.#covered) >= 0;
    const count = complete ? countBefore(this.#rows, to) : 0;
    const rows = this.#rows.slice(0, Math.min(count, ROWS_PER_CALL));
    const last = rows.length < count ? rows[rows.length - 1] : undefined;
    const end = last === undefined ? to : endOf(locationOf(last));
    this.#busySinceMs = this.#now();
    const reached = await this.#connection.call('project', { from: complete ? from : null, to: end, rows });
    this.#projected = reached;
    this.#rows = this.#rows.slice(countBefore(this.#rows, reached));
    return reached;
  }
}
