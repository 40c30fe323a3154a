import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import { parse } from 'yaml';
import type { World } from '../../contracts/decision.ts';
import { AppError } from '../../contracts/errors.ts';
import { evidenceRowSchema } from '../../contracts/evidence.ts';
import { type Mapping, mappingSchema, modelNamesSchema } from '../../contracts/evidence-mapping.ts';
import { readText } from '../read-text.ts';
import { ADAPTERS, type Adapter } from './adapters.ts';
import { checkRows, type RowAt } from './check-rows.ts';
import { KnownModels } from './known-models.ts';
import { type Imported, type ImportFacts, mapRows } from './map-rows.ts';
import { ImportProblems, readRows } from './source-row.ts';

export interface ImportInput {
  file: string;
  /** Path of a mapping (YAML or JSON), or name of an adapter; neither: the lines are rows of evidence already. */
  mapping: string | null;
  adapter: string | null;
  /** Path of a file (YAML or JSON) that says what the source's names of models mean here; null: none. */
  models: string | null;
  skipUnknown: boolean;
  /** Today, YYYY-MM-DD. */
  date: string;
}

/** Spreadsheets and editors of Windows put a byte order mark in front. */
const readTable = (path: string): string => readText(path).replace(/^\uFEFF/, '');

/** What this asks of a schema. */
interface Schema<T> {
  safeParse(
    value: unknown,
  ):
    | { success: true; data: T }
    | { success: false; error: { issues: readonly { path: readonly PropertyKey[]; message: string }[] } };
}

/** A small file that somebody wrote by hand. @throws AppError config_invalid naming the member */
function readYaml<T>(path: string, schema: Schema<T>): T {
  let value: unknown;
  try {
    value = parse(readTable(path));
  } catch (cause) {
    if (cause instanceof AppError) throw cause;
    throw new AppError('config_invalid', `${path} is neither YAML nor JSON.`, { cause });
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new AppError('config_invalid', `${path}: ${issue?.path.join('.') || 'file'}: ${issue?.message}`);
}

/** What a mapping says of models, and what was said beside it, which counts more. */
function withModels(mapping: Mapping, path: string | null): Mapping {
  if (path === null) return mapping;
  const model = { ...mapping.values.model, ...readYaml(path, modelNamesSchema) };
  return { ...mapping, values: { ...mapping.values, model } };
}

function findAdapter(name: string): Adapter {
  const found = ADAPTERS.find((adapter) => adapter.name === name);
  if (found !== undefined) return found;
  throw new AppError(
    'config_invalid',
    `There is no adapter ${name}: there are ${ADAPTERS.map((known) => known.name).join(', ')}.`,
  );
}

/** Lines that are rows of evidence as they stand, such as those of another installation. */
function readyRows(text: string, models: KnownModels, facts: ImportFacts, problems: ImportProblems): Imported {
  const skipped = new Set<string>();
  const rows = readRows('.jsonl', text, problems).flatMap(({ line, values }): RowAt[] => {
    const parsed = evidenceRowSchema.safeParse(values);
    if (!parsed.success) {
      for (const { path, message } of parsed.error.issues) problems.add(line, `${path.join('.') || 'row'}: ${message}`);
      return [];
    }
    const { model, deployment } = parsed.data;
    const name = deployment ?? model;
    const measured = models.find(name);
    if (measured === null) {
      if (facts.skipUnknown) skipped.add(name);
      else problems.add(line, models.unknown(name));
      return [];
    }
    if (measured.model !== (models.find(model)?.model ?? model)) {
      problems.add(line, `deployment: ${name} serves ${measured.model}, not ${model}.`);
      return [];
    }
    // By the names that decisions look for, whatever short name or alias the line uses.
    return [{ line, row: { ...parsed.data, ...measured } }];
  });
  return { rows: checkRows(rows, facts.date, problems), skipped: [...skipped] };
}

/** A table alone does not say what its columns are. */
const needsMapping = (file: string): AppError =>
  new AppError(
    'config_invalid',
    `${basename(file)} is a table: say with --mapping which column is what (docs/evidence.md), or with --adapter which ` +
      `published table it is: ${ADAPTERS.map(({ name }) => name).join(', ')}. Nothing was imported.`,
  );

/**
 * Reads a file of measurements into rows of evidence, all of it or nothing.
 * @throws AppError invalid_request with the lines that are wrong
 */
export function readEvidence(input: ImportInput, world: World): Imported {
  const { file, mapping, adapter, skipUnknown, date } = input;
  const text = readTable(file);
  if (mapping === null && adapter === null && file.toLowerCase().endsWith('.csv')) throw needsMapping(file);
  const digest = createHash('sha256').update(text).digest('hex').slice(0, 12);
  const facts: ImportFacts = { run: `import-${digest}`, date, skipUnknown };
  const problems = new ImportProblems(basename(file));
  const models = new KnownModels(world);
  if (mapping === null && adapter === null) return readyRows(text, models, facts, problems);
  const { rows, mapping: used } =
    adapter !== null
      ? findAdapter(adapter).read(file, text, problems)
      : { rows: readRows(file, text, problems), mapping: readYaml(mapping as string, mappingSchema) };
  problems.throwIfAny();
  return mapRows(rows, withModels(used, input.models), models, facts, problems);
}
