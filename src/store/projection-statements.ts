import { ROW_COLUMNS } from './request-row.ts';
import type { Dialect } from './store-tables.ts';

/** How the n-th parameter of a statement is written, from 1. */
const placeholder = (dialect: Dialect, index: number): string => (dialect === 'sqlite' ? '?' : `$${index}`);

function values(dialect: Dialect, columns: number, rows: number): string {
  const row = (first: number): string =>
    `(${Array.from({ length: columns }, (_, column) => placeholder(dialect, first + column)).join(', ')})`;
  return Array.from({ length: rows }, (_, index) => row(1 + index * columns)).join(', ');
}

/**
 * Inserts `count` requests; parameters in the order of ROW_COLUMNS, then `line` where lines are kept. A request that is
 * there already takes the record that lies later in the journal: so a receipt replaces its intent, an intent never
 * replaces a receipt, and the same line twice changes nothing. Written by hand because a query builder, for each of the
 * thousands of rows a second, costs more than the insert.
 */
export function upsertRequests(dialect: Dialect, count: number): string {
  const columns = dialect === 'postgres' ? [...ROW_COLUMNS, 'line'] : ROW_COLUMNS;
  const updates = columns.filter((column) => column !== 'request_id').map((column) => `${column} = excluded.${column}`);
  return `insert into requests (${columns.join(', ')}) values ${values(dialect, columns.length, count)}
    on conflict (request_id) do update set ${updates.join(', ')}
    where (excluded.segment, excluded.byte_offset) > (requests.segment, requests.byte_offset)`;
}

/** Parameters: chain, first segment, last segment. */
export function forgetRequests(dialect: Dialect): string {
  const [chain, first, last] = [1, 2, 3].map((index) => placeholder(dialect, index));
  return `delete from requests where chain = ${chain} and segment between ${first} and ${last}`;
}

/** Parameters: chain, segment, byte_offset, hash. */
export function saveProjectionState(dialect: Dialect): string {
  return `insert into projection_state (chain, segment, byte_offset, hash) values ${values(dialect, 4, 1)}
    on conflict (chain) do update
    set segment = excluded.segment, byte_offset = excluded.byte_offset, hash = excluded.hash`;
}

/** Parameter: chain. */
export function readProjectionState(dialect: Dialect): string {
  return `select segment, byte_offset, hash from projection_state where chain = ${placeholder(dialect, 1)}`;
}
