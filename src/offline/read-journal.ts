import { closeSync, openSync } from 'node:fs';
import { readAtOf } from '../audit/read.ts';
import { listSegments, type SegmentFile } from '../audit/segments.ts';
import type { IntentRecord } from '../contracts/journal.ts';
import type { ChainedReceipt, ChainLink, Receipt } from '../contracts/receipt.ts';
import type { RequestFilter, RequestSummary } from '../contracts/request-log.ts';
import { createLineReader, type LineReader } from '../lib/line-reader.ts';
import {
  type RequestRow,
  receiptOfIntent,
  rowMatches,
  rowOfIntent,
  rowOfReceipt,
  summaryOf,
} from '../store/request-row.ts';

type RequestRecord = (Receipt | IntentRecord) & ChainLink;

const KINDS = [Buffer.from('{"kind":"receipt"'), Buffer.from('{"kind":"intent"')];

function startsWith({ buffer, start, end }: LineReader, text: Buffer): boolean {
  return end - start > text.length && buffer.compare(text, 0, text.length, start, start + text.length) === 0;
}

/** Receipts and intents of a segment in the order written, those for which `looks` is true. */
function* recordsOf(segment: SegmentFile, looks: (reader: LineReader) => boolean): Generator<[RequestRecord, number]> {
  const file = openSync(segment.path, 'r');
  try {
    const reader = createLineReader(readAtOf(file), 0);
    while (reader.next()) {
      if (!KINDS.some((kind) => startsWith(reader, kind)) || !looks(reader)) continue;
      yield [JSON.parse(reader.buffer.toString('utf8', reader.start, reader.end)) as RequestRecord, reader.offset];
    }
  } finally {
    closeSync(file);
  }
}

const asReceipt = (record: RequestRecord): ChainedReceipt => {
  if (record.kind === 'receipt') return record;
  const { chain, seq, prev_hash, hash } = record;
  return { ...receiptOfIntent(record), chain, seq, prev_hash, hash };
};

/**
 * The receipt of a request from the journal's own files, which need no database and no lock; an intent without a
 * receipt is read as one with outcome `unknown`. null when the journal does not hold it.
 */
export async function findReceipt(directory: string, requestId: string): Promise<ChainedReceipt | null> {
  const wanted = Buffer.from(JSON.stringify(requestId));
  const names = ({ buffer, start, end }: LineReader): boolean => {
    const at = buffer.indexOf(wanted, start);
    return at !== -1 && at + wanted.length <= end;
  };
  for (const segment of (await listSegments(directory)).toReversed()) {
    let found: RequestRecord | null = null;
    for (const [record] of recordsOf(segment, names)) if (record.request_id === requestId) found = record;
    // A receipt never lies before its intent, so what newer segments do not hold ends here.
    if (found !== null) return asReceipt(found);
  }
  return null;
}

const descending = (a: string, b: string): number => Number(a < b) - Number(a > b);

const rowOf = (record: RequestRecord, segment: number, offset: number): RequestRow => {
  const location = { segment, offset, length: 0 };
  return record.kind === 'receipt'
    ? rowOfReceipt(record, record.chain, location)
    : rowOfIntent(record, record.chain, location);
};

/** The newest requests that match, from the journal's own files. */
export async function listRequests(directory: string, filter: RequestFilter, limit: number): Promise<RequestSummary[]> {
  const newest = new Map<string, RequestRow>();
  const segments = (await listSegments(directory)).toReversed();
  let enoughSince: number | null = null;
  for (const [index, segment] of segments.entries()) {
    // Receipts lie in the order of their end: one segment more holds whatever arrived late and ended early.
    if (enoughSince !== null && index > enoughSince + 1) break;
    const rows = new Map<string, RequestRow>();
    for (const [record, offset] of recordsOf(segment, () => true)) {
      rows.set(record.request_id, rowOf(record, segment.segment, offset));
    }
    for (const [id, row] of rows) if (!newest.has(id)) newest.set(id, row);
    const matching = [...newest.values()].filter((row) => rowMatches(row, filter)).length;
    if (enoughSince === null && matching >= limit) enoughSince = index;
  }
  return [...newest.values()]
    .filter((row) => rowMatches(row, filter))
    .map(summaryOf)
    .sort((a, b) => descending(a.received_at, b.received_at) || descending(a.request_id, b.request_id))
    .slice(0, limit);
}
