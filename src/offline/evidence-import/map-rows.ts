import { findTaskOrLabel } from '../../config/routes.ts';
import { type EvidenceRow, evidenceRowSchema } from '../../contracts/evidence.ts';
import type { Mapping } from '../../contracts/evidence-mapping.ts';
import { wilsonInterval } from '../../lib/wilson.ts';
import { checkRows, type RowAt } from './check-rows.ts';
import type { KnownModels } from './known-models.ts';
import { numberOf, type Read, reader, shareOf, WrongValue } from './read-values.ts';
import type { ImportProblems, SourceRow } from './source-row.ts';

/** What an import says of itself beside its rows. */
export interface ImportFacts {
  /** Id of the import. */
  run: string;
  /** Today, YYYY-MM-DD: when it was measured, where neither column nor constant says. */
  date: string;
  /** Leaves out rows about models that nobody here knows, instead of refusing the file. */
  skipUnknown: boolean;
}

export interface Imported {
  rows: readonly EvidenceRow[];
  /** Names of models that were left out. */
  skipped: readonly string[];
}

function taskOf(read: Read): EvidenceRow['cell']['task'] {
  const name = read('task');
  const known = name === null ? null : findTaskOrLabel(name);
  if (known === null) throw new WrongValue(`task: there is no task or label ${JSON.stringify(name)}.`);
  return known.name;
}

/** The members that one row has alone, whichever kind of file it comes from. */
function commonOf(read: Read, mapping: Mapping, models: KnownModels, facts: ImportFacts) {
  const name = read('deployment') ?? read('model');
  if (name === null) throw new WrongValue('model: nobody is named.');
  const measured = models.find(name);
  return {
    name,
    measured,
    cell: {
      task: taskOf(read),
      language: read('language'),
      length: read('length') as EvidenceRow['cell']['length'],
      use_case: read('use_case'),
    },
    model_version: read('model_version'),
    version: read('instrument_version') ?? mapping.version,
    date: read('date') ?? facts.date,
    usd: numberOf(read, 'usd_per_item'),
    seconds: numberOf(read, 'seconds_per_item'),
    score: shareOf(read, 'score', mapping.percent),
    mean: shareOf(read, 'mean', mapping.percent),
    n: numberOf(read, 'n'),
    item: read('item'),
  };
}

type Common = ReturnType<typeof commonOf>;

/** Lines that come to one row: a result, or all items of one model in one cell. */
interface Group {
  line: number;
  common: Common;
  /** Of its last measurement. */
  date: string;
  scores: number[];
  items: (string | null)[];
  seen: Set<string>;
  usd: (number | null)[];
  seconds: (number | null)[];
}

const meanOf = (values: readonly (number | null)[]): number | null => {
  let sum = 0;
  for (const value of values) {
    if (value === null) return null;
    sum += value;
  }
  return values.length === 0 ? null : sum / values.length;
};

function outcomesOf({ items, scores }: Group): Record<string, number> | null {
  if (items.some((item) => item === null)) return null;
  return Object.fromEntries(items.map((item, index) => [item as string, scores[index] as number]));
}

function rowOf(group: Group, mapping: Mapping, facts: ImportFacts): unknown {
  const { common, scores } = group;
  const byItem = scores.length > 0;
  const n = byItem ? scores.length : (common.n as number);
  const mean = byItem ? (meanOf(scores) as number) : (common.mean as number);
  const within = mean >= 0 && mean <= 1 && n > 0;
  const { low, high } = within ? wilsonInterval(mean * n, n) : { low: 0, high: 1 };
  return {
    cell: common.cell,
    ...common.measured,
    model_version: common.model_version,
    metric: mapping.metric,
    n,
    mean,
    interval: [low, high],
    effective_n: null,
    instrument: { name: mapping.instrument, version: common.version, items: null },
    outcomes: byItem ? outcomesOf(group) : null,
    usd_per_item: meanOf(group.usd),
    seconds_per_item: meanOf(group.seconds),
    date: group.date,
    run: facts.run,
    kind: mapping.kind,
    sandbox: false,
  };
}

function checkShape({ score, mean, n, item }: Common, mapping: Mapping): void {
  if (score !== null && (score < 0 || score > 1)) throw new WrongValue(`score: ${score} is not between 0 and 1.`);
  if (score === null && (mean === null || n === null)) {
    throw new WrongValue('there is neither a score of one item nor a mean with its n.');
  }
  // One nameless item, and none of the others could be compared with a rival's.
  if (score !== null && item === null && mapping.columns.item !== undefined)
    throw new WrongValue('item: there is none.');
}

/** Columns that a mapping names and the file lacks: said once, not for every line. */
function missingColumns(rows: readonly SourceRow[], mapping: Mapping): string[] {
  const present = new Set(rows.flatMap(({ values }) => Object.keys(values)));
  return Object.values(mapping.columns).filter((column) => column !== undefined && !present.has(column)) as string[];
}

/** Rows of evidence from lines of a file. What is wrong goes to `problems`; the rows count only if there is nothing. */
export function mapRows(
  source: readonly SourceRow[],
  mapping: Mapping,
  models: KnownModels,
  facts: ImportFacts,
  problems: ImportProblems,
): Imported {
  if (source.length === 0) problems.add(1, 'there are no measurements.');
  else {
    for (const column of missingColumns(source, mapping)) {
      problems.add(1, `there is no column ${JSON.stringify(column)}.`);
    }
  }
  problems.throwIfAny();
  const groups = new Map<string, Group>();
  const skipped = new Set<string>();
  for (const row of source) {
    try {
      const common = commonOf(reader(row, mapping), mapping, models, facts);
      checkShape(common, mapping);
      if (common.measured === null) {
        if (facts.skipUnknown) skipped.add(common.name);
        else throw new WrongValue(models.unknown(common.name));
        continue;
      }
      const { cell, model_version: modelVersion, version } = common;
      const alone = common.score === null ? groups.size : null;
      const key = JSON.stringify([common.measured, cell, modelVersion, version, alone]);
      const group = groups.get(key) ?? {
        line: row.line,
        common,
        date: common.date,
        scores: [],
        items: [],
        seen: new Set(),
        usd: [],
        seconds: [],
      };
      if (common.score !== null) {
        if (common.item !== null && group.seen.has(common.item)) {
          throw new WrongValue(`item: ${JSON.stringify(common.item)} was there before.`);
        }
        if (common.item !== null) group.seen.add(common.item);
        group.scores.push(common.score);
        group.items.push(common.item);
      }
      if (common.date > group.date) group.date = common.date;
      group.usd.push(common.usd);
      group.seconds.push(common.seconds);
      groups.set(key, group);
    } catch (error) {
      if (!(error instanceof WrongValue)) throw error;
      problems.add(row.line, error.message);
    }
  }
  const rows = [...groups.values()].flatMap((group): RowAt[] => {
    const parsed = evidenceRowSchema.safeParse(rowOf(group, mapping, facts));
    if (parsed.success) return [{ line: group.line, row: parsed.data }];
    for (const { path, message } of parsed.error.issues) {
      problems.add(group.line, `${path.join('.') || 'row'}: ${message}`);
    }
    return [];
  });
  return { rows: checkRows(rows, facts.date, problems), skipped: [...skipped] };
}
