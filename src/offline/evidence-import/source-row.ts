import { AppError } from '../../contracts/errors.ts';
import { csvRecords } from '../../lib/csv.ts';

/** One line of a file as its source wrote it. */
export interface SourceRow {
  /** Counted from 1. */
  line: number;
  values: Readonly<Record<string, unknown>>;
}

/** Problems of more lines than anybody reads are counted. */
const SHOWN = 20;

/** What is wrong with a file, line by line; nothing of it is imported then. */
export class ImportProblems {
  readonly #file: string;
  /** With the line that each is of. One may be found several times, where a line is read for several models. */
  readonly #found = new Map<string, number>();

  constructor(file: string) {
    this.#file = file;
  }

  add(line: number, problem: string): void {
    this.#found.set(`${this.#file} line ${line}: ${problem}`, line);
  }

  /** @throws AppError invalid_request where there are any */
  throwIfAny(): void {
    const rest = this.#found.size - SHOWN;
    if (this.#found.size === 0) return;
    const inOrder = [...this.#found].sort(([, a], [, b]) => a - b).map(([text]) => text);
    const shown = inOrder.slice(0, SHOWN).join('\n');
    throw new AppError('invalid_request', `${shown}${rest > 0 ? `\nand ${rest} more` : ''}\nNothing was imported.`);
  }
}

function jsonRows(text: string, problems: ImportProblems): SourceRow[] {
  const rows: SourceRow[] = [];
  for (const [index, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue;
    try {
      const values: unknown = JSON.parse(line);
      if (typeof values === 'object' && values !== null && !Array.isArray(values)) {
        rows.push({ line: index + 1, values: values as SourceRow['values'] });
      } else problems.add(index + 1, 'this is no object.');
    } catch {
      problems.add(index + 1, 'this is not JSON.');
    }
  }
  return rows;
}

function csvRows(text: string, problems: ImportProblems): SourceRow[] {
  const [head, ...records] = csvRecords(text);
  const names = head?.fields.map((name) => name.trim()) ?? [];
  for (const name of new Set(names.filter((each, index) => each !== '' && names.indexOf(each) !== index))) {
    problems.add(1, `there are two columns ${JSON.stringify(name)}.`);
  }
  return records.flatMap(({ line, fields, unclosed }) => {
    if (unclosed) {
      problems.add(line, 'a quote is opened here and never closed.');
      return [];
    }
    if (fields.length !== names.length) {
      problems.add(line, `there are ${fields.length} fields, and ${names.length} columns.`);
      return [];
    }
    return [{ line, values: Object.fromEntries(names.map((name, index) => [name, fields[index]])) }];
  });
}

/** Rows of a JSONL file, or of a CSV file by the names of its first line. */
export const readRows = (file: string, text: string, problems: ImportProblems): SourceRow[] =>
  file.toLowerCase().endsWith('.csv') ? csvRows(text, problems) : jsonRows(text, problems);
