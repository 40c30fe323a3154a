import { createSeededRandom } from '../../lib/seeded-random.ts';
import { quantile } from './bootstrap.ts';

/** One blind comparison. `voter` names who judged: intervals resample voters, since one person's votes hang together. */
export interface Vote {
  left: string;
  right: string;
  winner: 'left' | 'right' | 'tie';
  voter: string;
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
}

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
 * minorise-maximise; intervals are percentiles over resampled voters. `smooth: false` gives the plain maximum likelihood.
 */
export function bradleyTerry(
  votes: readonly Vote[],
  options: { seed: number; resamples?: number; alpha?: number; smooth?: boolean },
): BradleyTerry {
  const { seed, resamples = 200, alpha = 0.05, smooth = true } = options;
  const names = [...new Set(votes.flatMap(({ left, right }) => [left, right]))].sort();
  const { logs, tie } = estimateStrengths(votes, names, smooth);
  const byVoter = Map.groupBy(votes, ({ voter }) => voter);
  const voters = [...byVoter.keys()];
  const random = createSeededRandom(seed);
  const draws: number[][] = names.map(() => []);
  for (let round = 0; round < resamples; round++) {
    const sample = voters.flatMap(() => byVoter.get(voters[random.integer(voters.length)] as string) as Vote[]);
    for (const [index, log] of estimateStrengths(sample, names, true).logs.entries()) draws[index]?.push(log);
  }
  const strengths = names.map((name, index) => {
    const sorted = (draws[index] as number[]).sort((left, right) => left - right);
    const logStrength = logs[index] as number;
    if (sorted.length === 0)
      return { name, logStrength, low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY };
    return { name, logStrength, low: quantile(sorted, alpha / 2), high: quantile(sorted, 1 - alpha / 2) };
  });
  return { strengths, tie };
}

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
