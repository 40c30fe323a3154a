import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { type Spread, spreadOf } from '../measure/statistics.ts';
import { atMost, type Findings, type Table } from '../report/report.ts';
import type { BenchOptions, Scenario } from '../scenario.ts';

export const ensemble: Scenario = {
  name: 'ensemble',
  summary: 'recorded answers through votes, judges and cascades: accuracy against cost; what an ensemble itself costs',
  run,
};

const PROGRAM = fileURLToPath(new URL('../../scripts/measure-ensembles.ts', import.meta.url));
const US_PER_MEMBER = 100;
const WALL_MS = 5;

interface Interval {
  estimate: number;
  low: number;
  high: number;
}

interface Measured {
  sets: {
    name: string;
    items: number;
    rows: { name: string; cost: number; accuracy: Interval; againstBest: Interval; againstEqualCost: Interval }[];
  }[];
  own: { usPerMember: number; wallMs: number }[];
}

/** A 95 % interval in percent, where tables show ranges. */
const percent = ({ estimate, low, high }: Interval): Spread => ({
  median: 100 * estimate,
  min: 100 * low,
  max: 100 * high,
  rounds: [],
});

const tableOf = ({ name, items, rows }: Measured['sets'][number]): Table => ({
  title: `${name}: ${items} questions, 95 % intervals`,
  columns: {
    cost: 'cost, best single = 1',
    accuracy: 'accuracy %',
    best: 'points over the best single',
    equal: 'points over singles at equal cost',
  },
  rows: rows.map((row) => ({
    name: row.name,
    values: {
      cost: spreadOf([row.cost]),
      accuracy: percent(row.accuracy),
      best: percent(row.againstBest),
      equal: percent(row.againstEqualCost),
    },
  })),
});

async function run({ data = '../shared/data' }: BenchOptions): Promise<Findings> {
  const { stdout } = await promisify(execFile)(process.execPath, [PROGRAM, data], { maxBuffer: 16 * 1024 * 1024 });
  const { sets, own } = JSON.parse(stdout) as Measured;
  const perMember = spreadOf(own.map(({ usPerMember }) => usPerMember));
  const wall = spreadOf(own.map(({ wallMs }) => wallMs));
  return {
    settings: { judgeLeansToFirst: 0.1, seed: 7, members: 4 },
    versions: { node: process.version },
    tables: [
      ...sets.map(tableOf),
      {
        title: 'the ensemble itself, four members that answer at once',
        columns: { perMember: 'CPU us per member', wall: 'wall ms per run' },
        rows: [{ name: 'vote of four', values: { perMember, wall } }],
      },
    ],
    targets: [
      atMost('CPU that fan-out adds per member, us', US_PER_MEMBER, perMember),
      atMost('wall time beside members and arbiter, ms', WALL_MS, wall),
    ],
    notes: [
      "Costs: RouteLLM's prices (0.24 and 24.7 dollars per million tokens) where they are known, else billions of parameters times samples.",
      "Votes and the arithmetic check are the product's own code on recorded texts; judges and checks with a given accuracy are simulated. A judge costs as much as the dearer member, twice a pair.",
      'At equal cost: the best mixture by lot of single models that costs as much.',
      'CPU per member is what the ensemble adds to a call; the call itself costs what any request costs.',
    ],
    voided: [],
  };
}
