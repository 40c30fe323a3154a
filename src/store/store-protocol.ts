import type { JournalPosition } from '../contracts/journal.ts';
import type { RequestFilter } from '../contracts/request-log.ts';
import type { ProjectionBatch } from './projection.ts';
import type { ListPlace, RequestRow } from './request-row.ts';
import type { StoredRequest } from './requests-repository.ts';
import type { StoreAddress } from './store-address.ts';

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
