import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { parseSegmentFileName } from '../contracts/journal.ts';

export interface SegmentFile {
  segment: number;
  chain: string;
  name: string;
  path: string;
}

/** The segments of a journal directory in writing order; empty when there is no such directory. */
export async function listSegments(directory: string): Promise<SegmentFile[]> {
  let names: string[];
  try {
    names = await readdir(directory);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return [];
    throw error;
  }
  const segments: SegmentFile[] = [];
  for (const name of names) {
    const parsed = parseSegmentFileName(name);
    if (parsed !== null) segments.push({ ...parsed, name, path: join(directory, name) });
  }
  return segments.sort((a, b) => a.segment - b.segment);
}
