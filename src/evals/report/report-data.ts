import type { EndState, Sample } from '../../contracts/evaluation.ts';
import type { SequentialReading } from '../../contracts/evaluation-events.ts';
import { conversationOf, conversationText } from '../conversation.ts';
import { type Comparison, compareRuns } from '../results/compare-runs.ts';
import { type Measures, measuresOf } from '../results/measures.ts';
import { reasonsOf } from '../results/reasons.ts';
import type { RunResult } from '../results/run-result.ts';

/** A published figure beside the measured one. Never evidence. */
export interface ClaimBeside {
  claim: string;
  metric: string;
  model: string;
  /** 0 to 1. */
  value: number;
  source: string;
  /** Whether it speaks of this very suite, or of the same kind of work by another instrument. */
  same_suite: boolean;
}

/** A failure, for whoever reads. */
export interface Failure {
  sample: string;
  state: EndState;
  explanation: string;
  question: string;
  target: string;
  answer: string;
  receipt: string | null;
}

export interface ReportedRun {
  run: string;
  deployment: string;
  model: string | null;
  suite: string;
  suite_hash: string;
  scorer: string;
  stopped: string;
  seed: number;
  samples: number;
  sample_hash: string;
  prompt_hash: string;
  harness: string;
  margin: number;
  budget_usd: number | null;
  started_at: string | null;
  model_versions: readonly string[];
  counts: RunResult['counts'];
  measures: Measures;
  claims: readonly ClaimBeside[];
  failures: readonly Failure[];
  /** How many there are; `failures` holds the first of them. */
  failure_count: number;
  /** Why samples were not answered or could not be scored, most frequent first. */
  reasons: readonly { state: EndState; reason: string; count: number }[];
  /** Where the plan's stop rule stands; null: it has none. */
  sequential: SequentialReading | null;
  sandbox: boolean;
}

export interface Report {
  /** RFC 3339. */
  generated_at: string;
  runs: readonly ReportedRun[];
  /** Of the first run with each other of the same instrument; where it has another, why there is none. */
  comparisons: readonly Comparison[];
  not_compared: readonly string[];
  sandbox: boolean;
}

export interface ReportInput {
  result: RunResult;
  samples: readonly Sample[];
  claims: readonly ClaimBeside[];
}

const SHOWN_FAILURES = 40;
const SHOWN_CHARACTERS = 3_000;

const shorten = (text: string): string =>
  text.length > SHOWN_CHARACTERS ? `${text.slice(0, SHOWN_CHARACTERS)}… (${text.length} characters)` : text;

function failuresOf({ result, samples }: ReportInput): Failure[] {
  const byId = new Map(samples.map((sample) => [sample.id, sample]));
  return result.samples
    .filter(({ state }) => state !== 'correct' && state !== 'not_run')
    .slice(0, SHOWN_FAILURES)
    .map(({ sample: id, state, explanation, answer, receiptId }) => {
      const sample = byId.get(id);
      const calls = (answer?.toolCalls ?? []).map(({ name, arguments: given }) => `${name}(${given})`);
      const target =
        typeof sample?.target === 'string' ? sample.target : JSON.stringify(sample?.target ?? null, null, 1);
      return {
        sample: id,
        state,
        explanation,
        question: shorten(sample === undefined ? '' : conversationText(conversationOf(sample.input))),
        target: shorten(target),
        answer: shorten([answer?.text ?? '', ...calls].filter((text) => text !== '').join('\n')),
        receipt: receiptId,
      };
    });
}

function reported(input: ReportInput): ReportedRun {
  const { result, claims } = input;
  const { plan, counts } = result;
  return {
    run: result.run,
    deployment: plan.deployment,
    model: plan.model,
    suite: plan.suite,
    suite_hash: plan.suite_hash,
    scorer: `${plan.scorer} ${plan.scorer_version}`,
    stopped: result.done?.stopped ?? 'not ended',
    seed: plan.seed,
    samples: plan.samples.length,
    sample_hash: plan.sample_hash,
    prompt_hash: plan.prompt_hash,
    harness: plan.harness,
    margin: plan.margin,
    budget_usd: plan.budget_usd,
    started_at: result.startedAt,
    model_versions: result.modelVersions,
    counts,
    measures: measuresOf(result),
    claims,
    failures: failuresOf(input),
    failure_count: plan.samples.length - counts.correct - counts.not_run,
    reasons: reasonsOf(result),
    sequential: result.done?.sequential ?? null,
    sandbox: result.sandbox,
  };
}

/** Everything a report says, before it is laid out. */
export function reportData(inputs: readonly ReportInput[], now: Date): Report {
  const [first, ...others] = inputs;
  const comparisons: Comparison[] = [];
  const notCompared: string[] = [];
  const comparable: RunResult[] = [];
  for (const { result } of others) {
    try {
      compareRuns([(first as ReportInput).result, result]);
      comparable.push(result);
    } catch (error) {
      // Two instruments: said in the report, which shows each by itself.
      notCompared.push(error instanceof Error ? error.message : String(error));
    }
  }
  if (first !== undefined && comparable.length > 0) comparisons.push(...compareRuns([first.result, ...comparable]));
  const runs = inputs.map(reported);
  return {
    generated_at: now.toISOString(),
    runs,
    comparisons,
    not_compared: notCompared,
    sandbox: runs.some(({ sandbox }) => sandbox),
  };
}
