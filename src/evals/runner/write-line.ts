import { fstatSync, ftruncateSync, writeSync } from 'node:fs';

/**
 * Writes all of a line where the file ends, or nothing of it: half a line would make the next one unreadable, and a disk
 * may be full. Returns its bytes. A text needs no buffer of its own unless a write falls short.
 */
export function writeLine(descriptor: number, line: string, write: typeof writeSync = writeSync): number {
  const length = Buffer.byteLength(line);
  let written = write(descriptor, line);
  if (written === length) return length;
  try {
    const bytes = Buffer.from(line);
    while (written < length) written += write(descriptor, bytes, written);
    return length;
  } catch (error) {
    ftruncateSync(descriptor, fstatSync(descriptor).size - written);
    throw error;
  }
}
