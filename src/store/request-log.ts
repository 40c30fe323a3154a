import { AppError } from '../contracts/errors.ts';
import type { IntentRecord, JournalTail } from '../contracts/journal.ts';
import type { ChainedReceipt, ChainLink, Receipt } from '../contracts/receipt.ts';
import type { Page, RequestFilter, RequestLog, RequestSummary } from '../contracts/request-log.ts';
import type { Projector } from './projector.ts';
import {
  compareListed,
  type ListPlace,
  type RequestRow,
  receiptOfIntent,
  receivedAtOf,
  requestIdOf,
  rowMatches,
  summaryOf,
} from './request-row.ts';

/** No record holds it, and Postgres answers an error to a question with it. */
const NUL = '\0';

const placeOf = (row: RequestRow): ListPlace => ({ receivedAt: receivedAtOf(row), requestId: requestIdOf(row) });

function encodeCursor({ receivedAt, requestId }: ListPlace): string {
  return Buffer.from(`${receivedAt}:${requestId}`).toString('base64url');
}

/** @throws AppError invalid_request when the cursor is not one of ours */
function decodeCursor(cursor: string): ListPlace {
  const match = /^(-?\d{1,16}):(.+)$/s.exec(Buffer.from(cursor, 'base64url').toString('utf8'));
  if (match === null) {
    throw new AppError('invalid_request', 'This cursor is not one that was given out.', { param: 'cursor' });
  }
  return { receivedAt: Number(match[1]), requestId: match[2] as string };
}

/** The receipt that a stored line holds; an intent is read as a receipt with outcome `unknown`. */
function receiptFromLine(line: string, requestId: string): ChainedReceipt | null {
  const record = JSON.parse(line) as (Receipt | IntentRecord) & ChainLink;
  if (record.request_id !== requestId) return null;
  if (record.kind === 'receipt') return record;
  const { chain, seq, prev_hash, hash } = record;
  return { ...receiptOfIntent(record), chain, seq, prev_hash, hash };
}

/** Requests from the database and, before they are there, from the journal. */
export class ProjectedRequestLog implements RequestLog {
  #journal: JournalTail;
  #projector: Projector;

  constructor(journal: JournalTail, projector: Projector) {
    this.#journal = journal;
    this.#projector = projector;
  }

  get problem(): string | null {
    return this.#projector.problem;
  }

  async receipt(requestId: string): Promise<ChainedReceipt | null> {
    if (requestId.includes(NUL)) return null;
    const pending = this.#projector.locate(requestId);
    if (pending !== null) {
      const line = await this.#journal.read(pending);
      if (line !== null) return receiptFromLine(line, requestId);
    }
    const stored = await this.#projector.connection.call('find', requestId);
    if (stored === null) return null;
    if (stored.line !== null) return receiptFromLine(stored.line, requestId);
    if (stored.chain !== this.#journal.chain) return null;
    const { segment, byteOffset: offset, byteLength: length } = stored;
    const line = await this.#journal.read({ segment, offset, length });
    return line === null ? null : receiptFromLine(line, requestId);
  }

  async list(
    filter: RequestFilter,
    { limit, cursor }: { limit: number; cursor: string | null },
  ): Promise<Page<RequestSummary>> {
    const after = cursor === null ? null : decodeCursor(cursor);
    if (Object.values(filter).some((wanted) => typeof wanted === 'string' && wanted.includes(NUL))) {
      return { items: [], next_cursor: null };
    }
    // First what is pending, then the database: what is projected in between is seen twice, never missed.
    const pending = new Map(this.#projector.pending.map((row) => [requestIdOf(row), row]));
    const stored = await this.#projector.connection.call('list', filter, after, limit + 1);
    const rows = [...pending.values()].filter(
      (row) => rowMatches(row, filter) && (after === null || compareListed(placeOf(row), after) < 0),
    );
    for (const row of stored) if (!pending.has(requestIdOf(row))) rows.push(row);
    rows.sort((a, b) => compareListed(placeOf(b), placeOf(a)));
    const shown = rows.slice(0, limit);
    const last = shown.at(-1);
    const more = last !== undefined && rows.length > limit;
    return { items: shown.map(summaryOf), next_cursor: more ? encodeCursor(placeOf(last)) : null };
  }

  close(): Promise<void> {
    return this.#projector.close();
  }
}
