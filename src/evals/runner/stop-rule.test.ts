import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../../test/support/temporary-folder.ts';
import type { EndState } from '../../contracts/evaluation.ts';
import { numericScorer } from '../scorers/text-scorers.ts';
import { additionSuite, createAdder } from './resume-fixture.ts';
import { runPlan } from './run.ts';
import { openRun } from './run-file.ts';
import { planRun } from './run-plan.ts';
import { type Baseline, StopRule } from './stop-rule.ts';

const PLAN = { samples: Array.from({ length: 40 }, (_, index) => `s${index}`), alpha: 0.05 };
const alone = PLAN.samples.map((id) => ({ id, cluster: null }));
const ended = (state: EndState): Baseline => new Map(PLAN.samples.map((id) => [id, state]));

describe('a stop rule', () => {
  it('counts pairs in the order of the plan, whatever came first', () => {
    const rule = new StopRule(PLAN, 'run_A', ended('wrong'), alone);
    for (let index = 39; index > 0; index--) rule.settled(`s${index}`, 'correct');
    expect(rule.reading).toMatchObject({ pairs: 0, decided: null });
    rule.settled('s0', 'correct');
    expect(rule.reading).toMatchObject({ against: 'run_A', decided: 'better' });
    // It stops at the pair that decided: what came later cannot take the decision back.
    expect(rule.reading.pairs).toBeLessThan(40);
  });

  it('learns nothing from samples that our own harness failed on, and counts one of those that belong together', () => {
    const rule = new StopRule(
      PLAN,
      'run_A',
      ended('correct'),
      alone.map(({ id }) => ({ id, cluster: 'template' })),
    );
    rule.settled('s0', 'harness_error');
    for (const id of PLAN.samples.slice(1)) rule.settled(id, 'wrong');
    expect(rule.reading).toMatchObject({ pairs: 1, n10: 1, n01: 0, decided: null });
  });
});

async function run(baseline: Baseline | undefined, folder = temporaryFolder()) {
  const suite = additionSuite(300);
  const plan = planRun(suite, numericScorer, {
    ...{ deployment: 'adder', seed: 3, limit: null, budgetUsd: null, maxConcurrency: 8 },
    stopAgainst: 'run_A',
  });
  const file = openRun(folder, plan);
  const asked: string[] = [];
  try {
    const done = await runPlan({
      ...{ id: 'run', suite, scorer: numericScorer, file, cache: null, now: () => 0, emit: () => undefined },
      call: createAdder({ before: async (question) => void asked.push(question) }),
      wait: () => Promise.resolve(),
      pause: new AbortController().signal,
      ...(baseline === undefined ? {} : { baseline }),
    });
    return { done, plan, asked, folder };
  } finally {
    file.close();
  }
}

describe('a run whose plan names a stop rule', () => {
  const others = (state: EndState): Baseline => new Map(additionSuite(300).samples.map(({ id }) => [id, state]));

  it('states it before the first call, and asks for no more when it has decided', async () => {
    const { done, plan, asked, folder } = await run(others('wrong'));
    expect(plan).toMatchObject({
      test: 'sequential_paired',
      stop_rule: { test: 'sequential_paired', against: 'run_A' },
    });
    expect(done).toMatchObject({ stopped: 'decided', sequential: { decided: 'better', n10: 0 } });
    expect(asked.length).toBeLessThan(40);
    expect(done.counts.not_run).toBe(300 - asked.length);
    // Resumed, it knows what was decided and asks nobody.
    expect((await run(others('wrong'), folder)).asked).toEqual([]);
  });

  it('goes on to its end where nothing tells the two apart', async () => {
    const { done } = await run(others('correct'));
    expect(done).toMatchObject({ stopped: 'complete', sequential: { decided: null, pairs: 300, anytime_p: 1 } });
  });

  it('does not begin without the run that it is compared with', async () => {
    await expect(run(undefined)).rejects.toThrow(/run_A is needed/);
  });
});
