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

interface Gathered {
  attempts: number;
  costUsd: number | null;
}

/**
 * Joins plan, attempts and scores of a run. `samples` are those of its suite: they say which belong together. Answers are
 * left out where nobody reads them, so that a long run needs little memory.
 */
export function runResult(
  run: string,
  { plan, attempts, scores, done }: RecordedRun,
  samples: readonly Sample[],
  { withAnswers = true, calibration = null }: { withAnswers?: boolean; calibration?: ScorerCalibration | null } = {},
): RunResult {
  const weights = weightsOf(samples);
  const clusters = new Map(samples.map(({ id, cluster }) => [id, cluster]));
  const judged = new Map([...scores].map((score) => [score.sample, score]));
  const gathered = new Map<string, Gathered>();
  const last = new Map<string, Attempt & { answered: boolean }>();
  const versions = new Set<string>();
  let sandbox = false;
  let startedAt: string | null = null;
  let endedAt: string | null = null;
  for (const attempt of attempts) {
    if (attempt.model_version !== null) versions.add(attempt.model_version);
    sandbox ||= attempt.sandbox;
    startedAt ??= attempt.started_at;
    endedAt = attempt.started_at;
    const before = gathered.get(attempt.sample) ?? { attempts: 0, costUsd: 0 };
    const cost = attempt.original === undefined ? attempt.cost_usd : attempt.original.cost_usd;
    const costUsd = before.costUsd === null || cost === null ? null : before.costUsd + cost;
    gathered.set(attempt.sample, { attempts: before.attempts + 1, costUsd });
    const answered = attempt.answer !== null;
    last.set(attempt.sample, { ...attempt, answer: withAnswers ? attempt.answer : null, answered });
  }
  const counts = emptyCounts();
  const results = plan.samples.map((id): SampleResult => {
    const score = judged.get(id);
    const attempt = last.get(id);
    const state = score?.state ?? 'not_run';
    counts[state] += 1;
    const times = attempt?.answered === true ? (attempt.original ?? attempt) : undefined;
    return {
      sample: id,
      state,
      value: score?.value ?? 0,
      parsed: score?.parsed ?? null,
      explanation: score?.explanation ?? '',
      answer: attempt?.answer ?? null,
      receiptId: attempt?.receipt_id ?? null,
      // null is an unknown cost, which is not nothing.
      ...(gathered.get(id) ?? { attempts: 0, costUsd: 0 }),
      totalMs: times?.total_ms ?? null,
      firstTokenMs: times?.first_token_ms ?? null,
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

/**
 * Weights of a stratified sample. The part that was carried over and the fresh one are of two frames, each of which
 * counts by its own number of samples: a mean of 1 in both.
 */
function weightsOf(samples: readonly Sample[]): ReadonlyMap<string, number> {
  const weightOf = ({ metadata }: Sample): number => {
    const { weight } = metadata;
    return typeof weight === 'number' && weight > 0 ? weight : 1;
  };
  const scaled = [...Map.groupBy(samples, ({ metadata }) => metadata['part'] ?? null).values()].map((part) => {
    const mean = part.reduce((sum, sample) => sum + weightOf(sample), 0) / part.length;
    return part.map((sample) => [sample.id, weightOf(sample) / mean] as const);
  });
  return new Map(scaled.flat());
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
