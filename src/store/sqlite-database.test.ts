import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { temporaryFolder } from '../../test/support/temporary-folder.ts';
import { openSqliteDatabase } from './sqlite-database.ts';

const KIB = 1024;

it('says of a full disk that it is full, although SQLite has rolled back by itself, and goes on when there is room', async () => {
  const database = await openSqliteDatabase(join(temporaryFolder(), 'alidade.db'));
  onTestFinished(() => database.close());
  const state = { chain: 'c', segment: 1, byte_offset: 0, hash: 'h' };
  const apply = (hash: string): Promise<void> =>
    database.apply({ rows: [], lines: null, forget: [], state: { ...state, hash } });
  await database.run('pragma max_page_count = 1', []);
  await expect(apply('x'.repeat(64 * KIB))).rejects.toThrow(/full/);
  await database.run('pragma max_page_count = 1000', []);
  await apply('whole');
  expect(await database.run('select hash from projection_state', [])).toEqual([{ hash: 'whole' }]);
});
