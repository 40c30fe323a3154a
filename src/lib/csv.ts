/** One record of a CSV text: the line on which it begins, counted from 1, and its fields. */
export interface CsvRecord {
  line: number;
  fields: readonly string[];
  /** The text ends inside quotes that this record opened: much of it may be no field. Absent: it does not. */
  unclosed?: true;
}

/**
 * Records of a CSV text (RFC 4180: quotes, doubled quotes, line breaks inside quotes), with the lines that an error message
 * has to name. Empty lines are left out.
 */
export function* csvRecords(text: string): Generator<CsvRecord> {
  let fields: string[] = [];
  let field = '';
  let quoted = false;
  let line = 1;
  let begun = 1;
  const end = (): CsvRecord | null => {
    const record = { line: begun, fields: [...fields, field], ...(quoted ? { unclosed: true as const } : {}) };
    fields = [];
    field = '';
    begun = line;
    return record.fields.length === 1 && record.fields[0] === '' ? null : record;
  };
  for (let at = text.startsWith('\uFEFF') ? 1 : 0; at < text.length; at += 1) {
    const character = text[at] as string;
    if (character === '\n') line += 1;
    if (quoted) {
      if (character !== '"') field += character;
      else if (text[at + 1] === '"') {
        field += '"';
        at += 1;
      } else quoted = false;
    } else if (character === '"' && field === '') quoted = true;
    else if (character === ',') {
      fields.push(field);
      field = '';
    } else if (character === '\n') {
      const record = end();
      if (record !== null) yield record;
    } else if (character !== '\r') field += character;
  }
  const last = end();
  if (last !== null) yield last;
}

/** Rows of a CSV text by the names in its first row. */
export function csvRows(text: string): Record<string, string>[] {
  const [head, ...body] = [...csvRecords(text)];
  const names = head?.fields.map((name) => name.trim()) ?? [];
  return body.map(({ fields }) => Object.fromEntries(names.map((name, index) => [name, fields[index] ?? ''])));
}
