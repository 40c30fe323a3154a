import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../../test/support/temporary-folder.ts';
import { type RunResult, runResult } from '../results/run-result.ts';
import { additionSuite, createAdder } from '../runner/resume-fixture.ts';
import { runPlan } from '../runner/run.ts';
import { openRun, readRun } from '../runner/run-file.ts';
import { planRun } from '../runner/run-plan.ts';
import { numericScorer } from '../scorers/text-scorers.ts';
import { claimsBeside } from './claims.ts';
import { reportData } from './report-data.ts';
import { reportPage } from './report-page.ts';

const SUITE = additionSuite(30);

async function run(id: string, deployment: string, offset: (index: number) => number): Promise<RunResult> {
  const folder = temporaryFolder();
  const suite = {
    ...SUITE,
    samples: SUITE.samples.map((sample, index) => ({ ...sample, target: index + 1 + offset(index) })),
  };
  const plan = planRun(suite, numericScorer, {
    deployment,
    seed: 1,
    limit: null,
    budgetUsd: null,
    model: 'maker/adder',
  });
  const file = openRun(folder, plan);
  await runPlan({
    ...{ id, suite, scorer: numericScorer, file, call: createAdder(), cache: null },
    ...{ emit: () => undefined, now: () => 0, wait: () => Promise.resolve(), pause: new AbortController().signal },
  });
  file.close();
  return runResult(id, readRun(folder), suite.samples);
}

const report = async () => {
  const results = [await run('run_A', 'first', (index) => (index < 6 ? 1 : 0)), await run('run_B', 'second', () => 0)];
  const claims = claimsBeside(
    [
      {
        id: 'claim/sums',
        subject: 'maker/adder',
        rival: null,
        metric: 'Sums',
        value: 99,
        rival_value: null,
        unit: 'percent',
        source: 'an article',
      },
    ],
    SUITE,
    'maker/adder',
  );
  return reportData(
    results.map((result) => ({ result, samples: SUITE.samples, claims })),
    new Date(0),
  );
};

/** Figures hang together by blanks that do not break. */
const spaced = (page: string): string => page.replaceAll('\u00a0', ' ');

describe('the report', () => {
  it('is one file that asks nobody for anything and runs nothing', async () => {
    const page = reportPage(await report());
    expect(page).toMatch(/^<!doctype html>/);
    expect(page).not.toMatch(/<script|<link|<img|<iframe|@import|https?:\/\/|url\(/i);
    expect(page).toContain("default-src 'none'");
    expect(page).toContain('@media print');
  });

  it('has for each chart a table that says the same', async () => {
    const page = reportPage(await report());
    const charts = page.split('<svg ').slice(1);
    expect(charts.length).toBeGreaterThanOrEqual(4);
    for (const chart of charts) expect(chart.slice(0, chart.indexOf('<svg ') + 1 || undefined)).toContain('<table>');
    const [, values = ''] = /class="value"[^>]*>([^<]+)</.exec(page) ?? [];
    expect(page.split(values).length).toBeGreaterThan(2);
  });

  it('shows quality with its denominator, the verdict in words, claims beside what was measured, and failures to read', async () => {
    const data = await report();
    const page = reportPage(data);
    expect(spaced(page)).toContain('80.0 % [62.7 %, 90.5 %] (24 of 30)');
    expect(page).toMatch(/class="verdict">(better|not enough data)</);
    expect(spaced(page)).toContain('99.0 % (Sums)');
    expect(page).toContain('an article');
    expect(data.runs[0]).toMatchObject({ failure_count: 6, failures: { length: 6 } });
    expect(page.match(/<details>/g)).toHaveLength(6);
    expect(page).toContain('SANDBOX: not an AI model');
  });

  it('shows what a model wrote as text and never as markup', async () => {
    const data = await report();
    const [first] = data.runs;
    const evil = '<img src=x onerror=alert(1)></pre><script>1</script>';
    const failures = (first?.failures ?? []).map((failure) => ({
      ...failure,
      answer: evil,
      question: evil,
      target: evil,
    }));
    const page = reportPage({
      ...data,
      runs: [{ ...(first as NonNullable<typeof first>), failures, deployment: evil }],
    });
    expect(page).not.toContain('<img');
    expect(page).not.toContain('<script>1');
    expect(page).toContain('&#60;img src=x');
  });

  it('says why two instruments are not compared', async () => {
    const [first, second] = [await run('run_A', 'first', () => 0), await run('run_B', 'second', () => 0)];
    const other = { ...second, plan: { ...second.plan, suite_hash: 'another' } };
    const data = reportData(
      [first, other].map((result) => ({ result, samples: SUITE.samples, claims: [] })),
      new Date(0),
    );
    expect(data.comparisons).toEqual([]);
    expect(reportPage(data)).toContain('two instruments');
  });
});
