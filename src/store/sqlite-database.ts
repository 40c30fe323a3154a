import { chmodSync, existsSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import type { Kysely, SqliteDatabase } from 'kysely';
import { migrate } from './migrate.ts';
import { forgetRequests, saveProjectionState, upsertRequests } from './projection-statements.ts';
import type { RunSql, StoreDatabase, StoreTables } from './store-tables.ts';

/** How long another process (a backup, a curious `sqlite3`) may hold the file before we give up. */
const BUSY_TIMEOUT_MS = 5_000;

const asInput = (parameters: readonly unknown[]): SQLInputValue[] => parameters as SQLInputValue[];

/** Kysely expects the interface of better-sqlite3; node:sqlite differs in how parameters are passed. */
function asKyselyDatabase(database: DatabaseSync): SqliteDatabase {
  return {
    close: () => database.close(),
    prepare: (sql: string) => {
      const statement: StatementSync = database.prepare(sql);
      return {
        reader: statement.columns().length > 0,
        all: (parameters) => statement.all(...asInput(parameters)),
        run: (parameters) => statement.run(...asInput(parameters)),
        iterate: (parameters) => statement.iterate(...asInput(parameters)),
      };
    },
  };
}

async function createKysely(database: DatabaseSync): Promise<Kysely<StoreTables>> {
  const { Kysely, SqliteDialect } = await import('kysely');
  return new Kysely<StoreTables>({ dialect: new SqliteDialect({ database: asKyselyDatabase(database) }) });
}

function openFile(path: string): DatabaseSync {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const isNew = !existsSync(path);
  const database = new DatabaseSync(path);
  // Who called what is nobody else's business; the -wal and -shm files take over the mode of this one.
  if (isNew) chmodSync(path, 0o600);
  // NORMAL: a power loss may take the last commits, and they are projected again from the journal.
  database.exec(`pragma busy_timeout = ${BUSY_TIMEOUT_MS}; pragma journal_mode = wal; pragma synchronous = normal`);
  return database;
}

/** Runs `work` in a write transaction, which is also the lock against other processes. */
async function inTransaction(database: DatabaseSync, work: () => Promise<void> | void): Promise<void> {
  database.exec('begin immediate');
  try {
    await work();
    database.exec('commit');
  } catch (error) {
    // SQLite does so itself when the disk is full, and a second time would hide why.
    if (database.isTransaction) database.exec('rollback');
    throw error;
  }
}

/** Opens or makes the database file. Blocks its thread, and so belongs into a worker. */
export async function openSqliteDatabase(path: string): Promise<StoreDatabase> {
  const database = openFile(path);
  const run: RunSql = async (sql, parameters) => database.prepare(sql).all(...asInput(parameters));
  await inTransaction(database, () => migrate('sqlite', run));
  const upsert = database.prepare(upsertRequests('sqlite', 1));
  const forget = database.prepare(forgetRequests('sqlite'));
  const saveState = database.prepare(saveProjectionState('sqlite'));
  let kysely: Promise<Kysely<StoreTables>> | null = null;
  return {
    dialect: 'sqlite',
    keepsLines: false,
    run,
    kysely: () => {
      kysely ??= createKysely(database);
      return kysely;
    },
    apply: (step) =>
      inTransaction(database, () => {
        for (const { chain, fromSegment, throughSegment } of step.forget) {
          forget.run(chain, fromSegment, throughSegment);
        }
        for (const row of step.rows) upsert.run(...asInput(row));
        const { chain, segment, byte_offset, hash } = step.state;
        saveState.run(chain, segment, byte_offset, hash);
      }),
    close: async () => database.close(),
  };
}
