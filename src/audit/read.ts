import { readSync } from 'node:fs';
import { open } from 'node:fs/promises';
import type { ReadAt } from '../lib/line-reader.ts';

/** Reads of an open file for a line reader. Synchronous: a page-cache read costs less than a promise. */
export function readAtOf(fd: number): ReadAt {
  return (buffer, offset, length, position) => readSync(fd, buffer, offset, length, position);
}

/** The line of `length` bytes at `offset` of a segment file; null when the file is gone or ends before it. */
export async function readStoredLine(path: string, offset: number, length: number): Promise<string | null> {
  const file = await open(path, 'r').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
  if (file === null) return null;
  try {
    const buffer = Buffer.allocUnsafe(length);
    const { bytesRead } = await file.read(buffer, 0, length, offset);
    return bytesRead === length ? buffer.toString('utf8') : null;
  } finally {
    await file.close();
  }
}
