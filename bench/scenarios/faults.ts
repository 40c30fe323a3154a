// Purpose: the fault matrix of test/faults as a bench: every fault, inbound and upstream dialect, and how many held.
// May import: node built-ins, bench/measure, bench/report; the matrix itself runs as a process of its own.
// A case that does not have its required outcome voids the run and is named in the notes.
// There is no timing in it: the figure is the share of cases that held, and the target is all of them.
// Start reading at `faults`.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { spreadOf } from '../measure/statistics.ts';
import type { Findings } from '../report/report.ts';
import type { Scenario } from '../scenario.ts';

const MATRIX = join(import.meta.dirname, '../../test/faults/main.ts');

interface MatrixRow {
  name: string;
  required: string;
  cases: number;
  held: number;
  wrong: string[];
}

function runMatrix(): Promise<MatrixRow[]> {
  const child = spawn(process.execPath, [MATRIX], { stdio: ['ignore', 'pipe', 'inherit'] });
  const chunks: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  const { promise, resolve, reject } = Promise.withResolvers<MatrixRow[]>();
  child.once('error', reject);
  child.once('close', () => {
    try {
      resolve(JSON.parse(Buffer.concat(chunks).toString('utf8')) as MatrixRow[]);
    } catch (cause) {
      reject(new Error('the fault matrix did not run to its end', { cause }));
    }
  });
  return promise;
}

async function run(): Promise<Findings> {
  const rows = await runMatrix();
  const cases = rows.reduce((sum, row) => sum + row.cases, 0);
  const held = rows.reduce((sum, row) => sum + row.held, 0);
  return {
    settings: { faults: rows.length, cases },
    versions: {},
    tables: [
      {
        title: 'Faults and their required outcomes',
        columns: { cases: 'cases', held: 'held' },
        rows: rows.map(({ name, required, ...row }) => ({
          name: `${name}: ${required}`,
          values: { cases: spreadOf([row.cases]), held: spreadOf([row.held]) },
        })),
      },
    ],
    targets: [{ name: 'cases that did not hold', limit: 0, measured: cases - held, met: cases === held }],
    notes: [`${held} of ${cases} cases held`],
    voided: rows.flatMap(({ name, wrong }) => wrong.map((what) => `${name}: ${what}`)),
  };
}

export const faults: Scenario = {
  name: 'faults',
  summary: 'every fault in every dialect and its required outcome',
  run,
};
