// Tables in text, divided by commas, semicolons, tabs or bars: the first line calls the columns what they hold, and only
// that says what a cell is. Every line is read once, whatever the text.

import { NO_LABEL, type Sink } from '../finding.ts';
import { type FieldKind, kindOfField } from '../lists/field-words.ts';
import type { View } from '../view.ts';
import { addField } from './fields.ts';

const LONGEST_LINE = 1_000;
const MOST_CELLS = 40;
const LONGEST_NAME = 40;
const DELIMITERS = [',', ';', '\t', '|'];

interface Cell {
  readonly start: number;
  readonly end: number;
}

/** Reads the line that holds a place and, where it is the first of a table, the table; returns where it stopped. */
export function recognizeTable(view: View, at: number, sink: Sink): number {
  const { text } = view;
  const start = text.lastIndexOf('\n', at - 1) + 1;
  const end = endOfLine(text, at);
  const header = end - start > LONGEST_LINE || end === text.length ? null : headerOf(text, start, end);
  if (header === null) return end;
  const { delimiter, kinds } = header;
  // A list of shops has names and towns as well; only what people have makes a name somebody's.
  const people = kinds.some((kind) => kind !== null && OF_PEOPLE.has(kind));
  let from = end + 1;
  while (from < text.length) {
    const to = endOfLine(text, from);
    const cells = to - from > LONGEST_LINE ? [] : cellsOf(text, from, to, delimiter);
    if (cells.length !== kinds.length) break;
    for (const [column, cell] of cells.entries()) {
      const kind = kinds[column];
      if (kind !== null && kind !== undefined && cell.end > cell.start) addCell(view, kind, cell, people, sink);
    }
    from = to + 1;
  }
  return from;
}

function endOfLine(text: string, at: number): number {
  const end = text.indexOf('\n', at);
  return end < 0 ? text.length : end;
}

/** At least two columns are called by what we know, and every column by words. */
function headerOf(text: string, start: number, end: number): { delimiter: string; kinds: (FieldKind | null)[] } | null {
  const line = text.slice(start, end);
  const delimiter = DELIMITERS.find((sign) => line.includes(sign));
  if (delimiter === undefined) return null;
  const cells = cellsOf(text, start, end, delimiter);
  if (cells.length < 2 || cells.length > MOST_CELLS) return null;
  const names = cells.map((cell) => text.slice(cell.start, cell.end));
  if (names.some((name) => name.length > LONGEST_NAME || !/^[\p{L}\p{M}\d _.#/()-]*$/u.test(name))) return null;
  const kinds = names.map(kindOfField);
  return kinds.filter((kind) => kind !== null).length >= 2 ? { delimiter, kinds } : null;
}

/** Cells of a line without blanks and quotes; a bar at either end of it divides nothing. */
function cellsOf(text: string, start: number, end: number, delimiter: string): Cell[] {
  let [from, to] = [start, end];
  if (text[to - 1] === '\r') to -= 1;
  if (delimiter === '|') {
    while (from < to && ' |'.includes(text[from] as string)) from += 1;
    while (to > from && ' |'.includes(text[to - 1] as string)) to -= 1;
  }
  const cells: Cell[] = [];
  let quoted = false;
  let cell = from;
  for (let at = from; at <= to && cells.length <= MOST_CELLS; at += 1) {
    if (at < to && text[at] === '"') quoted = !quoted;
    if (at < to && (quoted || text[at] !== delimiter)) continue;
    let [first, last] = [cell, at];
    while (first < last && ' "'.includes(text[first] as string)) first += 1;
    while (last > first && ' "'.includes(text[last - 1] as string)) last -= 1;
    cells.push({ start: first, end: last });
    cell = at + 1;
  }
  return cells;
}

const OF_PEOPLE: ReadonlySet<FieldKind> = new Set(['person', 'name_part', 'phone', 'birth', 'postal', 'address']);

function addCell(view: View, kind: FieldKind, { start, end }: Cell, people: boolean, sink: Sink): void {
  const value = view.text.slice(start, end);
  switch (kind) {
    case 'phone':
      if (/^\+?[\d ()./-]{7,22}$/.test(value) && value.replace(/\D/g, '').length >= 7)
        sink.add('phone', start, end, 0.85, 'context', NO_LABEL);
      return;
    case 'postal':
      if (/^(?=.*\d)[A-Z\d][A-Z\d -]{2,9}$/.test(value)) sink.add('postal_code', start, end, 0.85, 'context', NO_LABEL);
      return;
    case 'birth':
      if (/^\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}$/.test(value))
        sink.add('date_of_birth', start, end, 0.9, 'context', NO_LABEL);
      return;
    default:
      addField(view, kind === 'name' && people ? 'name_part' : kind, { start, end, quoted: true }, sink);
  }
}
