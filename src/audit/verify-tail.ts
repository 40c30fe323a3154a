import { closeSync, fstatSync, openSync } from 'node:fs';
import type { ChainLink } from '../contracts/receipt.ts';
import { createLineReader } from '../lib/line-reader.ts';
import { hashMatches, linkFault, readLink } from './chain-line.ts';
import { readAtOf } from './read.ts';
import { listSegments } from './segments.ts';

/** About a thousand receipts: what was written last, in a few milliseconds. */
const TAIL_BYTES = 1 << 20;

export interface TailCheck {
  /** Whole records that were looked at. */
  records: number;
  /** Why they are no chain, or null. */
  fault: string | null;
  /** Bytes behind the last whole record: a start sets them aside. */
  unfinishedBytes: number;
  /** When the last segment was written to, milliseconds since 1970; null without one. */
  writtenMs: number | null;
}

/** Checks the newest records of a journal only; `audit verify` checks all of them. */
export async function verifyTail(directory: string): Promise<TailCheck> {
  const segment = (await listSegments(directory)).at(-1);
  if (segment === undefined) return { records: 0, fault: null, unfinishedBytes: 0, writtenMs: null };
  const file = openSync(segment.path, 'r');
  try {
    const { size, mtimeMs } = fstatSync(file);
    const from = Math.max(0, size - TAIL_BYTES);
    const reader = createLineReader(readAtOf(file), from);
    // The first line that the window begins with is cut, unless the file itself begins there.
    if (from > 0) reader.next();
    let records = 0;
    let fault: string | null = null;
    for (let previous: ChainLink | null = null; fault === null && reader.next(); records += 1) {
      const link = readLink(reader.buffer, reader.start, reader.end);
      if (link === null) fault = 'A line is no record of a journal.';
      else if (!hashMatches(reader.buffer, reader.start, reader.end, link)) fault = `Record ${link.seq} was edited.`;
      else if (previous !== null) fault = linkFault(previous, link);
      previous = link;
    }
    return { records, fault, unfinishedBytes: fault === null ? reader.remainder() : 0, writtenMs: mtimeMs };
  } finally {
    closeSync(file);
  }
}
