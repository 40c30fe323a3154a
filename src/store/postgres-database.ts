import type { Kysely } from 'kysely';
import pg from 'pg';
import { migrate } from './migrate.ts';
import { forgetRequests, saveProjectionState, upsertRequests } from './projection-statements.ts';
import { type RequestRow, requestIdOf } from './request-row.ts';
import type { ProjectionStep, RunSql, StoreDatabase, StoreTables } from './store-tables.ts';

const CONNECT_TIMEOUT_MS = 5_000;
/** A statement of ours that takes longer is stuck; without a bound a stuck one would hold the projection for ever. */
const STATEMENT_TIMEOUT_MS = 30_000;
/** A server that is frozen or cut off keeps no bound of its own: then the connection is given up. */
const QUERY_TIMEOUT_MS = STATEMENT_TIMEOUT_MS + 5_000;
const CONNECTIONS = 4;
/** 21 parameters a row, and the protocol takes 65,535. */
const ROWS_PER_STATEMENT = 500;
/** `bigint`, which the driver gives as text unless told otherwise. Ours are times, sizes and counts below 2^53. */
const INT8_OID = 20;
/** Any number, the same for all replicas: one at a time changes the schema. */
const MIGRATION_LOCK = 4_620_001;

/** PostgreSQL refuses a statement that meets one row twice; the later record of the journal is the one that counts. */
function lastPerRequest(step: ProjectionStep): (readonly unknown[])[] {
  const last = new Map<string, [...RequestRow, string | null]>();
  for (const [index, row] of step.rows.entries()) last.set(requestIdOf(row), [...row, step.lines?.[index] ?? null]);
  return [...last.values()];
}

async function createKysely(pool: pg.Pool): Promise<Kysely<StoreTables>> {
  const { Kysely, PostgresDialect } = await import('kysely');
  return new Kysely<StoreTables>({ dialect: new PostgresDialect({ pool }) });
}

async function inTransaction(pool: pg.Pool, work: (run: RunSql) => Promise<void>): Promise<void> {
  const client = await pool.connect();
  try {
    await client.query('begin');
    await work(async (sql, parameters) => (await client.query(sql, [...parameters])).rows);
    await client.query('commit');
    client.release();
  } catch (error) {
    // A connection in the middle of a transaction is of no use to anybody: closed, which also rolls back.
    client.release(true);
    throw error;
  }
}

async function applyStep(run: RunSql, step: ProjectionStep, fullUpsert: string): Promise<void> {
  for (const { chain, fromSegment, throughSegment } of step.forget) {
    await run(forgetRequests('postgres'), [chain, fromSegment, throughSegment]);
  }
  const rows = lastPerRequest(step);
  for (let start = 0; start < rows.length; start += ROWS_PER_STATEMENT) {
    const part = rows.slice(start, start + ROWS_PER_STATEMENT);
    const sql = part.length === ROWS_PER_STATEMENT ? fullUpsert : upsertRequests('postgres', part.length);
    await run(sql, part.flat());
  }
  const { chain, segment, byte_offset, hash } = step.state;
  await run(saveProjectionState('postgres'), [chain, segment, byte_offset, hash]);
}

/** Connects and brings the schema up to date. The connections are re-made by the pool when they break. */
export async function openPostgresDatabase(url: string): Promise<StoreDatabase> {
  const pool = new pg.Pool({
    connectionString: url,
    max: CONNECTIONS,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    statement_timeout: STATEMENT_TIMEOUT_MS,
    query_timeout: QUERY_TIMEOUT_MS,
    application_name: 'alidade',
    types: {
      getTypeParser: (oid: number, format?: 'text' | 'binary') =>
        oid === INT8_OID && format !== 'binary' ? Number : pg.types.getTypeParser(oid, format ?? 'text'),
    } as pg.CustomTypesConfig,
  });
  // An idle connection that breaks is replaced; without a listener its error would end the thread.
  pool.on('error', () => undefined);
  try {
    await inTransaction(pool, async (run) => {
      await run('select pg_advisory_xact_lock($1)', [MIGRATION_LOCK]);
      await migrate('postgres', run);
    });
  } catch (error) {
    await pool.end();
    throw error;
  }
  const fullUpsert = upsertRequests('postgres', ROWS_PER_STATEMENT);
  let kysely: Promise<Kysely<StoreTables>> | null = null;
  return {
    dialect: 'postgres',
    keepsLines: true,
    run: async (sql, parameters) => (await pool.query(sql, [...parameters])).rows,
    kysely: () => {
      kysely ??= createKysely(pool);
      return kysely;
    },
    apply: (step) => inTransaction(pool, (run) => applyStep(run, step, fullUpsert)),
    close: () => pool.end(),
  };
}
