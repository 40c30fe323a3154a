import { describe, expect, it } from 'vitest';
import { normalCdf, normalQuantile } from '../../lib/normal.ts';
import { createSeededRandom } from '../../lib/seeded-random.ts';
import { wilsonInterval } from '../../lib/wilson.ts';
import { cohenKappa, fleissKappa, kappaInterval } from './agreement.ts';
import { bootstrap } from './bootstrap.ts';
import { bradleyTerry, elo, type Strength, type Vote } from './bradley-terry.ts';
import { clusteredMean, effectiveNumber } from './clustered-error.ts';
import { meanAtEveryLook } from './confidence-sequence.ts';
import { betaCdf, studentQuantile } from './distributions.ts';
import { holm } from './holm.ts';
import { correctRate } from './judge-correction.ts';
import { mcnemar } from './mcnemar.ts';
import { itemsForPairedEffect, minimalPairedEffect, minimalUnpairedEffect } from './minimal-effect.ts';
import { pairedDifference, unpairedStandardError } from './paired-difference.ts';
import { pairedProportions, tangoInterval } from './paired-proportions.ts';
import { createSequentialTest } from './sequential-test.ts';
import { verdictOf } from './verdict.ts';

const repeat = (count: number, value: number): number[] => new Array<number>(count).fill(value);

/** Scores of two systems on the 1,319 GSM8K items, rebuilt from how often each combination occurs. */
function pairs(both: number, n01: number, n10: number, n = 1_319): { a: number[]; b: number[] } {
  const neither = n - both - n01 - n10;
  return {
    a: [...repeat(both, 1), ...repeat(n01, 0), ...repeat(n10, 1), ...repeat(neither, 0)],
    b: [...repeat(both, 1), ...repeat(n01, 1), ...repeat(n10, 0), ...repeat(neither, 0)],
  };
}

/** Known answers of the published GSM8K outputs: right answers of A, discordant pairs, and what they must give. */
const GSM8K = [
  {
    name: '6b_ft -> 6b_ver',
    a: 286,
    n01: 293,
    n10: 64,
    difference: 0.173616,
    paired: 0.013509,
    unpaired: 0.017584,
    chi: 145.6134,
    p: 3.93e-36,
  },
  {
    name: '175b_ft -> 175b_ver',
    a: 458,
    n01: 360,
    n10: 76,
    difference: 0.215315,
    paired: 0.014684,
    unpaired: 0.018932,
    chi: 183.6904,
    p: 2.89e-45,
  },
  {
    name: '6b_ver -> 175b_ft',
    a: 515,
    n01: 152,
    n10: 209,
    difference: -0.043215,
    paired: 0.014361,
    unpaired: 0.018769,
    chi: 8.687,
    p: 0.00315,
  },
  {
    name: '6b_ver -> 175b_ver',
    a: 515,
    n01: 306,
    n10: 79,
    difference: 0.1721,
    paired: 0.014106,
    unpaired: 0.019158,
    chi: 132.6649,
    p: 1.24e-32,
  },
] as const;

describe('distributions', () => {
  it('give the textbook values', () => {
    expect(normalCdf(1.959963984540054)).toBeCloseTo(0.975, 12);
    expect(normalCdf(-6)).toBeCloseTo(9.865876450377e-10, 18);
    expect(normalQuantile(0.975)).toBeCloseTo(1.959963984540054, 9);
    expect(studentQuantile(0.975, 4)).toBeCloseTo(2.7764451051977987, 8);
    expect(studentQuantile(0.975, 30)).toBeCloseTo(2.0422724563012373, 8);
    expect(betaCdf(0.3, 2, 5)).toBeCloseTo(0.579825, 6);
  });
});

describe('comparisons of two systems on the same items', () => {
  it.each(GSM8K)('reproduce the known answers of $name', ({ a: rightA, n01, n10, ...known }) => {
    const { a, b } = pairs(rightA - n10, n01, n10);
    const result = pairedDifference(a, b, 0.05);
    expect(result.difference).toBeCloseTo(known.difference, 6);
    expect(Math.abs(result.standardError - known.paired)).toBeLessThan(1e-5);
    expect(Math.abs(unpairedStandardError(a, b) - known.unpaired)).toBeLessThan(1e-5);
    const test = mcnemar({ n01, n10 });
    expect(test.chiSquare).toBeCloseTo(known.chi, 3);
    expect(test.exact / known.p).toBeCloseTo(1, 2);
  });

  it('refuse lists that do not belong together', () => {
    expect(() => pairedDifference([1, 0], [1], 0.05)).toThrow(RangeError);
  });

  it('know nothing from a single item', () => {
    expect(pairedDifference([0], [1], 0.05)).toMatchObject({ low: -1, high: 1, p: 1 });
  });

  it('call nothing different where no pair differs', () => {
    expect(mcnemar({ n01: 0, n10: 0 })).toMatchObject({ exact: 1, midP: 1, chiSquare: 0 });
    expect(mcnemar({ n01: 1, n10: 5 }).exact).toBeCloseTo(14 / 64, 12);
    expect(mcnemar({ n01: 1, n10: 5 }).midP).toBeCloseTo(8 / 64, 12);
  });
});

/** The chance of each number of discordant pairs and of those where only B is right, given both chances. */
function* discordantPairs(n: number, onlyA: number, onlyB: number): Generator<[number, number, number]> {
  const logs = [0];
  for (let k = 1; k <= n; k++) logs.push((logs[k - 1] as number) + Math.log(k));
  const log = (k: number): number => logs[k] as number;
  const share = 1 - onlyA - onlyB;
  for (let a = 0; a <= n; a++) {
    for (let b = 0; a + b <= n; b++) {
      const rest = n - a - b;
      const mass = Math.exp(
        log(n) - log(a) - log(b) - log(rest) + a * Math.log(onlyA) + b * Math.log(onlyB) + rest * Math.log(share),
      );
      if (mass > 1e-12) yield [a, b, mass];
    }
  }
}

describe('the interval on which verdicts rest', () => {
  it('is that of the published example', () => {
    // M. W. Fagerland, S. Lydersen and P. Laake, Statistics in Medicine 33 (2014): airway hyper-responsiveness before and
    // after transplantation, 21 children.
    const { low, high } = tangoInterval({ both: 1, onlyA: 1, onlyB: 7, neither: 12 }, 0.05);
    expect([low, high].map((end) => end.toFixed(3))).toEqual(['0.026', '0.517']);
    expect(pairedProportions({ both: 1, onlyA: 1, onlyB: 7, neither: 12 }, 0.05).p).toBeCloseTo(0.039, 3);
  });

  it('leaves 0 out only where the mid-p of McNemar is at most alpha', () => {
    for (const n of [5, 20, 100]) {
      for (let onlyA = 0; onlyA <= n; onlyA++) {
        for (let onlyB = 0; onlyA + onlyB <= n; onlyB++) {
          const { low, high, p } = pairedProportions({ both: 0, onlyA, onlyB, neither: n - onlyA - onlyB }, 0.05);
          if (low > 0 || high < 0) expect(p).toBeLessThanOrEqual(0.05);
          expect(low).toBeLessThanOrEqual((onlyB - onlyA) / n);
          expect(high).toBeGreaterThanOrEqual((onlyB - onlyA) / n);
        }
      }
    }
  });

  it.each([10, 20, 40, 80, 160])(
    'of %i pairs errs at most 5 times in 100 where both are equally good and no more than three in four differ',
    (n) => {
      for (const share of [0.02, 0.05, 0.1, 0.2, 0.3, 0.5, 0.75]) {
        let errs = 0;
        for (const [onlyA, onlyB, mass] of discordantPairs(n, share / 2, share / 2)) {
          const { low, high } = pairedProportions({ both: 0, onlyA, onlyB, neither: n - onlyA - onlyB }, 0.05);
          if (low > 0 || high < 0) errs += mass;
        }
        expect(errs).toBeLessThanOrEqual(0.05);
      }
    },
  );

  it.each([
    [0.05, 0.1],
    [0.1, 0.2],
    [-0.05, 0.3],
    [0.2, 0.4],
  ])('covers a difference of %f about 95 times in 100 where %f of the pairs differ', (difference, share) => {
    const n = 100;
    let covered = 0;
    for (const [onlyA, onlyB, mass] of discordantPairs(n, (share - difference) / 2, (share + difference) / 2)) {
      const { low, high } = pairedProportions({ both: 0, onlyA, onlyB, neither: n - onlyA - onlyB }, 0.05);
      if (low <= difference && difference <= high) covered += mass;
    }
    expect(covered).toBeGreaterThan(0.94);
  });

  it('knows nothing of nothing, and little of three pairs that agree', () => {
    expect(pairedProportions({ both: 0, onlyA: 0, onlyB: 0, neither: 0 }, 0.05)).toEqual({ low: -1, high: 1, p: 1 });
    const { low, high } = tangoInterval({ both: 3, onlyA: 0, onlyB: 0, neither: 0 }, 0.05);
    expect(low).toBeLessThan(-0.5);
    expect(high).toBeGreaterThan(0.5);
  });
});

describe('verdicts', () => {
  it.each([
    [{ low: 0.01, high: 0.09 }, 'better'],
    [{ low: -0.09, high: -0.01 }, 'worse'],
    [{ low: -0.04, high: 0.04 }, 'equivalent'],
    [{ low: 0.001, high: 0.04 }, 'equivalent'],
    [{ low: -0.02, high: 0.09 }, 'not_enough_data'],
    [{ low: Number.NaN, high: Number.NaN }, 'not_enough_data'],
  ] as const)('read %o within five points as %s', (interval, verdict) => {
    expect(verdictOf(interval, 0.05)).toBe(verdict);
  });
});

describe('planning', () => {
  it('gives the table of detectable differences', () => {
    const points = (value: number): number => Math.round(value * 1_000) / 10;
    expect([100, 200, 300, 500, 1_000].map((n) => points(minimalUnpairedEffect(n, 0.8)))).toEqual([
      15.8, 11.2, 9.1, 7.1, 5,
    ]);
    // The table rounds to a tenth of a point.
    const paired = [100, 200, 300, 500, 1_000].map((n) =>
      [0.1, 0.2, 0.3].map((share) => points(minimalPairedEffect(n, share))),
    );
    const table = [
      [8.8, 12.4, 15.2],
      [6.2, 8.8, 10.8],
      [5.1, 7.2, 8.8],
      [4, 5.6, 6.8],
      [2.8, 4, 4.8],
    ];
    for (const [row, values] of table.entries()) {
      for (const [column, value] of values.entries())
        expect(Math.abs((paired[row]?.[column] ?? 0) - value)).toBeLessThan(0.16);
    }
    expect(itemsForPairedEffect(0.05, 0.2)).toBe(628);
  });
});

describe('intervals of one system', () => {
  it('follow Wilson', () => {
    // R: binom::binom.wilson(8, 10)
    const { low, high } = wilsonInterval(8, 10);
    expect(low).toBeCloseTo(0.4901625, 6);
    expect(high).toBeCloseTo(0.9433178, 6);
  });

  it('are those of independent items where every item is its own cluster', () => {
    const { mean, standardError, degrees } = clusteredMean([1, 2, 3, 4, 5]);
    expect(mean).toBe(3);
    expect(standardError).toBeCloseTo(Math.sqrt(2.5 / 5), 12);
    expect(degrees).toBe(4);
  });

  it('count a repeated item once', () => {
    const once = clusteredMean([1, 0, 1, 1]);
    const tenTimes = clusteredMean(
      [1, 0, 1, 1].flatMap((value) => repeat(10, value)),
      ['a', 'b', 'c', 'd'].flatMap((name) => new Array<string>(10).fill(name)),
    );
    expect(tenTimes.standardError).toBeCloseTo(once.standardError, 12);
    expect(tenTimes).toMatchObject({ n: 40, clusters: 4, degrees: 3 });
  });

  it('do not pretend to know the error of one cluster', () => {
    expect(clusteredMean([1, 0], ['a', 'a']).standardError).toBeNaN();
  });
});

describe('bootstrap', () => {
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

  it('gives the same interval for the same seed and about the normal one for a mean', () => {
    const random = createSeededRandom(3);
    const values = Array.from({ length: 400 }, () => random.next());
    const first = bootstrap(values, mean, { seed: 11 });
    expect(bootstrap(values, mean, { seed: 11 })).toEqual(first);
    const half = 1.96 * clusteredMean(values).standardError;
    expect((first.high - first.low) / 2 / half).toBeGreaterThan(0.9);
    expect((first.high - first.low) / 2 / half).toBeLessThan(1.1);
  });

  it('holds its level only when clusters are drawn whole', () => {
    const random = createSeededRandom(5);
    let whole = 0;
    let ignored = 0;
    const trials = 200;
    for (let trial = 0; trial < trials; trial++) {
      const values: number[] = [];
      const clusters: string[] = [];
      for (let cluster = 0; cluster < 30; cluster++) {
        const effect = random.next() - 0.5;
        for (let item = 0; item < 10; item++) {
          values.push(effect + 0.2 * (random.next() - 0.5));
          clusters.push(String(cluster));
        }
      }
      const options = { seed: trial, resamples: 300 };
      const careful = bootstrap(values, mean, { ...options, clusters });
      const careless = bootstrap(values, mean, options);
      if (careful.low > 0 || careful.high < 0) whole += 1;
      if (careless.low > 0 || careless.high < 0) ignored += 1;
    }
    expect(whole / trials).toBeLessThan(0.12);
    expect(ignored / trials).toBeGreaterThan(0.3);
  });
});

describe('several comparisons at once', () => {
  it('are adjusted as R does', () => {
    // R: p.adjust(c(0.01, 0.04, 0.03, 0.005), "holm")
    const adjusted = holm([0.01, 0.04, 0.03, 0.005]);
    for (const [index, value] of [0.03, 0.06, 0.06, 0.02].entries()) expect(adjusted[index]).toBeCloseTo(value, 12);
  });
});

describe('a sequential test', () => {
  it('errs no more often than promised although it is looked at after every pair', () => {
    const random = createSeededRandom(17);
    let sequential = 0;
    let peeking = 0;
    const trials = 1_000;
    for (let trial = 0; trial < trials; trial++) {
      const test = createSequentialTest(0.05);
      let peeked = false;
      for (let pair = 1; pair <= 300; pair++) {
        const { n01, n10 } = test.push(random.next() < 0.5 ? 'a' : 'b');
        if (pair % 30 === 0 && mcnemar({ n01, n10 }).exact <= 0.05) peeked = true;
      }
      if (test.state().decided !== null) sequential += 1;
      if (peeked) peeking += 1;
    }
    expect(sequential / trials).toBeLessThanOrEqual(0.05);
    expect(peeking / trials).toBeGreaterThan(0.1);
  });

  it('finds a real difference, keeps its first decision, and learns nothing from agreement', () => {
    const test = createSequentialTest(0.05);
    for (let pair = 0; pair < 100; pair++) test.push(null);
    expect(test.state()).toMatchObject({ anytimeP: 1, decided: null });
    for (let pair = 0; pair < 12; pair++) test.push('b');
    expect(test.state().decided).toBe('b');
    for (let pair = 0; pair < 60; pair++) test.push('a');
    expect(test.state().decided).toBe('b');
  });

  it('has the e-value of the mixture', () => {
    // B(2.5, .5) / B(.5, .5) * 2^2 = 3/8 * 4
    const test = createSequentialTest(0.05);
    test.push('b');
    expect(test.push('b').eValue).toBeCloseTo(1.5, 10);
  });
});

describe('blind votes', () => {
  const vote = (left: string, right: string, winner: Vote['winner'], voter = 'one'): Vote => ({
    left,
    right,
    winner,
    voter,
  });

  it('give the Elo ratings of the published example', () => {
    const ratings = elo([
      vote('pizza', 'burger', 'left'),
      vote('burger', 'sushi', 'right'),
      vote('pizza', 'sushi', 'tie'),
    ]);
    expect(ratings.get('pizza')).toBeCloseTo(1_014.972058, 6);
    expect(ratings.get('burger')).toBeCloseTo(970.6472, 6);
    expect(ratings.get('sushi')).toBeCloseTo(1_014.380742, 6);
  });

  it('give the closed form of two competitors with ties', () => {
    const votes = [
      ...Array.from({ length: 30 }, () => vote('a', 'b', 'left')),
      ...Array.from({ length: 10 }, () => vote('b', 'a', 'left')),
      ...Array.from({ length: 20 }, () => vote('a', 'b', 'tie')),
    ];
    const { strengths, tie } = bradleyTerry(votes, { seed: 1, resamples: 0, smooth: false });
    expect((strengths[0]?.logStrength ?? 0) - (strengths[1]?.logStrength ?? 0)).toBeCloseTo(Math.log(3), 6);
    expect(tie).toBeCloseTo(20 / Math.sqrt(300), 6);
  });

  it('order three by strength, with intervals over voters, and stay finite where somebody never lost', () => {
    const voters = Array.from({ length: 12 }, (_, index) => `voter ${index}`);
    const votes = voters.flatMap((voter, index) => [
      vote('a', 'b', 'left', voter),
      vote('c', 'b', index % 3 === 0 ? 'left' : 'right', voter),
      vote('a', 'c', 'left', voter),
    ]);
    const { strengths } = bradleyTerry(votes, { seed: 1 });
    expect([...strengths].sort((x, y) => y.logStrength - x.logStrength).map(({ name }) => name)).toEqual([
      'a',
      'b',
      'c',
    ]);
    for (const { logStrength, low, high } of strengths) {
      expect(Number.isFinite(logStrength)).toBe(true);
      expect(low).toBeLessThanOrEqual(high);
    }
  });
});

describe('strengths of few voters', () => {
  it('are never sure of themselves: one voter who always says the same proves no more than so many items', () => {
    const votes = (items: number, voter: (index: number) => string): Vote[] =>
      Array.from({ length: items }, (_, index) => ({
        ...{ left: 'a', right: 'b', winner: 'left' as const, voter: voter(index), item: `item ${index}` },
      }));
    const width = (some: readonly Vote[]): number => {
      const { strengths, over } = bradleyTerry(some, { seed: 1 });
      expect(over).toBe('items');
      return Math.min(...strengths.map(({ low, high }) => high - low));
    };
    const few = width(votes(4, () => 'ann'));
    const many = width(votes(60, () => 'ann'));
    expect(many).toBeGreaterThan(0.5);
    expect(few).toBeGreaterThan(many * 0.9);
    // Four people on each item are no four times as many items.
    const same = votes(20, () => 'ann').flatMap((vote) =>
      ['ann', 'bob', 'cid', 'dan'].map((voter) => ({ ...vote, voter })),
    );
    expect(width(same)).toBeGreaterThan(width(votes(80, () => 'ann')) * 0.9);
    expect(
      bradleyTerry(
        votes(20, (index) => `voter ${index % 5}`),
        { seed: 1 },
      ).over,
    ).toBe('voters');
  });

  it('cover the truth about 95 times in 100 where two voters judge forty items', () => {
    const random = createSeededRandom(31);
    const truth = Math.log(2) / 2;
    let covered = 0;
    const trials = 200;
    for (let trial = 0; trial < trials; trial++) {
      const votes = Array.from(
        { length: 40 },
        (_, index): Vote => ({
          ...{ left: 'a', right: 'b', voter: index % 2 === 0 ? 'ann' : 'bob', item: String(index) },
          winner: random.next() < 2 / 3 ? 'left' : 'right',
        }),
      );
      const { low, high } = bradleyTerry(votes, { seed: trial, resamples: 50 }).strengths[0] as Strength;
      if (low <= truth && truth <= high) covered += 1;
    }
    expect(covered / trials).toBeGreaterThan(0.92);
  });
});

describe('an interval that holds at every look', () => {
  it('misses no more often than promised although it is looked at after every value, where an ordinary one does', () => {
    const random = createSeededRandom(37);
    const trials = 300;
    let missed = 0;
    let peeked = 0;
    for (let trial = 0; trial < trials; trial++) {
      const values = Array.from({ length: 200 }, () => (random.next() < 0.3 ? 1 : 0));
      // Limits of earlier looks hold too, so that the last one tells whether any of them missed.
      const { low, high } = meanAtEveryLook(values, 0, 1, 0.05);
      if (low > 0.3 || high < 0.3) missed += 1;
      const looks = [40, 80, 120, 160, 200].map((n) => {
        const { low: from, high: to } = wilsonInterval(values.slice(0, n).filter((value) => value === 1).length, n);
        return from > 0.3 || to < 0.3;
      });
      if (looks.some(Boolean)) peeked += 1;
    }
    expect(missed / trials).toBeLessThanOrEqual(0.05);
    expect(peeked / trials).toBeGreaterThan(0.08);
  });

  it('narrows with what it sees, and knows nothing of nothing', () => {
    const wide = meanAtEveryLook(repeat(50, 0), -1, 1, 0.05);
    const narrow = meanAtEveryLook(repeat(2_000, 0), -1, 1, 0.05);
    expect(narrow.high - narrow.low).toBeLessThan((wide.high - wide.low) / 5);
    expect(narrow.low).toBeLessThan(0);
    expect(narrow.high).toBeGreaterThan(0);
    expect(meanAtEveryLook([], -1, 1, 0.05)).toMatchObject({ low: -1, high: 1 });
    expect(() => meanAtEveryLook([2], -1, 1, 0.05)).toThrow(RangeError);
  });
});

describe('a weighted mean', () => {
  it('is that of the frame and not of the sample, and its interval covers the truth', () => {
    expect(clusteredMean([1, 0], undefined, [3, 1]).mean).toBe(0.75);
    expect(effectiveNumber([1, 1, 1, 1])).toBe(4);
    expect(effectiveNumber([4, 0, 0, 0])).toBe(1);
    const random = createSeededRandom(41);
    // Nine tenths of the traffic is easy; both strata are drawn in equal number.
    const truth = 0.9 * 0.9 + 0.1 * 0.2;
    const trials = 400;
    let covered = 0;
    let unweighted = 0;
    for (let trial = 0; trial < trials; trial++) {
      const easy = Array.from({ length: 60 }, () => (random.next() < 0.9 ? 1 : 0));
      const hard = Array.from({ length: 60 }, () => (random.next() < 0.2 ? 1 : 0));
      const weights = [...repeat(60, 9), ...repeat(60, 1)];
      const { mean, standardError } = clusteredMean([...easy, ...hard], undefined, weights);
      if (Math.abs(mean - truth) <= 1.98 * standardError) covered += 1;
      unweighted += clusteredMean([...easy, ...hard]).mean / trials;
    }
    expect(covered / trials).toBeGreaterThan(0.91);
    expect(unweighted).toBeLessThan(0.6);
  });
});

describe('agreement', () => {
  it('is undefined, and not perfect, where only one label was ever given', () => {
    expect(cohenKappa(['a', 'a', 'a'], ['a', 'a', 'a'])).toBeNull();
    expect(
      fleissKappa([
        [3, 0],
        [3, 0],
        [3, 0],
      ]),
    ).toBeNull();
    const pair = (label: string): [string, string] => [label, label];
    const kappa = (sample: readonly (readonly [string, string])[]): number | null =>
      cohenKappa(
        sample.map(([first]) => first),
        sample.map(([, second]) => second),
      );
    expect(kappaInterval([pair('a'), pair('a')], kappa, 1)).toEqual({ estimate: null, low: null, high: null });
    expect(kappaInterval([pair('a'), pair('b')], kappa, 1)).toMatchObject({ estimate: 1 });
    // One item of another label among many: most resamples have it not at all.
    expect(kappaInterval([...repeat(60, 0).map(() => pair('a')), pair('b')], kappa, 1)).toMatchObject({
      estimate: 1,
      low: 1,
    });
    expect(kappaInterval([pair('a'), pair('a'), pair('a'), ['a', 'b']], kappa, 1).estimate).toBe(0);
  });

  it('is that of the textbook', () => {
    const first = [...new Array<string>(25).fill('yes'), ...new Array<string>(25).fill('no')];
    const second = [
      ...new Array<string>(20).fill('yes'),
      ...new Array<string>(5).fill('no'),
      ...new Array<string>(10).fill('yes'),
      ...new Array<string>(15).fill('no'),
    ];
    expect(cohenKappa(first, second)).toBeCloseTo(0.4, 12);
    // Fleiss' own example: 10 items, 14 raters, 5 categories.
    const fleiss = [
      [0, 0, 0, 0, 14],
      [0, 2, 6, 4, 2],
      [0, 0, 3, 5, 6],
      [0, 3, 9, 2, 0],
      [2, 2, 8, 1, 1],
      [7, 7, 0, 0, 0],
      [3, 2, 6, 3, 0],
      [2, 5, 3, 2, 2],
      [6, 5, 2, 1, 0],
      [0, 2, 2, 3, 7],
    ];
    expect(fleissKappa(fleiss)).toBeCloseTo(0.21, 2);
  });

  it('refuses ratings that do not fit together', () => {
    expect(() =>
      fleissKappa([
        [1, 1],
        [2, 1],
      ]),
    ).toThrow(RangeError);
    expect(() => cohenKappa(['a'], [])).toThrow(RangeError);
  });
});

describe('correction of a judge', () => {
  it('recovers the true rate from a biased one', () => {
    const corrected = correctRate(340, 1_000, {
      positives: 1_000,
      truePositives: 800,
      negatives: 1_000,
      trueNegatives: 900,
    });
    // .34 = .8 t + .1 (1 - t)
    expect(corrected?.rate).toBeCloseTo(0.24 / 0.7, 12);
    expect(corrected?.raw).toBe(0.34);
  });

  it('covers the truth about 95 times in 100', () => {
    const random = createSeededRandom(23);
    const draw = (n: number, p: number): number =>
      Array.from({ length: n }, () => random.next()).filter((x) => x < p).length;
    let covered = 0;
    const trials = 1_000;
    for (let trial = 0; trial < trials; trial++) {
      const truth = 0.3;
      const said = draw(300, truth * 0.75 + (1 - truth) * 0.1);
      const corrected = correctRate(said, 300, {
        positives: 80,
        truePositives: draw(80, 0.75),
        negatives: 120,
        trueNegatives: draw(120, 0.9),
      });
      if (corrected !== null && corrected.low <= truth && truth <= corrected.high) covered += 1;
    }
    expect(covered / trials).toBeGreaterThan(0.93);
    expect(covered / trials).toBeLessThan(0.985);
  });

  it('says nothing where the judge knows nothing', () => {
    expect(correctRate(5, 10, { positives: 10, truePositives: 5, negatives: 10, trueNegatives: 5 })).toBeNull();
    expect(correctRate(5, 10, { positives: 0, truePositives: 0, negatives: 10, trueNegatives: 5 })).toBeNull();
  });
});
