// runner/: asks a suite's samples of one deployment through `Call`, so that nothing paid is lost and nothing is paid twice.
// May import: contracts, lib, checks and the rest of evals/. Writes into the run's own folder only.
// Start here for what is fixed before the first call; run.ts is the loop, run-file.ts the record, summary.ts the result.
// The record is append-only: an answer is on disk before it is scored, and scores are computed from it again at any time.
// Clock, waiting and the door to models come in as arguments.

import { AppError } from '../../contracts/errors.ts';
import type { JudgePlan, RunPlan, ScorerCalibration, Suite } from '../../contracts/evaluation.ts';
import { jsonListTexts, sha256OfTexts } from '../../lib/json-digest.ts';
import { createSeededRandom } from '../../lib/seeded-random.ts';
import type { Scorer } from '../scorers/scorer.ts';

/** Raised whenever requests are built or answers are read differently. */
const HARNESS = 'alidade-evals/2';

export interface PlanOptions {
  deployment: string;
  seed: number;
  /** Most samples; null: all. */
  limit: number | null;
  budgetUsd: number | null;
  margin?: number;
  alpha?: number;
  maxConcurrency?: number;
  model?: string | null;
  upstreamModel?: string | null;
  endpointDigest?: string | null;
  useCase?: string | null;
  /** The model that scores; absent: none does. */
  judge?: JudgePlan;
  /** Run that a sequential test compares with, which ends this one when it is decided; absent: all is asked. */
  stopAgainst?: string;
  /** How the scorer was measured at against people; absent: not known. */
  calibration?: ScorerCalibration;
}

/** Fixes a run: which samples in which order, and by which test it will be judged. */
export function planRun(suite: Suite, scorer: Scorer, options: PlanOptions): RunPlan {
  const { deployment, seed, limit, budgetUsd, margin = 0.05, alpha = 0.05, maxConcurrency = 16 } = options;
  const { model = null, upstreamModel = null, endpointDigest = null, useCase = null } = options;
  if (suite.samples.length === 0) throw new AppError('invalid_request', `The suite ${suite.name} has no samples.`);
  const ids = createSeededRandom(seed).shuffle(suite.samples.map(({ id }) => id));
  const samples = limit === null ? ids : ids.slice(0, limit);
  const inputs = new Map(suite.samples.map(({ id, input }) => [id, input]));
  return {
    suite: suite.name,
    suite_version: suite.version,
    suite_hash: suite.hash,
    scorer: scorer.name,
    scorer_version: scorer.version,
    deployment,
    harness: HARNESS,
    seed,
    samples,
    sample_hash: sha256OfTexts(jsonListTexts(samples)),
    margin,
    alpha,
    test: options.stopAgainst === undefined ? 'paired_score' : 'sequential_paired',
    budget_usd: budgetUsd,
    max_concurrency: maxConcurrency,
    prompt_hash: sha256OfTexts(jsonListTexts(samples.map((id) => inputs.get(id)))),
    model,
    upstream_model: upstreamModel,
    endpoint_digest: endpointDigest,
    use_case: useCase,
    ...(options.judge === undefined ? {} : { judge: options.judge }),
    ...(options.stopAgainst === undefined
      ? {}
      : { stop_rule: { test: 'sequential_paired', against: options.stopAgainst } }),
    ...(options.calibration === undefined ? {} : { calibration: options.calibration }),
  };
}
