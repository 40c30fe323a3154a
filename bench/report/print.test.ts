import { describe, expect, it } from 'vitest';
import { spreadOf } from '../measure/statistics.ts';
import { renderReport, renderTable } from './print.ts';

describe('renderTable', () => {
  it('shows median and range, one round bare, and a dash for what was not measured', () => {
    const lines = renderTable({
      title: 'CPU',
      columns: { process: 'us', main: 'main us' },
      rows: [
        { name: 'nginx', values: { process: spreadOf([12, 11, 14.04]), main: null } },
        { name: 'portkey', values: { process: spreadOf([1234.4]) } },
      ],
    });
    expect(lines).toEqual([
      'CPU',
      '                        us  main us',
      'nginx    12.0 (11.0..14.0)        -',
      'portkey              1,234        -',
    ]);
  });
});

describe('renderReport', () => {
  it('tells a target that was missed from one that was not measured and from one that cannot be told', () => {
    const target = (measured: number | null, met: boolean | null) => ({ name: 'slope', limit: 1, measured, met });
    const text = renderReport({
      ...{ bench: 'soak', startedAt: '2026-01-01T00:00:00.000Z', command: 'npm run bench -- soak' },
      machine: {
        ...{ cpu: 'any', cores: 2, memoryGiB: 1, kernel: 'any', node: '24', v8: '13', pinned: true },
        ...{ loadAverage: 0, commit: null },
      },
      ...{ settings: {}, versions: {}, tables: [], notes: [], voided: [] },
      targets: [target(0.5, true), target(2, false), target(null, null), target(0.9, null)],
    });
    expect(text.match(/(?<=<= 1: ).*/g)).toEqual(['0.50 met', '2.00 MISSED', '- not measured', '0.90 undecided']);
  });
});
