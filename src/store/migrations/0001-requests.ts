import type { StoreMigration } from '../store-tables.ts';

/**
 * The projection of the journal. One index beside the primary key: each costs about a microsecond a request, and
 * filters are read along time. Both databases compare ids by byte, so that pages merge with what is pending.
 */
export const requests: StoreMigration = (dialect) => [
  `create table requests (
    request_id text ${dialect === 'postgres' ? 'collate "C"' : ''} primary key not null,
    received_at bigint not null,
    key text,
    use_case text,
    task_type text,
    model text,
    deployment text,
    outcome text not null,
    status integer,
    stream integer not null,
    attempts integer not null,
    input_tokens bigint,
    output_tokens bigint,
    cost_usd double precision,
    total_ms double precision not null,
    sandbox integer not null,
    chain text not null,
    segment bigint not null,
    byte_offset bigint not null,
    byte_length bigint not null,
    line text
  )`,
  'create index requests_by_time on requests (received_at)',
  `create table projection_state (
    chain text primary key not null,
    segment bigint not null,
    byte_offset bigint not null,
    hash text not null
  )`,
];
