import { describe, expect, it } from 'vitest';
import { pooledQuantile } from './pooled-quantile.ts';
import { quantile } from './statistics.ts';

const difference = (changed: number, usual: number): number => changed - usual;

/** 1,000 requests of `fast`, of which `slow` wait for a pause of `pause`. */
const round = (fast: number, slow: number, pause: number): number[] =>
  Array.from({ length: 1_000 }, (_, index) => (index < slow ? pause : fast + (index % 10)));

describe('pooledQuantile', () => {
  it('is the quantile of all requests, wherever the slow ones fell', () => {
    const rounds = [3, 0, 41, 7, 19].map((slow) => ({ usual: round(100, 2, 300), changed: round(200, slow, 5_000) }));
    const all = (side: 'usual' | 'changed') => rounds.flatMap((one) => one[side]).sort((a, b) => a - b);
    for (const q of [0.5, 0.985, 0.99, 0.999]) {
      const { value } = pooledQuantile(rounds, q, difference) ?? { value: Number.NaN };
      expect(value).toBeCloseTo(quantile(all('changed'), q) - quantile(all('usual'), q), 9);
    }
  });

  it('is not moved by one round with a pause, where each other is free of them', () => {
    const quiet = { usual: round(100, 0, 0), changed: round(300, 0, 0) };
    const rounds = [...Array.from({ length: 8 }, () => quiet), { ...quiet, changed: round(300, 60, 9_000) }];
    expect(pooledQuantile(rounds, 0.99, difference)?.value).toBeCloseTo(200, 0);
  });

  it('shows pauses that fall into fewer than half of the rounds, which a median of rounds hides', () => {
    const quiet = { usual: round(100, 0, 0), changed: round(300, 0, 0) };
    const paused = { ...quiet, changed: round(300, 60, 9_000) };
    expect(pooledQuantile([quiet, paused, quiet, paused, quiet], 0.99, difference)?.value).toBeGreaterThan(8_000);
  });

  it('has an interval that is wide where rounds differ and closed where they do not', () => {
    const steady = { usual: round(100, 0, 0), changed: round(300, 0, 0) };
    const same = pooledQuantile([steady, steady, steady, steady], 0.99, difference);
    expect(same?.high).toBe(same?.low);
    const paused = { ...steady, changed: round(300, 60, 9_000) };
    const apart = pooledQuantile([steady, paused, steady, steady, paused], 0.99, difference);
    expect(apart?.low).toBeLessThan(300);
    expect(apart?.high).toBeGreaterThan(8_000);
  });

  it('says nothing about rounds that are not there', () => {
    expect(pooledQuantile([], 0.99, difference)).toBeNull();
    expect(pooledQuantile([{ usual: [1], changed: [] }], 0.99, difference)).toBeNull();
  });
});
