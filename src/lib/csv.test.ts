import { describe, expect, test } from 'vitest';
import { csvRecords } from './csv.ts';

describe('csvRecords', () => {
  test('knows the line on which each record begins, whatever its quotes hold', () => {
    const text = '\uFEFFa,b\r\n\n"x, ""y""\nz",2\n,\nlast,';
    expect([...csvRecords(text)]).toEqual([
      { line: 1, fields: ['a', 'b'] },
      { line: 3, fields: ['x, "y"\nz', '2'] },
      { line: 5, fields: ['', ''] },
      { line: 6, fields: ['last', ''] },
    ]);
    expect([...csvRecords('')]).toEqual([]);
    expect([...csvRecords('a\n"x,1\ny,2\n')]).toEqual([
      { line: 1, fields: ['a'] },
      { line: 2, fields: ['x,1\ny,2\n'], unclosed: true },
    ]);
  });
});
