import { requests } from './migrations/0001-requests.ts';
import { parents } from './migrations/0002-parents.ts';
import type { Dialect, RunSql, StoreMigration } from './store-tables.ts';

/** All steps, in order. A released one is never changed. */
const MIGRATIONS: readonly (readonly [name: string, step: StoreMigration])[] = [
  ['0001-requests', requests],
  ['0002-parents', parents],
];

/**
 * Brings the schema to this version. The caller holds a transaction and the lock that keeps other replicas out.
 * @throws Error when the schema is newer than this program, and the database's own errors
 */
export async function migrate(dialect: Dialect, run: RunSql): Promise<void> {
  await run('create table if not exists schema_migrations (name text primary key not null)', []);
  const done = new Set((await run('select name from schema_migrations', [])).map((row) => String(row.name)));
  const known = new Set(MIGRATIONS.map(([name]) => name));
  const newer = [...done].find((name) => !known.has(name));
  if (newer !== undefined) throw new Error(`The database was made by a newer version of this program (${newer}).`);
  for (const [name, step] of MIGRATIONS) {
    if (done.has(name)) continue;
    for (const statement of step(dialect)) await run(statement, []);
    // The name is ours, so it needs no parameter, which the two databases write differently.
    await run(`insert into schema_migrations (name) values ('${name}')`, []);
  }
}
