// results/: what recorded runs came to: measures with intervals, comparisons, gates, files for other tools.
// May import: contracts, lib and the rest of evals/. Reads nothing by itself: runs come in as they were recorded.
// Start here: one result a sample; measures.ts folds them, compare-runs.ts pairs them, gates.ts says yes or no.
// Every rate states what it was divided by, every figure its interval.
// Words of a verdict: better, worse, equivalent within the margin, not enough data; never a bold maximum.

import type {
  Answer,
  Attempt,
  EndCounts,
  EndState,
  RunPlan,
  Sample,
  ScorerCalibration,
} from '../../contracts/evaluation.ts';
import type { RunDone } from '../../contracts/evaluation-events.ts';
import type { RecordedRun } from '../runner/run-file.ts';
import { emptyCounts, ratesOf } from '../runner/summary.ts';

/** How one sample ended, with what all of its attempts cost. */
export interface SampleResult {
  sample: string;
  state: EndState;
  value: number;
  parsed: string | null;
  explanation: string;
  answer: Answer | null;
  receiptId: string | null;
  attempts: number;
  /** Of all attempts, as when they were made: an answer from the cache counts what it cost then. null: unknown. */
  costUsd: number | null;
  /** Of the answer; null where there is none. */
  totalMs: number | null;
  firstTokenMs: number | null;
  cluster: string | null;
  /** How many requests of the frame it stands for, relative to others of its run; 1 where nobody said. */
  weight: number;
}

export interface RunResult {
  run: string;
  plan: RunPlan;
  /** null: not ended yet, or killed. */
  done: RunDone | null;
  samples: readonly SampleResult[];
  counts: EndCounts;
  rates: RunDone['rates'];
  sandbox: boolean;
  /** How the scorer was measured at against people; null: not known. */
  calibration: ScorerCalibration | null;
  modelVersions: readonly string[];
  /** RFC 3339, of the first and the last attempt; null where nothing was asked. */
  startedAt: string | null;
  endedAt: string | null;
}

/** What is known of a sample so far; only as much as its result says, since there may be very many. */
type Gathered = Pick<SampleResult, 'answer' | 'receiptId' | 'attempts' | 'costUsd' | 'totalMs' | 'firstTokenMs'>;

const NOTHING: Gathered = {
  answer: null,
  receiptId: null,
  attempts: 0,
  // null is an unknown cost, which is not nothing.
  costUsd: 0,
  totalMs: null,
  firstTokenMs: null,
};

/**
 * Joins plan, attempts and scores of a run. `samples` are those of its suite: they say which belong together. Answers are
 * left out where nobody reads them, so that a long run needs little memory.
 */
export function runResult(
  run: string,
  { plan, attempts, scores, done }: RecordedRun,
  samples: Iterable<Sample>,
  { withAnswers = true, calibration = null }: { withAnswers?: boolean; calibration?: ScorerCalibration | null } = {},
): RunResult {
  const { weights, clusters } = placesOf(samples);
  const judged = new Map<string, Pick<SampleResult, 'state' | 'value' | 'parsed' | 'explanation'>>();
  for (const { sample, state, value, parsed, explanation } of scores) {
    judged.set(sample, { state, value, parsed, explanation });
  }
  const gathered = new Map<string, Gathered>();
  const versions = new Set<string>();
  let sandbox = false;
  let startedAt: string | null = null;
  let endedAt: string | null = null;
  for (const attempt of attempts) {
    if (attempt.model_version !== null) versions.add(attempt.model_version);
    sandbox ||= attempt.sandbox;
    startedAt ??= attempt.started_at;
    endedAt = attempt.started_at;
    gathered.set(attempt.sample, gather(gathered.get(attempt.sample) ?? NOTHING, attempt, withAnswers));
  }
  const counts = emptyCounts();
  const results = plan.samples.map((id): SampleResult => {
    const score = judged.get(id);
    const state = score?.state ?? 'not_run';
    counts[state] += 1;
    return {
      sample: id,
      state,
      value: score?.value ?? 0,
      parsed: score?.parsed ?? null,
      explanation: score?.explanation ?? '',
      ...(gathered.get(id) ?? NOTHING),
      cluster: clusters.get(id) ?? null,
      weight: weights.get(id) ?? 1,
    };
  });
  return {
    run,
    plan,
    done,
    samples: results,
    counts,
    rates: ratesOf(counts, plan),
    sandbox,
    // What was known when the run was planned comes first: labels that came later are of another day.
    calibration: plan.calibration ?? calibration,
    modelVersions: [...versions].sort(),
    startedAt,
    endedAt,
  };
}

/** The attempt that came last counts, and what all of them cost. */
function gather(before: Gathered, attempt: Attempt, withAnswers: boolean): Gathered {
  const { answer, receipt_id: receiptId, original } = attempt;
  const cost = (original ?? attempt).cost_usd;
  const times = answer === null ? null : (original ?? attempt);
  return {
    answer: withAnswers ? answer : null,
    receiptId,
    attempts: before.attempts + 1,
    costUsd: before.costUsd === null || cost === null ? null : before.costUsd + cost,
    totalMs: times?.total_ms ?? null,
    firstTokenMs: times?.first_token_ms ?? null,
  };
}

interface Places {
  weights: ReadonlyMap<string, number>;
  /** Of those that do not stand alone. */
  clusters: ReadonlyMap<string, string>;
}

/**
 * Clusters, and weights of a stratified sample. The part that was carried over and the fresh one are of two frames, each
 * of which counts by its own number of samples: a mean of 1 in both. Empty where nobody said a weight.
 */
function placesOf(samples: Iterable<Sample>): Places {
  const clusters = new Map<string, string>();
  const parts = new Map<unknown, { sum: number; of: number }>();
  let said = false;
  for (const { id, cluster, metadata } of samples) {
    if (cluster !== null) clusters.set(id, cluster);
    const part = parts.get(partOf(metadata)) ?? { sum: 0, of: 0 };
    part.sum += saidWeight(metadata) ?? 1;
    part.of += 1;
    parts.set(partOf(metadata), part);
    said ||= saidWeight(metadata) !== null;
  }
  const weights = new Map<string, number>();
  if (!said) return { weights, clusters };
  for (const { id, metadata } of samples) {
    const { sum, of } = parts.get(partOf(metadata)) as { sum: number; of: number };
    weights.set(id, ((saidWeight(metadata) ?? 1) * of) / sum);
  }
  return { weights, clusters };
}

const partOf = (metadata: Sample['metadata']): unknown => metadata['part'] ?? null;

function saidWeight({ weight }: Sample['metadata']): number | null {
  return typeof weight === 'number' && weight > 0 ? weight : null;
}

/** Weights of samples that stand for unlike numbers of requests; undefined where all count the same. */
export function unlikeWeights(samples: readonly Pick<SampleResult, 'weight'>[]): number[] | undefined {
  const weights = samples.map(({ weight }) => weight);
  return weights.every((weight) => Math.abs(weight - (weights[0] as number)) < 1e-9) ? undefined : weights;
}

/** Those that were asked. */
export const askedOf = ({ samples }: RunResult): SampleResult[] => samples.filter(({ state }) => state !== 'not_run');

/** One name a sample, for statistics that must know which belong together; undefined where all stand alone. */
export function clustersOf(samples: readonly Pick<SampleResult, 'sample' | 'cluster'>[]): string[] | undefined {
  if (samples.every(({ cluster }) => cluster === null)) return undefined;
  return samples.map(({ sample, cluster }) => cluster ?? `alone/${sample}`);
}
