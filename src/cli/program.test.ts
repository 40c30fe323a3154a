import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { runCommand } from '../../test/support/command-line.ts';
import { answerRequests } from '../../test/support/past-requests.ts';
import { temporaryFolder } from '../../test/support/temporary-folder.ts';
import { processContext } from './context.ts';
import { createProgram } from './program.ts';

const leaves = (command: Command): Command[] =>
  command.commands.length === 0 ? [command] : command.commands.flatMap((child) => leaves(child as Command));

describe('the command line', () => {
  it('prints help to stdout and ends with 0', async () => {
    const { exitCode, stdout, stderr } = await runCommand(['--help'], { cwd: temporaryFolder() });
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    for (const name of [
      'serve',
      'init',
      'doctor',
      'config',
      'models',
      'route',
      'policy',
      'facts',
      'requests',
      'keys',
      'audit',
      'pii',
      'completion',
    ]) {
      expect(stdout).toMatch(new RegExp(`^ {2}${name} `, 'm'));
    }
  });

  it.each([
    [['nonsense']],
    [['config', 'nonsense']],
    [['serve', '--nonsense']],
    [['keys', 'create']],
    [['completion', 'tcsh']],
  ])('ends with 2, data untouched, on %j', async (args) => {
    const { exitCode, stdout, stderr } = await runCommand(args, { cwd: temporaryFolder() });
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stderr).toContain('error: ');
  });

  it('offers JSON wherever data are printed', () => {
    const without = leaves(createProgram(processContext()))
      .filter((command) => !command.options.some((option) => option.long === '--json'))
      .map((command) => command.name());
    expect(without).toEqual(['serve', 'completion']);
  });

  it('prints the versions', async () => {
    const { stdout } = await runCommand(['version', '--json'], { cwd: temporaryFolder() });
    expect(JSON.parse(stdout)).toEqual({
      version: expect.stringMatching(/^\d+\.\d+\.\d+$/),
      node: process.versions.node,
    });
  });
});

describe('what the file system refuses', () => {
  it('is one sentence with the place, and no stack', async () => {
    const cwd = temporaryFolder();
    await answerRequests(cwd, ['What is 2+3?']);
    writeFileSync(join(cwd, 'taken'), '');
    const { exitCode, stdout, stderr } = await runCommand(['audit', 'export', 'taken'], { cwd });
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
    expect(stderr).toMatch(/^\S+taken cannot be used: ENOTDIR: .+\.\n$/);
  });
});
