import type { ToolCallPart, ToolDefinition, Turn } from './chat-request.ts';
import type { Usage } from './usage.ts';
import type { FinishReason } from './vocabulary.ts';

/**
 * Where each sample of a run ends, in exactly one of these. `provider_error`: the endpoint did not answer.
 * `harness_error`: we could not score, which is never the model's fault. `not_run`: the run stopped before it.
 */
export const END_STATES = [
  'correct',
  'wrong',
  'refused',
  'unparsed',
  'truncated',
  'provider_error',
  'harness_error',
  'not_run',
] as const;
export type EndState = (typeof END_STATES)[number];

/** What is sent to the model. */
export interface SampleInput {
  turns: readonly Turn[];
  tools: readonly ToolDefinition[];
  /** Reasoning included. */
  maxOutputTokens: number;
  /** null: the upstream's default. */
  temperature: number | null;
}

export interface Sample {
  /** Unique in its suite. */
  id: string;
  input: SampleInput;
  /** What the scorer compares with; its shape is the scorer's. */
  target: unknown;
  metadata: Readonly<Record<string, string | number | boolean | null>>;
  /** Samples of one cluster (document, template, user) are not independent; null: its own. */
  cluster: string | null;
  /** RFC 3339 date from which the item may have been seen by a model, or null. */
  itemDate: string | null;
}

export interface Suite {
  name: string;
  version: string;
  licence: string;
  /** Name of its scorer in the list of scorers. */
  scorer: string;
  /** SHA-256 over name, version, scorer and every sample: two suites with one hash are the same instrument. */
  hash: string;
  samples: readonly Sample[];
}

/** What came back for one sample. Scoring needs nothing else, so that recorded answers can be scored again. */
export interface Answer {
  /** Text of the answer without its reasoning. */
  text: string;
  toolCalls: readonly ToolCallPart[];
  /** null: the answer never ended. */
  finish: FinishReason | null;
  /** The provider itself marked a refusal or filtered the answer. */
  refusalSignal: boolean;
}

export interface Score {
  state: EndState;
  /** Share of the sample's own points within [0, 1]; 1 only where `state` is `correct`. */
  value: number;
  /** What was read out of the answer, or null. */
  parsed: string | null;
  /** One sentence for whoever reads failures; empty where there is nothing to say. */
  explanation: string;
  /** More measures of the same answer, e.g. the strict and the loose reading. */
  details: Readonly<Record<string, number>>;
  /** What scoring cost, where a judge was asked; null: unknown. Absent: nothing. */
  costUsd?: number | null;
}

/** One line of a run's file of scores: the verdict on a sample's last attempt. */
export interface ScoreRecord {
  sample: string;
  /** Which attempt was judged. */
  attempt: number;
  state: EndState;
  value: number;
  parsed: string | null;
  explanation: string;
  details: Readonly<Record<string, number>>;
  cost_usd: number | null;
}

/** The model that scores a run, where one does. */
export interface JudgePlan {
  deployment: string;
  /** What counts, where a sample does not say it; null: the scorer's own words. */
  rubric: string | null;
  /** From so many of 5 points on an answer is correct. */
  points: number;
}

/**
 * Ends a run as soon as a test that stays valid under peeking tells it from another run, whose answers are complete: the
 * e-process on discordant pairs reaches 1 / alpha of the plan. Pairs count in the order of the plan.
 */
export interface StopPlan {
  test: 'sequential_paired';
  /** Run that it is compared with. */
  against: string;
}

/** How a scorer was measured at against people, on answers that it did not help to develop. */
export interface ScorerCalibration {
  /** What a positive is: an answer is correct, or it declines. */
  of: 'correct' | 'declines';
  /** Of answers that people call positive: how many, and how many of them the scorer called positive. */
  positives: number;
  true_positives: number;
  /** Of answers that people call negative: how many, and how many of them the scorer called negative. */
  negatives: number;
  true_negatives: number;
  /** Whose labels on which answers. */
  source: string;
}

/** Everything that is fixed before the first call; its hash names it in every attempt and result. */
export interface RunPlan {
  suite: string;
  suite_version: string;
  suite_hash: string;
  scorer: string;
  scorer_version: string;
  deployment: string;
  /** Prompts, parameters and reader of answers. */
  harness: string;
  seed: number;
  /** Ids in the order in which they are asked. */
  samples: readonly string[];
  sample_hash: string;
  /** Difference that matters, fixed beforehand. */
  margin: number;
  alpha: number;
  /**
   * How it is compared with others: one look at the end, or a test that may be looked at after every pair.
   * `paired_score`: score limits, drawn out to 0 where McNemar's mid-p is above alpha, and Student's t too where samples
   * belong together or count unlike; `paired_t_clustered`, of earlier plans: Student's t always too.
   */
  test: 'paired_score' | 'paired_t_clustered' | 'sequential_paired';
  budget_usd: number | null;
  max_concurrency: number;
  /** SHA-256 over what is sent for the chosen samples: turns, tools, parameters. */
  prompt_hash: string;
  /** Logical model of the deployment and what its endpoint calls it, as configured at planning; null: not known then. */
  model: string | null;
  upstream_model: string | null;
  /** Names where the deployment's endpoint leads, so that a changed address is another instrument. */
  endpoint_digest: string | null;
  /** Registered purpose whose policy the calls are made under, or null. */
  use_case: string | null;
  /** Absent: no model judges. */
  judge?: JudgePlan;
  /** When the run ends before all is asked; absent: it does not. */
  stop_rule?: StopPlan;
  /** What was known of the scorer against people when the run was planned. Absent: nothing. */
  calibration?: ScorerCalibration;
  /** What proving the judge cost before the first call; counts against the budget. null: unknown. Absent: nothing. */
  proof_usd?: number | null;
}

/** One paid or failed call, one line of the run's append-only file. */
export interface Attempt {
  sample: string;
  /** Counts from 1. */
  attempt: number;
  receipt_id: string | null;
  started_at: string;
  answer: Answer | null;
  /** Code of contracts/errors.ts or an outcome; null where an answer came. */
  error: string | null;
  model_version: string | null;
  usage: Usage;
  cost_usd: number | null;
  first_token_ms: number | null;
  total_ms: number;
  sandbox: boolean;
  /** The answer was taken from the cache: nothing was called and nothing paid. */
  cached: boolean;
  /** Where it was cached: what the answer cost and how long it took when it was asked for. */
  original?: { cost_usd: number | null; first_token_ms: number | null; total_ms: number };
}

export type EndCounts = Readonly<Record<EndState, number>>;

/** A rate never travels without what it was divided by. */
export interface Rate {
  numerator: number;
  denominator: number;
  denominator_is: string;
  /** null where the denominator is 0. */
  rate: number | null;
  /** Wilson, 95 %. */
  ci: readonly [number, number];
}
