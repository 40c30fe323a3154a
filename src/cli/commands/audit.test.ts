import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
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
    expect(JSON.parse(stdout)).toMatchObject({ ok: false, records: 2, first_bad: { line: 3, seq: 3 } });
    const { stdout: text } = await runCommand(['audit', 'verify'], { cwd });
    expect(text).toMatch(/^BAD: 000001-[a-z0-9]+\.jsonl, line 3: .*edited/);
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
    writeFileSync(join(cwd, 'file'), 'no folder');
    for (const folder of ['empty', 'missing', 'file']) {
      const { exitCode, stdout, stderr } = await runCommand(['audit', 'verify', folder, '--json'], { cwd });
      expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
      expect(stderr).toContain('There is no journal in');
    }
  });
});

describe('audit anchor', () => {
  it('prints one line that later shows that nothing was cut off', async () => {
    const cwd = await withJournal();
    const { exitCode, stdout } = await runCommand(['audit', 'anchor'], { cwd });
    expect(exitCode).toBe(0);
    expect(stdout.endsWith('}\n') && stdout.trimEnd().split('\n').length).toBe(1);
    const elsewhere = join(temporaryFolder(), 'anchors.jsonl');
    writeFileSync(elsewhere, stdout);
    const verify = () => runCommand(['audit', 'verify', '--anchor', elsewhere], { cwd });
    expect(await verify()).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('anchored: 1 met') });
    const path = segmentOf(cwd);
    writeFileSync(
      path,
      readFileSync(path, 'utf8')
        .split('\n')
        .slice(0, 4)
        .map((line) => `${line}\n`)
        .join(''),
    );
    expect(await verify()).toMatchObject({ exitCode: 1, stdout: expect.stringMatching(/^BAD: .*, line 5: .*cut off/) });
  });

  it('says so where there is nothing to anchor, and refuses what is no anchor as usage', async () => {
    const cwd = temporaryFolder();
    expect(await runCommand(['audit', 'anchor'], { cwd })).toMatchObject({ exitCode: 1, stdout: '' });
    const full = await withJournal();
    writeFileSync(join(full, 'note'), 'nonsense');
    const { exitCode, stderr } = await runCommand(['audit', 'verify', '--anchor', 'note'], { cwd: full });
    expect({ exitCode, stderr }).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('note, line 1') });
  });
});

describe('audit rotate-key', () => {
  it('changes the signing key on record, lists both, and the journal is verified with either', async () => {
    const cwd = await withJournal();
    const elsewhere = temporaryFolder();
    cpSync(join(cwd, '.alidade/audit-key.pub.pem'), join(elsewhere, 'old.pem'));
    const { exitCode, stdout } = await runCommand(['audit', 'rotate-key', '--json'], { cwd });
    expect(exitCode).toBe(0);
    const { key_id, previous } = JSON.parse(stdout);
    const keys = await runCommand(['audit', 'keys', '--json'], { cwd });
    expect(JSON.parse(keys.stdout)).toMatchObject([
      { key_id: previous.key_id, state: 'retired', last_seq: previous.last_seq },
      { key_id, state: 'current', last_seq: null },
    ]);
    for (const options of [[], ['--public-key', join(elsewhere, 'old.pem')]]) {
      const result = await runCommand(['audit', 'verify', ...options], { cwd });
      expect(result).toMatchObject({ exitCode: 0, stdout: expect.stringContaining(`now key ${key_id}`) });
    }
    expect((await runCommand(['audit', 'keys'], { cwd })).stdout).toMatch(/KEY +STATE[\s\S]*retired[\s\S]*current/);
  });

  it('with --revoke leaves the old key no say in verification', async () => {
    const cwd = await withJournal();
    const elsewhere = temporaryFolder();
    cpSync(join(cwd, '.alidade/audit-key.pub.pem'), join(elsewhere, 'old.pem'));
    expect(await runCommand(['audit', 'rotate-key', '--revoke'], { cwd })).toMatchObject({
      exitCode: 0,
      stderr: expect.stringContaining('revoked'),
    });
    expect(await runCommand(['audit', 'verify'], { cwd })).toMatchObject({ exitCode: 0 });
    const old = await runCommand(['audit', 'verify', '--public-key', join(elsewhere, 'old.pem')], { cwd });
    expect(old).toMatchObject({ exitCode: 1, stdout: expect.stringContaining('revokes key') });
  });

  it('lists nothing before the first start', async () => {
    const cwd = temporaryFolder();
    expect(await runCommand(['audit', 'keys', '--json'], { cwd })).toMatchObject({ exitCode: 0, stdout: '[]\n' });
  });
});

describe('audit export', () => {
  it('writes a folder that is verified elsewhere and holds neither key nor body', async () => {
    const cwd = await withJournal();
    const { exitCode, stdout } = await runCommand(['audit', 'export', 'out', '--json'], { cwd });
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ first_seq: 1 });
    const elsewhere = temporaryFolder();
    cpSync(join(cwd, 'out'), join(elsewhere, 'copy'), { recursive: true });
    expect(
      await runCommand(['audit', 'verify', 'copy', '--anchor', 'copy/anchor.json'], { cwd: elsewhere }),
    ).toMatchObject({
      exitCode: 0,
    });
    const text = readdirSync(join(cwd, 'out'), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8'))
      .join('');
    expect(text).not.toContain('PRIVATE KEY');
  });

  it('refuses a range that is none', async () => {
    const cwd = await withJournal();
    for (const option of [
      ['--from', 'x'],
      ['--to', '0'],
      ['--since', 'yesterday'],
      ['--since', '1'],
    ]) {
      const { exitCode, stderr } = await runCommand(['audit', 'export', 'out', ...option], { cwd });
      expect(exitCode).toBe(2);
      expect(stderr).toContain(option[0]);
    }
  });
});

describe('audit erase', () => {
  it('of a body that is not kept says so, and records nothing', async () => {
    const cwd = await withJournal();
    const before = readFileSync(segmentOf(cwd), 'utf8');
    const { exitCode, stderr } = await runCommand(['audit', 'erase', 'req_01M80BYKTJ54D8YZDV5NDFGF4J'], { cwd });
    expect({ exitCode, stderr }).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('No body is kept') });
    expect(readFileSync(segmentOf(cwd), 'utf8').slice(before.length)).not.toContain('body_erased');
  });
});

describe('the key that signs the record', () => {
  it('must be the one it was: with another, or none, no command writes, and each says where to look', async () => {
    const cwd = await withJournal();
    const key = join(cwd, '.alidade/audit-key.pem');
    const other = await withJournal();
    const before = readFileSync(segmentOf(cwd));
    const keys = readFileSync(join(cwd, '.alidade/keys.json'));
    const good = readFileSync(key);
    for (const content of [readFileSync(join(other, '.alidade/audit-key.pem')), Buffer.from('damaged'), null]) {
      if (content === null) rmSync(key);
      else writeFileSync(key, content);
      const { exitCode, stdout, stderr } = await runCommand(['keys', 'create', '--id', 'three'], { cwd });
      expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
      expect(stderr).toContain(key);
      expect(readFileSync(segmentOf(cwd)).equals(before)).toBe(true);
      expect(readFileSync(join(cwd, '.alidade/keys.json')).equals(keys)).toBe(true);
    }
    writeFileSync(key, good);
    expect(await runCommand(['keys', 'create', '--id', 'three'], { cwd })).toMatchObject({ exitCode: 0 });
    expect(await runCommand(['audit', 'verify'], { cwd })).toMatchObject({ exitCode: 0 });
  });
});
