import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Finished, repositoryRoot, runProgram } from '../support/repository.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const HEAD = "import { expect, it } from 'vitest';\n";
const PASSING = `${HEAD}it('passes', () => expect(1).toBe(1));\nit('passes too', () => expect(2).toBe(2));\n`;
const FAILING = `${HEAD}it('fails', () => expect(1).toBe(2));\n`;
const SKIPPED = `${HEAD}it('passes', () => expect(1).toBe(1));\nit.skipIf(true)('needs a program', () => {});\n`;
const UNPREPARED = `import { beforeAll, describe, it } from 'vitest';
describe('a part', () => { beforeAll(() => { throw new Error('no server'); }); it('never runs', () => {}); });
`;
const UNLOADABLE = "import './gone.ts';\n";

function runTests(files: Record<string, string>, requireAll: boolean): Promise<Finished> {
  const root = temporaryFolder();
  symlinkSync(join(repositoryRoot, 'node_modules'), join(root, 'node_modules'));
  mkdirSync(join(root, 'src'));
  mkdirSync(join(root, 'scripts'));
  mkdirSync(join(root, 'test/support'), { recursive: true });
  for (const file of ['vitest.config.ts', 'scripts/closing-line.ts', 'test/support/build-folder.ts']) {
    symlinkSync(join(repositoryRoot, file), join(root, file));
  }
  for (const [name, text] of Object.entries(files)) writeFileSync(join(root, 'src', name), text);
  const env = { ...process.env, ALIDADE_REQUIRE_ALL: requireAll ? '1' : '' };
  return runProgram(join(repositoryRoot, 'node_modules/.bin/vitest'), ['run', '--root', root], { cwd: root, env });
}

const lastLine = (result: Finished): string | undefined => result.stdout.trimEnd().split('\n').at(-1);

describe('a test run', () => {
  it('ends with its counts alone on a line', async () => {
    const result = await runTests({ 'a.test.ts': PASSING, 'b.test.ts': SKIPPED }, false);
    expect(lastLine(result)).toBe('3 passed, 0 failed, 1 skipped');
    expect(result.exitCode).toBe(0);
  });

  it('counts a file that cannot be loaded as a failure', async () => {
    const result = await runTests({ 'a.test.ts': PASSING, 'b.test.ts': FAILING, 'c.test.ts': UNLOADABLE }, false);
    expect(lastLine(result)).toBe('2 passed, 2 failed, 0 skipped');
    expect(result.stdout).toContain('Failed: src/b.test.ts > fails\n');
    expect(result.exitCode).toBe(1);
  });

  it('counts a part whose preparation fails as a failure, since its tests are only skipped', async () => {
    const result = await runTests({ 'a.test.ts': PASSING, 'd.test.ts': UNPREPARED }, false);
    expect(lastLine(result)).toBe('2 passed, 1 failed, 1 skipped');
    expect(result.exitCode).toBe(1);
  });

  it('fails for a skipped test where everything is required, and names it', async () => {
    const result = await runTests({ 'b.test.ts': SKIPPED }, true);
    expect(result.stdout).toContain('src/b.test.ts > needs a program');
    expect(lastLine(result)).toBe('1 passed, 0 failed, 1 skipped');
    expect(result.exitCode).toBe(1);
  });

  it('fails when there is no test', async () => {
    const result = await runTests({}, false);
    expect(result.exitCode).toBe(1);
  });
});
