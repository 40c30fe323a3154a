import { expect, test } from 'vitest';
import { pairedPower, type Vectors } from './paired-power.ts';

const repeat = (count: number, value: number): number[] => new Array<number>(count).fill(value);

/** The verdicts of GSM8K's 6b_verification and 175b_finetuning, rebuilt from how often each combination occurs. */
const vectors: Vectors = {
  a: [...repeat(306, 1), ...repeat(152, 0), ...repeat(209, 1), ...repeat(652, 0)],
  b: [...repeat(306, 1), ...repeat(152, 1), ...repeat(209, 0), ...repeat(652, 0)],
};

const DRAWS = { n: 500, draws: 4_000, seed: 1 };

test('a gap of 4.3 points is seen in 500 independent pairs at least 45 times in 100, by the interval of the verdict', () => {
  const of = powers({ ...DRAWS, replace: true });
  expect(of('interval of the verdict')).toBeGreaterThanOrEqual(0.45);
  expect(of('McNemar, exact')).toBeLessThan(of('interval of the verdict'));
  expect(of('unpaired')).toBeLessThan(0.26);
});

test('500 of the 1,319 see it more than twice as often in pairs as apart', () => {
  const of = powers({ ...DRAWS, replace: false });
  expect(of('unpaired')).toBeGreaterThan(0.15);
  expect(of('interval of the verdict')).toBeGreaterThan(2 * of('unpaired'));
});

function powers(options: Parameters<typeof pairedPower>[1]): (test: string) => number {
  const power = pairedPower(vectors, options);
  return (test) => power.find((row) => row.test.startsWith(test))?.power ?? Number.NaN;
}
