import { describe, expect, it } from 'vitest';
import { LatencyRecorder } from './latency.ts';

describe('LatencyRecorder', () => {
  it('gives percentiles in microseconds within a tenth of a per cent', () => {
    const recorder = new LatencyRecorder();
    for (let index = 1; index <= 10_000; index += 1) recorder.recordMs(index / 1_000);
    const summary = recorder.summary();
    expect(summary?.count).toBe(10_000);
    for (const [measured, exact] of [
      [summary?.p50Us, 5_000],
      [summary?.p90Us, 9_000],
      [summary?.p99Us, 9_900],
      [summary?.p999Us, 9_990],
      [summary?.maxUs, 10_000],
    ] as const) {
      expect(Math.abs((measured ?? 0) - exact) / exact).toBeLessThan(0.001);
    }
  });

  it('keeps a single slow request visible among many fast ones', () => {
    const recorder = new LatencyRecorder();
    for (let index = 0; index < 999; index += 1) recorder.recordMs(0.1);
    recorder.recordMs(30_000);
    expect(recorder.summary()?.maxUs).toBeGreaterThan(29_000_000);
    expect(recorder.summary()?.p50Us).toBeLessThan(101);
  });

  it('has no percentiles before anything was recorded', () => {
    expect(new LatencyRecorder().summary()).toBe(null);
  });
});
