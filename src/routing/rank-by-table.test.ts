import { describe, expect, test } from 'vitest';
import type { HealthSnapshot, Moment } from '../contracts/decision.ts';
import type { Deployment } from '../contracts/deployment.ts';
import { decide } from './decide.ts';
import { hasHighErrorRate } from './health-order.ts';
import { testDeployment, testFacts, testMoment, testPrice, testRoute, testWorld } from './test-world.ts';

const health = (overrides: Partial<HealthSnapshot>): HealthSnapshot => ({
  error_rate: 0,
  calls: 100,
  breaker: 'closed',
  latency_ms: null,
  ...overrides,
});
const given = (error_rate: number): HealthSnapshot => health({ error_rate, calls: null });

const primary = testDeployment('p@x', 'm/primary');
const fallback = testDeployment('f@y', 'm/fallback');
const WORLD = testWorld(
  [primary, fallback],
  [testRoute({ default: true, primary: ['m/primary'], fallback: ['m/fallback'] })],
);

const planOf = (moment: Partial<Moment>, world = WORLD) =>
  decide(testFacts(), world, testMoment(moment)).plan.map((entry) => [entry.deployment, entry.selected_because]);

describe('hasHighErrorRate', () => {
  test.each([
    [0.05, false],
    [0.0501, true],
    [0, false],
    [1, true],
  ])('a given rate of %d: %s', (rate, high) => {
    expect(hasHighErrorRate(given(rate))).toBe(high);
  });

  test.each([
    [1, 20, false],
    [2, 20, false],
    [4, 20, true],
    [4, 40, false],
    [6, 40, true],
    [19, 19, false],
    [20, 20, true],
    [50, 1_000, false],
    [70, 1_000, true],
  ])('%i errors in %i calls: %s', (errors, calls, high) => {
    expect(hasHighErrorRate(health({ error_rate: errors / calls, calls }))).toBe(high);
  });

  test('nothing known is no error', () => {
    expect(hasHighErrorRate(undefined)).toBe(false);
  });
});

describe('health', () => {
  test('the primary leads at .05 and yields at .0501', () => {
    expect(planOf({ health: { 'p@x': given(0.05) } })).toEqual([
      ['p@x', 'primary_optimal'],
      ['f@y', 'table_fallback'],
    ]);
    expect(planOf({ health: { 'p@x': given(0.0501) } })).toEqual([
      ['f@y', 'fallback_high_error_rate'],
      ['p@x', 'table_fallback'],
    ]);
  });

  test('the primary stays where the fallback fails as well', () => {
    expect(planOf({ health: { 'p@x': given(0.2), 'f@y': given(0.1) } })[0]).toEqual(['p@x', 'primary_optimal']);
  });

  test('is not looked at without monitoring', () => {
    const world = { ...WORLD, monitoringEnabled: false };
    const bad = { 'p@x': health({ error_rate: 1, breaker: 'open', latency_ms: 10 }) };
    expect(planOf({ health: bad }, world)[0]).toEqual(['p@x', 'primary_optimal']);
    expect(decide(testFacts(), world, testMoment({ health: bad })).moment.health).toEqual({});
  });

  test('an open breaker goes last, behind a failing deployment, as last resort', () => {
    const states = { 'p@x': health({ breaker: 'open' }), 'f@y': given(0.9) };
    expect(planOf({ health: states })).toEqual([
      ['f@y', 'table_fallback'],
      ['p@x', 'last_resort'],
    ]);
  });

  test('with every breaker open the first by the table is the last resort', () => {
    const open = health({ error_rate: 1, breaker: 'open' });
    expect(planOf({ health: { 'p@x': open, 'f@y': open } })).toEqual([
      ['p@x', 'last_resort'],
      ['f@y', 'last_resort'],
    ]);
  });

  test('a half-open breaker keeps its place: whoever calls lets one probe through', () => {
    expect(planOf({ health: { 'p@x': health({ breaker: 'half_open' }) } })[0]).toEqual(['p@x', 'primary_optimal']);
  });

  test('a healthy sibling of a failing primary comes before the fallback', () => {
    const sibling = testDeployment('p@z', 'm/primary', { price: testPrice(9, 9) });
    const world = testWorld([primary, sibling, fallback], WORLD.routes);
    expect(planOf({ health: { 'p@x': given(0.3) } }, world)).toEqual([
      ['p@z', 'fallback_high_error_rate'],
      ['f@y', 'table_fallback'],
      ['p@x', 'table_fallback'],
    ]);
  });

  test('a pinned model that changes its endpoint for errors stays pinned', () => {
    const sibling = testDeployment('p@z', 'm/primary', { price: testPrice(9, 9) });
    const world = testWorld([primary, sibling], WORLD.routes);
    const facts = testFacts({ model: { kind: 'model', model: 'm/primary', endpoint: null } });
    const decision = decide(facts, world, testMoment({ health: { 'p@x': given(0.3) } }));
    expect(decision.plan.map((entry) => [entry.deployment, entry.selected_because])).toEqual([
      ['p@z', 'pinned'],
      ['p@x', 'pinned'],
    ]);
  });
});

describe('within one model', () => {
  const row = [testRoute({ default: true, primary: ['m/one'] })];
  const orderOf = (deployments: readonly Deployment[], moment: Partial<Moment> = {}): string[] =>
    planOf(moment, testWorld(deployments, row)).map(([id]) => id as string);
  const one = (id: string, overrides: Partial<Deployment> = {}) => testDeployment(id, 'm/one', overrides);

  test('owned hardware comes before priced, cheaper before dearer, known before unknown', () => {
    const owned = {
      kind: 'owned',
      usdPerHour: 90,
      capacityTokensPerS: 10,
      utilisation: 0.5,
      source: 'config',
    } as const;
    expect(
      orderOf([
        one('unknown', { price: null }),
        one('dear', { price: testPrice(5, 5) }),
        one('owned', { price: owned }),
        one('cheap', { price: testPrice(1, 1) }),
      ]),
    ).toEqual(['owned', 'cheap', 'dear', 'unknown']);
  });

  test('the cheaper one depends on how much goes in and how much comes out', () => {
    const cheapInput = one('cheap-input', { price: testPrice(1, 30) });
    const cheapOutput = one('cheap-output', { price: testPrice(3, 10) });
    const world = testWorld([cheapInput, cheapOutput], row);
    const first = (estimatedTokens: number) =>
      decide(testFacts({ estimatedTokens }), world, testMoment()).plan[0]?.deployment;
    expect(first(100)).toBe('cheap-output');
    expect(first(100_000)).toBe('cheap-input');
  });

  test('at one price the faster comes first, by powers of two', () => {
    const at = (ms: number) => health({ latency_ms: ms });
    expect(orderOf([one('slow'), one('fast')], { health: { slow: at(2_000), fast: at(300) } })).toEqual([
      'fast',
      'slow',
    ]);
    const orders = Array.from({ length: 40 }, (_, seed) =>
      orderOf([one('a'), one('b')], { seed, health: { a: at(300), b: at(310) } }).join(),
    );
    expect(new Set(orders)).toEqual(new Set(['a,b', 'b,a']));
  });

  test('an unmeasured deployment comes before a measured one, so that it gets measured', () => {
    expect(orderOf([one('a'), one('b')], { health: { a: health({ latency_ms: 300 }) } })).toEqual(['b', 'a']);
  });

  test('equal ones share by weight', () => {
    const heavy = one('heavy', { weight: 3 });
    const light = one('light', { weight: 1 });
    const world = testWorld([heavy, light], row);
    let first = 0;
    for (let seed = 0; seed < 4_000; seed += 1) {
      if (decide(testFacts(), world, testMoment({ seed })).plan[0]?.deployment === 'heavy') first += 1;
    }
    // 3 in 4, within four standard errors.
    expect(Math.abs(first / 4_000 - 0.75)).toBeLessThan(4 * Math.sqrt((0.75 * 0.25) / 4_000));
  });
});

describe('what a plan entry says', () => {
  test('expected cost and latency where known, null where not', () => {
    const world = testWorld(
      [testDeployment('a@x', 'm/a', { price: testPrice(2, 4) }), testDeployment('b@x', 'm/b', { price: null })],
      [testRoute({ default: true, primary: ['m/a', 'm/b'] })],
    );
    const facts = testFacts({ estimatedTokens: 1_000, maxOutputTokens: 250 });
    const { plan } = decide(facts, world, testMoment({ health: { 'a@x': health({ latency_ms: 420 }) } }));
    expect(plan[0]).toMatchObject({ expected_cost_usd: 0.003, expected_latency_ms: 420, evidence: null });
    expect(plan[1]).toMatchObject({ expected_cost_usd: null, expected_latency_ms: null });
  });
});
