import { describe, expect, test } from 'vitest';
import { runFuzz } from './run.ts';
import { FuzzFailure } from './target.ts';
import { FUZZ_TARGETS } from './targets.ts';

/** A minute over all targets where CI runs them, a glance elsewhere; longer runs: node test/fuzz/main.ts --minutes N */
const DURATION_MS = process.env.CI === 'true' ? 60_000 / FUZZ_TARGETS.length : 1_000;
const LEAST_CASES = 25;

describe('mutated input', () => {
  test.each(FUZZ_TARGETS)(
    'neither crashes nor stops $name, and nothing is lost',
    (target) => {
      const run = runFuzz(target, {
        seed: 'test',
        durationMs: DURATION_MS,
        leastCases: LEAST_CASES,
        now: () => performance.now(),
      });
      expect(run.failures).toEqual([]);
      expect(run.cases).toBeGreaterThanOrEqual(LEAST_CASES);
    },
    60_000,
  );
});

test('a broken guarantee is found, with its seed and its input', () => {
  const target = {
    name: 'broken',
    run: (random: { integer(below: number): number }) => {
      const value = random.integer(10);
      if (value === 7) throw new FuzzFailure('seven', value);
    },
  };
  let clock = 0;
  const run = runFuzz(target, { seed: 's', durationMs: 100, now: () => clock++ });
  expect(run.failures[0]).toMatchObject({ input: 7 });
  expect(run.failures[0]?.message).toContain('seven');
  const again = runFuzz(target, { seed: 's', durationMs: 100, now: () => clock++ });
  expect(again.failures[0]?.seed).toBe(run.failures[0]?.seed);
});

test('a case that is slow each time is found, one that the machine held up is not', () => {
  let clock = 0;
  const failuresOf = (name: string, durationOf: (run: number) => number) => {
    let runs = 0;
    const run = () => {
      clock += durationOf(runs);
      runs += 1;
    };
    return runFuzz({ name, run }, { seed: 's', durationMs: 10, now: () => clock++ }).failures;
  };
  expect(failuresOf('slow', () => 5_000)[0]?.message).toContain('took');
  expect(failuresOf('held up', (run) => (run === 0 ? 5_000 : 1))).toEqual([]);
});
