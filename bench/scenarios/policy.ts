import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { spreadOf } from '../measure/statistics.ts';
import { atMost, type Findings } from '../report/report.ts';
import type { BenchOptions, Scenario } from '../scenario.ts';

export const policy: Scenario = {
  name: 'policy',
  summary: '200 rules, 200 deployments of 20 kinds: verdicts by memo, and combinations of attributes never seen before',
  run,
};

const PROGRAM = fileURLToPath(new URL('../../scripts/measure-policy.ts', import.meta.url));
const KNOWN_P99_US = 20;
const NEW_MS = 25;
const BLOCKED_MS = 2;

interface Round {
  one: { p50: number; p99: number };
  set: { p50: number; p99: number };
  fresh: Record<'p50' | 'max' | 'blocked' | 'blockedProcessor' | 'processor' | 'ownProcessor', number>;
}

interface Measured {
  settings: Record<string, number>;
  rounds: Round[];
}

async function run(options: BenchOptions): Promise<Findings> {
  const { rounds = 5, repeats = 20_000 } = options;
  const { stdout } = await promisify(execFile)(process.execPath, [PROGRAM, String(rounds), String(repeats)]);
  const measured = JSON.parse(stdout) as Measured;
  const spread = (of: (round: Round) => number) => spreadOf(measured.rounds.map(of));
  return {
    settings: { rounds, repeats, ...measured.settings },
    versions: { node: process.version },
    tables: [
      {
        title: 'known combination, microseconds',
        columns: { p50: 'p50 us', p99: 'p99 us' },
        rows: [
          {
            name: 'one deployment',
            values: { p50: spread(({ one }) => one.p50), p99: spread(({ one }) => one.p99) },
          },
          {
            name: 'all 200 deployments',
            values: { p50: spread(({ set }) => set.p50), p99: spread(({ set }) => set.p99) },
          },
        ],
      },
      {
        title: 'new combination against all 20 kinds, milliseconds',
        columns: {
          p50: 'p50 ms',
          max: 'max ms',
          blocked: 'loop blocked at most, ms',
          busy: 'the same in processor ms',
          processor: 'processor ms, both threads',
          own: 'processor ms, this thread',
        },
        rows: [
          {
            name: 'prepare',
            values: {
              p50: spread(({ fresh }) => fresh.p50),
              max: spread(({ fresh }) => fresh.max),
              blocked: spread(({ fresh }) => fresh.blocked),
              busy: spread(({ fresh }) => fresh.blockedProcessor),
              processor: spread(({ fresh }) => fresh.processor),
              own: spread(({ fresh }) => fresh.ownProcessor),
            },
          },
        ],
      },
    ],
    targets: [
      atMost(
        'known combination, p99 us',
        KNOWN_P99_US,
        spread(({ one }) => one.p99),
      ),
      atMost(
        'new combination, p50 ms',
        NEW_MS,
        spread(({ fresh }) => fresh.p50),
      ),
      atMost(
        'loop blocked by a new combination, ms',
        BLOCKED_MS,
        spread(({ fresh }) => fresh.blocked),
      ),
    ],
    notes: ['Cedar is compiled while it runs: 40 combinations are evaluated before anything is counted.'],
    voided: [],
  };
}
