import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { UsageError } from '../command-line.ts';
import { type Spread, spreadOf } from '../measure/statistics.ts';
import { atLeast, atMost, type Findings, type Row, type Table } from '../report/report.ts';
import type { BenchOptions, Scenario } from '../scenario.ts';

export const routing: Scenario = {
  name: 'routing',
  summary: 'what routing by evidence brings on recorded outcomes and published tables of --data DIR',
  run,
};

const PROGRAM = fileURLToPath(new URL('../../scripts/measure-routing.ts', import.meta.url));

/** Least mean APGR in percent by items a subject. */
const TARGETS: Readonly<Record<number, number>> = { 10: 60, 50: 64, 120: 67 };

interface Router {
  name: string;
  apgr: number;
  seeds: number[];
  interval: [number, number];
  cpt50: number | null;
  cpt80: number | null;
  aiq: number;
  performanceGain: number;
  costSaved: number | null;
}

interface Decided {
  name: string;
  quality: number;
  strongShare: number;
  taskRegret: number;
  promptRegret: number;
  ownCell: number;
}

/** As scripts/measure-routing.ts prints it. */
interface Measured {
  seeds: number;
  replay: { items: number; routers: Router[]; decisions: Decided[] };
  tables: {
    rows: { name: string; quality: number; cost: number }[];
    aiq: number;
    aiqSingle: number;
    performanceGain: number;
    costSaved: number | null;
  };
}

const one = (value: number | null): Spread | null => (value === null ? null : spreadOf([value]));
const percent = (share: number | null): Spread | null => one(share === null ? null : 100 * share);

const routerTable = ({ replay, seeds }: Measured): Table => ({
  title: `MMLU replay of ${replay.items} prompts and two models, mean of ${seeds} seeds, percent`,
  columns: {
    apgr: 'APGR',
    low: 'low',
    high: 'high',
    cpt50: 'CPT50',
    cpt80: 'CPT80',
    aiq: 'AIQ',
    gain: 'PerfGain',
    saved: 'CostSave',
  },
  rows: replay.routers.map(
    (router): Row => ({
      name: router.name,
      values: {
        apgr: percent(router.apgr),
        low: percent(router.interval[0]),
        high: percent(router.interval[1]),
        cpt50: percent(router.cpt50),
        cpt80: percent(router.cpt80),
        aiq: percent(router.aiq),
        gain: percent(router.performanceGain),
        saved: percent(router.costSaved),
      },
    }),
  ),
});

const decisionTable = ({ replay }: Measured): Table => ({
  title: "the product's decision at its defaults (margin .05, alpha .1), percent",
  columns: {
    quality: 'right',
    strong: 'strong calls',
    task: 'regret to task oracle',
    prompt: 'to prompt oracle',
    own: 'subjects compared by themselves',
  },
  rows: replay.decisions.map(
    (decided): Row => ({
      name: decided.name,
      values: {
        quality: percent(decided.quality),
        strong: percent(decided.strongShare),
        task: percent(decided.taskRegret),
        prompt: percent(decided.promptRegret),
        own: percent(decided.ownCell),
      },
    }),
  ),
});

const publishedTables = ({ tables }: Measured): Table[] => [
  {
    title: 'LLMRouterBench tables, ten data sets: IN-SAMPLE UPPER BOUND, what chose is what judges',
    columns: { quality: 'macro accuracy %', cost: 'dollars' },
    rows: tables.rows.map(({ name, quality, cost }) => ({
      name,
      values: { quality: one(quality), cost: one(cost) },
    })),
  },
  {
    title: 'the same tables, percent (in-sample)',
    columns: { aiq: 'AIQ', single: 'AIQ of single models', gain: 'PerfGain', saved: 'CostSave' },
    rows: [
      {
        name: 'routing by data set',
        values: {
          aiq: one(tables.aiq),
          single: one(tables.aiqSingle),
          gain: percent(tables.performanceGain),
          saved: percent(tables.costSaved),
        },
      },
    ],
  },
];

const NOTES = [
  'low and high: 95 % of 500 bootstrap draws over seeds and prompts, so of one replay and not of the mean',
  'cost in the replay is the share of calls to the strong model: the data hold no dollars; random is 50, 50 and 80',
  'below 50 items a subject the product compares nobody there and decides by all subjects together; APGR ranks by what it believes',
  "the article's table: prompts that it sends to gpt-5.5 count as strong calls, those to glm-5.2 as weak ones",
  'the pair of models is of 2023: the figures judge the method, not models of today',
];

async function run({ data, rounds = 10 }: BenchOptions): Promise<Findings> {
  if (data === undefined) throw new UsageError('routing needs --data DIR: recorded outcomes are not in the repository');
  const limits = { maxBuffer: 64 * 1024 * 1024 };
  const { stdout } = await promisify(execFile)(process.execPath, [PROGRAM, data, String(rounds)], limits);
  const measured = JSON.parse(stdout) as Measured;
  const row = (name: string) => measured.tables.rows.find((each) => each.name === name)?.cost ?? null;
  const apgr = (samples: number): number | null => {
    const found = measured.replay.routers.find(({ name }) => name === `subject evidence, ${samples} items`);
    return found === undefined ? null : 100 * found.apgr;
  };
  return {
    settings: { seeds: rounds },
    versions: { node: process.version },
    tables: [routerTable(measured), decisionTable(measured), ...publishedTables(measured)],
    targets: [
      ...Object.entries(TARGETS).map(([samples, least]) =>
        atLeast(`APGR at ${samples} items a subject, %`, least, apgr(Number(samples))),
      ),
      atMost('cheapest not worse than gpt-5-medium, dollars', 309.3, row('cheapest not worse than gpt-5-medium')),
      atLeast('gpt-5-medium alone, dollars', 416.3, row('gpt-5-medium')),
    ],
    notes: NOTES,
    voided: [],
  };
}
