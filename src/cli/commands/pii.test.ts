import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runCommand, runJson } from '../../../test/support/command-line.ts';
import { temporaryFolder } from '../../../test/support/temporary-folder.ts';
import { isDataClass } from '../../contracts/data-classes.ts';

const TEXT = '✉ Mail zorblax@quimby.example, IBAN DE89 3704 0044 0532 0130 00.';

interface Scanned {
  findings: { type: string; start: number; end: number; score: number; source: string; masked: boolean }[];
}

describe('pii scan', () => {
  it('answers findings with UTF-16 offsets of the input', async () => {
    const cwd = temporaryFolder();
    writeFileSync(join(cwd, 'letter.txt'), TEXT);
    const { findings } = await runJson<Scanned>(['pii', 'scan', 'letter.txt'], { cwd });
    expect(findings.map(({ type, start, end }) => [type, TEXT.slice(start, end)])).toEqual([
      ['email', 'zorblax@quimby.example'],
      ['iban', 'DE89 3704 0044 0532 0130 00'],
    ]);
    expect(findings[1]).toMatchObject({ score: 0.99, source: 'checksum', masked: true });
  });

  it.each([
    ['UTF-16, as some editors save it', Buffer.from(`\ufeff${TEXT}`, 'utf16le')],
    ['UTF-16 without a mark', Buffer.from('Mail zorblax@quimby.example', 'utf16le')],
    ['Latin-1', Buffer.from('Zürich: zorblax@quimby.example', 'latin1')],
  ])('refuses %s, in which it would find nothing and say so', async (_name, bytes) => {
    const cwd = temporaryFolder();
    writeFileSync(join(cwd, 'letter.txt'), bytes);
    const { exitCode, stdout, stderr } = await runCommand(['pii', 'scan', 'letter.txt'], { cwd });
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stderr).toContain('is not UTF-8 text');
  });

  it('reports what is not masked by default too, and says so', async () => {
    const input = 'She moved to Lisbon.';
    const { findings } = await runJson<Scanned>(['pii', 'scan', '-'], { cwd: temporaryFolder(), input });
    expect(findings).toMatchObject([{ type: 'city', start: 13, end: 19, masked: false }]);
  });

  it('leaves out guesses on request, and inner findings with --flat', async () => {
    const input = 'She lives at 14 Quimby Crescent, Lisbon.';
    const cwd = temporaryFolder();
    const typesOf = async (...more: string[]): Promise<string[]> =>
      (await runJson<Scanned>(['pii', 'scan', '-', ...more], { cwd, input })).findings.map(({ type }) => type);
    expect(await typesOf()).toEqual(['address', 'city']);
    expect(await typesOf('--flat')).toEqual(['address']);
    expect(await typesOf('--least-score', '0.95')).toEqual([]);
  });

  it('prints a table for people, without the values', async () => {
    const { exitCode, stdout, stderr } = await runCommand(['pii', 'scan', '-'], {
      cwd: temporaryFolder(),
      input: TEXT,
    });
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/email +7-29/);
    expect(stdout + stderr).not.toContain('zorblax');
    expect(stderr).toBe('email 1, iban 1\n');
  });

  it('ends with 2 where the file or the score cannot be read', async () => {
    const cwd = temporaryFolder();
    expect(await runCommand(['pii', 'scan', 'missing.txt'], { cwd })).toMatchObject({ exitCode: 2 });
    expect(await runCommand(['pii', 'scan', '-', '--least-score', '7'], { cwd, input: '' })).toMatchObject({
      exitCode: 2,
    });
  });
});

describe('pii types', () => {
  it('lists every type once, each with a class of the closed tree', async () => {
    const types = await runJson<{ type: string; data_class: string }[]>(['pii', 'types'], { cwd: temporaryFolder() });
    expect(new Set(types.map(({ type }) => type)).size).toBe(types.length);
    expect(types.length).toBeGreaterThan(100);
    for (const { type, data_class } of types) expect(isDataClass(data_class), type).toBe(true);
  });
});
