import type { MeanDifference, Simulation } from '../contracts/simulation.ts';
import { dollars, thousands } from './output.ts';

const percent = (part: number, whole: number): string =>
  whole === 0 ? 'none' : `${((100 * part) / whole).toFixed(1)} %`;

const signed = (value: number, text: (value: number) => string): string =>
  value < 0 ? `-${text(-value)}` : `+${text(value)}`;

const usd = (difference: MeanDifference | null): string =>
  difference === null
    ? 'unknown: no price on both sides'
    : `${signed(difference.mean, dollars)} a request [${signed(difference.low, dollars)}, ${signed(difference.high, dollars)}], of ${thousands(difference.n)}`;

const quality = (difference: MeanDifference | null): string => {
  if (difference === null) return 'unknown: nothing measured speaks of both';
  const points = (value: number): string => signed(100 * value, (size) => size.toFixed(2));
  return `${points(difference.mean)} points [${points(difference.low)}, ${points(difference.high)}], of ${thousands(difference.n)}`;
};

/** What `route simulate` and `evidence promote` print. */
export function simulationText(simulation: Simulation): string {
  const { requests, replayed, refused_by_policy: refused, without_evidence: byTable } = simulation;
  const lines: readonly [string, string][] = [
    ['requests', `${thousands(requests)}, of which ${thousands(replayed)} hold all they were decided from`],
    [
      'changed',
      `${thousands(simulation.changed)} (${percent(simulation.changed, replayed)}) have another deployment, ${thousands(simulation.changed_model)} another model`,
    ],
    [
      'expected cost',
      `${dollars(simulation.expected_usd.before)} before, ${dollars(simulation.expected_usd.after)} after; ${usd(simulation.expected_usd.difference)}`,
    ],
    ['quality', quality(simulation.expected_quality)],
    ['policy', `${thousands(refused.before)} refused before, ${thousands(refused.after)} after`],
    [
      'no evidence',
      `${percent(byTable.before, replayed)} decided by the table before, ${percent(byTable.after, replayed)} after`,
    ],
  ];
  const examples = simulation.examples.map(
    ({ request_id: id, before, after }) => `  ${id}: ${before ?? 'nobody'} -> ${after ?? 'nobody'}\n`,
  );
  return lines.map(([name, value]) => `${name.padEnd(14)}${value}\n`).join('') + examples.join('');
}
