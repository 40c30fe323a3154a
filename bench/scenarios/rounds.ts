import type { Interference } from '../measure/interference.ts';
import { ratioOf, type Spread, spreadOf } from '../measure/statistics.ts';
import type { Row } from '../report/report.ts';

/** Values of one metric by subject, one number a round. */
export type Rounds = Map<string, number[]>;

/** One `Rounds` per metric, named by the columns that will show them. */
export type Metrics<Columns> = Record<keyof Columns, Rounds>;

export function emptyMetrics<Columns extends object>(columns: Columns): Metrics<Columns> {
  return Object.fromEntries(Object.keys(columns).map((metric) => [metric, new Map()])) as Metrics<Columns>;
}

/** One row per subject with the spread of every metric. */
export function metricRows(names: readonly string[], metrics: Record<string, Rounds>): Row[] {
  return names.map((name) => ({
    name,
    values: Object.fromEntries(
      Object.entries(metrics).map(([metric, rounds]) => [metric, spreadOf(rounds.get(name) ?? [])]),
    ),
  }));
}

export function addInterference(
  metrics: Metrics<typeof INTERFERENCE_COLUMNS>,
  subject: string,
  { others, stolen }: Interference,
): void {
  addRound(metrics.others, subject, others * 100);
  addRound(metrics.stolen, subject, stolen * 100);
}

export function addRound(rounds: Rounds, subject: string, value: number): void {
  const values = rounds.get(subject);
  if (values === undefined) rounds.set(subject, [value]);
  else values.push(value);
}

/** Share of the machine that others took while a subject was measured: where it is high, believe the ratios alone. */
export const INTERFERENCE_COLUMNS = { others: 'others %', stolen: 'stolen by host %' };
export const RATIO_COLUMNS = { process: 'process', main: 'main thread', best: 'process, lowest rounds' };

/** The comparisons a reader wants, as far as both sides were measured. */
const PAIRS: readonly (readonly [string, string])[] = [
  ['alidade', 'nginx'],
  ['alidade', 'bare-relay'],
  ['alidade-translate', 'nginx'],
  ['alidade-translate', 'alidade'],
  ['portkey', 'alidade'],
  ['bare-relay', 'nginx'],
  ['portkey', 'nginx'],
  ['portkey', 'bare-relay'],
];

/**
 * One row per pair: the ratio of each metric taken round by round, and of the lowest rounds (`best`) of the first metric.
 * Others on the machine only ever add cost, so the lowest rounds are what is left when they are quiet.
 */
export function ratioRows(metrics: Record<string, Rounds>): Row[] {
  const [firstMetric] = Object.values(metrics);
  const rows: Row[] = [];
  for (const [over, under] of PAIRS) {
    const values: Row['values'] = {};
    for (const [metric, rounds] of Object.entries(metrics)) {
      values[metric] = ratioOf(rounds.get(over) ?? [], rounds.get(under) ?? []);
    }
    values.best = bestRatio(firstMetric?.get(over) ?? [], firstMetric?.get(under) ?? []);
    if (Object.values(values).some((value) => value !== null)) rows.push({ name: `${over} / ${under}`, values });
  }
  return rows;
}

function bestRatio(numerators: readonly number[], denominators: readonly number[]): Spread | null {
  if (numerators.length === 0 || denominators.length === 0) return null;
  return spreadOf([Math.min(...numerators) / Math.min(...denominators)]);
}
