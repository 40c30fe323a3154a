import { describe, expect, it } from 'vitest';
import { readRepositoryFile, runProgram } from '../support/repository.ts';

describe('.ci/run', () => {
  it('is a script that bash can read', async () => {
    expect(await runProgram('bash', ['-n', '.ci/run'])).toEqual({ exitCode: 0, stdout: '', stderr: '' });
  });

  it('finds in README.md the command that a newcomer would run', async () => {
    const extraction = /^test_command=\$\((awk .*)\)$/m.exec(readRepositoryFile('.ci/run'))?.[1] ?? '';
    const found = await runProgram('bash', ['-c', extraction]);
    expect(found.stdout.trim()).toBe('npm ci && npm test');
  });
});
