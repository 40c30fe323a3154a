// Purpose: how long a recorded log takes to be decided again: `node scripts/measure-simulate.ts [rows]`.
// May import: src/, test/support. Writes a log of typical receipts into a temporary folder, then does with it what
// `alidade route simulate` does after it has started, with the built-in configuration.
// Prints rows a second, and microseconds of processor time a row, which other work on the machine changes little.
// Start reading at the end.

import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConfiguration } from '../src/config/load.ts';
import { TASKS, type Task } from '../src/contracts/vocabulary.ts';
import { createDecider } from '../src/offline/decide-again.ts';
import { buildOfflineWorld, type OfflineWorld } from '../src/offline/offline-world.ts';
import { simulate } from '../src/offline/simulate.ts';
import { testFacts, testMoment } from '../src/routing/test-world.ts';
import { sampleReceipt, sampleTime } from '../test/support/receipts.ts';

const ROWS_AT_ONCE = 1_000;
const rows = Number(process.argv[2] ?? 100_000);
const folder = mkdtempSync(join(tmpdir(), 'alidade-simulate-'));
const log = join(folder, 'log.ndjson');

/** Receipts whose decisions this world has made: of every task, short and long. */
async function writeLog(world: OfflineWorld): Promise<void> {
  const decide = createDecider(world);
  for (let at = 0; at < rows; at += ROWS_AT_ONCE) {
    const lines: string[] = [];
    for (let index = at; index < Math.min(rows, at + ROWS_AT_ONCE); index += 1) {
      const task = TASKS[index % TASKS.length] as Task;
      const facts = testFacts({ task, tasks: [{ task, p: 0.9 }], estimatedTokens: 50 + ((index * 97) % 20_000) });
      const decision = await decide(facts, testMoment({ now: sampleTime(index), seed: index }));
      lines.push(JSON.stringify(sampleReceipt(index, { decision })));
    }
    appendFileSync(log, `${lines.join('\n')}\n`);
  }
}

try {
  const { loaded, source } = loadConfiguration({ cwd: folder, env: {} });
  if (loaded === null) throw new Error('The built-in configuration cannot be used.');
  const world = await buildOfflineWorld({ loaded, source, env: {}, now: new Date() });
  await writeLog(world);
  const started = performance.now();
  const before = process.cpuUsage();
  const { replayed } = await simulate(log, null, world);
  const seconds = (performance.now() - started) / 1_000;
  const { user, system } = process.cpuUsage(before);
  if (replayed !== rows) throw new Error(`${replayed} of ${rows} rows were decided.`);
  const each = ((user + system) / rows).toFixed(1);
  process.stdout.write(
    `${rows} rows in ${seconds.toFixed(1)} s: ${Math.round(rows / seconds)} a second, ${each} us of CPU a row\n`,
  );
} finally {
  rmSync(folder, { recursive: true, force: true });
}
