import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { listSegments } from '../audit/segments.ts';
import { type Verification, verifyJournal } from '../audit/verify.ts';
import { AppError } from '../contracts/errors.ts';

/** How often a journal that grows meanwhile is looked at again before its end counts as torn. */
const ATTEMPTS = 3;

/** The journal of a folder: the folder itself, or `journal` inside it where a data folder is named. */
export async function journalFolder(path: string): Promise<string> {
  const inside = join(path, 'journal');
  return (await listSegments(path)).length === 0 && existsSync(inside) ? inside : path;
}

/**
 * Checks the chain of a journal folder. Where a server is writing, the last line may be half there at the moment of
 * reading, which is no damage: then the end is looked at again.
 * @throws AppError not_found when there is no journal in it
 */
export async function verifyOffline(folder: string, isLive: () => boolean): Promise<Verification> {
  // An empty chain is whole, but a folder without one is most likely not the folder that was meant.
  if ((await listSegments(folder)).length === 0) throw new AppError('not_found', `There is no journal in ${folder}.`);
  let result = await verifyJournal(folder);
  for (let attempt = 1; attempt < ATTEMPTS && isUnfinished(result) && isLive(); attempt += 1) {
    result = await verifyJournal(folder);
  }
  return result;
}

/** A line without an end has no chain members that could be read. */
const isUnfinished = ({ first_bad: bad }: Verification): boolean => bad !== null && bad.seq === null;
