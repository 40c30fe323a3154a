import type { Sample, Suite } from '../../contracts/evaluation.ts';
import { EVIDENCE_TASKS, type EvidenceCell, type EvidenceRow, type EvidenceTask } from '../../contracts/evidence.ts';
import { LENGTH_BUCKETS, type LengthBucket } from '../../contracts/vocabulary.ts';
import { wilsonInterval } from '../../lib/wilson.ts';
import { clustersOf, type RunResult, type SampleResult } from '../results/run-result.ts';
import { clusteredShare } from '../stats/clustered-share.ts';

type Place = Pick<EvidenceCell, 'task' | 'language'>;

/** Which work a public suite stands for. One that is not here measures something else than how well work is done. */
const SUITE_CELLS: Readonly<Record<string, Place>> = {
  'humaneval-plus': { task: 'code_generation', language: 'en' },
  gsm8k: { task: 'quantitative', language: 'en' },
  'math-500': { task: 'quantitative', language: 'en' },
  'bfcl-v4': { task: 'agentic_tools', language: 'en' },
  'mmlu-pro': { task: 'conversational', language: 'en' },
  mmlu: { task: 'conversational', language: 'en' },
  'longbench-v2': { task: 'long_document', language: null },
  cmmlu: { task: 'cjk_language', language: 'zh' },
};

/** Scorers that do not say how good an answer is. */
const NO_QUALITY = new Set(['answered', 'refusal']);

const isTask = (name: unknown): name is EvidenceTask => EVIDENCE_TASKS.some((task) => task === name);
const isLength = (name: unknown): name is LengthBucket => LENGTH_BUCKETS.some((length) => length === name);
const isLanguage = (name: unknown): name is string => typeof name === 'string' && /^[a-z]{2,3}$/.test(name);

/** The cell of a sample: its suite's, or what its own metadata says (`task`, `language`, `length`); null: none. */
function cellOf(suite: MeasuredSuite, { metadata }: Sample, useCase: string | null): EvidenceCell | null {
  const known = suite.licence === 'own' ? undefined : SUITE_CELLS[suite.name];
  if (known !== undefined) return { ...known, length: null, use_case: null };
  const { task, language, length } = metadata;
  if (!isTask(task)) return null;
  return {
    task,
    language: isLanguage(language) ? language : null,
    length: isLength(length) ? length : null,
    use_case: useCase,
  };
}

/** A suite in memory, or one whose samples are read one at a time. */
type MeasuredSuite = Omit<Suite, 'samples'> & { samples: Iterable<Sample> };

interface Group {
  cell: EvidenceCell;
  results: SampleResult[];
}

/**
 * What a run found, as evidence: one row for each cell of work that its samples belong to. Provider and harness errors
 * are no scores and are left out. Empty where the run measures no quality or nobody says which work its samples are.
 */
export function evidenceRows(result: RunResult, suite: MeasuredSuite): EvidenceRow[] {
  if (NO_QUALITY.has(suite.scorer) || result.plan.model === null || result.endedAt === null) return [];
  const keys = new Map<string, string>();
  for (const sample of suite.samples) {
    const cell = cellOf(suite, sample, result.plan.use_case);
    if (cell !== null) keys.set(sample.id, JSON.stringify(cell));
  }
  const groups = new Map<string, Group>();
  for (const each of result.samples) {
    const scored = each.state !== 'not_run' && each.state !== 'provider_error' && each.state !== 'harness_error';
    const key = scored ? keys.get(each.sample) : undefined;
    if (key === undefined) continue;
    const group = groups.get(key) ?? { cell: JSON.parse(key) as EvidenceCell, results: [] };
    group.results.push(each);
    groups.set(key, group);
  }
  return [...groups.values()].map((group) => rowOf(group, result, suite));
}

function rowOf({ cell, results }: Group, result: RunResult, suite: MeasuredSuite): EvidenceRow {
  const { plan, modelVersions, sandbox, run, endedAt } = result;
  const scores = results.map(({ state }): number => (state === 'correct' ? 1 : 0));
  const successes = scores.reduce((sum, score) => sum + score, 0);
  const n = scores.length;
  const { low, high } = wilsonInterval(successes, n);
  const clusters = clustersOf(results);
  const clustered = clusters === undefined ? null : clusteredShare(scores, { clusters });
  return {
    cell,
    model: plan.model as string,
    deployment: plan.deployment,
    // More than one version answered: whose figure this is cannot be said.
    model_version: modelVersions.length === 1 ? (modelVersions[0] as string) : null,
    metric: 'accuracy',
    n,
    mean: successes / n,
    interval: clustered === null ? [low, high] : [clustered.low, clustered.high],
    effective_n: clustered?.effective ?? null,
    instrument: { name: suite.name, version: plan.suite_hash, items: plan.sample_hash },
    outcomes: Object.fromEntries(results.map(({ sample }, index) => [sample, scores[index] as number])),
    // Programs of the sandbox cost nothing, which says nothing about what an answer costs.
    usd_per_item: sandbox ? null : meanOf(results, ({ costUsd }) => costUsd),
    seconds_per_item: meanOf(results, ({ totalMs }) => (totalMs === null ? null : totalMs / 1_000)),
    date: endedAt as string,
    run,
    kind: 'own',
    sandbox,
  };
}

/** null where one of them is unknown. */
function meanOf(results: readonly SampleResult[], figure: (result: SampleResult) => number | null): number | null {
  let sum = 0;
  for (const result of results) {
    const value = figure(result);
    if (value === null) return null;
    sum += value;
  }
  return sum / results.length;
}
