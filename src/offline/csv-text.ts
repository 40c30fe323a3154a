/**
 * Records as CSV (RFC 4180). What begins like a formula gets an apostrophe before it: answers of models are opened in
 * spreadsheets.
 */
export function csvText(rows: readonly object[]): string {
  const first = rows[0];
  if (first === undefined) return '';
  const columns = Object.keys(first);
  const cell = (value: unknown): string => {
    const text = typeof value === 'string' ? value : value === null ? '' : JSON.stringify(value);
    const harmless = /^[=+\-@\t\r]/.test(text) && typeof value === 'string' ? `'${text}` : text;
    return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
  };
  const line = (values: readonly unknown[]): string => `${values.map(cell).join(',')}\r\n`;
  return (
    line(columns) + rows.map((row) => line(columns.map((column) => (row as Record<string, unknown>)[column]))).join('')
  );
}
