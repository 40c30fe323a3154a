// Runs the fault matrix and prints one JSON line: what `npm run bench -- faults` shows. Exit code 1: something is wrong.
import { FAULTS } from './faults.ts';
import { judge } from './judge.ts';
import { FaultRunner, faultCases } from './run-fault.ts';

const runner = await FaultRunner.open();
const rows: { name: string; required: string; cases: number; held: number; wrong: string[] }[] = [];
try {
  for (const fault of FAULTS) {
    const wrong: string[] = [];
    const cases = faultCases([fault]);
    for (const given of cases) {
      const found = judge(given, await runner.run(given));
      if (found.length > 0)
        wrong.push(`${given.client} < ${given.upstream}, stream ${given.stream}: ${found.join('; ')}`);
    }
    const required = typeof fault.required === 'string' ? fault.required : `refused ${fault.required.refused}`;
    rows.push({ name: fault.name, required, cases: cases.length, held: cases.length - wrong.length, wrong });
  }
} finally {
  await runner.close();
}
process.stdout.write(`${JSON.stringify(rows)}\n`);
process.exitCode = rows.every(({ wrong }) => wrong.length === 0) ? 0 : 1;
