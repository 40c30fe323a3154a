import { spawn } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, vi } from 'vitest';
import { temporaryFolder } from '../../test/support/temporary-folder.ts';
import { type LockOwner, readOwner, takeLock } from './lock.ts';

const now = (): number => Date.parse('2026-11-20T08:00:00Z');

function writeLock(directory: string, change: Partial<LockOwner>): void {
  const owner = { pid: process.pid, startedAt: 'then', adminSocket: null, hostname: hostname(), processIdentity: null };
  writeFileSync(join(directory, 'lock'), JSON.stringify({ ...owner, ...change }));
}

/** The pid of a process that existed and is gone. */
function endedProcess(): Promise<number> {
  const child = spawn(process.execPath, ['-e', '']);
  return new Promise((resolve) => child.on('exit', () => resolve(child.pid as number)));
}

describe('lock of a data directory', () => {
  it('names its owner, and the directory is free again after release', () => {
    const directory = join(temporaryFolder(), 'made');
    expect(readOwner(directory, now)).toBeNull();
    const lock = takeLock(directory, '/run/admin.sock', now);
    expect(readOwner(directory, now)).toEqual(lock.owner);
    expect(lock.owner).toMatchObject({
      pid: process.pid,
      adminSocket: '/run/admin.sock',
      startedAt: '2026-11-20T08:00:00.000Z',
    });
    lock.release();
    expect(readOwner(directory, now)).toBeNull();
    expect(readdirSync(directory)).toEqual([]);
  });

  it('is refused to a second server, which is told who has it', () => {
    const directory = temporaryFolder();
    const lock = takeLock(directory, null, now);
    expect(() => takeLock(directory, null, now)).toThrow(
      expect.objectContaining({
        code: 'config_invalid',
        message: expect.stringContaining(`Process ${process.pid} on`),
      }),
    );
    lock.release();
  });

  it('is taken over from a process that was killed', async () => {
    const directory = temporaryFolder();
    const module = fileURLToPath(new URL('./lock.ts', import.meta.url));
    const script = `const { takeLock } = await import(${JSON.stringify(module)});
      takeLock(${JSON.stringify(directory)}, null, Date.now);
      console.log('locked');
      setInterval(() => {}, 1000);`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await new Promise((resolve) => child.stdout.once('data', resolve));
    expect(readOwner(directory, now)?.pid).toBe(child.pid);
    expect(() => takeLock(directory, null, now)).toThrow(`Process ${child.pid}`);
    const gone = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await gone;
    expect(readOwner(directory, now)).toBeNull();
    const lock = takeLock(directory, null, now);
    expect(readOwner(directory, now)?.pid).toBe(process.pid);
    lock.release();
  });

  it('is taken over where the pid is gone or belongs to a later process', async () => {
    for (const change of [{ pid: await endedProcess() }, { pid: process.pid, processIdentity: 'an earlier boot:1' }]) {
      const directory = temporaryFolder();
      writeLock(directory, change);
      takeLock(directory, null, now).release();
    }
  });

  it('stays with the process that the pid names where the system tells no more', () => {
    const directory = temporaryFolder();
    writeLock(directory, {});
    expect(() => takeLock(directory, null, now)).toThrow('owns');
  });

  it('of another machine holds while it gives signs of life', () => {
    const directory = temporaryFolder();
    writeLock(directory, { hostname: 'elsewhere', pid: 1 });
    utimesSync(join(directory, 'lock'), now() / 1000, now() / 1000);
    expect(() => takeLock(directory, null, () => now() + 59_000)).toThrow('on elsewhere');
    takeLock(directory, null, () => now() + 61_000).release();
  });

  it('says which folder cannot be written and why', () => {
    const directory = join(temporaryFolder(), 'file');
    writeFileSync(directory, '');
    const expected = {
      code: 'config_invalid',
      message: expect.stringMatching(/^The data folder .*file cannot be used: E/),
    };
    expect(() => takeLock(directory, null, now)).toThrow(expect.objectContaining(expected));
  });

  it('that is no lock of ours is replaced', () => {
    const directory = temporaryFolder();
    writeFileSync(join(directory, 'lock'), 'x');
    takeLock(directory, null, now).release();
  });

  it('is left alone by a release that comes after somebody else took it', () => {
    const directory = temporaryFolder();
    const lock = takeLock(directory, null, now);
    writeLock(directory, { pid: 1, hostname: 'elsewhere' });
    const theirs = readFileSync(join(directory, 'lock'), 'utf8');
    lock.release();
    expect(readFileSync(join(directory, 'lock'), 'utf8')).toBe(theirs);
  });

  it('that cannot be read any more takes nothing else along: neither its signs of life nor its release', () => {
    vi.useFakeTimers();
    try {
      const directory = temporaryFolder();
      const lock = takeLock(directory, null, now);
      rmSync(join(directory, 'lock'));
      mkdirSync(join(directory, 'lock'));
      expect(() => vi.advanceTimersByTime(60_000)).not.toThrow();
      expect(lock.release).not.toThrow();
    } finally {
      vi.useRealTimers();
    }
  });
});
