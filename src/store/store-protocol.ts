import type { JournalPosition } from '../contracts/journal.ts';
import type { RequestFilter } from '../contracts/request-log.ts';
import type { ProjectionBatch } from './projection.ts';
import type { ListPlace, RequestRow } from './request-row.ts';
import type { StoredRequest } from './requests-repository.ts';

/** Where the database is; the path is absolute. A Postgres URL holds a password: it belongs into no message. */
export type StoreAddress = { kind: 'sqlite'; path: string } | { kind: 'postgres'; url: string };

/** What the thread that holds the database can be asked for. */
export interface StoreCalls {
  project: (batch: ProjectionBatch) => Promise<JournalPosition>;
  find: (requestId: string) => Promise<StoredRequest | null>;
  list: (filter: RequestFilter, after: ListPlace | null, limit: number) => Promise<RequestRow[]>;
  close: () => Promise<void>;
}

export interface StoreWorkerData {
  address: StoreAddress;
  journalDirectory: string;
  chain: string;
}

export interface StoreCall {
  id: number;
  method: keyof StoreCalls;
  parameters: readonly unknown[];
}

/** The first message says where projecting goes on; all others answer a call. */
export type StoreMessage =
  | { kind: 'opened'; projected: JournalPosition }
  | { kind: 'result'; id: number; value: unknown }
  | { kind: 'error'; id: number | null; message: string };
