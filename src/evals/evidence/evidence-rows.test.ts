import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../../test/support/temporary-folder.ts';
import type { Suite } from '../../contracts/evaluation.ts';
import { evidenceRowSchema } from '../../contracts/evidence.ts';
import { type RunResult, runResult } from '../results/run-result.ts';
import { additionSuite, createAdder } from '../runner/resume-fixture.ts';
import { runPlan } from '../runner/run.ts';
import { openRun, readRun } from '../runner/run-file.ts';
import { planRun } from '../runner/run-plan.ts';
import { numericScorer } from '../scorers/text-scorers.ts';
import { evidenceRows } from './evidence-rows.ts';

/** A run of additions of which the first `wrong` have a wrong target. */
async function run(change: (suite: Suite) => Suite, wrong = 5, sandbox = false): Promise<[RunResult, Suite]> {
  const plain = additionSuite(40);
  const samples = plain.samples.map((sample, index) => (index < wrong ? { ...sample, target: -1 } : sample));
  const suite = change({ ...plain, samples });
  const folder = temporaryFolder();
  const file = openRun(
    folder,
    planRun(suite, numericScorer, {
      ...{ deployment: 'adder', seed: 1, limit: null, budgetUsd: null },
      ...{ model: 'maker/adder', upstreamModel: 'adder-1', useCase: 'billing' },
    }),
  );
  await runPlan({
    ...{ id: 'run_1', suite, scorer: numericScorer, file, call: createAdder({ sandbox }), cache: null },
    ...{ emit: () => undefined, now: () => 0, wait: () => Promise.resolve(), pause: new AbortController().signal },
  });
  file.close();
  return [runResult('run_1', readRun(folder), suite.samples), suite];
}

const labelled = (suite: Suite): Suite => ({
  ...suite,
  samples: suite.samples.map((sample, index) => ({
    ...sample,
    metadata: { task: 'quantitative', language: index % 4 === 0 ? 'de' : 'en', length: 'short' },
  })),
});

describe('evidence of a run', () => {
  it('is one valid row for each cell of work, with the run, the instrument, the version that answered and every outcome', async () => {
    const rows = evidenceRows(...(await run(labelled)));
    for (const row of rows) expect(() => evidenceRowSchema.parse(row)).not.toThrow();
    expect(rows.map(({ cell, n }) => [cell.language, n]).sort()).toEqual([
      ['de', 10],
      ['en', 30],
    ]);
    const english = rows.find(({ cell }) => cell.language === 'en');
    expect(english).toMatchObject({
      cell: { task: 'quantitative', length: 'short', use_case: 'billing' },
      ...{ model: 'maker/adder', deployment: 'adder', model_version: 'adder-1', run: 'run_1', kind: 'own' },
      ...{ sandbox: false, usd_per_item: expect.closeTo(0.01), seconds_per_item: expect.closeTo(0.002) },
    });
    expect(english?.mean).toBeCloseTo(27 / 30);
    expect(Object.values(english?.outcomes ?? {}).filter((score) => score === 0)).toHaveLength(3);
  });

  it('of the sandbox says so and claims no cost', async () => {
    const [row] = evidenceRows(...(await run(labelled, 5, true)));
    expect(row).toMatchObject({ sandbox: true, usd_per_item: null });
  });

  it('of a public suite goes into that suite’s cell', async () => {
    const [result, suite] = await run((plain) => ({ ...plain, name: 'gsm8k', licence: 'MIT' }));
    expect(evidenceRows(result, suite)).toMatchObject([
      { cell: { task: 'quantitative', language: 'en', length: null, use_case: null }, n: 40 },
    ]);
    // A suite of one's own that bears such a name is another.
    expect(evidenceRows(result, { ...suite, licence: 'own' })).toEqual([]);
  });

  it('is none where the scorer does not measure quality, and none for samples of which nobody says what work they are', async () => {
    const [result, suite] = await run(labelled);
    expect(evidenceRows(result, { ...suite, scorer: 'answered' })).toEqual([]);
    expect(evidenceRows(...(await run((plain) => plain)))).toEqual([]);
  });

  it('knows that samples of one template tell less than as many of their own', async () => {
    const rows = evidenceRows(
      ...(await run((plain) => {
        const suite = labelled(plain);
        const samples = suite.samples.map((sample, index) => ({
          ...sample,
          metadata: { task: 'quantitative' },
          cluster: `template/${Math.floor(index / 10)}`,
        }));
        return { ...suite, samples };
      }, 10)),
    );
    expect(rows).toHaveLength(1);
    expect(rows[0]?.effective_n).toBeLessThan(10);
    expect(rows[0]?.interval).toEqual([0, 1]);
  });
});
