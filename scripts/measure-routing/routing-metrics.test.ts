import { describe, expect, test } from 'vitest';
import {
  averageGapRecovered,
  averageQuality,
  callShareFor,
  costReaching,
  costSaved,
  curveOf,
  hullOf,
  intervalOf,
  type PairOutcome,
  performanceGain,
} from './routing-metrics.ts';

/** Both right, only the strong one, only the weak one, none. */
const OUTCOMES: PairOutcome[] = [
  { weak: 1, strong: 1 },
  { weak: 0, strong: 1 },
  { weak: 0, strong: 1 },
  { weak: 0, strong: 0 },
];
const curve = (...scores: number[]) => curveOf(OUTCOMES, Float64Array.from(scores));

describe('the curve of a router between two models', () => {
  test('is a straight line where nothing tells the prompts apart', () => {
    expect(curve(7, 7, 7, 7)).toEqual([
      { cost: 0, quality: 0.25 },
      { cost: 1, quality: 0.75 },
    ]);
    expect(averageGapRecovered(curve(7, 7, 7, 7))).toBe(0.5);
    expect(callShareFor(curve(7, 7, 7, 7), 0.8)).toBeCloseTo(0.8, 12);
  });

  test('sends those of the highest score first', () => {
    // All of the gap after half of the calls: a triangle over the first half and a rectangle over the second.
    expect(averageGapRecovered(curve(0, 9, 8, 1))).toBeCloseTo(0.75, 12);
    expect(averageGapRecovered(curve(9, 0, 1, 8))).toBeCloseTo(0.25, 12);
    expect(callShareFor(curve(0, 9, 8, 1), 0.5)).toBe(0.25);
    expect(callShareFor(curve(0, 9, 8, 1), 1)).toBe(0.5);
  });

  test('counts a prompt as often as it is weighted', () => {
    const weights = Int32Array.from([0, 2, 0, 2]);
    const drawn = curveOf(OUTCOMES, Float64Array.from([0, 9, 8, 1]), undefined, weights);
    expect(drawn.at(0)).toEqual({ cost: 0, quality: 0 });
    expect(drawn.at(1)).toEqual({ cost: 0.5, quality: 0.5 });
    expect(drawn.at(-1)).toEqual({ cost: 1, quality: 0.5 });
  });

  test('says nothing of a quality that it never reaches', () => {
    expect(costReaching(curve(7, 7, 7, 7), 0.8)).toBeNull();
  });
});

describe('the hull', () => {
  const points = [
    { cost: 4, quality: 0.8 },
    { cost: 0, quality: 0.2 },
    { cost: 2, quality: 0.4 },
    { cost: 1, quality: 0.6 },
    { cost: 9, quality: 0.7 },
  ];

  test('leaves out what a mixture of others beats and what costs more for less', () => {
    expect(hullOf(points)).toEqual([
      { cost: 0, quality: 0.2 },
      { cost: 1, quality: 0.6 },
      { cost: 4, quality: 0.8 },
    ]);
  });

  test('has a mean height, and no more after its best point', () => {
    const hull = hullOf(points);
    expect(averageQuality(hull, 0, 4)).toBeCloseTo((0.4 * 1 + 0.7 * 3) / 4, 12);
    expect(averageQuality(hull, 0, 8)).toBeCloseTo((0.4 * 1 + 0.7 * 3 + 0.8 * 4) / 8, 12);
    expect(() => averageQuality(hull.slice(1), 0, 4)).toThrow(RangeError);
  });

  test('says what the best single model costs too much', () => {
    const single = { cost: 4, quality: 0.6 };
    expect(performanceGain(points, single)).toBeCloseTo(1 / 3, 12);
    expect(costSaved(points, single)).toBeCloseTo(0.75, 12);
    expect(costSaved(points, { cost: 4, quality: 0.9 })).toBeNull();
  });
});

test('an interval leaves out one value in twenty', () => {
  expect(intervalOf(Array.from({ length: 201 }, (_, index) => 200 - index))).toEqual([5, 195]);
});
