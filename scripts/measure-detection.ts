// Measures what detection costs: `node scripts/measure-detection.ts [rounds]`, thread time inside one process.
// Prints JSON: for each round microseconds for a message of 500 characters and milliseconds for a megabyte, by text.
// Least of several batches, since other work on the machine only adds. `npm run bench -- detection` judges it.

import { detect } from '../src/privacy/detect.ts';

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
  return Math.min(...batches);
}

const rounds = Number(process.argv[2] ?? 5);
const messages = { plain: repeated(PROSE, 500), findings: repeated(PROSE + WITH_FINDINGS, 500) };
const megabytes = {
  prose: repeated(PROSE, MEBIBYTE),
  'prose with findings in every tenth sentence': repeated(PROSE.repeat(9) + WITH_FINDINGS, MEBIBYTE),
  'JSON records': repeated(RECORD, MEBIBYTE),
  'ten megabytes of prose': repeated(PROSE, 10 * MEBIBYTE),
};

const measured: { us: Record<string, number>; ms: Record<string, number> }[] = [];
// Round -1 warms up and is not counted.
for (let round = -1; round < rounds; round += 1) {
  const us = Object.fromEntries(Object.entries(messages).map(([name, text]) => [name, costOf(text, 400)]));
  const ms = Object.fromEntries(Object.entries(megabytes).map(([name, text]) => [name, costOf(text, 1) / 1_000]));
  if (round >= 0) measured.push({ us, ms });
}
process.stdout.write(`${JSON.stringify({ rounds: measured })}\n`);
