import { join } from 'node:path';
import { anchorLine } from '../audit/anchor.ts';
import { type Exported, type ExportRange, exportJournal } from '../audit/export-journal.ts';
import { findLastCheckpoint } from '../audit/last-checkpoint.ts';
import { AppError } from '../contracts/errors.ts';

export type { Exported, ExportRange };

/**
 * The newest checkpoint of a data folder's journal as a line to keep elsewhere. A running server writes one each minute.
 * @throws AppError not_found when the journal holds none
 */
export async function newestAnchor(dataDir: string): Promise<string> {
  const found = await findLastCheckpoint(join(dataDir, 'journal'));
  if (found === null) throw new AppError('not_found', `The journal in ${dataDir} holds no checkpoint.`);
  return anchorLine(found.checkpoint);
}

export const exportRecords = (dataDir: string, target: string, range: ExportRange): Promise<Exported> =>
  exportJournal(dataDir, target, range);
