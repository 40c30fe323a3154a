import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runCommand, runJson } from '../../../test/support/command-line.ts';
import { temporaryFolder } from '../../../test/support/temporary-folder.ts';
import type { PublishedKey } from '../../contracts/key-request.ts';

/** Everything that lies below the data folder, as text. */
function storedText(cwd: string): string {
  const folder = join(cwd, '.alidade');
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return files.map((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8')).join('\n');
}

describe('keys without a server', () => {
  it('prints the secret once, alone on stdout, and stores only its hash', async () => {
    const cwd = temporaryFolder();
    const { exitCode, stdout, stderr } = await runCommand(['keys', 'create', '--id', 'team'], { cwd });
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^ald_[0-9A-Za-z]{40,}\n$/);
    expect(stderr).not.toContain(stdout.trim());
    expect(storedText(cwd)).not.toContain(stdout.trim());
    expect((await runCommand(['keys', 'list', '--json'], { cwd })).stdout).not.toContain(stdout.trim());
  });

  it('puts making and revoking on record, in a chain that verifies', async () => {
    const cwd = temporaryFolder();
    await runCommand(['keys', 'create', '--id', 'team', '--role', 'app'], { cwd });
    await runCommand(['keys', 'revoke', 'team'], { cwd });
    const text = storedText(cwd);
    expect(text).toMatch(/"event":"key_created","actor":"cli".*"id":"team"/);
    expect(text).toMatch(/"event":"key_revoked","actor":"cli".*"id":"team"/);
    expect(await runJson(['audit', 'verify'], { cwd })).toMatchObject({ ok: true, first_bad: null });
  });

  it('keeps what the options say', async () => {
    const cwd = temporaryFolder();
    const options = ['--role', 'app', '--role', 'auditor', '--use-case', 'support', '--default-use-case', 'support'];
    const limits = ['--model', 'zhipu/*', '--rpm', '60', '--concurrency', '4'];
    const created = await runJson<PublishedKey>(['keys', 'create', '--id', 'team', ...options, ...limits], { cwd });
    expect(created).toMatchObject({
      id: 'team',
      roles: ['app', 'auditor'],
      use_cases: ['support'],
      default_use_case: 'support',
      models: ['zhipu/*'],
      limits: { rpm: 60, concurrency: 4 },
      secret: expect.stringMatching(/^ald_/),
    });
    const { secret: _, ...published } = created as PublishedKey & { secret: string };
    expect(await runJson(['keys', 'list'], { cwd })).toEqual([published]);
  });

  it('counts a key for a team that the configuration has, and refuses any other', async () => {
    const cwd = temporaryFolder();
    writeFileSync(join(cwd, 'alidade.yaml'), 'teams: { red: { limits: { usd_day: 5 } } }\n');
    const created = await runJson<PublishedKey>(['keys', 'create', '--id', 'one', '--team', 'red'], { cwd });
    expect(created).toMatchObject({ id: 'one', team: 'red' });
    expect(await runJson(['keys', 'list'], { cwd })).toMatchObject([{ id: 'one', team: 'red' }]);
    const unknown = await runCommand(['keys', 'create', '--id', 'two', '--team', 'blue'], { cwd });
    expect(unknown).toMatchObject({ exitCode: 2, stdout: '' });
    expect(unknown.stderr).toContain('There is no team "blue". The configuration has red.');
  });

  it('lists nothing as an empty list', async () => {
    const { stdout } = await runCommand(['keys', 'list', '--json'], { cwd: temporaryFolder() });
    expect(stdout).toBe('[]\n');
  });

  it('lists keys of the configuration too, and leaves revoking them to the file', async () => {
    const cwd = temporaryFolder();
    writeFileSync(join(cwd, 'alidade.yaml'), 'keys:\n  - { id: fixed, secret: "obvious-fake-secret-0123456789" }\n');
    expect(await runJson(['keys', 'list'], { cwd })).toMatchObject([{ id: 'fixed', roles: ['app'] }]);
    const { exitCode, stderr } = await runCommand(['keys', 'revoke', 'fixed'], { cwd });
    expect(exitCode).toBe(2);
    expect(stderr).toContain('fixed is a key of the configuration');
  });

  it.each([
    [['--id', 'team', '--role', 'emperor'], 2, 'roles.0'],
    [['--id', 'not a name'], 2, 'id: '],
    [['--id', 'team', '--rpm', 'many'], 2, '--rpm takes a whole number from 1, not "many".'],
    [['--id', 'team', '--rpm', '0'], 2, '--rpm takes a whole number from 1, not "0".'],
    [['--id', 'team', '--rpm', '0x10'], 2, '--rpm takes a whole number from 1, not "0x10".'],
    [['--id', 'team', '--rpm=-3'], 2, '--rpm takes a whole number from 1, not "-3".'],
    [['--id', 'team', '--rpm', ' '], 2, '--rpm takes a whole number from 1, not " ".'],
    [
      ['--id', 'team', '--rpm', '99999999999999999999'],
      2,
      '--rpm takes a whole number from 1, not "99999999999999999999".',
    ],
    [['--id', 'team', '--concurrency', '1.5'], 2, '--concurrency takes a whole number from 1, not "1.5".'],
  ])('refuses %j with %i', async (options, expected, said) => {
    const { exitCode, stdout, stderr } = await runCommand(['keys', 'create', ...options], { cwd: temporaryFolder() });
    expect({ exitCode, stdout }).toEqual({ exitCode: expected, stdout: '' });
    expect(stderr).toContain(said);
  });

  it('refuses a second key of the same name, and revoking one that does not exist', async () => {
    const cwd = temporaryFolder();
    await runCommand(['keys', 'create', '--id', 'team'], { cwd });
    const second = await runCommand(['keys', 'create', '--id', 'team'], { cwd });
    expect(second).toMatchObject({ exitCode: 2, stdout: '', stderr: expect.stringContaining('team exists already') });
    expect((await runCommand(['keys', 'revoke', 'nobody'], { cwd })).exitCode).toBe(1);
  });
});
