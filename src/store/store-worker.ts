// The thread that holds the database: SQLite blocks whoever calls it, and the Postgres driver costs time that belongs
// to traffic. Started by store-connection.ts; nothing else may import this file.

import { parentPort, workerData } from 'node:worker_threads';
import { Projection } from './projection.ts';
import { RequestsRepository } from './requests-repository.ts';
import type { StoreAddress } from './store-address.ts';
import type { StoreCall, StoreCalls, StoreMessage, StoreWorkerData } from './store-protocol.ts';
import type { StoreDatabase } from './store-tables.ts';

const port = parentPort;
if (port === null) throw new Error('store-worker.ts runs as a worker thread only.');
const send = (message: StoreMessage): void => port.postMessage(message);
const messageOf = (error: unknown): string => (error instanceof Error ? error.message || error.name : String(error));

/** Only the driver that is needed is loaded. */
async function openDatabase(address: StoreAddress): Promise<StoreDatabase> {
  if (address.kind === 'sqlite') return (await import('./sqlite-database.ts')).openSqliteDatabase(address.path);
  return (await import('./postgres-database.ts')).openPostgresDatabase(address.url);
}

async function open(): Promise<StoreCalls> {
  const { address, journalDirectory, chain } = workerData as StoreWorkerData;
  const database = await openDatabase(address);
  const projection = new Projection(database, journalDirectory, chain);
  const requests = new RequestsRepository(database);
  send({ kind: 'opened', projected: await projection.restore() });
  return {
    project: (batch) => projection.project(batch),
    find: (requestId) => requests.find(requestId),
    list: (filter, after, limit) => requests.list(filter, after, limit),
    close: () => database.close(),
  };
}

async function answer(calls: StoreCalls, { id, method, parameters }: StoreCall): Promise<void> {
  try {
    const call = calls[method] as (...parameters: readonly unknown[]) => Promise<unknown>;
    send({ kind: 'result', id, value: await call(...parameters) });
    if (method === 'close') port?.close();
  } catch (error) {
    send({ kind: 'error', id, message: messageOf(error) });
  }
}

try {
  const calls = await open();
  port.on('message', (call: StoreCall) => void answer(calls, call));
} catch (error) {
  send({ kind: 'error', id: null, message: messageOf(error) });
  port.close();
}
