import type { EvidenceRow } from '../../contracts/evidence.ts';
import type { ImportProblems } from './source-row.ts';

/** A row and the line that it was read from, or the first of its lines. */
export interface RowAt {
  line: number;
  row: EvidenceRow;
}

const DAY_MS = 86_400_000;
/** Figures are published rounded. */
const ROUNDED = 0.01;

/** Two rows alike in all of this are two figures for one thing. */
const subjectOf = ({ cell, deployment, model, model_version, metric, instrument, kind, date }: EvidenceRow): string =>
  JSON.stringify([
    ...[cell.task, cell.language, cell.length, cell.use_case, deployment, model, model_version],
    ...[metric, kind, instrument.name, instrument.version, date],
  ]);

/** What a row says against itself; null: nothing. */
function contradictionIn({ mean, interval: [low, high], outcomes }: EvidenceRow): string | null {
  if (mean < low - ROUNDED || mean > high + ROUNDED) return `mean: ${mean} is outside its interval ${low} to ${high}.`;
  if (outcomes === null) return null;
  const scores = Object.values(outcomes);
  const ofItems = scores.reduce((sum, score) => sum + score, 0) / scores.length;
  return Math.abs(ofItems - mean) > ROUNDED ? `mean: ${mean} is not the mean of its outcomes, ${ofItems}.` : null;
}

/**
 * What no row shows alone, and what contradicts itself. The newest row of a cell decides, so that a date to come would
 * decide until it has come; somewhere it is tomorrow already.
 * @throws AppError invalid_request with the lines that are wrong, those found before among them
 */
export function checkRows(rows: readonly RowAt[], today: string, problems: ImportProblems): EvidenceRow[] {
  const latest = Date.parse(today) + 2 * DAY_MS;
  const lines = new Map<string, number>();
  for (const { line, row } of rows) {
    const subject = subjectOf(row);
    const before = lines.get(subject);
    if (before === undefined) lines.set(subject, line);
    else problems.add(line, `there is a figure for this on line ${before} already.`);
    if (Date.parse(row.date) >= latest) problems.add(line, `date: ${row.date} is yet to come.`);
    const contradiction = contradictionIn(row);
    if (contradiction !== null) problems.add(line, contradiction);
  }
  problems.throwIfAny();
  return rows.map(({ row }) => row);
}
