import type { StoreMigration } from '../store-tables.ts';

/**
 * Calls that a request made on its own behalf are told apart from requests, or sums would count them twice. Rows that are
 * there already: where they hold the line it says so, and where they do not the journal is projected anew.
 */
export const parents: StoreMigration = (dialect) => [
  'alter table requests add column parent_id text',
  ...(dialect === 'postgres'
    ? [`update requests set parent_id = line::json ->> 'parent_id' where line like '%"parent_id":"%'`]
    : ['delete from requests', 'delete from projection_state']),
  'create index requests_by_parent on requests (parent_id) where parent_id is not null',
];
