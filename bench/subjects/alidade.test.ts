import { describe, expect, it } from 'vitest';
import { metricTotal } from './alidade.ts';

const TEXT = `# HELP alidade_journal_dropped_total Records lost.
# TYPE alidade_journal_dropped_total counter
alidade_journal_dropped_total{reason="full"} 3
alidade_journal_dropped_total{reason="closed {odd}"} 4 1700000000000
alidade_journal_dropped_total_other 100
alidade_plain_total 7
`;

describe('metricTotal', () => {
  it('sums a metric over its labels and leaves its namesakes alone', () => {
    expect(metricTotal(TEXT, 'alidade_journal_dropped_total')).toBe(7);
    expect(metricTotal(TEXT, 'alidade_plain_total')).toBe(7);
  });

  it('gives null, not 0, for a metric that is not there', () => {
    expect(metricTotal(TEXT, 'alidade_missing_total')).toBe(null);
  });
});
