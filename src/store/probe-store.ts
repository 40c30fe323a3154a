import { existsSync } from 'node:fs';
import type { StoreAddress } from './store-address.ts';

const CONNECT_TIMEOUT_MS = 5_000;

/** Why the database cannot be opened now, or null. Creates and changes nothing; a SQLite file that is missing is fine. */
export async function probeStore(address: StoreAddress): Promise<string | null> {
  try {
    if (address.kind === 'sqlite') await probeSqlite(address.path);
    else await probePostgres(address.url);
    return null;
  } catch (error) {
    return (error as Error).message;
  }
}

async function probeSqlite(path: string): Promise<void> {
  if (!existsSync(path)) return;
  const { DatabaseSync } = await import('node:sqlite');
  const database = new DatabaseSync(path, { readOnly: true });
  try {
    database.prepare('select count(*) from sqlite_schema').get();
  } finally {
    database.close();
  }
}

async function probePostgres(url: string): Promise<void> {
  const { default: pg } = await import('pg');
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: CONNECT_TIMEOUT_MS });
  try {
    await client.connect();
    await client.query('select 1');
  } finally {
    await client.end();
  }
}
