import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { testEvidence, testOutcomes } from '../contracts/test-evidence.ts';
import { EvidenceFiles } from './evidence-files.ts';

let folder: string;
let now: number;
let files: EvidenceFiles;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'evidence-'));
  now = Date.UTC(2026, 10, 22);
  files = new EvidenceFiles(folder, () => now);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const A = testEvidence('m/a', 80, 100);
const B = testEvidence('m/b', 70, 100);
const SANDBOX = testEvidence('m/a', 1, 2, { sandbox: true });

describe('evidence in the data folder', () => {
  test('decides nothing before it is promoted', () => {
    const { version, promoted } = files.add([A], 'run 1');
    expect(promoted).toBe(false);
    expect(files.promoted()).toEqual({ version: 'none', rows: [] });
    files.promote(version);
    expect(files.promoted()).toEqual({ version, rows: [A] });
    expect(files.list()).toMatchObject([{ version, note: 'run 1', rows: 1, parent: null, promoted: true }]);
  });

  test('grows version by version, and the same rows make the same version', () => {
    const first = files.add([A], 'one');
    const second = files.add([B], 'two');
    expect(second).toMatchObject({ parent: first.version, rows: 2 });
    const elsewhere = new EvidenceFiles(join(folder, 'other'), () => now);
    expect(elsewhere.add([B, A], 'both').version).toBe(second.version);
    expect(files.list().map(({ version }) => version)).toEqual([first.version, second.version]);
  });

  test('replaces what the same run said of the same cell', () => {
    files.add([A], 'one');
    const again = files.add([{ ...A, n: 200 }], 'two');
    expect(files.read(again.version).rows).toEqual([{ ...A, n: 200 }]);
  });

  test('lets a correction of the same day take the place of what it corrects', () => {
    for (const run of ['import-0', 'import-f']) {
      files.add([{ ...A, run: 'import-7' }], 'wrong');
      const right = files.add([{ ...A, run, mean: 0.81 }], 'right');
      expect(files.read(right.version).rows).toEqual([{ ...A, run, mean: 0.81 }]);
    }
    const later = files.add([{ ...A, run: 'import-8', date: '2026-11-02' }], 'a day later');
    expect(later.rows).toBe(2);
  });

  test('keeps the newest of what one import says of a cell, and versions of a model apart', () => {
    const months = ['2026-10-01', '2026-11-01', '2026-09-01'].map((date) => ({ ...A, date }));
    const made = files.add([...months, { ...A, model_version: '0815' }], 'months');
    expect(files.read(made.version).rows).toHaveLength(2);
    expect(files.read(made.version).rows).toContainEqual({ ...A, date: '2026-11-01' });
  });

  test('rolls back to what was promoted before, and at last to nothing', () => {
    const first = files.add([A], 'one').version;
    const second = files.add([B], 'two').version;
    files.promote(first);
    files.promote(second);
    expect(files.rollback(false)).toBe(first);
    expect(files.promoted().version).toBe(first);
    expect(files.rollback(false)).toBeNull();
    expect(files.promoted().version).toBe('none');
    expect(() => files.rollback(false)).toThrow('No evidence version was promoted');
  });

  test('is made of another version than the newest where that is asked for, and comes after it', () => {
    const first = files.add([A], 'one').version;
    files.add([B], 'a mistake');
    const mended = files.add([{ ...B, mean: 0.69 }], 'two', first);
    expect(mended).toMatchObject({ parent: first, rows: 2 });
    expect(files.read(mended.version).rows).toEqual([A, { ...B, mean: 0.69 }]);
    expect(files.add([{ ...A, run: 'next', date: '2026-11-03' }], 'three')).toMatchObject({ parent: mended.version });
    expect(files.add([B], 'alone', null)).toMatchObject({ parent: null, rows: 1 });
    expect(() => files.add([B], 'onto nothing', '0123456789abcdef')).toThrow('There is no evidence version');
  });

  test('keeps sandbox evidence in a namespace of its own, where it counts at once', () => {
    const real = files.add([A], 'real');
    const sandbox = files.add([SANDBOX], 'sandbox');
    expect(sandbox).toMatchObject({ sandbox: true, promoted: true, parent: null });
    expect(files.promoted()).toEqual({ version: sandbox.version, rows: [SANDBOX] });
    files.promote(real.version);
    const both = files.promoted();
    expect(both).toEqual({ version: `${real.version}+${sandbox.version}`, rows: [A, SANDBOX] });
    expect(files.readWorldVersion(both.version)).toEqual(both);
    expect(() => files.add([A, SANDBOX], 'mixed')).toThrow('cannot be added together');
  });

  test('writes nothing at all when one row is wrong, and names it', () => {
    expect(() => files.add([A, { ...B, mean: 1.2 }], 'bad')).toThrow(/^row 2: mean: /);
    expect(() => files.add([{ ...A, interval: [0.9, 0.1] }], 'bad')).toThrow(/^row 1: interval: /);
    expect(() => files.add([{ ...A, outcomes: testOutcomes(1, 3) }], 'bad')).toThrow(/^row 1: outcomes: /);
    expect(() => files.add([], 'none')).toThrow('no rows');
    expect(readdirSync(folder)).toEqual([]);
  });

  test('says which file and line is damaged instead of deciding by half of it', () => {
    const { version } = files.add([A, B], 'one');
    files.promote(version);
    const path = join(folder, 'evidence', `${version}.jsonl`);
    writeFileSync(path, readFileSync(path, 'utf8').replace('"n":100', '"n":-1'));
    expect(() => files.promoted()).toThrow(`${path} line 2: n: `);
  });

  test('decides by no version whose rows were changed after it was made, and says which', () => {
    const { version } = files.add([A, B], 'one');
    const path = join(folder, 'evidence', `${version}.jsonl`);
    writeFileSync(path, readFileSync(path, 'utf8').replace('"mean":0.8,', '"mean":0.79,'));
    expect(() => files.promote(version)).toThrow(`${path} was changed after it was made`);
    expect(files.promoted().version).toBe('none');
  });

  test('knows no version that nobody made, whatever it is called', () => {
    for (const version of ['0123456789abcdef', '../keys', '']) {
      expect(() => files.promote(version)).toThrow('There is no evidence version');
      expect(() => files.read(version)).toThrow('There is no evidence version');
    }
  });
});
