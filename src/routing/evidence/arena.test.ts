import { describe, expect, test } from 'vitest';
import type { EvidenceRow } from '../../contracts/evidence.ts';
import type { Objective } from '../../contracts/route.ts';
import { testEvidence, testOutcomes } from '../../contracts/test-evidence.ts';
import { type Arena, arenasFor } from './arena.ts';
import type { RequestCell } from './cell-path.ts';

const CELL: RequestCell = { task: 'code_generation', language: 'en', length: 'short', useCase: null };
const TARGETS = [
  { id: 'a@x', model: 'm/a' },
  { id: 'b@y', model: 'm/b' },
];
const OBJECTIVE: Objective = {
  mode: 'evidence',
  margin: 0.05,
  alpha: 0.1,
  usd_per_success: 0.05,
  usd_per_second_waited: 0.0005,
};

const arenas = (rows: readonly EvidenceRow[], cell = CELL): Arena[] => arenasFor(rows, cell, TARGETS);
const first = (rows: readonly EvidenceRow[], cell = CELL): Arena => arenas(rows, cell)[0] as Arena;
const means = (arena: Arena): (number | undefined)[] => arena.posteriors.map((posterior) => posterior?.mean);
/** P(q of b >= q of a - margin). */
const chance = (arena: Arena): number => arena.standings(0, OBJECTIVE)[1]?.shown.p_non_inferior as number;

describe('who takes part', () => {
  test('needs 50 own items in the cell or a parent', () => {
    expect(arenas([testEvidence('m/a', 40, 50), testEvidence('m/b', 40, 49)])).toEqual([]);
    expect(arenas([testEvidence('m/a', 40, 50), testEvidence('m/b', 40, 50)])).toHaveLength(1);
    const apart = [30, 20].map((n, part) =>
      testEvidence('m/b', n, n, { cell: { language: part === 0 ? 'de' : 'en' }, run: `r${part}` }),
    );
    expect(first([testEvidence('m/a', 40, 50), ...apart]).cell).toBe('code_generation');
  });

  test('needs 50 different items: those of one suite asked again for another use case are the same', () => {
    const asked = (run: string, from: number, use_case: string | null, date: string): EvidenceRow =>
      testEvidence('m/b', 20, 30, { run, date, cell: { use_case }, outcomes: testOutcomes(20, 30, from) });
    const rows = (from: number): EvidenceRow[] => [
      testEvidence('m/a', 40, 60, { outcomes: testOutcomes(40, 60) }),
      asked('r1', 0, null, '2026-10-01'),
      asked('r2', from, 'support', '2026-11-01'),
    ];
    expect(arenas(rows(0))).toEqual([]);
    expect(first(rows(30)).posteriors[1]?.pool).toMatchObject({ n: 60, mean: 2 / 3 });
    // Ten in common count as they came out the second time, when they were right.
    expect(first(rows(20)).posteriors[1]?.pool).toMatchObject({ n: 50, mean: 0.8 });
  });

  test('is nobody of whom there are only claims and public figures', () => {
    const rows = [testEvidence('m/a', 90, 100), testEvidence('m/b', 950, 1_000, { kind: 'public' })];
    expect(arenas(rows)).toEqual([]);
    expect(arenas([testEvidence('m/a', 90, 100), testEvidence('m/b', 950, 1_000, { kind: 'claim' })])).toEqual([]);
  });

  test('is compared within one instrument only', () => {
    const other = { instrument: { name: 'other', version: 'v1', items: null } };
    expect(arenas([testEvidence('m/a', 90, 100), testEvidence('m/b', 90, 100, other)])).toEqual([]);
    const newer = { instrument: { name: 'suite', version: 'v2', items: null } };
    expect(arenas([testEvidence('m/a', 90, 100), testEvidence('m/b', 90, 100, newer)])).toEqual([]);
    expect(arenas([testEvidence('m/a', 90, 100), testEvidence('m/b', 90, 100, { metric: 'f1' })])).toEqual([]);
  });

  test('is the deployment that was measured, and not another of the same model', () => {
    const elsewhere = testEvidence('m/b', 90, 100, { deployment: 'b@elsewhere' });
    expect(arenas([testEvidence('m/a', 90, 100), elsewhere])).toEqual([]);
    const here = testEvidence('m/b', 90, 100, { deployment: 'b@y' });
    expect(arenas([testEvidence('m/a', 90, 100), here])).toHaveLength(1);
  });

  test('counts only the version of the model that was measured last', () => {
    const rows = [
      testEvidence('m/a', 90, 100),
      testEvidence('m/b', 90, 100, { model_version: 'b-1', date: '2026-01-01', run: 'old' }),
      testEvidence('m/b', 20, 30, { model_version: 'b-2', date: '2026-10-01', run: 'new', cell: { language: 'en' } }),
    ];
    expect(arenas(rows)).toEqual([]);
  });

  test('gains nothing by answering the same questions again', () => {
    const twice = [1, 2].map((run) => testEvidence('m/b', 20, 30, { run: `r${run}`, date: `2026-11-0${run}` }));
    expect(arenas([testEvidence('m/a', 90, 100), ...twice])).toEqual([]);
  });
});

describe('the cell', () => {
  const both = (successes: readonly [number, number], cell: object, run: string): EvidenceRow[] => [
    testEvidence('m/a', successes[0], 100, { cell, run }),
    testEvidence('m/b', successes[1], 100, { cell, run }),
  ];

  test('is the deepest in which both were measured', () => {
    const rows = [
      ...both([80, 80], {}, 'all'),
      ...both([80, 80], { language: 'en' }, 'en'),
      ...both([80, 80], { language: 'en', length: 'short' }, 'short'),
      ...both([80, 80], { use_case: 'u' }, 'u'),
    ];
    const of = (cell: Partial<RequestCell>): string => first(rows, { ...CELL, ...cell }).cell;
    expect(of({})).toBe('code_generation/en/short');
    expect(of({ useCase: 'u' })).toBe('code_generation/en/short/u');
    expect(of({ length: 'huge' })).toBe('code_generation/en');
    expect(of({ language: 'ja', useCase: 'v' })).toBe('code_generation');
    expect(arenas(rows, { ...CELL, task: 'creative' })).toEqual([]);
  });

  test('a parent holds all that lies under it', () => {
    const rows = [...both([90, 60], { language: 'en' }, 'en'), ...both([50, 80], { language: 'de' }, 'de')];
    const [a, b] = first(rows, { ...CELL, language: 'ja' }).posteriors;
    expect([a?.pool.n, a?.pool.mean, b?.pool.mean]).toEqual([200, 0.7, 0.7]);
  });

  test('is drawn towards what the parent showed of the difference, by 20 items at most', () => {
    const beside = (n: number): EvidenceRow[] => [
      testEvidence('m/a', n, n, { cell: { language: 'de' }, run: 'de' }),
      testEvidence('m/b', 0, n, { cell: { language: 'de' }, run: 'de' }),
    ];
    const own = both([50, 50], { language: 'en' }, 'en');
    const [a, b] = means(first([...own, ...beside(60)]));
    expect((a as number) - (b as number)).toBeCloseTo((20 * (0.99 - 0.01)) / 122, 6);
    expect(means(first([...own, ...beside(60_000)]))).toEqual([a, b]);
  });

  test('takes a hard language for hard, and not those who were asked in it for bad', () => {
    const easy = testEvidence('m/a', 99, 100, { cell: { language: 'de' }, run: 'de' });
    const [a, b] = means(first([...both([60, 60], { language: 'en' }, 'en'), easy]));
    expect(a).toBe(b);
  });
});

describe('priors', () => {
  const own = [testEvidence('m/a', 80, 100), testEvidence('m/b', 80, 100)];
  const figures = (a: number, b: number, kind: 'public' | 'claim' = 'public'): EvidenceRow[] => [
    testEvidence('m/a', a, 1_000, { kind, instrument: { name: 'board', version: null, items: null } }),
    testEvidence('m/b', b, 1_000, { kind, instrument: { name: 'board', version: null, items: null } }),
  ];

  test('weigh 20 items at most, however many they boast of', () => {
    const [a, b] = means(first([...own, ...figures(600, 400)]));
    expect(a).toBeCloseTo((1 + 20 * 0.9 + 80) / 122, 6);
    expect(b).toBeCloseTo((1 + 20 * 0.7 + 80) / 122, 6);
  });

  test('say nothing of one alone, because nobody knows how hard its instrument was', () => {
    const [alone] = figures(999, 0);
    expect(means(first([...own, alone as EvidenceRow]))).toEqual(means(first(own)));
  });
});

describe('the comparison', () => {
  test('is sure of itself where it has seen enough', () => {
    const few = first([testEvidence('m/a', 43, 50), testEvidence('m/b', 43, 50)]);
    const many = first([testEvidence('m/a', 860, 1_000), testEvidence('m/b', 860, 1_000)]);
    expect(chance(few)).toBeLessThan(0.9);
    expect(chance(many)).toBeGreaterThan(0.99);
    expect(few.standings(0, OBJECTIVE)[1]?.kept).toBe(false);
    expect(many.standings(0, OBJECTIVE)[1]?.kept).toBe(true);
  });

  test('agrees with the normal approximation by hand', () => {
    const arena = first([testEvidence('m/a', 261, 300), testEvidence('m/b', 258, 300)]);
    // Means 262/302 and 259/302, variances m(1-m)/303 each; the difference plus .05 over its error is 1.438.
    expect(chance(arena)).toBeCloseTo(0.925, 2);
  });

  test('is sharper on the same items', () => {
    const paired = (from: number): Arena =>
      first([
        testEvidence('m/a', 80, 100, { outcomes: testOutcomes(80, 100) }),
        testEvidence('m/b', 78, 100, { outcomes: testOutcomes(78, 100, from) }),
      ]);
    expect(chance(paired(0))).toBeGreaterThan(0.9);
    expect(chance(paired(60))).toBeLessThan(0.8);
  });

  test('of twins on few items is no certainty', () => {
    const outcomes = testOutcomes(40, 50);
    const arena = first([testEvidence('m/a', 40, 50, { outcomes }), testEvidence('m/b', 40, 50, { outcomes })]);
    expect(chance(arena)).toBeLessThan(1);
    expect(chance(arena)).toBeGreaterThan(0.97);
  });

  test('takes clustered items for what they tell', () => {
    const wide = first([
      testEvidence('m/a', 430, 500, { effective_n: 50 }),
      testEvidence('m/b', 430, 500, { effective_n: 50 }),
    ]);
    expect(chance(wide)).toBeLessThan(0.9);
    expect(wide.posteriors[0]?.pool.n).toBe(500);
  });

  test('is less sure of clustered items, also of those that both were asked', () => {
    const both = (effective_n: number | null): Arena =>
      first([
        testEvidence('m/a', 176, 200, { outcomes: testOutcomes(176, 200), effective_n }),
        testEvidence('m/b', 172, 200, { outcomes: testOutcomes(172, 200), effective_n }),
      ]);
    expect(chance(both(200))).toBe(chance(both(null)));
    expect(chance(both(50))).toBeLessThan(chance(both(100)));
    expect(chance(both(100))).toBeLessThan(chance(both(200)));
  });
});
