import type { EvidenceCell, EvidenceTask } from '../../contracts/evidence.ts';
import type { LengthBucket } from '../../contracts/vocabulary.ts';

/** The cell of one request. */
export interface RequestCell {
  task: EvidenceTask;
  language: string | null;
  length: LengthBucket;
  useCase: string | null;
}

/** Levels of a cell: the task alone, with the language, with the length, with the use case. */
export const LEVELS = 4;

/** How a level is called in sentences: `code_generation/en/short`. */
export function levelName(cell: RequestCell, level: number): string {
  const parts = [cell.task, cell.language ?? '-', cell.length, cell.useCase ?? '-'];
  return parts.slice(0, level + 1).join('/');
}

/** One text for one cell, for look-ups. */
export const cellKey = (cell: RequestCell): string =>
  `${cell.task}\u0000${cell.language}\u0000${cell.length}\u0000${cell.useCase}`;

/**
 * The deepest level of a request's cell that a row speaks for, 0 to 3; -1: of another task. What a row does not tell
 * apart fits everything, so that a run over one use case counts for it whatever its languages.
 */
export function depthOf(row: EvidenceCell, cell: RequestCell): number {
  if (row.task !== cell.task) return -1;
  const language = row.language === null || row.language === cell.language;
  const length = row.length === null || row.length === cell.length;
  if (row.use_case !== null && row.use_case === cell.useCase && language && length) return 3;
  if (row.length !== null && length && language) return 2;
  return row.language !== null && language ? 1 : 0;
}
