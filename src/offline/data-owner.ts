import { readOwner } from '../store/lock.ts';

/** The process that serves from a data folder now. */
export interface DataOwner {
  pid: number;
  /** Unix socket of its admin API, or null where it has none. */
  adminSocket: string | null;
}

/** null when nobody does; a lock that a dead process left does not count. */
export function findDataOwner(dataDir: string, now: () => number): DataOwner | null {
  const owner = readOwner(dataDir, now);
  return owner === null ? null : { pid: owner.pid, adminSocket: owner.adminSocket };
}
