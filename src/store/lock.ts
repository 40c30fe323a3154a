import { randomBytes } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { AppError } from '../contracts/errors.ts';

const LOCK_FILE = 'lock';
const HEARTBEAT_MS = 10_000;
/** A lock of another machine (a volume that a new container took over) is only as good as its last sign of life. */
const FOREIGN_STALE_MS = 60_000;
/** Several starters may find the same stale lock; each round one of them gets further. */
const ATTEMPTS = 5;

/** Who serves from a data directory. */
export interface LockOwner {
  pid: number;
  /** RFC 3339. */
  startedAt: string;
  /** Unix socket of the admin API, or null. */
  adminSocket: string | null;
  hostname: string;
  /** Tells the process from a later one with the same pid; null where the system does not say. */
  processIdentity: string | null;
}

export interface Lock {
  readonly owner: LockOwner;
  /** Gives the directory free. Harmless when somebody else has it by now. */
  release(): void;
}

/** Boot and start time of a process on Linux; null elsewhere and when there is no such process. */
function identityOf(pid: number): string | null {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name in parentheses may hold spaces; the start time is the 20th field behind it.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return `${boot}:${fields[19]}`;
  } catch {
    // No /proc here, or no such process: both mean that nothing can be told.
    return null;
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function parseOwner(text: string): LockOwner | null {
  try {
    const owner = JSON.parse(text) as Partial<LockOwner> | null;
    if (owner === null || typeof owner.pid !== 'number' || typeof owner.hostname !== 'string') return null;
    return {
      pid: owner.pid,
      startedAt: String(owner.startedAt),
      adminSocket: typeof owner.adminSocket === 'string' ? owner.adminSocket : null,
      hostname: owner.hostname,
      processIdentity: typeof owner.processIdentity === 'string' ? owner.processIdentity : null,
    };
  } catch {
    // Not JSON: not a lock of ours, and nobody's who could be asked.
    return null;
  }
}

interface FoundLock {
  text: string;
  owner: LockOwner | null;
  touchedMs: number;
}

function findLock(path: string): FoundLock | null {
  try {
    const text = readFileSync(path, 'utf8');
    return { text, owner: parseOwner(text), touchedMs: statSync(path).mtimeMs };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

function isHeld({ owner, touchedMs }: FoundLock, nowMs: number): boolean {
  if (owner === null) return false;
  if (owner.hostname !== hostname()) return nowMs - touchedMs < FOREIGN_STALE_MS;
  if (owner.processIdentity !== null) return identityOf(owner.pid) === owner.processIdentity;
  return isRunning(owner.pid);
}

/** Creates the lock with its whole content in one step. False when there is one. */
function create(path: string, text: string): boolean {
  const draft = `${path}.${randomBytes(6).toString('hex')}`;
  try {
    writeFileSync(draft, text, { flag: 'wx', mode: 0o600 });
    linkSync(draft, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    rmSync(draft, { force: true });
  }
}

/** Removes the stale lock that was found, unless somebody has replaced it in the meantime. */
function removeStale(path: string, stale: FoundLock): void {
  const aside = `${path}.${randomBytes(6).toString('hex')}`;
  try {
    renameSync(path, aside);
  } catch (error) {
    // Another starter was faster; the next round sees whose it is now.
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw error;
  }
  const taken = readFileSync(aside, 'utf8');
  if (taken !== stale.text) create(path, taken);
  rmSync(aside);
}

/**
 * Makes this process the owner of a data directory. A lock whose process is gone is taken over.
 * @param now milliseconds since 1970
 * @throws AppError config_invalid when another process owns it, or nothing can be written there
 */
export function takeLock(dataDir: string, adminSocket: string | null, now: () => number): Lock {
  try {
    return take(dataDir, adminSocket, now);
  } catch (cause) {
    if (cause instanceof AppError) throw cause;
    const message = `The data folder ${dataDir} cannot be used: ${(cause as Error).message}`;
    throw new AppError('config_invalid', message, { cause });
  }
}

function take(dataDir: string, adminSocket: string | null, now: () => number): Lock {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const path = join(dataDir, LOCK_FILE);
  const owner: LockOwner = {
    pid: process.pid,
    startedAt: new Date(now()).toISOString(),
    adminSocket,
    hostname: hostname(),
    processIdentity: identityOf(process.pid),
  };
  const text = `${JSON.stringify(owner)}\n`;
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    if (create(path, text)) return heldLock(path, text, owner, now);
    const found = findLock(path);
    if (found === null) continue;
    if (isHeld(found, now())) throw owned(dataDir, found.owner);
    removeStale(path, found);
  }
  throw owned(dataDir, findLock(path)?.owner ?? null);
}

function heldLock(path: string, text: string, owner: LockOwner, now: () => number): Lock {
  const ifOurs = (act: () => void): void => {
    try {
      if (findLock(path)?.text === text) act();
    } catch {
      // A folder that became read-only or cannot be reached: the journal tells of it, and serving goes on.
    }
  };
  const beat = (): void => ifOurs(() => utimesSync(path, now() / 1000, now() / 1000));
  const heartbeat = setInterval(beat, HEARTBEAT_MS).unref();
  return {
    owner,
    release: () => {
      clearInterval(heartbeat);
      ifOurs(() => rmSync(path, { force: true }));
    },
  };
}

function owned(dataDir: string, owner: LockOwner | null): AppError {
  const who =
    owner === null ? 'Another process' : `Process ${owner.pid} on ${owner.hostname} (since ${owner.startedAt})`;
  return new AppError('config_invalid', `${who} owns ${dataDir}. Stop it, or give this server a data_dir of its own.`);
}

/** The live owner of a data directory, for commands that must go through it; null when nobody serves from there. */
export function readOwner(dataDir: string, now: () => number): LockOwner | null {
  const found = findLock(join(dataDir, LOCK_FILE));
  return found !== null && isHeld(found, now()) ? found.owner : null;
}
