import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { spreadOf } from '../measure/statistics.ts';
import { atMost, type Findings } from '../report/report.ts';
import type { BenchOptions, Scenario } from '../scenario.ts';

export const decide: Scenario = {
  name: 'decide',
  summary: 'one decision over 200 deployments, by the table and by evidence, without the gateway around it',
  run,
};

const PROGRAM = fileURLToPath(new URL('../../scripts/measure-decide.ts', import.meta.url));
const P50_US = 20;

interface Round {
  yardstick: number;
  known: Record<string, { p50: number; p99: number }>;
  firstInCellMs: number;
}

async function run(options: BenchOptions): Promise<Findings> {
  const { rounds = 5, repeats = 5_000 } = options;
  const { stdout } = await promisify(execFile)(process.execPath, [PROGRAM, String(rounds), String(repeats)]);
  const measured = JSON.parse(stdout) as { deployments: number; rounds: Round[] };
  const spread = (of: (round: Round) => number | undefined) =>
    spreadOf(measured.rounds.map(of).filter((value) => value !== undefined));
  const names = Object.keys(measured.rounds[0]?.known ?? {});
  return {
    settings: { rounds, repeats, deployments: measured.deployments },
    versions: { node: process.version },
    tables: [
      {
        title: 'one decision, microseconds; ratio to one pass over 2,000 characters',
        columns: { p50: 'p50 us', p99: 'p99 us', ratio: 'p50 / yardstick' },
        rows: [
          ...names.map((name) => ({
            name,
            values: {
              p50: spread(({ known }) => known[name]?.p50),
              p99: spread(({ known }) => known[name]?.p99),
              ratio: spread(({ known, yardstick }) => (known[name]?.p50 ?? Number.NaN) / yardstick),
            },
          })),
          { name: 'yardstick', values: { p50: spread(({ yardstick }) => yardstick), p99: null, ratio: null } },
        ],
      },
      {
        title: 'the first decision in a cell compares all that were measured in it, milliseconds',
        columns: { ms: 'ms' },
        rows: [{ name: 'evidence', values: { ms: spread(({ firstInCellMs }) => firstInCellMs) } }],
      },
    ],
    targets: names.map((name) =>
      atMost(
        `${name}, p50 us`,
        P50_US,
        spread(({ known }) => known[name]?.p50),
      ),
    ),
    notes: ['measured inside one process; the machine of the targets reads 2,000 characters in about 2 us'],
    voided: [],
  };
}
