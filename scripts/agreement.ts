// Purpose: how far a second, independent labelling of data/tasks agrees with the committed one: `node scripts/agreement.ts`.
// May import: src/contracts, node. Second passes are data/tasks/second-pass/*.jsonl, a line each: {"line": n, "file": "...",
// "task": "..."}; `line` counts from 1, `file` is a file of data/tasks.
// Prints Cohen's kappa over all pairs and for each file, and the pairs of classes that are confused most.
// Start reading at main.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { TASKS } from '../src/contracts/vocabulary.ts';

/** One prompt with both labels. */
export interface Pair {
  file: string;
  first: string;
  second: string;
}

const LABELS: readonly string[] = [...TASKS, 'unsure'];

const linesOf = (path: string): string[] =>
  readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => line.trim() !== '');

function readPair(text: string, place: string, folder: string): Pair {
  const { line, file, task } = JSON.parse(text) as { line?: unknown; file?: unknown; task?: unknown };
  if (typeof line !== 'number' || typeof file !== 'string' || typeof task !== 'string' || !LABELS.includes(task)) {
    throw new Error(`${place}: not { line, file, task } with a known task`);
  }
  if (!existsSync(join(folder, file))) throw new Error(`${place}: there is no file ${file}`);
  const labelled = linesOf(join(folder, file))[line - 1];
  if (labelled === undefined) throw new Error(`${place}: ${file} has no line ${line}`);
  return { file, first: (JSON.parse(labelled) as { task: string }).task, second: task };
}

/** Pairs of all second passes. @throws Error naming file and line of the first entry that is wrong */
export function readPairs(folder: string): Pair[] {
  const passes = join(folder, 'second-pass');
  if (!existsSync(passes)) return [];
  return readdirSync(passes)
    .filter((name) => name.endsWith('.jsonl'))
    .sort()
    .flatMap((name) =>
      linesOf(join(passes, name)).map((text, index) => readPair(text, `${name}:${index + 1}`, folder)),
    );
}

/** Cohen's kappa: agreement beyond what the two label frequencies give by chance; null without pairs or when chance is 1. */
export function cohensKappa(pairs: readonly Pick<Pair, 'first' | 'second'>[]): number | null {
  if (pairs.length === 0) return null;
  const share = (test: (pair: Pick<Pair, 'first' | 'second'>) => boolean): number =>
    pairs.filter(test).length / pairs.length;
  const observed = share(({ first, second }) => first === second);
  const chance = LABELS.reduce(
    (sum, label) => sum + share(({ first }) => first === label) * share(({ second }) => second === label),
    0,
  );
  return chance === 1 ? null : (observed - chance) / (1 - chance);
}

function report(pairs: readonly Pair[]): string {
  const files = [...new Set(pairs.map(({ file }) => file))].sort();
  const row = (name: string, some: readonly Pair[]): string => {
    const agreed = some.filter(({ first, second }) => first === second).length;
    return `| ${name} | ${some.length} | ${((100 * agreed) / some.length).toFixed(1)} % | ${cohensKappa(some)?.toFixed(3) ?? '-'} |`;
  };
  const confused = new Map<string, number>();
  for (const { first, second } of pairs) {
    if (first !== second) confused.set(`${first} -> ${second}`, (confused.get(`${first} -> ${second}`) ?? 0) + 1);
  }
  const worst = [...confused].sort((a, b) => b[1] - a[1]).slice(0, 8);
  return [
    "| file | prompts | agreed | Cohen's kappa |",
    '| --- | --- | --- | --- |',
    ...files.map((file) =>
      row(
        file,
        pairs.filter((pair) => pair.file === file),
      ),
    ),
    row('all', pairs),
    '',
    ...worst.map(([name, count]) => `${count} x ${name}`),
    '',
  ].join('\n');
}

function main(): void {
  const pairs = readPairs(fileURLToPath(new URL('../data/tasks', import.meta.url)));
  if (pairs.length === 0) {
    process.stderr.write('no second pass in data/tasks/second-pass\n');
    process.exitCode = 1;
    return;
  }
  process.stdout.write(report(pairs));
}

if (import.meta.main) main();
