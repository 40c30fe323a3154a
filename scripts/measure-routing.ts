// Purpose: what routing by evidence brings on public outcomes: `node scripts/measure-routing.ts DIR [SEEDS]`.
// May import: scripts/measure-routing, which measures the product's own posteriors and comparisons.
// DIR holds routellm-replay/mmlu.jsonl and llmrouterbench-tables/flagship_accuracy_cost.json. Prints JSON.
// `npm run bench -- routing --data DIR` runs this and judges it. Start reading at main.
import { readPublishedTables, routeTables, type TableRouting } from './measure-routing/published-tables.ts';
import { type Replay, replay } from './measure-routing/replay.ts';
import { readReplaySet } from './measure-routing/replay-set.ts';

export interface Measured {
  seeds: number;
  replay: Replay;
  tables: TableRouting;
}

function main([folder, seedsText = '10']: readonly string[]): void {
  const seeds = Number(seedsText);
  if (folder === undefined || !Number.isInteger(seeds) || seeds < 1) {
    process.stderr.write('usage: node scripts/measure-routing.ts DIR [SEEDS]\n');
    process.exitCode = 2;
    return;
  }
  const note = (text: string): void => void process.stderr.write(`${text} ...\n`);
  const measured: Measured = {
    seeds,
    tables: routeTables(readPublishedTables(folder)),
    replay: replay(readReplaySet(folder), seeds, note),
  };
  process.stdout.write(`${JSON.stringify(measured)}\n`);
}

main(process.argv.slice(2));
