// Purpose: `npm run bench -- NAME [options]`: runs one bench, prints a table on stderr and JSON on stdout.
// May import: everything under bench/; nothing of src/, which is measured from outside as a process of its own.
// Exit codes: 0 done, 1 the run failed or is void, 2 usage.
// Benches are the files of scenarios/; SCENARIOS below is the list.
// Start reading at main; README.md says what the figures mean.

import { parseCommandLine, USAGE, UsageError } from './command-line.ts';
import { readMachineFacts } from './measure/machine-facts.ts';
import { pinSelf } from './process/pinned-process.ts';
import { raisePriority } from './process/raise-priority.ts';
import { renderReport } from './report/print.ts';
import type { Report } from './report/report.ts';
import { saveReport } from './report/save.ts';
import type { Scenario } from './scenario.ts';
import { classify } from './scenarios/classify.ts';
import { decide } from './scenarios/decide.ts';
import { detection } from './scenarios/detection.ts';
import { ensemble } from './scenarios/ensemble.ts';
import { faults } from './scenarios/faults.ts';
import { memory } from './scenarios/memory.ts';
import { outside } from './scenarios/outside.ts';
import { overhead } from './scenarios/overhead.ts';
import { policy } from './scenarios/policy.ts';
import { prompt } from './scenarios/prompt.ts';
import { routing } from './scenarios/routing.ts';
import { soak } from './scenarios/soak.ts';
import { stalled } from './scenarios/stalled.ts';
import { startup } from './scenarios/startup.ts';
import { streaming } from './scenarios/streaming.ts';

const SCENARIOS: readonly Scenario[] = [
  overhead,
  streaming,
  startup,
  memory,
  prompt,
  policy,
  classify,
  decide,
  faults,
  soak,
  outside,
  stalled,
  detection,
  ensemble,
  routing,
];

async function main(args: readonly string[]): Promise<number> {
  const line = parseCommandLine(args);
  if (line.name === 'list') {
    for (const { name, summary } of SCENARIOS) process.stdout.write(`${name.padEnd(10)} ${summary}\n`);
    return 0;
  }
  const scenario = SCENARIOS.find(({ name }) => name === line.name);
  if (scenario === undefined)
    throw new UsageError(`no bench ${line.name}: there are ${SCENARIOS.map(({ name }) => name).join(', ')}`);
  const machine = readMachineFacts();
  if (machine.pinned) pinSelf(0);
  // Children inherit it: generator, upstream and every subject alike.
  if (line.priority) raisePriority();
  const startedAt = new Date().toISOString();
  const findings = await scenario.run(line.options);
  const report: Report = {
    bench: scenario.name,
    startedAt,
    command: `npm run bench -- ${args.join(' ')}`,
    machine,
    ...findings,
  };
  process.stderr.write(`\n${renderReport(report)}`);
  process.stdout.write(`${JSON.stringify(report, null, 2)}\n`);
  if (line.save) process.stderr.write(`saved ${saveReport(report)}\n`);
  return report.voided.length === 0 ? 0 : 1;
}

process.once('SIGINT', () => process.exit(130));
process.once('SIGTERM', () => process.exit(143));

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  process.stderr.write(
    error instanceof UsageError ? `${error.message}\n\n${USAGE}` : `${error instanceof Error ? error.stack : error}\n`,
  );
  process.exitCode = error instanceof UsageError ? 2 : 1;
}
