import { detect } from '../../src/privacy/detect.ts';
import { quantile, type Spread, spreadOf } from '../measure/statistics.ts';
import { atMost, type Findings, type Row } from '../report/report.ts';
import type { BenchOptions, Scenario } from '../scenario.ts';

export const detection: Scenario = {
  name: 'detection',
  summary:
    'personal data and secrets in text: a message with and without findings, megabytes of prose, findings and JSON',
  run: (options) => Promise.resolve(run(options)),
};

const MEBIBYTE = 1_000_000;
const PROSE =
  'The committee considers how best to explain the results of the survey to a wider audience, while the engineers look for a simpler way to store the figures that were collected over the summer. ';
const WITH_FINDINGS =
  'My name is Zorblax Quimby, my e-mail is zorblax@quimby.example, my phone (415) 555-0132. Please charge card 4012 8888 8888 1881 and send it to 14 Quimby Crescent, Lisbon. My IBAN is DE89 3704 0044 0532 0130 00. ';
const RECORD =
  '{"id":"550e8400-e29b-41d4-a716-446655440000","at":"2026-03-04T05:06:07.089Z","count":41823,"ratio":0.4471,"state":"done"},\n';

const repeated = (unit: string, length: number): string =>
  unit.repeat(Math.ceil(length / unit.length)).slice(0, length);

/** Thread time of one call in microseconds, least of several batches: other work on the machine only adds. */
function costOf(text: string, calls: number): number {
  const batches: number[] = [];
  for (let batch = 0; batch < 5; batch += 1) {
    const before = process.threadCpuUsage();
    for (let call = 0; call < calls; call += 1) detect(text);
    const { user, system } = process.threadCpuUsage(before);
    batches.push((user + system) / calls);
  }
  batches.sort((a, b) => a - b);
  return quantile(batches, 0);
}

function run({ rounds = 5 }: BenchOptions): Findings {
  const message = { plain: repeated(PROSE, 500), findings: repeated(PROSE + WITH_FINDINGS, 500) };
  const long = {
    prose: repeated(PROSE, MEBIBYTE),
    'prose with findings in every tenth sentence': repeated(PROSE.repeat(9) + WITH_FINDINGS, MEBIBYTE),
    'JSON records': repeated(RECORD, MEBIBYTE),
  };
  const times = new Map<string, number[]>();
  const add = (name: string, value: number): void => void times.set(name, [...(times.get(name) ?? []), value]);
  // Round -1 warms up and is not counted.
  for (let round = -1; round < rounds; round += 1) {
    for (const [name, text] of Object.entries(message)) {
      const cost = costOf(text, 400);
      if (round >= 0) add(name, cost);
    }
    for (const [name, text] of Object.entries(long)) {
      const cost = costOf(text, 1) / 1_000;
      if (round >= 0) add(name, cost);
    }
    const ten = costOf(repeated(long.prose, 10 * MEBIBYTE), 1) / 1_000;
    if (round >= 0) add('ten', ten);
  }
  const spread = (name: string): Spread | null => spreadOf(times.get(name) ?? []);
  const row = (name: string, key: string): Row => ({ name, values: { [key]: spread(name) } });
  const growth = (times.get('ten') ?? []).map((ten, round) => ten / (times.get('prose')?.[round] ?? Number.NaN));
  return {
    settings: { rounds, characters: 500 },
    versions: {},
    tables: [
      {
        title: 'a message of 500 characters, us of thread time',
        columns: { us: 'us' },
        rows: Object.keys(message).map((name) => row(name, 'us')),
      },
      {
        title: 'a megabyte, ms of thread time',
        columns: { ms: 'ms' },
        rows: Object.keys(long).map((name) => row(name, 'ms')),
      },
    ],
    targets: [
      atMost('us, 500 characters, nothing triggers', 60, spread('plain')),
      atMost('us, 500 characters with findings', 200, spread('findings')),
      atMost('ms per MB, prose', 60, spread('prose')),
      atMost('ms per MB, prose with findings', 60, spread('prose with findings in every tenth sentence')),
      atMost('ms per MB, JSON', 60, spread('JSON records')),
      atMost('time at 10 MB / time at 1 MB (linear: 10)', 11, spreadOf(growth)),
    ],
    notes: [],
    voided: [],
  };
}
