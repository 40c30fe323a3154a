import { writeSync } from 'node:fs';

/** Writes all of a line where the file ends; returns its bytes. A text needs no buffer of its own unless a write falls short. */
export function writeLine(descriptor: number, line: string, write: typeof writeSync = writeSync): number {
  const length = Buffer.byteLength(line);
  let written = write(descriptor, line);
  if (written === length) return length;
  const bytes = Buffer.from(line);
  while (written < length) written += write(descriptor, bytes, written);
  return length;
}
