import fs from 'node:fs';
import { stat, statfs } from 'node:fs/promises';
import { promisify } from 'node:util';

const fstat = promisify(fs.fstat);

/** The system calls of the writer, so that tests can make each of them fail. */
export interface JournalFiles {
  /** Opens for writing at given positions; `create` fails when the file exists. */
  open(path: string, mode: 'create' | 'continue'): number;
  write(fd: number, buffer: Uint8Array, offset: number, length: number, position: number): number;
  writeLater(
    fd: number,
    buffer: Uint8Array,
    offset: number,
    length: number,
    position: number,
    done: (error: Error | null, written: number) => void,
  ): void;
  /** fdatasync, off this thread. */
  sync(fd: number, done: (error: Error | null) => void): void;
  /** Makes the names of new files in this folder durable, off this thread. */
  syncDirectory(path: string, done: (error: Error | null) => void): void;
  close(fd: number): void;
  /** Whether the open file is the one that this path names now. Rejects where the path names none. */
  isAt(fd: number, path: string): Promise<boolean>;
  /** Bytes that an unprivileged process may still write to the file system of this folder. */
  freeBytes(directory: string): Promise<number>;
}

export const systemFiles: JournalFiles = {
  // Receipts say who did what: readable by the account of the server alone.
  open: (path, mode) => fs.openSync(path, mode === 'create' ? 'wx' : 'r+', 0o600),
  write: (fd, buffer, offset, length, position) => fs.writeSync(fd, buffer, offset, length, position),
  writeLater: (fd, buffer, offset, length, position, done) => fs.write(fd, buffer, offset, length, position, done),
  sync: (fd, done) => fs.fdatasync(fd, done),
  syncDirectory: (path, done) =>
    fs.open(path, 'r', (openError, fd) => {
      if (openError !== null) return done(openError);
      fs.fsync(fd, (error) => fs.close(fd, (closeError) => done(error ?? closeError ?? null)));
    }),
  close: (fd) => fs.closeSync(fd),
  isAt: async (fd, path) => {
    const [open, named] = await Promise.all([fstat(fd, { bigint: true }), stat(path, { bigint: true })]);
    return open.ino === named.ino && open.dev === named.dev;
  },
  freeBytes: async (directory) => {
    const { bavail, bsize } = await statfs(directory);
    return bavail * bsize;
  },
};
