import type { EndState } from '../contracts/evaluation.ts';
import type { SequentialReading } from '../contracts/evaluation-events.ts';
import type { Comparison, Difference } from '../evals/results/compare-runs.ts';
import { compareRuns } from '../evals/results/compare-runs.ts';
import { type Measure, type Measures, measuresOf } from '../evals/results/measures.ts';
import { reasonsOf } from '../evals/results/reasons.ts';
import type { RunResult, SampleResult } from '../evals/results/run-result.ts';
import { questionOf } from '../evals/suites/suite.ts';
import { readRecordedRun } from './recorded-runs.ts';

const decimals = (value: number): string => (Number.isFinite(value) ? value.toFixed(3) : 'open');
const figure = (value: number): string => (Number.isFinite(value) ? String(Number(value.toPrecision(4))) : 'open');

export interface ShownRun {
  run: string;
  plan: RunResult['plan'];
  stopped: string;
  started_at: string | null;
  ended_at: string | null;
  counts: RunResult['counts'];
  measures: Measures;
  model_versions: readonly string[];
  /** Where the plan's stop rule stands; absent: it has none. */
  sequential?: SequentialReading;
  /** Why samples could not be answered or scored, most frequent first. */
  reasons: readonly { state: EndState; reason: string; count: number }[];
  sandbox: boolean;
}

/** A run with what it measured. @throws AppError not_found */
export function showRun(dataDir: string, id: string): ShownRun {
  const { result } = readRecordedRun(dataDir, id);
  const { run, plan, done, startedAt, endedAt, counts, modelVersions, sandbox } = result;
  return {
    run,
    // Which samples were chosen is in the export; its hash says enough here.
    plan: { ...plan, samples: plan.samples.slice(0, 5) },
    stopped: done?.stopped ?? 'not ended',
    started_at: startedAt,
    ended_at: endedAt,
    counts,
    measures: measuresOf(result),
    ...(done?.sequential === undefined ? {} : { sequential: done.sequential }),
    reasons: reasonsOf(result),
    model_versions: modelVersions,
    sandbox,
  };
}

/** What a test says that may be looked at after every pair. */
export function sequentialText({ against, pairs, n01, n10, anytime_p: p, decided }: SequentialReading): string {
  const word = decided === null ? 'not decided yet' : `decided: ${decided}`;
  return `sequential test against ${against}: ${word} after ${pairs} independent pairs (only this right ${n01}, only the other ${n10}), p=${p.toPrecision(3)} at every look`;
}

/** Rows of measure, estimate, interval, and what it is of. */
export function measureRows(measures: Measures): string[][] {
  const rate = (name: string, { rate: value, ci, denominator, denominator_is: of }: Measures['quality']): string[] => [
    name,
    value === null ? '-' : decimals(value),
    `[${decimals(ci[0])}, ${decimals(ci[1])}]`,
    `${denominator} ${of}`,
  ];
  const measure = (name: string, of: string, value: Measure | null): string[][] =>
    value === null
      ? [[name, 'unknown', '', '']]
      : [[name, figure(value.estimate), `[${figure(value.low)}, ${figure(value.high)}]`, `${value.n} ${of}`]];
  const share = (name: string, { estimate, low, high, n }: Measure): string[] => [
    ...[name, decimals(estimate), `[${decimals(low)}, ${decimals(high)}]`, `${n} samples`],
  ];
  const clustered = measures.quality_clustered;
  return [
    rate('correct, errors as failures', measures.quality),
    rate('correct, errors excluded', measures.quality_without_errors),
    ...(clustered === null ? [] : [share(`correct, ${clustered.clusters} clusters`, clustered)]),
    ...(measures.quality_weighted === null ? [] : [share('correct, weighted by stratum', measures.quality_weighted)]),
    ...correctedRows(measures.corrected),
    ...(measures.points === null ? [] : [share('points', measures.points)]),
    rate('refused', measures.refusals),
    rate('errors', measures.errors),
    ...measure('p50 ms', 'answers', measures.p50_ms),
    ...measure('p95 ms', 'answers', measures.p95_ms),
    ...measure('first token p50 ms', 'answers', measures.first_token_p50_ms),
    ...measure('USD per task', 'samples', measures.usd_per_task),
    ...measure('USD per successful task', 'samples', measures.usd_per_success),
  ];
}

function correctedRows(corrected: Measures['corrected']): string[][] {
  if (corrected === null) return [];
  const { of, raw, corrected: value, n, sensitivity, specificity, labels } = corrected;
  const what = of === 'correct' ? 'correct' : 'declined';
  const known = `sensitivity ${decimals(sensitivity)}, specificity ${decimals(specificity)} on ${labels} labels`;
  const figures =
    value === null ? ['unknown', ''] : [decimals(value.estimate), `[${decimals(value.low)}, ${decimals(value.high)}]`];
  return [
    [`${what}, as scored`, decimals(raw), '', `${n} answers that the scorer judged`],
    [`${what}, corrected`, ...figures, known],
  ];
}

/** Runs against the first of them. @throws AppError invalid_request, not_found */
export const compareRecorded = (dataDir: string, ids: readonly string[]): Comparison[] =>
  compareRuns(ids.map((id) => readRecordedRun(dataDir, id).result));

const VERDICTS: Readonly<Record<Comparison['quality']['verdict'], string>> = {
  better: 'better',
  worse: 'worse',
  equivalent: 'equivalent within the margin',
  not_enough_data: 'not enough data',
};

/** A comparison in sentences. */
export function comparisonText(comparison: Comparison): string {
  const { a, b, quality, quality_without_errors: clean, margin, detectable, unpaired, family, alpha } = comparison;
  const quality_line = ({ of, difference, low, high, n, n10, n01, p, p_adjusted, verdict }: typeof quality): string =>
    `${of.padEnd(24)} ${VERDICTS[verdict].toUpperCase()}: ${signed(difference)} [${signed(low)}, ${signed(high)}], n=${n}, only A right ${n10}, only B right ${n01}, p=${p.toPrecision(3)}${family > 1 ? ` (Holm ${p_adjusted.toPrecision(3)})` : ''}`;
  return [
    `B ${b.deployment} (${b.run})`,
    `against A ${a.deployment} (${a.run}) on ${comparison.suite}${comparison.sandbox ? '  SANDBOX: not an AI model' : ''}`,
    quality_line(quality),
    quality_line(clean),
    ...(comparison.sequential === null ? [] : [sequentialText(comparison.sequential)]),
    ...(comparison.weighted ? ['Differences are weighted by how many requests each sample stands for.'] : []),
    ...differenceLine('USD per task', comparison.usd_per_task),
    ...differenceLine('p50 ms', comparison.p50_ms),
    ...differenceLine('p95 ms', comparison.p95_ms),
    `margin ${margin}, alpha ${alpha}${family > 1 ? ` shared by ${family} comparisons` : ''}; so many pairs can be expected to show ${detectable.toFixed(3)} or more`,
    ...(unpaired > 0 ? [`${unpaired} samples were asked of one of the two only and are left out.`] : []),
    '',
  ].join('\n');
}

const signed = (value: number): string => `${value >= 0 ? '+' : '-'}${Math.abs(value).toFixed(3)}`;

const differenceLine = (name: string, difference: Difference | null): string[] =>
  difference === null
    ? []
    : [
        `${name.padEnd(24)} ${figure(difference.difference)} [${figure(difference.low)}, ${figure(difference.high)}], n=${difference.n}`,
      ];

export interface ExportedSample extends Omit<SampleResult, 'answer'> {
  question: string;
  target: unknown;
  answer: string | null;
  tool_calls: readonly unknown[];
}

/** One record a sample, with what was asked and answered. @throws AppError not_found */
export function exportRun(dataDir: string, id: string): ExportedSample[] {
  const { result, suite } = readRecordedRun(dataDir, id);
  const samples = new Map(suite.samples.map((sample) => [sample.id, sample]));
  return result.samples.map(({ answer, ...rest }) => {
    const sample = samples.get(rest.sample);
    return {
      ...rest,
      question: sample === undefined ? '' : questionOf(sample),
      target: sample?.target ?? null,
      answer: answer?.text ?? null,
      tool_calls: answer?.toolCalls ?? [],
    };
  });
}
