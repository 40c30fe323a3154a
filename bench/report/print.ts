import type { Spread } from '../measure/statistics.ts';
import type { Report, Table } from './report.ts';

/** The report as text for people: medians with their range over the rounds. */
export function renderReport(report: Report): string {
  const { machine } = report;
  const lines = [
    `${report.bench}: ${report.command}`,
    `${machine.cpu}, ${machine.cores} cores, ${machine.kernel}, node ${machine.node}, load ${machine.loadAverage.toFixed(2)} at start, ${machine.pinned ? 'pinned' : 'not pinned'}`,
    '',
    ...report.tables.flatMap((table) => [...renderTable(table), '']),
  ];
  for (const { name, limit, wanted, measured, met } of report.targets) {
    const verdict = met === null ? (measured === null ? 'not measured' : 'undecided') : met ? 'met' : 'MISSED';
    const bound = `${wanted === 'at_least' ? '>=' : '<='} ${limit}`;
    lines.push(`target ${name} ${bound}: ${measured === null ? '-' : formatNumber(measured)} ${verdict}`);
  }
  for (const note of report.notes) lines.push(`note: ${note}`);
  for (const reason of report.voided) lines.push(`VOID: ${reason}`);
  return `${lines.join('\n').trimEnd()}\n`;
}

/** Columns padded to their widest cell; names to the left, numbers to the right. */
export function renderTable(table: Table): string[] {
  const keys = Object.keys(table.columns);
  const cells = [['', ...keys.map((key) => table.columns[key] ?? key)]];
  for (const row of table.rows) cells.push([row.name, ...keys.map((key) => formatSpread(row.values[key]))]);
  const widths = [0, ...keys.map(() => 0)].map((_, column) =>
    Math.max(...cells.map((line) => line[column]?.length ?? 0)),
  );
  const render = (line: string[]): string =>
    line
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join('  ');
  return [table.title, ...cells.map((line) => render(line).trimEnd())];
}

function formatSpread(spread: Spread | null | undefined): string {
  if (spread === null || spread === undefined) return '-';
  if (spread.rounds.length === 1) return formatNumber(spread.median);
  return `${formatNumber(spread.median)} (${formatNumber(spread.min)}..${formatNumber(spread.max)})`;
}

function formatNumber(value: number): string {
  const magnitude = Math.abs(value);
  if (magnitude >= 1_000) return Math.round(value).toLocaleString('en');
  return value.toFixed(magnitude >= 100 ? 0 : magnitude >= 10 ? 1 : 2);
}
