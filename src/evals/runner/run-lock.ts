import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { AppError } from '../../contracts/errors.ts';

const LOCK = 'run.lock';

/** Who is at work on a run: number of its process, and on Linux what tells it from a later one of that number. */
interface Owner {
  pid: number;
  identity: string | null;
}

/**
 * Boot and start time of a process; null where the system does not say, or there is no such process. In a container every
 * server is process 1, so that the one that comes after a kill would take the dead one's lock for its own.
 */
function identityOf(pid: number): string | null {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name in parentheses may hold blanks; the start time is the 20th field behind it.
    return `${boot}:${stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]}`;
  } catch {
    // No /proc here, or no such process: both mean that nothing can be told.
    return null;
  }
}

function ownerOf(path: string): Owner {
  const [pid = '', identity = ''] = readFileSync(path, 'utf8').split(' ');
  return { pid: Number(pid), identity: identity === '' ? null : identity };
}

function isAtWork({ pid, identity }: Owner): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  if (identity !== null) return identityOf(pid) === identity;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** @throws AppError invalid_request where another living process has the run open */
export function lockRun(folder: string): void {
  const path = join(folder, LOCK);
  const { pid } = process;
  for (let attempt = 0; attempt < 2; attempt++) {
    try {
      writeFileSync(path, `${pid} ${identityOf(pid) ?? ''}`, { flag: 'wx' });
      return;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      const owner = ownerOf(path);
      if (isAtWork(owner)) throw new AppError('invalid_request', `Process ${owner.pid} is at work on this run.`);
      // Its process was killed: what it wrote is whole, only the lock is left.
      rmSync(path, { force: true });
    }
  }
}

export const unlockRun = (folder: string): void => rmSync(join(folder, LOCK), { force: true });

/** Whether a living process is at work on the run of this folder. */
export function isRunning(folder: string): boolean {
  const path = join(folder, LOCK);
  return existsSync(path) && isAtWork(ownerOf(path));
}
