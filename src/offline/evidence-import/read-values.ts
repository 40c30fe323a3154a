import type { MappedField, Mapping } from '../../contracts/evidence-mapping.ts';
import type { SourceRow } from './source-row.ts';

/** A line says something that cannot be. */
export class WrongValue extends Error {}

/** What a line says of a field; null: nothing. @throws WrongValue where it says more than one thing */
export type Read = (field: MappedField) => string | null;

/** Names come from files, and `constructor` is a legal one. */
const own = <T>(record: Readonly<Record<string, T>> | undefined, name: string): T | undefined =>
  record !== undefined && Object.hasOwn(record, name) ? record[name] : undefined;

export function reader({ values }: SourceRow, mapping: Mapping): Read {
  return (field) => {
    const column = mapping.columns[field];
    const raw = column === undefined ? mapping.constants[field] : own(values, column);
    if (raw === undefined || raw === null || raw === '') return null;
    if (typeof raw === 'object') throw new WrongValue(`${field}: ${JSON.stringify(raw)} is no single value.`);
    const text = String(raw).trim();
    return own(mapping.values[field], text) ?? text;
  };
}

/** As people write numbers; what JavaScript reads besides, such as `0x10`, is a slip. */
const DECIMAL = /^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i;

function parseNumber(text: string, field: MappedField): number {
  const value = DECIMAL.test(text) ? Number(text) : Number.NaN;
  if (!Number.isFinite(value)) throw new WrongValue(`${field}: ${JSON.stringify(text)} is no number.`);
  return value;
}

export function numberOf(read: Read, field: MappedField): number | null {
  const text = read(field);
  return text === null ? null : parseNumber(text, field);
}

const RIGHT_OR_WRONG: Readonly<Record<string, number>> = { true: 1, false: 0 };

/** A score or a mean. A percent sign is no decoration: without `percent`, `0.5%` would become a half. */
export function shareOf(read: Read, field: 'score' | 'mean', percent: boolean): number | null {
  const text = read(field);
  if (text === null) return null;
  const judged = own(RIGHT_OR_WRONG, text.toLowerCase());
  if (judged !== undefined) return judged;
  const inPercent = text.endsWith('%');
  if (inPercent && !percent)
    throw new WrongValue(`${field}: ${JSON.stringify(text)} needs percent: true in the mapping.`);
  const value = parseNumber(inPercent ? text.slice(0, -1).trimEnd() : text, field);
  // 77.47 / 100 is .7746999..., which nobody wrote.
  return percent ? Number((value / 100).toPrecision(12)) : value;
}
