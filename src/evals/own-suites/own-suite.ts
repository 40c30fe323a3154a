// own-suites/: evaluation sets that a company writes itself, as JSON Lines, CSV or promptfoo's configuration.
// May import: contracts, lib, checks and suites/; yaml for promptfoo's files. Reads texts, not files.
// Start here for our own two formats; promptfoo.ts imports the third and says what it cannot take over.
// Nothing is passed over: a row that cannot be read is an error with its number.
// What a target must look like is said beside each scorer.

import { isObject } from '../../checks/json.ts';
import { AppError } from '../../contracts/errors.ts';
import type { Sample, Suite } from '../../contracts/evaluation.ts';
import { csvRecords } from '../../lib/csv.ts';
import { SCORER_NAMES } from '../scorers/scorer-list.ts';
import { suiteHash } from '../suites/suite.ts';
import { inputOf } from './sample-input.ts';
import { targetFor } from './targets.ts';

export interface OwnSuiteOptions {
  name: string;
  version: string;
  /** A name of scorers/scorer-list.ts. */
  scorer: string;
}

const invalid = (message: string): AppError => new AppError('invalid_request', message);

/** A suite of samples that were read elsewhere. Throws AppError invalid_request for an unknown scorer or a repeated id. */
export function ownSuite({ name, version, scorer }: OwnSuiteOptions, samples: readonly Sample[]): Suite {
  if (!SCORER_NAMES.includes(scorer)) {
    throw invalid(`There is no scorer ${scorer}. There are: ${SCORER_NAMES.join(', ')}.`);
  }
  if (samples.length === 0) throw invalid(`The suite ${name} has no samples.`);
  const seen = new Set<string>();
  for (const { id } of samples) {
    if (seen.has(id)) throw invalid(`The id ${id} comes twice.`);
    seen.add(id);
  }
  return {
    name,
    version,
    licence: 'own',
    scorer,
    hash: suiteHash([name, version, scorer], samples),
    samples,
  };
}

/**
 * One row: `input` and `target`, and if wanted `tools`, `id`, `cluster`, `item_date`; every other plain member is metadata.
 */
function toSample(row: Record<string, unknown>, number: number, scorer: string): Sample {
  const { id, input, tools, target, cluster, item_date: itemDate, metadata, ...others } = row;
  const rest = { ...others, ...(isObject(metadata) ? metadata : { metadata }) };
  const asked = inputOf(input, tools, `Row ${number}`);
  if (target === undefined) throw invalid(`Row ${number} has no "target".`);
  const plain = (value: unknown): value is string | number | boolean | null =>
    value === null || ['string', 'number', 'boolean'].includes(typeof value);
  return {
    id: id === undefined || id === '' ? `row/${number}` : String(id),
    input: asked,
    target: targetFor(scorer, target, `Row ${number}`),
    metadata: Object.fromEntries(
      Object.entries(rest).filter((entry): entry is [string, string | number | boolean | null] => plain(entry[1])),
    ),
    cluster: typeof cluster === 'string' && cluster !== '' ? cluster : null,
    itemDate: typeof itemDate === 'string' && itemDate !== '' ? itemDate : null,
  };
}

/** Samples of JSON Lines, one object a line; each is read when it is asked for. */
export function* jsonLinesSamples(text: string, scorer: string): Generator<Sample> {
  let number = 0;
  for (let start = text.startsWith('\uFEFF') ? 1 : 0; start < text.length; ) {
    const found = text.indexOf('\n', start);
    const end = found === -1 ? text.length : found;
    const line = text.slice(start, end);
    start = end + 1;
    number += 1;
    if (line.trim() !== '') yield toSample(parseRow(line, number), number, scorer);
  }
}

function parseRow(line: string, number: number): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (cause) {
    throw new AppError('invalid_request', `Row ${number} is not JSON.`, { cause });
  }
  if (!isObject(value)) throw invalid(`Row ${number} is no object.`);
  return value;
}

/**
 * Samples of a CSV with a head, each read when it is asked for. Targets are texts, except where the scorer's target is JSON:
 * then a cell is read as such.
 */
export function* csvSamples(text: string, scorer: string): Generator<Sample> {
  const structured = !['exact', 'contains', 'regex', 'math', 'numeric', 'judge', 'judge_pair'].includes(scorer);
  const records = csvRecords(text);
  const head = records.next();
  const names = head.done === true ? [] : head.value.fields.map((name) => name.trim());
  checkNames(names);
  let number = 0;
  for (const { line, fields, unclosed } of records) {
    number += 1;
    if (unclosed) throw invalid(`A quote is opened in the row of line ${line} and never closed.`);
    if (fields.length > names.length) {
      throw invalid(
        `The row of line ${line} has ${fields.length} cells, the first has ${names.length}: a text that holds a comma stands in quotes.`,
      );
    }
    const row = Object.fromEntries(fields.map((field, column) => [names[column] as string, field]));
    const target = row['target'];
    const read = structured && target !== undefined ? { ...row, target: parseTarget(target, number) } : row;
    yield toSample(read, number, scorer);
  }
}

/** Whatever else a CSV's first row names is metadata. */
function checkNames(names: readonly string[]): void {
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw invalid(`Two columns are called ${JSON.stringify(twice)}.`);
  const missing = ['input', 'target'].find((name) => !names.includes(name));
  if (missing === undefined) return;
  throw invalid(
    `The first row names the columns, and none is ${JSON.stringify(missing)}: ${names.map((name) => JSON.stringify(name)).join(', ')}. Cells are parted by commas.`,
  );
}

function parseTarget(cell: string, number: number): unknown {
  try {
    return JSON.parse(cell) as unknown;
  } catch (cause) {
    throw new AppError('invalid_request', `The target of row ${number} is not JSON, which this scorer needs.`, {
      cause,
    });
  }
}
