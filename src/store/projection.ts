import { closeSync, fstatSync, openSync, readdirSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import {
  type ChainedRecord,
  comparePositions,
  type DeletedRange,
  type JournalPosition,
  parseSegmentFileName,
  RETENTION_EVENT,
  type RecordLocation,
  segmentFileName,
} from '../contracts/journal.ts';
import { createLineReader, type LineReader } from '../lib/line-reader.ts';
import { readProjectionState } from './projection-statements.ts';
import { type RequestRow, rowOfIntent, rowOfReceipt } from './request-row.ts';
import type { ProjectionStep, StoreDatabase } from './store-tables.ts';

/** Records read from the files per transaction; reads of the database get their turn in between. */
const RECORDS_PER_STEP = 500;
/** A stored line ends in `<64 hex>"}` and a line feed. */
const HASH_FROM_END = 67;
const HASH_LENGTH = 64;
const LINE_FEED = 0x0a;
const BEGINNING: JournalPosition = { segment: 1, offset: 0 };

/** Part of the journal that is to be projected. */
export interface ProjectionBatch {
  /** End of what has been written; everything before it may be read. */
  to: JournalPosition;
  /** All requests between `from` and `to`, where the sender has them at hand: saves reading and parsing. */
  rows: readonly RequestRow[];
  /** Where `rows` begin; null: they are to be read from the files. */
  from: JournalPosition | null;
}

/** What one step collects while it reads. */
interface Collected {
  rows: RequestRow[];
  lines: string[];
  forget: { chain: string; fromSegment: number; throughSegment: number }[];
  records: number;
}

const nothing = (): Collected => ({ rows: [], lines: [], forget: [], records: 0 });

/**
 * Carries the journal of one directory into the database. Idempotent: state and rows change in one transaction, and
 * a record that is projected twice is one row. The files are what counts; rows sent along only save work.
 */
export class Projection {
  #database: StoreDatabase;
  #directory: string;
  #chain: string;
  #position: JournalPosition = BEGINNING;
  #hash = '';

  constructor(database: StoreDatabase, directory: string, chain: string) {
    this.#database = database;
    this.#directory = directory;
    this.#chain = chain;
  }

  /**
   * Finds where projecting goes on. When the journal no longer holds at that place the record that was projected last
   * (a power loss, a restored copy), the rows of that segment and those after it are projected again.
   */
  async restore(): Promise<JournalPosition> {
    const [state] = await this.#database.run(readProjectionState(this.#database.dialect), [this.#chain]);
    if (state === undefined) return this.#position;
    const position = { segment: Number(state.segment), offset: Number(state.byte_offset) };
    const file = this.#open(position.segment);
    const holds = file !== null && this.#hashBefore(file, position.offset) === state.hash;
    if (file !== null) closeSync(file);
    // A segment that retention has deleted was projected: what follows it is what is left to do.
    if (holds || (file === null && position.segment < this.#firstSegment())) {
      this.#position = position;
      this.#hash = String(state.hash);
    } else {
      const fromSegment = file === null ? 0 : position.segment;
      const forget = [{ chain: this.#chain, fromSegment, throughSegment: Number.MAX_SAFE_INTEGER }];
      await this.#apply({ ...nothing(), forget }, { segment: Math.max(1, fromSegment), offset: 0 });
    }
    return this.#position;
  }

  /** Projects up to `to` and returns the place reached. */
  async project({ from, to, rows }: ProjectionBatch): Promise<JournalPosition> {
    if (comparePositions(to, this.#position) <= 0) return this.#position;
    const follows = from !== null && comparePositions(from, this.#position) === 0;
    if (follows && !this.#database.keepsLines) {
      const file = this.#open(to.segment);
      if (file !== null) {
        this.#hash = this.#hashBefore(file, to.offset);
        closeSync(file);
      }
      await this.#apply({ ...nothing(), rows: rows as RequestRow[] }, to);
    } else {
      await this.#catchUp(to);
    }
    return this.#position;
  }

  async #catchUp(to: JournalPosition): Promise<void> {
    for (const segment of this.#segmentsUpTo(to.segment)) {
      const file = this.#open(segment);
      if (file === null) continue;
      try {
        const begin = segment === this.#position.segment ? this.#position.offset : 0;
        const limit = segment === to.segment ? to.offset : fstatSync(file).size;
        const reader = createLineReader(
          (buffer, at, length, place) => readSync(file, buffer, at, length, place),
          begin,
          limit,
        );
        await this.#readSegment(reader, segment);
      } finally {
        closeSync(file);
      }
    }
    // Retention may have taken the segment away in the meantime; there is nothing more to come from before `to`.
    if (comparePositions(this.#position, to) < 0) await this.#apply(nothing(), to);
  }

  async #readSegment(reader: LineReader, segment: number): Promise<void> {
    for (;;) {
      const collected = nothing();
      let end = 0;
      while (collected.records < RECORDS_PER_STEP && reader.next()) {
        const length = reader.end - reader.start;
        const line = reader.buffer.toString('utf8', reader.start, reader.end);
        this.#collect(collected, line, { segment, offset: reader.offset, length });
        this.#hash = line.slice(1 - HASH_FROM_END, 1 - HASH_FROM_END + HASH_LENGTH);
        end = reader.offset + length + 1;
      }
      if (collected.records === 0) return;
      await this.#apply(collected, { segment, offset: end });
      await nextTurn();
    }
  }

  #collect(collected: Collected, line: string, location: RecordLocation): void {
    collected.records += 1;
    try {
      this.#collectRecord(collected, JSON.parse(line) as ChainedRecord, line, location);
    } catch {
      // A damaged line is for verification to name; it must not keep the records behind it out of the database.
    }
  }

  #collectRecord(collected: Collected, record: ChainedRecord, line: string, location: RecordLocation): void {
    if (record.kind === 'receipt' || record.kind === 'intent') {
      const row =
        record.kind === 'receipt'
          ? rowOfReceipt(record, this.#chain, location)
          : rowOfIntent(record, this.#chain, location);
      collected.rows.push(row);
      if (this.#database.keepsLines) collected.lines.push(line);
    } else if (record.kind === 'event' && record.event === RETENTION_EVENT) {
      const { first_segment, last_segment } = record.details as unknown as DeletedRange;
      collected.forget.push({ chain: this.#chain, fromSegment: first_segment, throughSegment: last_segment });
    }
  }

  async #apply(collected: Collected, position: JournalPosition): Promise<void> {
    const { rows, forget } = collected;
    const lines = this.#database.keepsLines ? collected.lines : null;
    const state = { chain: this.#chain, segment: position.segment, byte_offset: position.offset, hash: this.#hash };
    await this.#database.apply({ rows, lines, forget, state } satisfies ProjectionStep);
    this.#position = position;
  }

  #open(segment: number): number | null {
    try {
      return openSync(join(this.#directory, segmentFileName(segment, this.#chain)), 'r');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
      throw error;
    }
  }

  /** The hash in which the record before `offset` ends; empty when there is no record that ends there. */
  #hashBefore(file: number, offset: number): string {
    const tail = Buffer.alloc(HASH_FROM_END);
    if (offset < HASH_FROM_END) return '';
    const read = readSync(file, tail, 0, HASH_FROM_END, offset - HASH_FROM_END);
    if (read < HASH_FROM_END || tail[HASH_FROM_END - 1] !== LINE_FEED) return '';
    return tail.toString('latin1', 0, HASH_LENGTH);
  }

  #segments(): number[] {
    const numbers: number[] = [];
    for (const name of readdirSync(this.#directory)) {
      const parsed = parseSegmentFileName(name);
      if (parsed?.chain === this.#chain) numbers.push(parsed.segment);
    }
    return numbers.sort((a, b) => a - b);
  }

  #firstSegment(): number {
    return this.#segments()[0] ?? 0;
  }

  #segmentsUpTo(last: number): number[] {
    return this.#segments().filter((segment) => segment >= this.#position.segment && segment <= last);
  }
}
