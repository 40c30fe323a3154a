import type { JournalFiles } from './journal-files.ts';

/** What the check has to know of a journal. */
export interface CheckedPlace {
  directory: string;
  /** Whether the segment that is written is still the file of that name in its folder. */
  hasItsFile(): Promise<boolean>;
}

/** Why what is recorded now may not last, as a sentence for logs and `/readyz`; null: nothing stands in the way. */
export async function obstacleTo(
  place: CheckedPlace,
  files: JournalFiles,
  minFreeBytes: number,
): Promise<string | null> {
  const { directory } = place;
  // A file that was deleted or replaced takes every write, and is gone with the process.
  if (!(await place.hasItsFile())) {
    return `The journal's file was removed from ${directory} or replaced while it is written: put it back, or restart.`;
  }
  try {
    const free = await files.freeBytes(directory);
    if (free >= minFreeBytes) return null;
    return `Only ${free} bytes are free in ${directory}; journal.min_free_bytes is ${minFreeBytes}.`;
  } catch (error) {
    return `Free space in ${directory} cannot be told: ${(error as Error).message}`;
  }
}
