import type { CommandContext } from './context.ts';

/** One value as indented JSON; a list without members is `[]`, so that readers need no special case. */
export function writeJson(context: CommandContext, value: unknown): void {
  context.write(`${JSON.stringify(value, null, 2)}\n`);
}

/** Columns padded to their widest cell, two blanks apart; the last one is as long as it is. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const all = [head, ...rows];
  const widths = head.map((_, column) => Math.max(...all.map((row) => (row[column] ?? '').length)));
  const line = (row: readonly string[]): string =>
    row
      .map((cell, column) => (column === row.length - 1 ? cell : cell.padEnd(widths[column] as number)))
      .join('  ')
      .trimEnd();
  return `${all.map(line).join('\n')}\n`;
}

/** `12,345`. */
export const thousands = (count: number): string => String(count).replace(/\B(?=(\d{3})+$)/g, ',');

/** Price of a million tokens or cost of a request: enough digits to compare, none for show. */
export const dollars = (usd: number): string => `$${Number(usd.toPrecision(4))}`;
