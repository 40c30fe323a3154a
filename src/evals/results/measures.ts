import type { Rate, ScorerCalibration } from '../../contracts/evaluation.ts';
import { bootstrap, quantile } from '../stats/bootstrap.ts';
import { clusteredShare } from '../stats/clustered-share.ts';
import { correctRate } from '../stats/judge-correction.ts';
import { quantileRanks } from '../stats/quantile-interval.ts';
import { askedOf, clustersOf, type RunResult, type SampleResult, unlikeWeights } from './run-result.ts';

/** A figure with its 95 % interval; null where nothing can be said. An open end is infinite, which JSON writes null. */
export interface Measure {
  estimate: number;
  low: number;
  high: number;
  n: number;
}

/** What a run measured. Rates have their own denominators; the rest counts samples that have such a figure. */
export interface Measures {
  quality: Rate;
  quality_without_errors: Rate;
  refusals: Rate;
  errors: Rate;
  /** Where samples belong together: the same quality with an interval that knows it; null where all stand alone. */
  quality_clustered: (Measure & { clusters: number }) | null;
  /**
   * Where samples stand for unlike numbers of requests: the same quality of the requests they were drawn from; null where
   * all count the same. This is what gates ask.
   */
  quality_weighted: (Measure & { effective_n: number }) | null;
  /** Where the scorer was measured against people: what its rate means (Rogan-Gladen), beside what it said. */
  corrected: CorrectedMeasure | null;
  /** Mean of partial points, where the scorer gives such. */
  points: Measure | null;
  p50_ms: Measure | null;
  p95_ms: Measure | null;
  first_token_p50_ms: Measure | null;
  /** Every attempt of a task counts, failed ones too; null: the cost of some is unknown. */
  usd_per_task: Measure | null;
  /** All that was spent, divided by the tasks that were solved; null as above, and where none was solved. */
  usd_per_success: Measure | null;
  usd_total: number | null;
}

/** A rate that a scorer gave, and what it comes to when its known mistakes are taken out. */
export interface CorrectedMeasure {
  /** What is counted: answers that are correct, or that decline. */
  of: 'correct' | 'declines';
  raw: number;
  /** null: the scorer tells one from the other no better than chance, so that its rate says nothing. */
  corrected: { estimate: number; low: number; high: number } | null;
  /** Answers that the scorer judged; ends that need no judgement are left out. */
  n: number;
  sensitivity: number;
  specificity: number;
  /** Labelled answers that this is known from, and whose. */
  labels: number;
  source: string;
}

const RESAMPLES = 2_000;
/** Above this many samples intervals are so narrow that fewer resamples do, and time would be felt. */
const MANY = 4_000;

export function measuresOf(result: RunResult): Measures {
  const asked = askedOf(result);
  const { errors_as_failures: quality, errors_excluded: withoutErrors, refusals, errors } = result.rates;
  const known = asked.every(({ costUsd }) => costUsd !== null);
  const successes = asked.filter(({ state }) => state === 'correct').length;
  const seed = result.plan.seed;
  return {
    quality,
    quality_without_errors: withoutErrors,
    refusals,
    errors,
    quality_clustered: clusteredQuality(asked),
    quality_weighted: weightedQuality(asked),
    corrected: correctedOf(asked, result.calibration),
    points: pointsOf(asked, seed),
    p50_ms: timeOf(asked, 'totalMs', 0.5, seed),
    p95_ms: timeOf(asked, 'totalMs', 0.95, seed),
    first_token_p50_ms: timeOf(asked, 'firstTokenMs', 0.5, seed),
    usd_per_task: known ? estimate(asked, (sample) => costOf(sample) / sample.length, seed) : null,
    usd_per_success: known && successes > 0 ? estimate(asked, (sample) => costPerSuccess(sample), seed) : null,
    usd_total: known ? costOf(asked) : null,
  };
}

const costOf = (samples: readonly SampleResult[]): number =>
  samples.reduce((sum, { costUsd }) => sum + (costUsd ?? 0), 0);

/** A resample without any success has no price: the interval is then open. */
const OPEN = Number.MAX_VALUE;

function costPerSuccess(samples: readonly SampleResult[]): number {
  const successes = samples.reduce((count, { state }) => count + (state === 'correct' ? 1 : 0), 0);
  return successes === 0 ? OPEN : costOf(samples) / successes;
}

function estimate(
  samples: readonly SampleResult[],
  statistic: (samples: readonly SampleResult[]) => number,
  seed: number,
): Measure | null {
  if (samples.length === 0) return null;
  const resamples = samples.length > MANY ? RESAMPLES / 10 : RESAMPLES;
  const clusters = clustersOf(samples);
  // One alone is its own mean however it is resampled: nothing is known of how the next would be.
  if ((clusters === undefined ? samples.length : new Set(clusters).size) < 2) {
    return { estimate: statistic(samples), low: 0, high: Number.POSITIVE_INFINITY, n: samples.length };
  }
  const {
    estimate: value,
    low,
    high,
  } = bootstrap(samples, statistic, {
    seed,
    resamples,
    ...(clusters === undefined ? {} : { clusters }),
  });
  const plain = (figure: number): number => (figure > OPEN / RESAMPLES ? Number.POSITIVE_INFINITY : figure);
  return { estimate: plain(value), low: plain(low), high: plain(high), n: samples.length };
}

function timeOf(
  asked: readonly SampleResult[],
  member: 'totalMs' | 'firstTokenMs',
  p: number,
  seed: number,
): Measure | null {
  const timed = asked.filter((sample) => sample[member] !== null);
  if (timed.length === 0) return null;
  const ordered = (samples: readonly SampleResult[]): Float64Array =>
    Float64Array.from(samples, (sample) => sample[member] ?? 0).sort();
  const clusters = clustersOf(timed);
  const { low, high } = quantileRanks(clusters === undefined ? timed.length : new Set(clusters).size, p);
  if (clusters === undefined) {
    const times = ordered(timed);
    return { estimate: quantile(times, p), ...endsOf(times, low, high), n: times.length };
  }
  const drawn = estimate(timed, (samples) => quantile(ordered(samples), p), seed) as Measure;
  // Resampling does not say that so few clusters prove nothing.
  return { ...drawn, low: low === null ? 0 : drawn.low, high: high === null ? Number.POSITIVE_INFINITY : drawn.high };
}

const endsOf = (ascending: Float64Array, low: number | null, high: number | null): { low: number; high: number } => ({
  low: low === null ? 0 : (ascending[low] as number),
  high: high === null ? Number.POSITIVE_INFINITY : (ascending[high] as number),
});

function pointsOf(asked: readonly SampleResult[], seed: number): Measure | null {
  if (asked.every(({ state, value }) => value === (state === 'correct' ? 1 : 0))) return null;
  const mean = estimate(asked, (samples) => samples.reduce((sum, { value }) => sum + value, 0) / samples.length, seed);
  return mean === null ? null : { ...mean, high: Math.min(1, mean.high) };
}

const isCorrect = ({ state }: SampleResult): number => (state === 'correct' ? 1 : 0);

function clusteredQuality(asked: readonly SampleResult[]): Measures['quality_clustered'] {
  const clusters = clustersOf(asked);
  if (clusters === undefined || asked.length === 0) return null;
  const { effective: _, ...share } = clusteredShare(asked.map(isCorrect), { clusters });
  return share;
}

function weightedQuality(asked: readonly SampleResult[]): Measures['quality_weighted'] {
  const weights = unlikeWeights(asked);
  if (weights === undefined || asked.length === 0) return null;
  const items = { clusters: clustersOf(asked), weights };
  const { estimate: mean, low, high, n, effective } = clusteredShare(asked.map(isCorrect), items);
  return { estimate: mean, low, high, n, effective_n: effective };
}

/** What the scorer called positive among what it judged. */
function positivesOf(
  asked: readonly SampleResult[],
  of: ScorerCalibration['of'],
): { said: boolean; sample: SampleResult }[] {
  return asked.flatMap((sample) => {
    if (of === 'declines') {
      const read = sample.parsed === 'declines' || sample.parsed === 'answers';
      return read ? [{ said: sample.parsed === 'declines', sample }] : [];
    }
    const judged = sample.state === 'correct' || sample.state === 'wrong';
    return judged ? [{ said: sample.state === 'correct', sample }] : [];
  });
}

function correctedOf(asked: readonly SampleResult[], known: ScorerCalibration | null): CorrectedMeasure | null {
  const judged = known === null ? [] : positivesOf(asked, known.of);
  if (known === null || judged.length === 0) return null;
  const clusters = clustersOf(judged.map(({ sample }) => sample));
  const said = clusteredShare(
    judged.map((each) => (each.said ? 1 : 0)),
    { clusters },
  );
  const mean = said.estimate;
  // Answers that belong together tell as much as fewer ones that do not.
  const n = clusters === undefined ? judged.length : said.effective;
  const corrected = correctRate(mean * n, n, {
    positives: known.positives,
    truePositives: known.true_positives,
    negatives: known.negatives,
    trueNegatives: known.true_negatives,
  });
  return {
    of: known.of,
    raw: mean,
    corrected: corrected === null ? null : { estimate: corrected.rate, low: corrected.low, high: corrected.high },
    n: judged.length,
    sensitivity: known.true_positives / known.positives,
    specificity: known.true_negatives / known.negatives,
    labels: known.positives + known.negatives,
    source: known.source,
  };
}
