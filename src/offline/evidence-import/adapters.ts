import { AppError } from '../../contracts/errors.ts';
import type { EvidenceTask } from '../../contracts/evidence.ts';
import { type Mapping, mappingSchema } from '../../contracts/evidence-mapping.ts';
import { type ImportProblems, readRows, type SourceRow } from './source-row.ts';

/** A published table as it is published. */
export interface Adapter {
  name: string;
  /** What it reads, for --help. */
  reads: string;
  read(file: string, text: string, problems: ImportProblems): { rows: readonly SourceRow[]; mapping: Mapping };
}

/**
 * The leaderboard states no number of items; as a prior its figures weigh at most 20, so that is what they are given.
 * A model that is called in two ways stands twice: by its functions (FC), or by a prompt; one that stands with FC and
 * without counts with it.
 */
const bfcl: Adapter = {
  name: 'bfcl-leaderboard',
  reads: 'data_overall.csv of the Berkeley Function Calling Leaderboard',
  read: (file, text, problems) => {
    const named = readRows(file, text, problems).map(({ line, values }) => {
      const [, model, way] = /^(.*?)(?: \((FC|Prompt)[^)]*\))?$/.exec(String(values.Model ?? '')) ?? [];
      return { line, way, values: { ...values, Model: model } };
    });
    const byFunctions = new Set(named.flatMap(({ way, values }) => (way === 'FC' ? [values.Model] : [])));
    const rows = named.filter(
      ({ way, values }) => way === 'FC' || (way === undefined && !byFunctions.has(values.Model)),
    );
    const mapping = mappingSchema.parse({
      ...{ instrument: 'bfcl-leaderboard', metric: 'overall accuracy', kind: 'public', percent: true },
      columns: { model: 'Model', mean: 'Overall Acc', seconds_per_item: 'Latency Mean (s)' },
      constants: { task: 'agentic_tools', n: 20 },
    });
    return { rows, mapping };
  },
};

/** Which of our tasks a benchmark is about; the subjects of MMLU that are computed, by the words in their names. */
const isComputed = (benchmark: string, subject: string): boolean =>
  benchmark === 'gsm8k' || /math|algebra|statistics|econometrics|physics/.test(subject);

/** One line a prompt, with who was right: each becomes one line a model, so that two can be compared on the same items. */
const routellm: Adapter = {
  name: 'routellm-replay',
  reads: 'mmlu.jsonl or gsm8k.jsonl of the RouteLLM replay set',
  read: (file, text, problems) => {
    const rows = readRows(file, text, problems).flatMap(({ line, values }) => {
      const { id, benchmark, subject, correct } = values;
      if (typeof correct !== 'object' || correct === null) {
        problems.add(line, 'correct: this is no object of who was right.');
        return [];
      }
      const task = isComputed(String(benchmark), String(subject)) ? 'quantitative' : 'conversational';
      return Object.entries(correct).map(([model, right]) => ({ line, values: { id, task, model, right } }));
    });
    const mapping = mappingSchema.parse({
      ...{ instrument: 'routellm-replay', kind: 'public' },
      columns: { model: 'model', task: 'task', item: 'id', score: 'right' },
      constants: { language: 'en' },
    });
    return { rows, mapping };
  },
};

const DATA_SETS: Readonly<Record<string, EvidenceTask>> = {
  AIME: 'quantitative',
  LiveMathBench: 'quantitative',
  LiveCodeBench: 'code_generation',
  'SWE-Bench': 'code_generation',
  GPQA: 'conversational',
  HLE: 'conversational',
  'MMLU-Pro': 'conversational',
  SimpleQA: 'conversational',
  ArenaHard: 'conversational',
  Tau2: 'agentic_tools',
};

interface Tables {
  samples: Record<string, number>;
  accuracy: Record<string, Record<string, number | null> | null>;
  cost: Record<string, Record<string, number | null> | null>;
}

const isTables = (value: unknown): value is Tables => {
  const { samples, accuracy, cost } = (value ?? {}) as Record<string, unknown>;
  return [samples, accuracy, cost].every((table) => typeof table === 'object' && table !== null);
};

function parseTables(file: string, text: string): Tables {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new AppError('invalid_request', `${file} is not JSON. Nothing was imported.`, { cause });
  }
  if (!isTables(value)) {
    throw new AppError('invalid_request', `${file} has no tables samples, accuracy and cost. Nothing was imported.`);
  }
  return value;
}

/** Accuracy in percent and dollars for a whole data set, by model and data set; each data set is a version of its own. */
const llmRouterBench: Adapter = {
  name: 'llmrouterbench',
  reads: 'flagship_accuracy_cost.json, tables 9 and 10 of LLMRouterBench',
  read: (file, text) => {
    const { samples, accuracy, cost } = parseTables(file, text);
    const rows = Object.entries(accuracy).flatMap(([model, bySet]) =>
      // Sums stand beside the data sets and are left out, since they have no samples; not every model ran on every set.
      Object.entries(samples).flatMap(([set, n]) => {
        if (bySet?.[set] == null) return [];
        const usd = cost[model]?.[set];
        const each = usd == null ? null : usd / n;
        // The file has no lines: what is wrong is said of the first.
        return { line: 1, values: { model, set, percent: bySet[set], n, usd: each, task: DATA_SETS[set] } };
      }),
    );
    const mapping = mappingSchema.parse({
      ...{ instrument: 'llmrouterbench', kind: 'public', percent: true },
      columns: {
        model: 'model',
        task: 'task',
        mean: 'percent',
        n: 'n',
        usd_per_item: 'usd',
        instrument_version: 'set',
      },
      constants: { language: 'en' },
    });
    return { rows, mapping };
  },
};

export const ADAPTERS: readonly Adapter[] = [bfcl, routellm, llmRouterBench];
