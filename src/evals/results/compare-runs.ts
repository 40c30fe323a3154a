import { AppError } from '../../contracts/errors.ts';
import type { SequentialReading } from '../../contracts/evaluation-events.ts';
import { sequentialReading } from '../runner/stop-rule.ts';
import { bootstrap, quantile } from '../stats/bootstrap.ts';
import { effectiveNumber } from '../stats/clustered-error.ts';
import { meanAtEveryLook } from '../stats/confidence-sequence.ts';
import { holm } from '../stats/holm.ts';
import { minimalPairedEffect } from '../stats/minimal-effect.ts';
import { pairedDifference } from '../stats/paired-difference.ts';
import { type PairedCounts, pairedProportions, tangoInterval } from '../stats/paired-proportions.ts';
import { type Verdict, verdictOf } from '../stats/verdict.ts';
import { clustersOf, type RunResult, type SampleResult, unlikeWeights } from './run-result.ts';

/** B - A of one figure, on the same samples. */
export interface Difference {
  difference: number;
  low: number;
  high: number;
  /** Samples that both have the figure for. */
  n: number;
}

export interface QualityComparison extends Difference {
  /** `all samples`: errors count as failures; `samples without errors`: only those where neither had one. */
  of: 'all samples' | 'samples without errors';
  verdict: Verdict;
  /** Only A right, only B right. */
  n10: number;
  n01: number;
  /**
   * Two-sided: mid-p of McNemar's test; where samples belong together or count unlike, the larger of it and Student's.
   * Adjusted by Holm where several runs are compared.
   */
  p: number;
  p_adjusted: number;
}

export interface Comparison {
  a: { run: string; deployment: string };
  b: { run: string; deployment: string };
  suite: string;
  margin: number;
  alpha: number;
  /** Comparisons of one family share alpha: the intervals are at alpha / family. */
  family: number;
  quality: QualityComparison;
  quality_without_errors: QualityComparison;
  /**
   * Where the second run was planned to be watched against the first: what that test says. The verdict of `quality` is
   * then read from it and from an interval that holds at every look, since the others hold at one look only.
   */
  sequential: SequentialReading | null;
  /** Samples stand for unlike numbers of requests, which the differences take into account. */
  weighted: boolean;
  /** The smallest difference that so many pairs, differing as often as these do, can be expected to show. */
  detectable: number;
  usd_per_task: Difference | null;
  p50_ms: Difference | null;
  p95_ms: Difference | null;
  /** Asked in one run only: paired comparison leaves them out. */
  unpaired: number;
  sandbox: boolean;
}

type Pair = readonly [SampleResult, SampleResult];

/**
 * The first run against each of the others, on the samples that both asked. Verdicts are of the second against the first.
 * @throws AppError invalid_request where runs used different instruments: their figures cannot be compared
 */
export function compareRuns(runs: readonly RunResult[]): Comparison[] {
  const [first, ...others] = runs;
  if (first === undefined || others.length === 0) {
    throw new AppError('invalid_request', 'A comparison needs at least two runs.');
  }
  for (const other of others) checkComparable(first, other);
  const compared = others.map((other) => compareTwo(first, other, others.length));
  for (const member of ['quality', 'quality_without_errors'] as const) {
    const adjusted = holm(compared.map((comparison) => comparison[member].p));
    for (const [index, comparison] of compared.entries()) comparison[member].p_adjusted = adjusted[index] as number;
  }
  return compared;
}

function checkComparable(a: RunResult, b: RunResult): void {
  const differing = (['suite_hash', 'scorer', 'scorer_version', 'harness'] as const).filter(
    (member) => a.plan[member] !== b.plan[member],
  );
  if (differing.length > 0) {
    throw new AppError(
      'invalid_request',
      `Runs ${a.run} and ${b.run} are two instruments (${differing.join(', ')} differ): their figures cannot be compared.`,
    );
  }
  if (a.sandbox !== b.sandbox) {
    throw new AppError('invalid_request', 'Sandbox programs are not compared with AI models.');
  }
}

function compareTwo(a: RunResult, b: RunResult, family: number): Comparison {
  const pairs = pairsOf(a, b);
  if (pairs.length === 0) throw new AppError('invalid_request', `Runs ${a.run} and ${b.run} share no asked sample.`);
  // Planned separately: what matters less counts for both.
  const margin = Math.min(a.plan.margin, b.plan.margin);
  const alpha = Math.min(a.plan.alpha, b.plan.alpha);
  const error = ({ state }: SampleResult): boolean => state === 'provider_error' || state === 'harness_error';
  const clean = pairs.filter(([left, right]) => !error(left) && !error(right));
  const sequential = sequentialOf(a, b);
  const withStudent = a.plan.test === 'paired_t_clustered' || b.plan.test === 'paired_t_clustered';
  const compare = (some: readonly Pair[], of: QualityComparison['of']): QualityComparison => {
    const compared = compareQuality(some, of, { margin, alpha: alpha / family, withStudent });
    return sequential === null ? compared : atEveryLook(compared, some, margin, alpha / family);
  };
  const all = compare(pairs, 'all samples');
  const quality = sequential === null ? all : { ...all, verdict: watchedVerdict(sequential, all, alpha / family) };
  const seed = a.plan.seed;
  return {
    a: { run: a.run, deployment: a.plan.deployment },
    b: { run: b.run, deployment: b.plan.deployment },
    suite: a.plan.suite,
    margin,
    alpha,
    family,
    quality,
    quality_without_errors: compare(clean, 'samples without errors'),
    sequential,
    weighted: unlikeWeights(pairs.map(([left]) => left)) !== undefined,
    detectable: minimalPairedEffect(pairs.length, (quality.n01 + quality.n10 + 1) / (pairs.length + 1), {
      alpha: alpha / family,
    }),
    usd_per_task: differenceOf(pairs, ({ costUsd }) => costUsd, mean, seed, alpha / family, true),
    p50_ms: differenceOf(
      pairs,
      ({ totalMs }) => totalMs,
      (values) => quantile(values.sort(), 0.5),
      seed,
      alpha / family,
    ),
    p95_ms: differenceOf(
      pairs,
      ({ totalMs }) => totalMs,
      (values) => quantile(values.sort(), 0.95),
      seed,
      alpha / family,
    ),
    unpaired: a.samples.length + b.samples.length - 2 * pairs.length,
    sandbox: a.sandbox,
  };
}

function sequentialOf(a: RunResult, b: RunResult): SequentialReading | null {
  if (b.plan.stop_rule?.against !== a.run) return null;
  return sequentialReading(b.plan, a.run, new Map(a.samples.map(({ sample, state }) => [sample, state])), b.samples);
}

/**
 * A comparison whose second run could end at any pair, with an interval that covers the truth at all looks together. Pairs
 * come in the order of the plan, one a cluster.
 */
function atEveryLook(
  compared: QualityComparison,
  pairs: readonly Pair[],
  margin: number,
  alpha: number,
): QualityComparison {
  const seen = new Set<string>();
  const alone = pairs.filter(([{ cluster }]) => {
    if (cluster === null) return true;
    const first = !seen.has(cluster);
    seen.add(cluster);
    return first;
  });
  const differences = alone.map(([left, right]) => points(right) - points(left));
  const { low, high } = meanAtEveryLook(differences, -1, 1, alpha);
  return { ...compared, low, high, verdict: verdictOf({ low, high }, margin) };
}

/** Better and worse are what the planned test decided, and nothing else; equivalent is what the interval says. */
function watchedVerdict(
  { decided, anytime_p: p }: SequentialReading,
  { verdict }: QualityComparison,
  alpha: number,
): Verdict {
  if (decided !== null && p <= alpha) return decided;
  return verdict === 'equivalent' ? verdict : 'not_enough_data';
}

function pairsOf(a: RunResult, b: RunResult): Pair[] {
  const others = new Map(a.samples.map((sample) => [sample.sample, sample]));
  // In the order of the second run's plan: where it was watched, its pairs counted in this order.
  return b.samples.flatMap((right): Pair[] => {
    const left = others.get(right.sample);
    return left === undefined || left.state === 'not_run' || right.state === 'not_run' ? [] : [[left, right]];
  });
}

const points = ({ state }: SampleResult): number => (state === 'correct' ? 1 : 0);

function compareQuality(
  pairs: readonly Pair[],
  of: QualityComparison['of'],
  { margin, alpha, withStudent }: { margin: number; alpha: number; withStudent: boolean },
): QualityComparison {
  const counts = { both: 0, onlyA: 0, onlyB: 0, neither: 0 };
  for (const [left, right] of pairs) {
    if (points(left) === 1) counts[points(right) === 1 ? 'both' : 'onlyA'] += 1;
    else counts[points(right) === 1 ? 'onlyB' : 'neither'] += 1;
  }
  const { onlyA: n10, onlyB: n01 } = counts;
  const alone = pairedProportions(counts, alpha);
  const base = { of, n: pairs.length, n10, n01, p: alone.p, p_adjusted: alone.p };
  if (pairs.length === 0) return { ...base, difference: 0, low: -1, high: 1, verdict: 'not_enough_data' };
  const lefts = pairs.map(([left]) => left);
  const [clusters, weights] = [clustersOf(lefts), unlikeWeights(lefts)];
  if (clusters === undefined && weights === undefined && !withStudent) {
    const { low, high } = alone;
    return { ...base, difference: (n01 - n10) / pairs.length, low, high, verdict: verdictOf({ low, high }, margin) };
  }
  const rights = pairs.map(([, right]) => points(right));
  const byScore = pairedDifference(lefts.map(points), rights, alpha, clusters, weights);
  const byCounts = weights === undefined ? alone : tangoInterval(weightedCounts(pairs, weights), alpha);
  // The wider of both at each end: Student's t knows clusters, score limits know that few pairs prove little.
  const low = Math.min(byCounts.low, byScore.low);
  const high = Math.max(byCounts.high, byScore.high);
  const p = Math.max(alone.p, byScore.p);
  const clustered = { ...base, p, p_adjusted: p };
  return { ...clustered, difference: byScore.difference, low, high, verdict: verdictOf({ low, high }, margin) };
}

/** The four kinds of pairs by weight, in sum as many as tell as much unweighted. */
function weightedCounts(pairs: readonly Pair[], weights: readonly number[]): PairedCounts {
  const counts = { both: 0, onlyA: 0, onlyB: 0, neither: 0 };
  const scale = effectiveNumber(weights) / weights.reduce((sum, weight) => sum + weight, 0);
  for (const [index, [left, right]] of pairs.entries()) {
    const kind =
      points(left) === 1 ? (points(right) === 1 ? 'both' : 'onlyA') : points(right) === 1 ? 'onlyB' : 'neither';
    counts[kind] += (weights[index] as number) * scale;
  }
  return counts;
}

const mean = (values: Float64Array): number => values.reduce((sum, value) => sum + value, 0) / values.length;

/** Bootstrap over pairs, whole clusters where there are such; null where too few have the figure, or, if `all`, not all. */
function differenceOf(
  pairs: readonly Pair[],
  figure: (sample: SampleResult) => number | null,
  fold: (values: Float64Array) => number,
  seed: number,
  alpha: number,
  all = false,
): Difference | null {
  const known = pairs.filter(([left, right]) => figure(left) !== null && figure(right) !== null);
  if (known.length < 2 || (all && known.length < pairs.length)) return null;
  const clusters = clustersOf(known.map(([left]) => left));
  const statistic = (sample: readonly Pair[]): number =>
    fold(Float64Array.from(sample, ([, right]) => figure(right) ?? 0)) -
    fold(Float64Array.from(sample, ([left]) => figure(left) ?? 0));
  const resamples = known.length > 4_000 ? 200 : 1_000;
  const { estimate, low, high } = bootstrap(known, statistic, {
    seed,
    alpha,
    resamples,
    ...(clusters === undefined ? {} : { clusters }),
  });
  return { difference: estimate, low, high, n: known.length };
}
