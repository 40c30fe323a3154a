import { constants } from 'node:fs';
import { access, statfs } from 'node:fs/promises';
import { createServer } from 'node:net';
import { dirname } from 'node:path';
import { isLoopbackAddress } from '../../server/open-mode.ts';
import { thousands } from '../output.ts';
import { type Finding, fine, trouble } from './finding.ts';

const TESTED_NODES: readonly number[] = [22, 24];
const DAY_MS = 86_400_000;
const STALE_DAYS = 183;
/** Clocks of one machine and its disks agree within this. */
const CLOCK_SLACK_MS = 300_000;

export function checkNode(version: string): Finding {
  if (TESTED_NODES.includes(Number(version.split('.')[0]))) return fine('node', `Node ${version}`);
  return trouble('W-NODE-001', `Node ${version} is not one that the tests run on.`, 'Use Node 24 LTS.');
}

interface Address {
  host: string;
  port: number;
}

/** A live server has its port already. */
export const servedBy = (pid: number, dataDir: string): Finding =>
  fine('port', `process ${pid} serves from ${dataDir}`);

/** Listens for a moment, which is the only proof. */
export function checkPort({ host, port }: Address, keysExist: boolean): Promise<Finding> {
  if (!keysExist && !isLoopbackAddress(host)) {
    const fix = 'Create one first: alidade keys create --id admin --role admin --role app';
    return Promise.resolve(
      trouble('E-PORT-003', `Without keys the server listens on loopback only, not on ${host}.`, fix),
    );
  }
  const server = createServer();
  const { promise, resolve } = Promise.withResolvers<Finding>();
  server.once('error', ({ code }: NodeJS.ErrnoException) => {
    const inUse = code === 'EADDRINUSE';
    const message = inUse ? `${host}:${port} is in use.` : `${host}:${port} cannot be listened on (${code}).`;
    resolve(trouble(inUse ? 'E-PORT-001' : 'E-PORT-002', message, 'Choose another with server.port or --port.'));
  });
  server.listen(port, host, () => server.close(() => resolve(fine('port', `${host}:${port} is free`))));
  return promise;
}

/** The folder itself, or the nearest one above it that exists: there it would be made. */
async function nearestExisting(path: string): Promise<string> {
  const exists = await access(path).then(
    () => true,
    () => false,
  );
  return exists || path === dirname(path) ? path : nearestExisting(dirname(path));
}

export async function checkDataFolder(dataDir: string): Promise<Finding> {
  const folder = await nearestExisting(dataDir);
  const writable = await access(folder, constants.W_OK | constants.X_OK).then(
    () => true,
    () => false,
  );
  if (!writable) {
    return trouble('E-DATA-001', `${dataDir} cannot be written.`, `Give this user the right to write ${folder}.`);
  }
  return fine('data', folder === dataDir ? `${dataDir} can be written` : `${dataDir} will be made`);
}

const megabytes = (bytes: number): string => `${thousands(Math.floor(bytes / 1_000_000))} MB`;

export async function checkDisk(dataDir: string, minFreeBytes: number): Promise<Finding> {
  const { bavail, bsize } = await statfs(await nearestExisting(dataDir));
  const free = bavail * bsize;
  const message = `${megabytes(free)} are free at ${dataDir}`;
  if (free >= 4 * minFreeBytes) return fine('disk', message);
  const code = free < minFreeBytes ? 'E-DISK-001' : 'W-DISK-002';
  return trouble(code, `Only ${message}; journal.min_free_bytes is ${megabytes(minFreeBytes)}.`, 'Make room.');
}

export function checkClock(now: Date, catalogueDate: string, journalWrittenMs: number | null): Finding {
  const fix = 'Set the clock; receipts, prices and facts depend on it.';
  if (now.getTime() < Date.parse(catalogueDate)) {
    return trouble('W-CLOCK-001', `The clock shows ${now.toISOString()}, before ${catalogueDate}.`, fix);
  }
  if (journalWrittenMs !== null && journalWrittenMs > now.getTime() + CLOCK_SLACK_MS) {
    const written = new Date(journalWrittenMs).toISOString();
    return trouble('W-CLOCK-002', `The journal was last written ${written}, after ${now.toISOString()}.`, fix);
  }
  return fine('clock', now.toISOString());
}

/** Models and prices as they were read on these dates. */
export function checkAges(now: Date, dates: { models: string; prices: string; pricesSource: string }): Finding[] {
  const stale = (date: string): boolean => now.getTime() - Date.parse(date) > STALE_DAYS * DAY_MS;
  const fix = 'Update Alidade, or state what has changed in the configuration.';
  return [
    stale(dates.models)
      ? trouble('W-CATALOGUE-001', `What is known of models was read on ${dates.models}.`, fix)
      : fine('catalogue', `models as of ${dates.models}`),
    stale(dates.prices)
      ? trouble('W-PRICES-001', `Prices are those of ${dates.pricesSource}, read on ${dates.prices}.`, fix)
      : fine('prices', `${dates.pricesSource}, as of ${dates.prices}`),
  ];
}
