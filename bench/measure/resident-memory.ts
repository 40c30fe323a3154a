import { readFileSync } from 'node:fs';
import { processTree } from './processor-time.ts';

/** `VmRSS` of a /proc/PID/status file in bytes; null for a process that has none (a zombie). */
export function parseResidentBytes(status: string): number | null {
  const match = /^VmRSS:\s+(\d+) kB$/m.exec(status);
  return match === null ? null : Number(match[1]) * 1024;
}

/** Resident memory of a process and its descendants, in bytes. Pages that they share are counted once per process. */
export function readResidentBytes(pid: number): number {
  let bytes = 0;
  for (const member of processTree(pid)) {
    try {
      bytes += parseResidentBytes(readFileSync(`/proc/${member}/status`, 'utf8')) ?? 0;
    } catch (error) {
      // A child may have ended since it was listed; the process itself must be there.
      if (member === pid) throw error;
    }
  }
  return bytes;
}
