import { describe, expect, it } from 'vitest';
import { driftOf, floorOf, isWithin, type Point } from './drift.ts';

const LEVEL = 200;

/** 60 turns of uneven length, from 4 to 13 in units of 100,000 requests; `grow` gets the way since the last turn. */
function series(grow: (way: number, turn: number) => number, noise: (turn: number) => number = () => 0): Point[] {
  let x = 4;
  let y = LEVEL;
  return Array.from({ length: 60 }, (_, turn) => {
    const way = turn % 3 === 0 ? 0.25 : 0.1;
    x += way;
    y += grow(way, turn);
    return { x, y: y + noise(turn) };
  });
}

/** Uniform from -1 to 1, the same in every run. */
function uniform(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 31 - 1;
  };
}

describe('driftOf', () => {
  it('finds the slope of a line exactly, and no scatter', () => {
    const drift = driftOf(series((way) => 1.5 * way));
    expect(drift?.slope).toBeCloseTo(1.5, 9);
    expect(drift?.low).toBeCloseTo(1.5, 5);
    expect(drift?.high).toBeCloseTo(1.5, 5);
  });

  it('calls what stays where it is flat', () => {
    expect(driftOf(series(() => 0))).toEqual({ slope: 0, low: 0, high: 0 });
  });

  it('does not call one step in the middle a drift, nor shows that there is none', () => {
    const drift = driftOf(series((_, turn) => (turn === 30 ? 10 : 0)));
    expect(drift?.low).toBeLessThan(0);
    expect(drift?.high).toBeGreaterThan(2);
  });

  it('sees a leak of 1.5 through a saw of 4, wherever its teeth stand', () => {
    for (const offset of [0, 0.25, 0.5, 0.75]) {
      const drift = driftOf(
        series(
          (way) => 1.5 * way,
          (turn) => 4 * ((turn * 0.31 + offset) % 1),
        ),
      );
      expect(drift?.low).toBeGreaterThan(0.5);
      expect(drift?.low).toBeLessThan(1.5);
      expect(drift?.high).toBeGreaterThan(1.5);
    }
  });

  it('holds the true drift of nine in ten random walks', () => {
    const next = uniform(11);
    let held = 0;
    for (let run = 0; run < 300; run += 1) {
      const drift = driftOf(series((way) => 0.5 * way + Math.sqrt(way) * next()));
      if (drift !== null && drift.low <= 0.5 && 0.5 <= drift.high) held += 1;
    }
    expect(held).toBeGreaterThanOrEqual(270);
    expect(held).toBeLessThan(300);
  });

  it('says nothing about too little', () => {
    expect(driftOf(series(() => 0).slice(0, 19))).toBeNull();
    expect(driftOf(Array.from({ length: 30 }, () => ({ x: 1, y: 1 })))).toBeNull();
  });
});

describe('floorOf', () => {
  const saw = (turn: number): number => 4 * ((turn * 0.31) % 1);

  it('is what was never given back later', () => {
    const points = [3, 1, 5, 5, 2, 4].map((y, x) => ({ x, y }));
    expect(floorOf(points)).toEqual([1, 1, 2, 2, 2, 4].map((y, x) => ({ x, y })));
  });

  it('is sure of a heap that was made smaller, where its readings are not', () => {
    const points = series((_, turn) => (turn === 30 ? -8 : 0));
    expect(isWithin(driftOf(points) ?? { slope: 9, low: 9, high: 9 }, 1)).toBeNull();
    expect(driftOf(floorOf(points))?.high).toBe(0);
  });

  it('lets no leak pass for having given back once', () => {
    const points = series((way, turn) => 1.5 * way - (turn === 57 ? 8 : 0), saw);
    expect(isWithin(driftOf(floorOf(points)) ?? { slope: 0, low: 0, high: 0 }, 1)).not.toBe(true);
  });
});

describe('isWithin', () => {
  const verdict = (points: Point[]): boolean | null =>
    isWithin(driftOf(floorOf(points)) ?? { slope: 0, low: 0, high: 0 }, 1);

  it('passes a heap that grows in small steps, and fails one that leaks', () => {
    const small = (_: number, turn: number): number => (turn % 7 === 0 ? 0.3 : 0);
    expect(verdict(series(small))).toBe(true);
    expect(verdict(series((way, turn) => 1.5 * way + small(way, turn)))).toBe(false);
  });

  it('decides nothing by one large step, nor by too short a run', () => {
    expect(verdict(series((_, turn) => (turn === 30 ? 10 : 0)))).toBeNull();
    const steps = series((_, turn) => (turn === 20 || turn === 40 ? 0.4 : 0));
    expect(verdict(steps)).toBe(true);
    expect(verdict(steps.map(({ x, y }) => ({ x: x / 10, y })))).toBeNull();
  });
});
