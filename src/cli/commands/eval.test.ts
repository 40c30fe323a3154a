import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runCommand, runJson } from '../../../test/support/command-line.ts';
import { temporaryFolder } from '../../../test/support/temporary-folder.ts';

/** A folder with two small suites of our own in their publishers' formats. */
function withData(answer: string): string {
  const cwd = temporaryFolder();
  mkdirSync(join(cwd, 'data/gsm8k'), { recursive: true });
  mkdirSync(join(cwd, 'data/mmlu/test'), { recursive: true });
  writeFileSync(
    join(cwd, 'data/gsm8k/test.jsonl'),
    JSON.stringify({ question: 'Two and two?', answer: `#### ${answer}` }),
  );
  writeFileSync(join(cwd, 'data/mmlu/test/law_test.csv'), 'Which?,one,two,three,four,B\n');
  return cwd;
}

describe('eval', () => {
  it('list names every suite with its scorer and origin', async () => {
    const suites = await runJson<{ name: string; scorer: string }[]>(['eval', 'list'], { cwd: temporaryFolder() });
    expect(suites.map(({ name }) => name)).toEqual([
      'humaneval-plus',
      'gsm8k',
      'math-500',
      'ifeval',
      'bfcl-v4',
      'xstest',
      'mmlu-pro',
      'longbench-v2',
      'cmmlu',
      'mmlu',
    ]);
  });

  it('certify prints every check of the suites that have data, names those that have none, and ends with 0', async () => {
    const cwd = withData('4');
    const { exitCode, stdout, stderr } = await runCommand(['eval', 'certify', '--data', 'data'], { cwd });
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^gsm8k +certified +gold: #### N +1 of 1 +ok$/m);
    expect(stdout).toMatch(/^mmlu +certified/m);
    expect(stderr).toContain('not certified: humaneval-plus');
  });

  it('certify disables a scorer that fails and ends with 3', async () => {
    const cwd = withData('unknown');
    const { exitCode, stdout } = await runCommand(['eval', 'certify', '--data', 'data', '--suite', 'gsm8k'], { cwd });
    expect(exitCode).toBe(3);
    expect(stdout).toMatch(/^gsm8k +DISABLED/m);
  });

  it('certify of nothing certifies nothing', async () => {
    const cwd = temporaryFolder();
    expect((await runCommand(['eval', 'certify', '--data', '.'], { cwd })).exitCode).toBe(3);
    expect((await runCommand(['eval', 'certify', '--data', '.', '--suite', 'gsm8k'], { cwd })).stderr).toContain(
      'no test.jsonl of gsm8k',
    );
    expect((await runCommand(['eval', 'certify', '--data', '.', '--suite', 'none'], { cwd })).stderr).toContain(
      'There is no suite none',
    );
  });
});
