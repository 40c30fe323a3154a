import { normalQuantile } from '../../lib/normal.ts';
import { createSeededRandom } from '../../lib/seeded-random.ts';
import { quantile } from './bootstrap.ts';

/** One blind comparison. `voter` names who judged: one person's votes hang together, and so do votes on one `item`. */
export interface Vote {
  left: string;
  right: string;
  winner: 'left' | 'right' | 'tie';
  voter: string;
  /** Absent: each vote is on an item of its own. */
  item?: string;
}

export interface Strength {
  name: string;
  /** Natural logarithm of the Bradley-Terry strength; the mean over names is 0. */
  logStrength: number;
  low: number;
  high: number;
}

export interface BradleyTerry {
  strengths: Strength[];
  /** Davidson's tie parameter; 0 without ties. */
  tie: number;
  /** What intervals are over. Fewer than five people say too little of other people: their votes' items then do. */
  over: 'voters' | 'items';
}

/** With fewer voters resampling them gives almost no width, or none at all with one. */
const LEAST_VOTERS = 5;

interface Pairing {
  i: number;
  j: number;
  winsI: number;
  winsJ: number;
  ties: number;
}

// Half a win to each side of every pair that met keeps strengths finite where somebody never lost.
const PRIOR_WINS = 0.5;

/**
 * Bradley-Terry with ties (R. R. Davidson, JASA 65, 1970): P(i beats j) = s_i / (s_i + s_j + v sqrt(s_i s_j)). Fitted by
 * minorise-maximise. Intervals are percentiles over resampled voters, or items where voters are few, and at each end never
 * narrower than what so many independent items can tell by the information of the model: people who all say the same
 * prove no more than that. `smooth: false` gives the plain maximum likelihood.
 */
export function bradleyTerry(
  votes: readonly Vote[],
  options: { seed: number; resamples?: number; alpha?: number; smooth?: boolean },
): BradleyTerry {
  const { seed, resamples = 200, alpha = 0.05, smooth = true } = options;
  const names = [...new Set(votes.flatMap(({ left, right }) => [left, right]))].sort();
  const { logs, tie } = estimateStrengths(votes, names, smooth);
  const over = new Set(votes.map(({ voter }) => voter)).size < LEAST_VOTERS ? 'items' : 'voters';
  const items = [...Map.groupBy(votes, itemOf).values()];
  const groups = over === 'items' ? items : [...Map.groupBy(votes, ({ voter }) => voter).values()];
  const draws = resampled(groups, names, resamples, seed);
  const errors = standardErrors(votes, names, { logs, tie }, votes.length / Math.max(1, items.length));
  const z = normalQuantile(1 - alpha / 2);
  const strengths = names.map((name, index) => {
    const sorted = (draws[index] as number[]).sort((left, right) => left - right);
    const logStrength = logs[index] as number;
    const reach = z * (errors[index] as number);
    if (sorted.length === 0) return { name, logStrength, low: logStrength - reach, high: logStrength + reach };
    return {
      name,
      logStrength,
      low: Math.min(quantile(sorted, alpha / 2), logStrength - reach),
      high: Math.max(quantile(sorted, 1 - alpha / 2), logStrength + reach),
    };
  });
  return { strengths, tie, over };
}

const itemOf = ({ item, ...vote }: Vote): string | object => item ?? vote;

/** Strengths of each name over resampled groups of votes. */
function resampled(
  groups: readonly (readonly Vote[])[],
  names: readonly string[],
  resamples: number,
  seed: number,
): number[][] {
  const random = createSeededRandom(seed);
  const draws: number[][] = names.map(() => []);
  for (let round = 0; round < resamples; round++) {
    const sample = groups.flatMap(() => groups[random.integer(groups.length)] as readonly Vote[]);
    for (const [index, log] of estimateStrengths(sample, names, true).logs.entries()) draws[index]?.push(log);
  }
  return draws;
}

/**
 * Standard errors of the log strengths, their sum held at 0, from the information of the model at the smoothed estimate.
 * `votesPerItem`: votes on one item tell as much as one, which is the careful end of what they may tell.
 */
function standardErrors(
  votes: readonly Vote[],
  names: readonly string[],
  { logs, tie }: { logs: readonly number[]; tie: number },
  votesPerItem: number,
): number[] {
  const n = names.length;
  // Without 1/n everywhere the matrix has no inverse, since only differences of strengths are known.
  const information = names.map(() => new Array<number>(n).fill(1 / n));
  const add = (i: number, j: number, value: number): void => {
    const row = information[i] as number[];
    row[j] = (row[j] as number) + value;
  };
  for (const { i, j, winsI, winsJ, ties } of pairings(votes, names, true)) {
    const [a, b] = [Math.exp(logs[i] as number), Math.exp(logs[j] as number)];
    const whole = a + b + tie * Math.sqrt(a * b);
    const [win, even] = [a / whole, (tie * Math.sqrt(a * b)) / whole];
    const weight = ((winsI + winsJ + ties) / votesPerItem) * (win + even / 4 - (win + even / 2) ** 2);
    add(i, i, weight);
    add(j, j, weight);
    add(i, j, -weight);
    add(j, i, -weight);
  }
  const inverse = inverseOf(information);
  return names.map((_, index) => Math.sqrt(Math.max(0, ((inverse[index] as number[])[index] as number) - 1 / n)));
}

/** Gauss and Jordan, for matrices as small as a review has systems. A pivot of 0 means that nothing connects two of them. */
function inverseOf(matrix: readonly (readonly number[])[]): number[][] {
  const n = matrix.length;
  const rows = matrix.map((row, index) => [...row, ...row.map((_, column) => (column === index ? 1 : 0))]);
  for (let column = 0; column < n; column++) {
    const pivot = rows.slice(column).reduce((best, row) => (abs(row, column) > abs(best, column) ? row : best));
    const place = rows.indexOf(pivot);
    [rows[column], rows[place]] = [pivot, rows[column] as number[]];
    const divisor = pivot[column] as number;
    if (divisor === 0) return matrix.map((row) => row.map(() => Number.POSITIVE_INFINITY));
    for (let at = 0; at < 2 * n; at++) pivot[at] = (pivot[at] as number) / divisor;
    for (const row of rows) {
      const factor = row[column] as number;
      if (row === pivot || factor === 0) continue;
      for (let at = 0; at < 2 * n; at++) row[at] = (row[at] as number) - factor * (pivot[at] as number);
    }
  }
  return rows.map((row) => row.slice(n));
}

const abs = (row: readonly number[], column: number): number => Math.abs(row[column] as number);

function pairings(votes: readonly Vote[], names: readonly string[], smooth: boolean): Pairing[] {
  const place = new Map(names.map((name, index) => [name, index]));
  const pairs = new Map<string, Pairing>();
  for (const { left, right, winner } of votes) {
    const a = place.get(left) as number;
    const b = place.get(right) as number;
    const [i, j] = a < b ? [a, b] : [b, a];
    const key = `${i} ${j}`;
    const pair = pairs.get(key) ?? { i, j, winsI: smooth ? PRIOR_WINS : 0, winsJ: smooth ? PRIOR_WINS : 0, ties: 0 };
    pairs.set(key, pair);
    if (winner === 'tie') pair.ties += 1;
    else if ((winner === 'left') === (a === i)) pair.winsI += 1;
    else pair.winsJ += 1;
  }
  return [...pairs.values()];
}

function estimateStrengths(
  votes: readonly Vote[],
  names: readonly string[],
  smooth: boolean,
): { logs: number[]; tie: number } {
  const pairs = pairings(votes, names, smooth);
  const ties = pairs.reduce((sum, pair) => sum + pair.ties, 0);
  const points = names.map(() => 0);
  for (const { i, j, winsI, winsJ, ties: t } of pairs) {
    points[i] = (points[i] as number) + winsI + t / 2;
    points[j] = (points[j] as number) + winsJ + t / 2;
  }
  let strength = names.map(() => 1);
  let tie = ties > 0 ? 1 : 0;
  for (let round = 0; round < 5_000; round++) {
    const before = strength;
    const load = names.map(() => 0);
    let tieLoad = 0;
    for (const { i, j, winsI, winsJ, ties: t } of pairs) {
      const a = strength[i] as number;
      const b = strength[j] as number;
      const root = Math.sqrt(a * b);
      const share = (winsI + winsJ + t) / (a + b + tie * root);
      load[i] = (load[i] as number) + share * (1 + (tie / 2) * Math.sqrt(b / a));
      load[j] = (load[j] as number) + share * (1 + (tie / 2) * Math.sqrt(a / b));
      tieLoad += share * root;
    }
    strength = strength.map((old, index) =>
      (load[index] as number) > 0 ? Math.max(1e-12, (points[index] as number) / (load[index] as number)) : old,
    );
    if (ties > 0) tie = ties / tieLoad;
    const scale = Math.exp(strength.reduce((sum, value) => sum + Math.log(value), 0) / strength.length);
    strength = strength.map((value) => value / scale);
    if (strength.every((value, index) => Math.abs(value - (before[index] as number)) < 1e-12)) break;
  }
  return { logs: strength.map(Math.log), tie };
}

/** Elo ratings in the order of the votes: start 1,000, K = 30, scale 400. For comparison with other boards only. */
export function elo(votes: readonly Vote[]): Map<string, number> {
  const ratings = new Map<string, number>();
  for (const { left, right, winner } of votes) {
    const a = ratings.get(left) ?? 1_000;
    const b = ratings.get(right) ?? 1_000;
    const expected = 1 / (1 + 10 ** ((b - a) / 400));
    const points = winner === 'tie' ? 0.5 : winner === 'left' ? 1 : 0;
    ratings.set(left, a + 30 * (points - expected));
    ratings.set(right, b - 30 * (points - expected));
  }
  return ratings;
}
