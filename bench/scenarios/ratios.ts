import { ratioOf, type Spread, spreadOf } from '../measure/statistics.ts';
import type { Row } from '../report/report.ts';

/** Values of one metric by subject, one number a round. */
export type Rounds = Map<string, number[]>;

export function addRound(rounds: Rounds, subject: string, value: number): void {
  const values = rounds.get(subject);
  if (values === undefined) rounds.set(subject, [value]);
  else values.push(value);
}

/** Heading for the share of the machine that others took, host included: where it is high, believe the ratios alone. */
export const OTHERS_HEADING = 'others on the machine %';
export const RATIO_COLUMNS = { process: 'process', main: 'main thread', best: 'process, lowest rounds' };

/** The comparisons a reader wants, as far as both sides were measured. */
const PAIRS: readonly (readonly [string, string])[] = [
  ['alidade', 'nginx'],
  ['alidade', 'bare-relay'],
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
