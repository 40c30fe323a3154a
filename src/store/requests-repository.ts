import type { RequestFilter } from '../contracts/request-log.ts';
import { type ListPlace, type RequestRow, ROW_COLUMNS } from './request-row.ts';
import type { RequestsTable, StoreDatabase } from './store-tables.ts';

/** Where a receipt lies. `line` holds it where the database keeps lines. */
export interface StoredRequest {
  chain: string;
  segment: number;
  byteOffset: number;
  byteLength: number;
  line: string | null;
}

const asRow = (found: Omit<RequestsTable, 'line'>): RequestRow =>
  ROW_COLUMNS.map((column) => found[column]) as unknown as RequestRow;

/** Reads of the table `requests`. */
export class RequestsRepository {
  #database: StoreDatabase;

  constructor(database: StoreDatabase) {
    this.#database = database;
  }

  async find(requestId: string): Promise<StoredRequest | null> {
    const kysely = await this.#database.kysely();
    const found = await kysely
      .selectFrom('requests')
      .select(['chain', 'segment', 'byte_offset', 'byte_length', 'line'])
      .where('request_id', '=', requestId)
      .executeTakeFirst();
    if (found === undefined) return null;
    const { chain, segment, byte_offset: byteOffset, byte_length: byteLength, line } = found;
    return { chain, segment, byteOffset, byteLength, line };
  }

  /** Newest first, beginning behind `after`. */
  async list(filter: RequestFilter, after: ListPlace | null, limit: number): Promise<RequestRow[]> {
    const kysely = await this.#database.kysely();
    let query = kysely
      .selectFrom('requests')
      .select(ROW_COLUMNS)
      .orderBy('received_at', 'desc')
      .orderBy('request_id', 'desc')
      .limit(limit);
    const { sandbox, since, until, parent_id: parentId, ...equal } = filter;
    query = parentId === undefined ? query.where('parent_id', 'is', null) : query.where('parent_id', '=', parentId);
    for (const column of ['key', 'use_case', 'task_type', 'model', 'deployment', 'outcome'] as const) {
      const wanted = equal[column];
      if (wanted !== undefined) query = query.where(column, '=', wanted);
    }
    if (sandbox !== undefined) query = query.where('sandbox', '=', sandbox ? 1 : 0);
    if (since !== undefined) query = query.where('received_at', '>=', Date.parse(since));
    if (until !== undefined) query = query.where('received_at', '<', Date.parse(until));
    if (after !== null) {
      query = query
        .where('received_at', '<=', after.receivedAt)
        .where((eb) => eb.or([eb('received_at', '<', after.receivedAt), eb('request_id', '<', after.requestId)]));
    }
    return (await query.execute()).map(asRow);
  }
}
