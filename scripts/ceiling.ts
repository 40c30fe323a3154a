// Purpose: how well a careful reader does on arena-hard's development half: `node scripts/ceiling.ts --data ../shared/data`.
// May import: scripts/train-tasks, scripts/agreement.ts, src/contracts. The labels are data/tasks/labels/blind-development.json,
// which says how they were made. What such a reader misses of the published labels, no classifier can be asked for.
// Start reading at main.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { TASKS, type Task, type TaskOrUnsure } from '../src/contracts/vocabulary.ts';
import { cohensKappa } from './agreement.ts';
import { measure } from './train-tasks/metrics.ts';
import { LETTERS, readArena } from './train-tasks/sources.ts';

const OWN = fileURLToPath(new URL('../data/tasks', import.meta.url));

/** Blind labels by the beginning of the digest of the uid. */
function readBlind(): Map<string, Task> {
  const { labels } = JSON.parse(readFileSync(`${OWN}/labels/blind-development.json`, 'utf8')) as {
    labels: Record<string, string>;
  };
  return new Map(
    Object.entries(labels).flatMap(([letter, keys]) => keys.split(' ').map((key) => [key, LETTERS[letter] as Task])),
  );
}

function report(name: string, pairs: readonly { wanted: TaskOrUnsure; best: Task }[]): string {
  const measured = measure(pairs.map((pair) => ({ ...pair, p: 1, answered: pair.best })));
  const kappa = cohensKappa(pairs.map(({ wanted, best }) => ({ first: wanted, second: best })));
  const recall = TASKS.map((task) => measured.recall[task]?.toFixed(2) ?? '-').join(' | ');
  const accuracy = `${(100 * measured.accuracy).toFixed(1)} %`;
  return `| ${name} | ${pairs.length} | ${accuracy} | ${kappa?.toFixed(3) ?? '-'} | ${measured.macroF1.toFixed(2)} | ${recall} |`;
}

function main(): void {
  const { values } = parseArgs({ options: { data: { type: 'string' } } });
  if (values.data === undefined) {
    process.stderr.write('usage: node scripts/ceiling.ts --data FOLDER\n');
    process.exitCode = 2;
    return;
  }
  const blind = readBlind();
  const read = readArena(values.data, OWN).flatMap((prompt) => {
    const best = blind.get(createHash('sha256').update(prompt.uid).digest('hex').slice(0, 12));
    return best === undefined || prompt.training ? [] : [{ best, prompt }];
  });
  const lines = [
    `| labels | prompts | agreed | Cohen's kappa | macro-F1 | ${TASKS.join(' | ')} |`,
    `| --- | --- | --- | --- | --- |${' --- |'.repeat(TASKS.length)}`,
    report(
      'mapped',
      read.map(({ best, prompt }) => ({ best, wanted: prompt.task })),
    ),
    report(
      'after the second reading',
      read.map(({ best, prompt }) => ({ best, wanted: prompt.second })),
    ),
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
}

main();
