import { closeSync, openSync } from 'node:fs';
import { setImmediate as turn } from 'node:timers/promises';
import type { JournalPosition } from '../contracts/journal.ts';
import type { ChainedReceipt } from '../contracts/receipt.ts';
import { createLineReader } from '../lib/line-reader.ts';
import { readAtOf } from './read.ts';
import { listSegments } from './segments.ts';

/** Far longer than a request may take: a receipt lies behind those of requests that came so much earlier. */
const LONGEST_REQUEST_MS = 86_400_000;
const RECEIPT = Buffer.from('{"kind":"receipt",');
/** Others get their turn after so many lines. */
const LINES_A_TURN = 500;

/**
 * Calls `visit` with every receipt from a place of the journal on, in order. A place behind the end, or whose segment is
 * gone, has what still lies behind it. Lines that are no JSON are passed over: `audit verify` is who complains of them.
 */
export async function receiptsSince(
  directory: string,
  chain: string,
  from: JournalPosition,
  visit: (receipt: ChainedReceipt) => void,
): Promise<void> {
  for (const { segment, chain: ofSegment, path } of await listSegments(directory)) {
    if (ofSegment !== chain || segment < from.segment) continue;
    const fd = openSync(path, 'r');
    try {
      const lines = createLineReader(readAtOf(fd), segment === from.segment ? from.offset : 0);
      for (let count = 1; lines.next(); count += 1) {
        const receipt = receiptOf(lines.buffer, lines.start, lines.end);
        if (receipt !== null) visit(receipt);
        if (count % LINES_A_TURN === 0) await turn();
      }
    } finally {
      closeSync(fd);
    }
  }
}

/** A place of the journal before which no receipt lies of a request that ran at `timeMs` or later. */
export async function placeBefore(directory: string, chain: string, timeMs: number): Promise<JournalPosition> {
  const segments = (await listSegments(directory)).filter((segment) => segment.chain === chain);
  for (const { segment, path } of segments.reverse()) {
    const receivedAt = firstReceiptOf(path)?.received_at;
    if (receivedAt !== undefined && Date.parse(receivedAt) < timeMs - LONGEST_REQUEST_MS) return { segment, offset: 0 };
  }
  return { segment: 1, offset: 0 };
}

function firstReceiptOf(path: string): ChainedReceipt | null {
  const fd = openSync(path, 'r');
  try {
    const lines = createLineReader(readAtOf(fd), 0);
    let receipt: ChainedReceipt | null = null;
    while (receipt === null && lines.next()) receipt = receiptOf(lines.buffer, lines.start, lines.end);
    return receipt;
  } finally {
    closeSync(fd);
  }
}

function receiptOf(buffer: Buffer, start: number, end: number): ChainedReceipt | null {
  if (!buffer.subarray(start, start + RECEIPT.length).equals(RECEIPT)) return null;
  try {
    return JSON.parse(buffer.toString('utf8', start, end)) as ChainedReceipt;
  } catch {
    // The beginning of a line that a crash left, or a place that is none: nothing can be counted from it.
    return null;
  }
}
