import { describe, expect, it } from 'vitest';
import { AppError } from '../../contracts/errors.ts';
import type { Attempt, EndState, RunPlan, ScoreRecord } from '../../contracts/evaluation.ts';
import { wilsonInterval } from '../../lib/wilson.ts';
import { calibrationFrom } from '../certification/calibrate.ts';
import { junitReport } from '../report/junit.ts';
import { additionSuite } from '../runner/resume-fixture.ts';
import { planRun } from '../runner/run-plan.ts';
import { numericScorer } from '../scorers/text-scorers.ts';
import { compareRuns } from './compare-runs.ts';
import { judgeGate, parseGate } from './gates.ts';
import { measuresOf } from './measures.ts';
import { reasonsOf } from './reasons.ts';
import { type RunResult, runResult } from './run-result.ts';

interface Told {
  state?: EndState;
  cost?: number | null;
  ms?: number;
  /** What an earlier, failed attempt cost. */
  failedFor?: number;
  cluster?: string;
  weight?: number;
  parsed?: string;
}

/** A recorded run of additions, each sample ending as it is told. */
function recorded(told: readonly Told[], more: Partial<RunPlan> = {}, run = 'run_A'): RunResult {
  const suite = additionSuite(told.length);
  const plan = {
    ...planRun(suite, numericScorer, { deployment: 'adder', seed: 1, limit: null, budgetUsd: null }),
    samples: suite.samples.map(({ id }) => id),
    ...more,
  };
  const attempts: Attempt[] = [];
  const scores: ScoreRecord[] = [];
  for (const [index, { state = 'correct', cost = 0.01, ms = 100, failedFor, parsed = null }] of told.entries()) {
    if (state === 'not_run') continue;
    const sample = `sum/${index}`;
    const base = { sample, receipt_id: `r${index}`, started_at: '2026-11-22T00:00:00Z', model_version: 'v1' };
    const usage = {
      input_tokens: null,
      output_tokens: null,
      cached_input_tokens: null,
      cache_write_tokens: null,
      reasoning_tokens: null,
    };
    const rest = { ...base, usage, first_token_ms: 5, sandbox: false, cached: false };
    if (failedFor !== undefined) {
      attempts.push({ ...rest, attempt: 1, answer: null, error: 'timeout', cost_usd: failedFor, total_ms: 9 });
    }
    const answer =
      state === 'provider_error' ? null : { text: 'x', toolCalls: [], finish: 'stop' as const, refusalSignal: false };
    const attempt = failedFor === undefined ? 1 : 2;
    attempts.push({
      ...rest,
      attempt,
      answer,
      error: answer === null ? 'timeout' : null,
      cost_usd: cost,
      total_ms: ms,
    });
    const value = state === 'correct' ? 1 : 0;
    const explanation = state === 'harness_error' ? 'No verdict: it would not say.' : '';
    scores.push({ sample, attempt, state, value, parsed, explanation, details: {}, cost_usd: 0 });
  }
  const samples = suite.samples.map((sample, index) => {
    const { cluster = null, weight } = told[index] ?? {};
    return { ...sample, cluster, metadata: weight === undefined ? {} : { weight } };
  });
  return runResult(run, { plan, attempts, scores, done: null, running: false }, samples);
}

const times = <Item>(count: number, item: Item): Item[] => Array.from({ length: count }, () => item);

describe('what a run measured', () => {
  it('says of each rate what it was divided by, with errors as failures and without them', () => {
    const result = recorded([
      ...times(6, {}),
      ...times<Told>(2, { state: 'wrong' }),
      { state: 'provider_error' },
      { state: 'refused' },
      { state: 'not_run' },
    ]);
    const { quality, quality_without_errors: clean, refusals, errors } = measuresOf(result);
    expect([quality.rate, quality.denominator]).toEqual([0.6, 10]);
    expect([clean.rate, clean.denominator]).toEqual([6 / 9, 9]);
    expect([refusals.numerator, errors.numerator, result.counts.not_run]).toEqual([1, 1, 1]);
  });

  it('charges a task for its failed attempts, and a success for the tasks that failed', () => {
    const result = recorded([
      { cost: 0.02, failedFor: 0.04 },
      { state: 'wrong', cost: 0.02 },
    ]);
    const { usd_per_task: task, usd_per_success: success, usd_total: total } = measuresOf(result);
    expect(task?.estimate).toBeCloseTo(0.04);
    expect(success?.estimate).toBeCloseTo(0.08);
    expect(total).toBeCloseTo(0.08);
    // A resample of failures alone has no price for a success: the interval is open there.
    expect(success?.high).toBe(Number.POSITIVE_INFINITY);
  });

  it('says no cost where one is unknown, and none for a success where there was none', () => {
    expect(measuresOf(recorded([{}, { cost: null }]))).toMatchObject({ usd_per_task: null, usd_per_success: null });
    expect(measuresOf(recorded(times<Told>(5, { state: 'wrong' }))).usd_per_success).toBeNull();
  });

  it('has an interval for latency that holds the estimate, of answers only', () => {
    const result = recorded([
      ...times<Told>(95, { ms: 100 }),
      ...times<Told>(5, { ms: 900 }),
      { state: 'provider_error', ms: 60_000 },
    ]);
    const { p50_ms: p50, p95_ms: p95 } = measuresOf(result);
    expect(p50).toMatchObject({ estimate: 100, n: 100 });
    expect(p95?.low).toBeLessThanOrEqual(p95?.estimate ?? 0);
    expect(p95?.high).toBe(900);
  });

  it('widens the interval where samples belong together', () => {
    const alone = recorded(times(20, {}).map((_, index): Told => ({ state: index < 10 ? 'correct' : 'wrong' })));
    const together = recorded(
      times(20, {}).map(
        (_, index): Told => ({ state: index < 10 ? 'correct' : 'wrong', cluster: `c${Math.floor(index / 5)}` }),
      ),
    );
    expect(measuresOf(alone).quality_clustered).toBeNull();
    const { quality_clustered: clustered, quality } = measuresOf(together);
    expect(clustered).toMatchObject({ clusters: 4, estimate: 0.5 });
    expect((clustered?.high ?? 0) - (clustered?.low ?? 0)).toBeGreaterThan(quality.ci[1] - quality.ci[0]);
  });

  it('is no wall where all samples that belong together were right: gates need as many independent ones as ever', () => {
    const together = recorded([...times<Told>(3, {}), { cluster: 'pair' }, { cluster: 'pair' }]);
    const measures = measuresOf(together);
    expect(measures.quality_clustered).toMatchObject({ clusters: 4, estimate: 1, high: 1 });
    expect(measures.quality_clustered?.low).toBeCloseTo(wilsonInterval(4, 4).low, 6);
    expect(judgeGate(parseGate('score>=0.9'), measures)).toMatchObject({ ok: false, reason: 'undecided' });
  });
});

describe('a sample whose strata were drawn unlike', () => {
  // Nine of ten requests are easy; as many hard ones were drawn.
  const unlike = [
    ...times<Told>(45, { weight: 9 }),
    ...times<Told>(5, { weight: 9, state: 'wrong' }),
    ...times<Told>(10, { weight: 1 }),
    ...times<Told>(40, { weight: 1, state: 'wrong' }),
  ];

  it('tells the rate of the traffic beside that of the sample, and gates ask for it', () => {
    const measures = measuresOf(recorded(unlike));
    expect(measures.quality.rate).toBe(0.55);
    expect(measures.quality_weighted?.estimate).toBeCloseTo(0.83, 10);
    expect(measures.quality_weighted?.effective_n).toBeCloseTo(500 ** 2 / (50 * 82), 6);
    expect(judgeGate(parseGate('score>=0.7'), measures)).toMatchObject({ ok: true, estimate: expect.closeTo(0.83) });
    expect(measuresOf(recorded(times<Told>(9, { weight: 3 }))).quality_weighted).toBeNull();
  });

  it('is compared by what its samples stand for', () => {
    const better = unlike.map((told, index): Told => (index < 60 ? told : { ...told, state: 'correct' }));
    const [comparison] = compareRuns([recorded(unlike), recorded(better, { deployment: 'other' }, 'run_B')]);
    // All that improved is a tenth of the traffic.
    expect(comparison).toMatchObject({ weighted: true, quality: { difference: expect.closeTo(0.08, 10) } });
    expect(comparison?.quality.low).toBeLessThan(0.08);
  });
});

describe('a scorer that was measured against people', () => {
  const known = { positives: 100, true_positives: 80, negatives: 100, true_negatives: 90, source: 'two experts' };

  it('has its rate shown as it gave it and as it comes to, with an interval', () => {
    const told = [...times<Told>(62, {}), ...times<Told>(38, { state: 'wrong' }), { state: 'refused' as const }];
    const { corrected } = measuresOf(recorded(told, { calibration: { of: 'correct', ...known } }));
    // .62 = .8 t + .1 (1 - t)
    expect(corrected).toMatchObject({ raw: 0.62, n: 100, sensitivity: 0.8, specificity: 0.9, labels: 200 });
    expect(corrected?.corrected?.estimate).toBeCloseTo(0.52 / 0.7, 10);
    expect(corrected?.corrected?.low).toBeLessThan(0.7);
    expect(corrected?.corrected?.high).toBeGreaterThan(0.78);
    expect(measuresOf(recorded(told)).corrected).toBeNull();
  });

  it('of refusals is asked what declines, and says nothing where it knows nothing', () => {
    const told = [
      ...times<Told>(7, { parsed: 'answers' }),
      ...times<Told>(3, { parsed: 'declines', state: 'refused' }),
    ];
    const of = { of: 'declines', ...known } as const;
    expect(measuresOf(recorded(told, { calibration: of })).corrected).toMatchObject({
      of: 'declines',
      raw: 0.3,
      n: 10,
    });
    const useless = { ...of, true_positives: 10 };
    expect(measuresOf(recorded(told, { calibration: useless })).corrected).toMatchObject({ raw: 0.3, corrected: null });
  });

  it('is known from labels of both kinds, each of a sample that is there and was judged', () => {
    const result = recorded([...times<Told>(3, {}), ...times<Told>(2, { state: 'wrong' }), { state: 'truncated' }]);
    const label = (index: number, correct: boolean) => ({ sample: `sum/${index}`, correct });
    expect(
      calibrationFrom(result, [label(0, true), label(1, false), label(3, true), label(4, false), label(5, true)]),
    ).toEqual({
      ...{ of: 'correct', positives: 2, true_positives: 1, negatives: 2, true_negatives: 1 },
      source: '5 labels of answers in run_A',
    });
    expect(() => calibrationFrom(result, [label(0, true)])).toThrow(/both kinds/);
    expect(() => calibrationFrom(result, [label(0, true), label(0, false)])).toThrow(/two labels/);
    expect(() => calibrationFrom(result, [label(99, true)])).toThrow(/no sample/);
  });

  it('tells why it gave no verdict, most frequent reason first', () => {
    const result = recorded([{ state: 'harness_error' }, { state: 'harness_error' }, { state: 'provider_error' }, {}]);
    expect(reasonsOf(result)).toEqual([
      { state: 'harness_error', reason: 'No verdict: it would not say.', count: 2 },
      { state: 'provider_error', reason: '', count: 1 },
    ]);
  });
});

describe('a run that was watched against another', () => {
  const watched = (both: number, onlyA: number, onlyB: number, neither: number) => {
    const [first, second] = pair(both, onlyA, onlyB, neither);
    const rule = { test: 'sequential_paired', against: 'run_A' } as const;
    return compareRuns([first, { ...second, plan: { ...second.plan, stop_rule: rule } }])[0];
  };

  it('is better or worse where the planned test decided, and by no other test', () => {
    expect(watched(60, 2, 30, 8)).toMatchObject({ sequential: { decided: 'better' }, quality: { verdict: 'better' } });
    expect(watched(60, 30, 2, 8)).toMatchObject({ sequential: { decided: 'worse' }, quality: { verdict: 'worse' } });
    // Looked at once this would be a difference; looked at after every pair it is not yet one.
    const [fixed] = compareRuns(pair(60, 4, 13, 23));
    expect(fixed?.quality.verdict).toBe('better');
    expect(watched(60, 4, 13, 23)).toMatchObject({
      ...{ sequential: { decided: null }, quality: { verdict: 'not_enough_data' } },
    });
  });

  it('has intervals that are wider than those of one look', () => {
    const [fixed] = compareRuns(pair(60, 10, 12, 18));
    const seen = watched(60, 10, 12, 18);
    expect((seen?.quality.high ?? 0) - (seen?.quality.low ?? 0)).toBeGreaterThan(
      (fixed?.quality.high ?? 0) - (fixed?.quality.low ?? 0),
    );
  });
});

const pair = (both: number, onlyA: number, onlyB: number, neither: number): [RunResult, RunResult] => {
  const right: Told = {};
  const wrong: Told = { state: 'wrong' };
  return [
    recorded([...times(both, right), ...times(onlyA, right), ...times(onlyB, wrong), ...times(neither, wrong)]),
    recorded(
      [...times(both, right), ...times(onlyA, wrong), ...times(onlyB, right), ...times(neither, wrong)],
      { deployment: 'other' },
      'run_B',
    ),
  ];
};

describe('a comparison', () => {
  it.each([
    [60, 2, 30, 8, 'better'],
    [60, 30, 2, 8, 'worse'],
    [900, 10, 10, 80, 'equivalent'],
    [60, 10, 12, 18, 'not_enough_data'],
    // No difference in three pairs is no proof that there is none.
    [3, 0, 0, 0, 'not_enough_data'],
    [0, 0, 1, 0, 'not_enough_data'],
  ] as const)('of %i both, %i only A, %i only B, %i neither right says %s', (both, onlyA, onlyB, neither, verdict) => {
    const [comparison] = compareRuns(pair(both, onlyA, onlyB, neither));
    expect(comparison?.quality).toMatchObject({ verdict, n10: onlyA, n01: onlyB, n: both + onlyA + onlyB + neither });
  });

  it('is told by pairs that stand alone as far as they go, and by clusters where they hang together', () => {
    const [alone] = compareRuns(pair(60, 9, 22, 9));
    const together = pair(60, 9, 22, 9).map((run) => ({
      ...run,
      samples: run.samples.map((sample, index) => ({ ...sample, cluster: `template ${Math.floor(index / 10)}` })),
    }));
    const [clustered] = compareRuns(together);
    expect(alone?.quality).toMatchObject({ verdict: 'better' });
    expect(clustered?.quality).toMatchObject({ verdict: 'not_enough_data', n: 100 });
    expect(clustered?.quality.p).toBeGreaterThan(alone?.quality.p ?? 1);
    expect(alone?.quality.p).toBeLessThan(0.05);
    expect(clustered?.quality.p).toBeGreaterThan(0.05);
  });

  it('shares alpha among several and adjusts their p values by Holm', () => {
    const [first, second] = pair(60, 2, 30, 8);
    const alone = compareRuns([first, second]);
    const family = compareRuns([first, second, { ...second, run: 'run_C' }, { ...second, run: 'run_D' }]);
    expect(family).toHaveLength(3);
    const [one] = alone;
    const [three] = family;
    expect(three?.quality.p_adjusted).toBeCloseTo((one?.quality.p ?? 0) * 3, 12);
    expect((three?.quality.high ?? 0) - (three?.quality.low ?? 0)).toBeGreaterThan(
      (one?.quality.high ?? 0) - (one?.quality.low ?? 0),
    );
  });

  it('refuses two instruments, and never sets programs of the sandbox beside models', () => {
    const [first, second] = pair(3, 1, 1, 1);
    const other = { ...second, plan: { ...second.plan, suite_hash: 'another' } };
    expect(() => compareRuns([first, other])).toThrow(/suite_hash differ/);
    expect(() => compareRuns([first, { ...second, sandbox: true }])).toThrow(/Sandbox programs/);
    expect(() => compareRuns([first])).toThrow(AppError);
  });

  it('leaves out what only one was asked, and counts it', () => {
    const [first, second] = pair(10, 2, 3, 5);
    const samples = second.samples.map((sample, index) =>
      index < 4 ? { ...sample, state: 'not_run' as const } : sample,
    );
    expect(compareRuns([first, { ...second, samples }])[0]).toMatchObject({ unpaired: 8, quality: { n: 16 } });
  });
});

describe('a gate', () => {
  const measures = measuresOf(recorded([...times(90, {}), ...times<Told>(10, { state: 'wrong', ms: 2_000 })]));

  it.each([
    ['score>=0.8', true, 'holds'],
    // .9 itself is above, its interval [.83, .94] is not.
    ['score>=0.85', false, 'undecided'],
    ['score>=0.95', false, 'fails'],
    ['errors<=0.1', true, 'holds'],
    ['errors<=0.01', false, 'undecided'],
    ['p95_ms<=3000', true, 'holds'],
    ['p95_ms<=1000', false, 'fails'],
    ['usd_per_success<=0.1', true, 'holds'],
  ] as const)('%s says %s because it %s', (text, ok, reason) => {
    expect(judgeGate(parseGate(text), measures)).toMatchObject({ ok, reason });
  });

  it('on a rate of a run that its own rule ended says that nothing is shown, and still judges its times', () => {
    expect(judgeGate(parseGate('score>=0.8'), measures, true)).toMatchObject({ ok: false, reason: 'undecided' });
    expect(judgeGate(parseGate('p95_ms<=3000'), measures, true)).toMatchObject({ ok: true, reason: 'holds' });
  });

  it('on a time wants as many answers as can show it: no bootstrap of a few makes up for them', () => {
    const few = (count: number) => measuresOf(recorded(times(count, { ms: 100 })));
    expect(few(71).p95_ms).toMatchObject({ estimate: 100, high: Number.POSITIVE_INFINITY });
    expect(judgeGate(parseGate('p95_ms<=2000'), few(71))).toMatchObject({ ok: false, reason: 'undecided' });
    expect(judgeGate(parseGate('p95_ms<=2000'), few(72))).toMatchObject({ ok: true, reason: 'holds' });
    expect(judgeGate(parseGate('p50_ms<=2000'), few(5))).toMatchObject({ ok: false, reason: 'undecided' });
    expect(judgeGate(parseGate('p50_ms<=2000'), few(6))).toMatchObject({ ok: true, reason: 'holds' });
    const together = measuresOf(
      recorded(times(200, { ms: 100 }).map((each, index) => ({ ...each, cluster: `c${index % 20}` }))),
    );
    expect(judgeGate(parseGate('p95_ms<=2000'), together)).toMatchObject({ ok: false, reason: 'undecided' });
  });

  it('on a cost wants more than one task', () => {
    const one = measuresOf(recorded([{}]));
    expect(judgeGate(parseGate('usd_per_task<=1'), one)).toMatchObject({ ok: false, reason: 'undecided' });
  });

  it('on what is unknown says no', () => {
    const unknown = measuresOf(recorded([{ cost: null }]));
    expect(judgeGate(parseGate('usd_per_task<=1'), unknown)).toMatchObject({ ok: false, reason: 'unknown' });
  });

  it.each(['score>0.8', 'quality>=1', 'score>=', 'score>=1..2', ''])('is refused when it reads %j', (text) => {
    expect(() => parseGate(text)).toThrow(/A gate is written/);
  });
});

describe('JUnit', () => {
  it('has one case a sample in the words of CI, and lets no answer break its markup', () => {
    const result = recorded([{}, { state: 'wrong' }, { state: 'provider_error' }, { state: 'not_run' }]);
    const evil = result.samples.map((sample) => ({ ...sample, explanation: `]]><x a="1">&\u0000\ud800` }));
    const measures = measuresOf(result);
    const xml = junitReport([{ ...result, samples: evil }], [judgeGate(parseGate('score>=0.9'), measures)]);
    expect(xml).toContain('tests="4" failures="1" errors="1" skipped="1"');
    expect(xml).toContain('<testsuite name="gates" tests="1" failures="1"');
    expect(xml).not.toContain('<x a=');
    expect(xml).not.toContain(String.fromCharCode(0));
    expect(xml).not.toContain(String.fromCharCode(0xd800));
    expect(xml.match(/<testcase /g)).toHaveLength(5);
  });
});
