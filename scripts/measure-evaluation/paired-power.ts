import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { mcnemar } from '../../src/evals/stats/mcnemar.ts';
import { pairedDifference, unpairedStandardError } from '../../src/evals/stats/paired-difference.ts';
import { type PairedCounts, pairedProportions } from '../../src/evals/stats/paired-proportions.ts';
import { createSeededRandom } from '../../src/lib/seeded-random.ts';

/** Verdicts of two systems on the same items, in the same order: 1 is right. */
export interface Vectors {
  a: readonly number[];
  b: readonly number[];
}

export interface PowerOptions {
  /** Items of each draw. */
  n: number;
  draws: number;
  seed: number;
  /** true: an item may be drawn twice. false, as the reference did: n of those there are, so that draws vary less. */
  replace: boolean;
}

export interface Power {
  test: string;
  /** Share of the draws in which the test sees the difference on its right side, at .05 two-sided. */
  power: number;
  standardError: number;
}

const ALPHA = 0.05;
const Z = 1.959964;

/** Verdicts recorded beside GSM8K of two of its four models. */
export function recordedVerdicts(folder: string, a: string, b: string): Vectors {
  const rows = readFileSync(join(folder, 'example_model_solutions.jsonl'), 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Record<string, { is_correct: boolean }>);
  const verdicts = (model: string): number[] => rows.map((row) => (row[model]?.is_correct === true ? 1 : 0));
  return { a: verdicts(a), b: verdicts(b) };
}

/** How often each test sees that A is better than B in draws of n items. */
export function pairedPower({ a, b }: Vectors, { n, draws, seed, replace }: PowerOptions): Power[] {
  const random = createSeededRandom(seed);
  const places = a.map((_, index) => index);
  const seen = new Map<string, number>();
  const sees = (test: string, yes: boolean): void => void seen.set(test, (seen.get(test) ?? 0) + (yes ? 1 : 0));
  for (let draw = 0; draw < draws; draw++) {
    const chosen = replace
      ? Array.from({ length: n }, () => random.integer(places.length))
      : random.shuffle(places).slice(0, n);
    const left = chosen.map((index) => a[index] as number);
    const right = chosen.map((index) => b[index] as number);
    const counts = countPairs(left, right);
    const { difference, high } = pairedDifference(left, right, ALPHA);
    const { midP, exact } = mcnemar({ n01: counts.onlyB, n10: counts.onlyA });
    sees('interval of the verdict (score, mid-p)', pairedProportions(counts, ALPHA).high < 0);
    sees("Student's t on differences", high < 0);
    sees('McNemar, mid-p', difference < 0 && midP <= ALPHA);
    sees('McNemar, exact', difference < 0 && exact <= ALPHA);
    sees('unpaired: as if of separate items', difference / unpairedStandardError(left, right) < -Z);
  }
  return [...seen].map(([test, count]) => {
    const power = count / draws;
    return { test, power, standardError: Math.sqrt((power * (1 - power)) / draws) };
  });
}

function countPairs(a: readonly number[], b: readonly number[]): PairedCounts {
  const counts = { both: 0, onlyA: 0, onlyB: 0, neither: 0 };
  for (const [index, score] of a.entries()) {
    const other = b[index] === 1;
    counts[score === 1 ? (other ? 'both' : 'onlyA') : other ? 'onlyB' : 'neither'] += 1;
  }
  return counts;
}
