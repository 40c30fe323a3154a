// store/: the database, which is a projection of the journal and can be deleted at any time; keys and the lock file.
// May import: contracts, lib, kysely, pg.
// Start here. projector.ts (this thread) sends what the journal appends to store-worker.ts (its own thread), where
// projection.ts writes it; request-log.ts reads both. A table is a migration and a repository; both databases run the
// same ones. Nothing on the way of a request waits for anything in this folder.

import type { JournalTail } from '../contracts/journal.ts';
import type { RequestLog } from '../contracts/request-log.ts';
import { Projector } from './projector.ts';
import { ProjectedRequestLog } from './request-log.ts';
import type { StoreAddress } from './store-address.ts';
import { StoreConnection } from './store-connection.ts';

const DEFAULT_RING_SIZE = 10_000;

export interface StoreOptions {
  address: StoreAddress;
  journal: JournalTail;
  /** Requests kept readable in memory while the database does not have them. */
  ringSize?: number;
  /** Milliseconds since 1970. */
  now: () => number;
  /** Told when the database begins to fail, with a sentence for logs. It is tried again without end. */
  onProblem: (problem: string) => void;
}

export interface Store {
  requests: RequestLog;
  /** Resolves when all that was journalled so far is in the database, or at once while there is no database. */
  settle(): Promise<void>;
  /** Projects what is left and lets go of the database. */
  close(): Promise<void>;
}

/** Begins to open the database and returns at once: traffic is served before it is open, and when it never opens. */
export function openStore(options: StoreOptions): Store {
  const { address, journal, ringSize = DEFAULT_RING_SIZE, now, onProblem } = options;
  const projector = new Projector({
    journal,
    ringSize,
    now,
    connect: (onOpened) =>
      new StoreConnection({ address, journalDirectory: journal.directory, chain: journal.chain, onProblem, onOpened }),
  });
  return {
    requests: new ProjectedRequestLog(journal, projector),
    settle: () => projector.settle(),
    close: () => projector.close(),
  };
}
