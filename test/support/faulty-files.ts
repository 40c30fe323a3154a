import { type JournalFiles, systemFiles } from '../../src/audit/journal-files.ts';

/** The real file system with faults to switch on. */
export class FaultyFiles implements JournalFiles {
  writeError: Error | null = null;
  syncError: Error | null = null;
  openError: Error | null = null;
  free = Number.POSITIVE_INFINITY;
  /** Bytes that one write takes at most. */
  writeAtMost = Number.POSITIVE_INFINITY;
  /** Runs before each write on this thread. */
  beforeWrite: () => void = () => {};
  writes = 0;
  laterWrites = 0;
  syncs = 0;
  syncsDone = 0;

  open(path: string, mode: 'create' | 'continue'): number {
    if (this.openError !== null) throw this.openError;
    return systemFiles.open(path, mode);
  }

  write(fd: number, buffer: Uint8Array, offset: number, length: number, position: number): number {
    this.beforeWrite();
    this.writes += 1;
    if (this.writeError !== null) throw this.writeError;
    return systemFiles.write(fd, buffer, offset, Math.min(length, this.writeAtMost), position);
  }

  writeLater(
    fd: number,
    buffer: Uint8Array,
    offset: number,
    length: number,
    position: number,
    done: (error: Error | null, written: number) => void,
  ): void {
    this.laterWrites += 1;
    if (this.writeError !== null) setImmediate(done, this.writeError, 0);
    else systemFiles.writeLater(fd, buffer, offset, Math.min(length, this.writeAtMost), position, done);
  }

  sync(fd: number, done: (error: Error | null) => void): void {
    this.syncs += 1;
    const finish = (error: Error | null): void => {
      this.syncsDone += 1;
      done(error);
    };
    if (this.syncError !== null) setImmediate(finish, this.syncError);
    else systemFiles.sync(fd, finish);
  }

  syncDirectory(path: string, done: (error: Error | null) => void): void {
    systemFiles.syncDirectory(path, done);
  }

  close(fd: number): void {
    systemFiles.close(fd);
  }

  isAt(fd: number, path: string): Promise<boolean> {
    return systemFiles.isAt(fd, path);
  }

  async freeBytes(): Promise<number> {
    return this.free;
  }
}

export function systemError(code: string): Error {
  return Object.assign(new Error(`${code}: injected`), { code });
}
