import { statSync } from 'node:fs';
import { join } from 'node:path';
import { listSegments } from '../audit/segments.ts';
import { AppError } from '../contracts/errors.ts';

/**
 * Files of a log: a journal's segments in order, the journal of a data folder, or one file of the same lines.
 * @throws AppError config_invalid where there is none
 */
export async function logFiles(path: string): Promise<string[]> {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found === undefined) throw new AppError('config_invalid', `There is no log at ${path}.`);
  if (found.isFile()) return [path];
  const segments = await listSegments(path);
  const files = segments.length > 0 ? segments : await listSegments(join(path, 'journal'));
  if (files.length === 0) throw new AppError('config_invalid', `There is no journal in ${path}.`);
  return files.map((segment) => segment.path);
}
