// Measures detection: `node scripts/measure-privacy.ts --data DIR [--rounds N] [--seed S] [--misses] [--json]`.
// DIR holds public test data (Presidio's recognizer cases and sentence templates, stdnum's vectors); none of it is in
// this repository, and what DIR lacks is left out by name. docs/privacy.md quotes the figures.

import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { type FalseFindings, measureFalseFindings } from './privacy/false-findings.ts';
import { runNumberVectors, type VectorResult } from './privacy/number-vectors.ts';
import { judgeOwnTexts, type OwnResult, type OwnTally, readOwnTexts } from './privacy/own-texts.ts';
import { type CaseResult, runRecognizerCases } from './privacy/recognizer-cases.ts';
import { fScore, judgeSentences, makeSentences, type SentenceResult, type Tally } from './privacy/sentences.ts';

const { values } = parseArgs({
  options: {
    data: { type: 'string' },
    rounds: { type: 'string', default: '20' },
    seed: { type: 'string', default: '7' },
    misses: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
  },
});

const write = (text: string): void => void process.stdout.write(`${text}\n`);
const share = (part: number, whole: number): string => (whole === 0 ? '-' : `${((100 * part) / whole).toFixed(2)} %`);

function printVectors(results: readonly VectorResult[]): void {
  const wrong = results.filter(({ ok }) => !ok);
  const types = new Set(results.map(({ name }) => name));
  write(`number vectors: ${results.length - wrong.length} of ${results.length} agree, ${types.size} kinds`);
  for (const { name, value, valid } of wrong)
    write(`  ${name} ${value}: the vector says ${valid ? 'valid' : 'invalid'}`);
}

function printCases(results: readonly CaseResult[]): void {
  const right = results.filter(({ ok }) => ok).length;
  const disputed = results.filter((result) => result.disputed).length;
  write(
    `recognizer cases: ${right} of ${results.length} (${share(right, results.length)}); ` +
      `without the ${disputed} that the issuers' rules contradict ${share(right, results.length - disputed)}`,
  );
  const entities = new Map<string, [number, number]>();
  for (const { entity, ok } of results) {
    const [all, good] = entities.get(entity) ?? [0, 0];
    entities.set(entity, [all + 1, good + (ok ? 1 : 0)]);
  }
  for (const [entity, [all, good]] of entities) if (good < all) write(`  ${entity}: ${good} of ${all}`);
  if (!values.misses) return;
  for (const { entity, text, expected, count, found, ok, disputed: contradicted } of results) {
    if (!ok)
      write(
        `    ${contradicted ? '(disputed) ' : ''}${entity} ${JSON.stringify(text)} wants ${JSON.stringify(expected ?? count)}: ${JSON.stringify(found)}`,
      );
  }
}

/** Fields whose values carry a check digit. */
const CHECKSUMMED = ['credit_card', 'iban'];
const GUESSED = ['person', 'organization', 'address', 'street'];

function printSentences({ byField, overall, misses, falses }: SentenceResult): void {
  const row = (name: string, tally: Tally): void =>
    write(
      `  ${name.padEnd(16)} ${String(tally.expected).padStart(6)} ${share(tally.found, tally.expected).padStart(9)} ` +
        `${share(tally.exact, tally.expected).padStart(9)} ${String(tally.false).padStart(6)} ${fScore(tally).toFixed(3)}`,
    );
  write(`sentences, values that no list of ours holds; ${values.rounds} rounds, seed ${values.seed}`);
  write(
    `  ${'slot'.padEnd(16)} ${'values'.padStart(6)} ${'recall'.padStart(9)} ${'exact'.padStart(9)} ${'false'.padStart(6)} F2`,
  );
  for (const [name, tally] of byField) row(name, tally);
  row('all', overall);
  row(
    'checksummed',
    sum(byField, (name) => CHECKSUMMED.includes(name)),
  );
  row(
    'names, addresses',
    sum(byField, (name) => GUESSED.includes(name)),
  );
  if (values.misses) for (const text of [...new Set([...misses, ...falses])]) write(`    ${text}`);
}

function printOwnTexts(half: string, texts: number, { byField, byLanguage, overall, misses, falses }: OwnResult): void {
  write(`texts of our own, ${half}: ${texts}`);
  write(
    `  ${'label'.padEnd(26)} ${'values'.padStart(6)} ${'recall'.padStart(9)} ${'exact'.padStart(9)} ${'masked'.padStart(9)} ${'false'.padStart(6)} F2`,
  );
  const row = (name: string, tally: OwnTally): void =>
    write(
      `  ${name.padEnd(26)} ${String(tally.expected).padStart(6)} ${share(tally.found, tally.expected).padStart(9)} ` +
        `${share(tally.exact, tally.expected).padStart(9)} ${share(tally.masked, tally.expected).padStart(9)} ` +
        `${String(tally.false).padStart(6)} ${fScore(tally).toFixed(3)}`,
    );
  for (const [name, tally] of [...byField].sort(([a], [b]) => (a < b ? -1 : 1))) row(name, tally);
  for (const [name, tally] of byLanguage) row(`in ${name}`, tally);
  row('all', overall);
  // The counted halves stay unseen, so that it keeps saying something.
  if (values.misses && half.startsWith('looked-at')) {
    for (const miss of misses) write(`    missed ${miss}`);
    for (const wrong of falses) write(`    false ${wrong}`);
  }
}

function sum(byField: ReadonlyMap<string, Tally>, wanted: (name: string) => boolean): Tally {
  const total: Tally = { expected: 0, found: 0, exact: 0, false: 0 };
  for (const [name, tally] of byField) {
    if (!wanted(name)) continue;
    total.expected += tally.expected;
    total.found += tally.found;
    total.exact += tally.exact;
    total.false += tally.false;
  }
  return total;
}

function printFalse(rows: readonly FalseFindings[]): void {
  write(
    'masked by default in text without personal data, per KB (mail, names and IP addresses that packages print are right)',
  );
  for (const { name, kilobytes, masked, byType, examples } of rows) {
    write(
      `  ${name.padEnd(26)} ${kilobytes.toFixed(0).padStart(6)} KB ${String(masked).padStart(4)} ${(masked / kilobytes).toFixed(4)} ${JSON.stringify(byType)}`,
    );
    if (values.misses) for (const example of examples.slice(0, 12)) write(`    ${example}`);
  }
}

const dataDir = values.data === undefined ? null : resolve(values.data);

/** The folder that holds the data, or null with a note. */
function dataFor(folder: string): string | null {
  if (dataDir !== null && existsSync(join(dataDir, folder))) return dataDir;
  process.stderr.write(`left out, no ${folder}: give --data DIR\n`);
  return null;
}

const report: Record<string, unknown> = {};
const vectors = dataFor('id-numbers-stdnum-vectors');
if (vectors !== null) {
  const results = runNumberVectors(vectors);
  report.vectors = { all: results.length, disagree: results.filter(({ ok }) => !ok) };
  if (!values.json) printVectors(results);
}
const cases = dataFor('pii-presidio-recognizer-cases');
if (cases !== null) {
  const results = runRecognizerCases(cases);
  const right = results.filter(({ ok }) => ok).length;
  report.cases = { all: results.length, right, disputed: results.filter(({ disputed }) => disputed).length };
  if (!values.json) printCases(results);
}
const templates = dataFor('pii-presidio-templates-dev');
if (templates !== null) {
  const result = judgeSentences(makeSentences(templates, Number(values.rounds), Number(values.seed)));
  report.sentences = Object.fromEntries([...result.byField, ['all', result.overall]]);
  if (!values.json) printSentences(result);
}
for (const half of ['looked-at', 'counted', 'looked-at-2', 'counted-2']) {
  const texts = readOwnTexts(resolve(import.meta.dirname, '..', 'data', 'privacy'), half);
  const result = judgeOwnTexts(texts);
  report[`own texts, ${half}`] = Object.fromEntries([...result.byField, ['all', result.overall]]);
  if (!values.json) printOwnTexts(half, texts.length, result);
}
const rows = measureFalseFindings(resolve(import.meta.dirname, '..'));
report.falseFindings = rows.map(({ examples, ...row }) => row);
if (values.json) write(JSON.stringify(report, null, 2));
else printFalse(rows);
