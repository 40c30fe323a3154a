import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { type Spread, spreadOf } from '../measure/statistics.ts';
import { atMost, type Findings, type Row } from '../report/report.ts';
import type { BenchOptions, Scenario } from '../scenario.ts';

export const detection: Scenario = {
  name: 'detection',
  summary:
    'personal data and secrets in text: a message with and without findings, megabytes of prose, findings and JSON',
  run,
};

const PROGRAM = fileURLToPath(new URL('../../scripts/measure-detection.ts', import.meta.url));
const MESSAGES: Readonly<Record<string, number>> = { plain: 60, findings: 200 };
const MEGABYTES = ['prose', 'prose with findings in every tenth sentence', 'JSON records'];
const MEGABYTE_MS = 60;
const GROWTH = 11;

/** Thread time by name of the text. */
interface Round {
  us: Record<string, number>;
  ms: Record<string, number>;
}

async function run({ rounds = 5 }: BenchOptions): Promise<Findings> {
  const { stdout } = await promisify(execFile)(process.execPath, [PROGRAM, String(rounds)]);
  const measured = (JSON.parse(stdout) as { rounds: Round[] }).rounds;
  const spread = (of: (round: Round) => number | undefined): Spread | null =>
    spreadOf(measured.map(of).filter((value) => value !== undefined));
  const microseconds = (name: string): Spread | null => spread(({ us }) => us[name]);
  const milliseconds = (name: string): Spread | null => spread(({ ms }) => ms[name]);
  const growth = spread(({ ms }) => (ms['ten megabytes of prose'] ?? Number.NaN) / (ms.prose ?? Number.NaN));
  return {
    settings: { rounds, characters: 500 },
    versions: { node: process.version },
    tables: [
      {
        title: 'a message of 500 characters, us of thread time',
        columns: { us: 'us' },
        rows: Object.keys(MESSAGES).map((name): Row => ({ name, values: { us: microseconds(name) } })),
      },
      {
        title: 'a megabyte, ms of thread time',
        columns: { ms: 'ms' },
        rows: MEGABYTES.map((name): Row => ({ name, values: { ms: milliseconds(name) } })),
      },
    ],
    targets: [
      ...Object.entries(MESSAGES).map(([name, limit]) =>
        atMost(`us, 500 characters, ${name}`, limit, microseconds(name)),
      ),
      ...MEGABYTES.map((name) => atMost(`ms per MB, ${name}`, MEGABYTE_MS, milliseconds(name))),
      atMost('time at 10 MB / time at 1 MB (linear: 10)', GROWTH, growth),
    ],
    notes: [],
    voided: [],
  };
}
