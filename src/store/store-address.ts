import { resolve } from 'node:path';
import { AppError } from '../contracts/errors.ts';

/** Where the database is. */
export type StoreAddress = { kind: 'sqlite'; path: string } | { kind: 'postgres'; url: string };

const SQLITE = 'sqlite://';

/**
 * Understands `store.url`: `sqlite:///absolute/path`, `sqlite://relative/path` (to `baseDirectory`, the folder of the
 * config file), `postgres://…` or `postgresql://…`. A Postgres URL holds a password, so errors never repeat the URL.
 * @throws AppError config_invalid
 */
export function parseStoreUrl(url: string, baseDirectory: string): StoreAddress {
  if (url.startsWith(SQLITE)) {
    const path = url.slice(SQLITE.length);
    if (path === '' || path.endsWith('/')) {
      throw new AppError('config_invalid', 'store.url names no file: write sqlite://folder/name.db.');
    }
    return { kind: 'sqlite', path: resolve(baseDirectory, path) };
  }
  if (/^postgres(ql)?:\/\//.test(url) && URL.canParse(url)) return { kind: 'postgres', url };
  throw new AppError('config_invalid', 'store.url must begin with sqlite:// or postgres://.');
}
