import { AppError } from '../contracts/errors.ts';
import { readOwner } from '../store/lock.ts';

/** The process that serves from a data folder now. */
export interface DataOwner {
  pid: number;
  /** Unix socket of its admin API, or null where it has none. */
  adminSocket: string | null;
}

/**
 * null when nobody does; a lock that a dead process left does not count.
 * @throws AppError config_invalid when the folder cannot be read, so that nobody can tell
 */
export function findDataOwner(dataDir: string, now: () => number): DataOwner | null {
  try {
    const owner = readOwner(dataDir, now);
    return owner === null ? null : { pid: owner.pid, adminSocket: owner.adminSocket };
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw new AppError('config_invalid', `The data folder ${dataDir} cannot be read (${code}).`, { cause });
  }
}
