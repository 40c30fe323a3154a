import { open, unlink } from 'node:fs/promises';
import type { DeletedRange } from '../contracts/journal.ts';
import { createLineReader } from '../lib/line-reader.ts';
import { readLink } from './chain-line.ts';
import { readAtOf } from './read.ts';
import { findLastGoodLine } from './recover.ts';
import { listSegments, type SegmentFile } from './segments.ts';

interface SegmentSpan {
  firstSeq: number;
  lastSeq: number;
  lastHash: string;
  newestAtMs: number;
}

/** null when the segment is not what a segment should be: then it is evidence, and stays. */
async function spanOf(segment: SegmentFile): Promise<SegmentSpan | null> {
  const file = await open(segment.path, 'r');
  try {
    const { size } = await file.stat();
    const last = await findLastGoodLine(file, size, segment.chain);
    if (last === null || last.end !== size) return null;
    const reader = createLineReader(readAtOf(file.fd), 0);
    const first = reader.next() ? readLink(reader.buffer, reader.start, reader.end) : null;
    if (first === null) return null;
    const line = Buffer.allocUnsafe(last.end - last.start);
    await file.read(line, 0, line.length, last.start);
    const record = JSON.parse(line.toString('utf8')) as { received_at?: string; at?: string };
    const newestAtMs = Date.parse(record.received_at ?? record.at ?? '');
    if (Number.isNaN(newestAtMs)) return null;
    return { firstSeq: first.seq, lastSeq: last.link.seq, lastHash: last.link.hash, newestAtMs };
  } finally {
    await file.close();
  }
}

/**
 * Deletes the oldest segments whose newest record is older than `cutoffMs`. What goes is recorded first: `record` must
 * put the range into the chain and say whether the operating system has it. A crash in between leaves segments that
 * the next run deletes. Returns the range, or null when nothing was due.
 */
export async function applyRetention(
  directory: string,
  activeSegment: number,
  cutoffMs: number,
  record: (range: DeletedRange) => Promise<boolean>,
): Promise<DeletedRange | null> {
  const due: { segment: SegmentFile; span: SegmentSpan }[] = [];
  for (const segment of await listSegments(directory)) {
    if (segment.segment >= activeSegment) break;
    const span = await spanOf(segment);
    if (span === null || span.newestAtMs >= cutoffMs) break;
    due.push({ segment, span });
  }
  const first = due.at(0);
  const last = due.at(-1);
  if (first === undefined || last === undefined) return null;
  const range: DeletedRange = {
    first_segment: first.segment.segment,
    last_segment: last.segment.segment,
    first_seq: first.span.firstSeq,
    last_seq: last.span.lastSeq,
    last_hash: last.span.lastHash,
  };
  if (!(await record(range))) return null;
  for (const { segment } of due) await unlink(segment.path);
  return range;
}
