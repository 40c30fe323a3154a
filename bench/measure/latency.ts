import { createHistogram, type RecordableHistogram } from 'node:perf_hooks';

/** Percentiles of a set of durations, in microseconds. */
export interface LatencySummary {
  count: number;
  p50Us: number;
  p90Us: number;
  p99Us: number;
  p999Us: number;
  maxUs: number;
}

/**
 * Durations in an HdrHistogram (Node's own), three significant digits, nanoseconds inside.
 * What was never recorded has no percentiles: `summary()` is null then.
 */
export class LatencyRecorder {
  private readonly histogram: RecordableHistogram = createHistogram({
    lowest: 1,
    highest: 3_600_000_000_000,
    figures: 3,
  });

  recordMs(milliseconds: number): void {
    this.histogram.record(Math.max(1, Math.round(milliseconds * 1e6)));
  }

  summary(): LatencySummary | null {
    if (this.histogram.count === 0) return null;
    const us = (percentile: number): number => this.histogram.percentile(percentile) / 1e3;
    return {
      count: this.histogram.count,
      p50Us: us(50),
      p90Us: us(90),
      p99Us: us(99),
      p999Us: us(99.9),
      maxUs: this.histogram.max / 1e3,
    };
  }
}
