import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { cohensKappa, readPairs } from './agreement.ts';

const pairs = (text: string) =>
  text.split(' ').map((pair) => ({ first: pair[0] as string, second: pair[1] as string }));
const NAMES: Record<string, string> = { a: 'creative', b: 'extraction' };
const named = (text: string) =>
  pairs(text).map(({ first, second }) => ({ first: NAMES[first] as string, second: NAMES[second] as string }));

describe('cohensKappa', () => {
  test('is 1 for full and 0 for chance agreement, and negative below chance', () => {
    expect(cohensKappa(named('aa bb aa bb'))).toBe(1);
    expect(cohensKappa(named('aa ab ba bb'))).toBe(0);
    expect(cohensKappa(named('ab ba'))).toBe(-1);
  });

  test("is the textbook's .4 for 20 and 15 agreements in 50", () => {
    const table = [...Array(20).fill('aa'), ...Array(5).fill('ab'), ...Array(10).fill('ba'), ...Array(15).fill('bb')];
    expect(cohensKappa(named(table.join(' ')))).toBeCloseTo(0.4, 10);
  });

  test('is undefined without pairs and where there is only one label', () => {
    expect(cohensKappa([])).toBeNull();
    expect(cohensKappa(named('aa aa'))).toBeNull();
  });
});

describe('readPairs', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'agreement-'));
    mkdirSync(join(folder, 'second-pass'));
    writeFileSync(join(folder, 'en.jsonl'), '{"task":"creative"}\n{"task":"extraction"}\n');
  });
  afterEach(() => rmSync(folder, { recursive: true }));
  const second = (line: string): void => writeFileSync(join(folder, 'second-pass/one.jsonl'), line);

  test('joins a second label to the committed one by file and line, counted from 1', () => {
    second('{"line":2,"file":"en.jsonl","task":"unsure"}\n');
    expect(readPairs(folder)).toEqual([{ file: 'en.jsonl', first: 'extraction', second: 'unsure' }]);
  });

  test.each([
    ['{"line":3,"file":"en.jsonl","task":"unsure"}', 'one.jsonl:1: en.jsonl has no line 3'],
    ['{"line":1,"file":"de.jsonl","task":"unsure"}', 'one.jsonl:1: there is no file de.jsonl'],
    ['{"line":1,"file":"en.jsonl","task":"poetry"}', 'one.jsonl:1: not { line, file, task }'],
  ])('refuses %s with its place', (line, message) => {
    second(line);
    expect(() => readPairs(folder)).toThrow(message);
  });

  test('finds nothing where there was no second pass', () => {
    rmSync(join(folder, 'second-pass'), { recursive: true });
    expect(readPairs(folder)).toEqual([]);
  });
});
