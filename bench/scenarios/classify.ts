import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { build } from 'rolldown';
import { spreadOf } from '../measure/statistics.ts';
import { atMost, type Findings } from '../report/report.ts';
import type { BenchOptions, Scenario } from '../scenario.ts';

export const classify: Scenario = {
  name: 'classify',
  summary: 'inspect and classify one request, by length of the prompt, without the gateway around it',
  run,
};

const PROGRAM = fileURLToPath(new URL('../../scripts/measure-classify.ts', import.meta.url));
const PROMPTS = fileURLToPath(new URL('../../data/tasks/en-everyday.jsonl', import.meta.url));

/** Microseconds: p50 by length; p99 for all. */
const LIMITS: Readonly<Record<string, number>> = { '150 characters': 10, '2,000 characters': 60, '100k tokens': 150 };
const P99_LIMIT = 300;

interface Round {
  yardstick: number;
  sizes: Record<string, { p50: number; p99: number }>;
}

/**
 * Joined as `npm run build` joins the product. Where Node strips the types itself, V8 checks at every access to an array of
 * numbers whether it still has its memory, which costs a tenth of the time and which the product does not do.
 */
async function measure(rounds: number, repeats: number): Promise<Round[]> {
  const folder = mkdtempSync(join(tmpdir(), 'measure-classify-'));
  try {
    const file = join(folder, 'measure-classify.mjs');
    await build({ input: PROGRAM, platform: 'node', output: { file }, logLevel: 'silent' });
    const { stdout } = await promisify(execFile)(process.execPath, [file, String(rounds), String(repeats), PROMPTS]);
    return (JSON.parse(stdout) as { rounds: Round[] }).rounds;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function run(options: BenchOptions): Promise<Findings> {
  const { rounds = 5, repeats = 5_000 } = options;
  const measured = await measure(rounds, repeats);
  const spread = (of: (round: Round) => number | undefined) =>
    spreadOf(measured.map(of).filter((value) => value !== undefined));
  const sizes = Object.keys(LIMITS);
  return {
    settings: { rounds, repeats, sizes },
    versions: { node: process.version },
    tables: [
      {
        title: 'inspect and classify, microseconds; ratio to one pass over 2,000 characters',
        columns: { p50: 'p50 us', p99: 'p99 us', ratio: 'p50 / yardstick' },
        rows: [
          ...sizes.map((name) => ({
            name,
            values: {
              p50: spread(({ sizes: all }) => all[name]?.p50),
              p99: spread(({ sizes: all }) => all[name]?.p99),
              ratio: spread(({ sizes: all, yardstick }) => (all[name]?.p50 ?? Number.NaN) / yardstick),
            },
          })),
          { name: 'yardstick', values: { p50: spread(({ yardstick }) => yardstick), p99: null, ratio: null } },
        ],
      },
    ],
    targets: sizes.flatMap((name) => [
      atMost(
        `${name}, p50 us`,
        LIMITS[name] as number,
        spread(({ sizes: all }) => all[name]?.p50),
      ),
      atMost(
        `${name}, p99 us`,
        P99_LIMIT,
        spread(({ sizes: all }) => all[name]?.p99),
      ),
    ]),
    notes: ['measured inside one process; the machine of the targets reads 2,000 characters in about 2 us'],
    voided: [],
  };
}
