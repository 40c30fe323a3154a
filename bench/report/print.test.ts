import { describe, expect, it } from 'vitest';
import { spreadOf } from '../measure/statistics.ts';
import { renderTable } from './print.ts';

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
