import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runCommand } from '../../../test/support/command-line.ts';
import { temporaryFolder } from '../../../test/support/temporary-folder.ts';

/** A folder with a journal of a few records. */
async function withJournal(): Promise<string> {
  const cwd = temporaryFolder();
  for (const id of ['one', 'two']) await runCommand(['keys', 'create', '--id', id], { cwd });
  return cwd;
}

const segmentOf = (cwd: string): string => {
  const folder = join(cwd, '.alidade/journal');
  return join(folder, readdirSync(folder)[0] as string);
};

describe('audit verify', () => {
  it('answers exactly ok, records and first_bad, and ends with 0', async () => {
    const cwd = await withJournal();
    const { exitCode, stdout } = await runCommand(['audit', 'verify', '--json'], { cwd });
    const records = readFileSync(segmentOf(cwd), 'utf8').trimEnd().split('\n').length;
    expect(records).toBeGreaterThan(4);
    expect({ exitCode, answer: JSON.parse(stdout) }).toEqual({
      exitCode: 0,
      answer: { ok: true, records, first_bad: null },
    });
  });

  it('names the first record that was edited, and ends with 1', async () => {
    const cwd = await withJournal();
    const path = segmentOf(cwd);
    writeFileSync(path, readFileSync(path, 'utf8').replace('"id":"one"', '"id":"eno"'));
    const { exitCode, stdout } = await runCommand(['audit', 'verify', '--json'], { cwd });
    expect(exitCode).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({ ok: false, records: 1, first_bad: { line: 2, seq: 2 } });
    const { stdout: text } = await runCommand(['audit', 'verify'], { cwd });
    expect(text).toMatch(/^BAD: 000001-[a-z0-9]+\.jsonl, line 2: .*edited/);
  });

  it('needs no configuration for a named folder: a copy is checked anywhere, by itself or inside its data folder', async () => {
    const cwd = await withJournal();
    const elsewhere = temporaryFolder();
    writeFileSync(join(elsewhere, 'alidade.yaml'), 'nonsense: [\n');
    cpSync(join(cwd, '.alidade'), join(elsewhere, 'copy'), { recursive: true });
    for (const folder of ['copy', 'copy/journal']) {
      const { exitCode, stdout } = await runCommand(['audit', 'verify', folder], { cwd: elsewhere });
      expect(exitCode).toBe(0);
      expect(stdout).toMatch(/^ok: \d+ records, chain [a-z0-9]+, last seq \d+, hash [0-9a-f]{64}$/m);
    }
  });

  it('does not call a folder without a journal whole', async () => {
    const cwd = temporaryFolder();
    mkdirSync(join(cwd, 'empty'));
    for (const folder of ['empty', 'missing']) {
      const { exitCode, stdout, stderr } = await runCommand(['audit', 'verify', folder, '--json'], { cwd });
      expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
      expect(stderr).toContain('There is no journal in');
    }
  });
});
