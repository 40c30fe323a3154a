import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
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
  it('suites names every suite with its scorer and origin', async () => {
    const suites = await runJson<{ name: string; scorer: string }[]>(['eval', 'suites'], { cwd: temporaryFolder() });
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

/** A suite of multiplications, which the sandbox mostly gets right. */
function withSums(count: number, wrong = 0): string {
  const cwd = temporaryFolder();
  const lines = Array.from({ length: count }, (_, index) =>
    JSON.stringify({
      ...{ id: `m${index}`, input: `What is ${300 + index} * 7?`, task: 'quantitative', language: 'en' },
      target: String((300 + index) * 7 + (index < wrong ? 1 : 0)),
    }),
  );
  writeFileSync(join(cwd, 'sums.jsonl'), lines.join('\n'));
  return cwd;
}

const RUN = ['eval', 'run', '--file', 'sums.jsonl', '--scorer', 'numeric', '--deployment'];
const lines = (text: string): Record<string, unknown>[] =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);

describe('eval run without a server', { timeout: 60_000 }, () => {
  it('streams one event a line from launch to done, whose counts are all eight and sum to the samples', async () => {
    const cwd = withSums(12);
    const options = ['--limit', '10', '--seed', '4', '--json'];
    const { exitCode, stdout, stderr } = await runCommand([...RUN, 'sandbox/glm-5.2', ...options], { cwd });
    expect({ exitCode, stderr }).toMatchObject({
      exitCode: 0,
      stderr: expect.stringContaining('can be expected to show'),
    });
    const events = lines(stdout);
    expect(events[0]).toMatchObject({ event: 'launch', deployment: 'sandbox/glm-5.2', samples: 10, seed: 4 });
    const done = events.at(-1) as { counts: Record<string, number>; ci: number[] };
    expect(done).toMatchObject({ event: 'done', stopped: 'complete', sandbox: true, cost_usd: 0 });
    expect(Object.keys(done.counts)).toHaveLength(8);
    expect(Object.values(done.counts).reduce((sum, count) => sum + count, 0)).toBe(10);
    expect(done.ci).toHaveLength(2);
  });

  it('then shows, exports, compares and reports what lies in the data folder', async () => {
    const cwd = withSums(10, 2);
    await runCommand([...RUN, 'sandbox/glm-5.2', '--deployment', 'sandbox/llama-4-ultra'], { cwd });
    const runs = await runJson<{ run: string; deployment: string; state: string }[]>(['eval', 'list'], { cwd });
    expect(runs.map(({ deployment, state }) => [deployment, state])).toEqual([
      ['sandbox/llama-4-ultra', 'complete'],
      ['sandbox/glm-5.2', 'complete'],
    ]);
    const shown = await runJson<{ measures: { quality: { denominator: number } } }>(['eval', 'show', 'last'], { cwd });
    expect(shown.measures.quality.denominator).toBe(10);
    const exported = lines((await runCommand(['eval', 'export', 'last'], { cwd })).stdout);
    expect(exported).toHaveLength(10);
    expect(exported[0]).toMatchObject({ question: expect.stringContaining('What is'), answer: expect.any(String) });
    expect(await runJson(['eval', 'export', 'last'], { cwd })).toEqual(exported);
    expect((await runCommand(['eval', 'export', 'last', '--json', '--format', 'csv'], { cwd })).exitCode).toBe(2);
    const csv = (await runCommand(['eval', 'export', 'last', '--format', 'csv'], { cwd })).stdout;
    expect(csv.split('\r\n')).toHaveLength(12);
    const { comparisons } = await runJson<{ comparisons: { quality: { verdict: string; n: number } }[] }>(
      ['eval', 'compare', 'last~1', 'last'],
      { cwd },
    );
    expect(comparisons[0]?.quality).toMatchObject({ verdict: 'not_enough_data', n: 10 });
    expect((await runCommand(['eval', 'compare', 'last~1', 'last', '--gate'], { cwd })).exitCode).toBe(3);
    const report = await runCommand(['eval', 'report', 'last~1', 'last', '--html'], { cwd });
    expect(report.stdout).toMatch(/^<!doctype html>[\s\S]*SANDBOX: not an AI model/);
  });

  it('ends with 3 where a gate says no, and writes JUnit for whoever builds on it', async () => {
    const cwd = withSums(10, 5);
    const gates = ['--gate', 'score>=0.9', '--gate', 'errors<=0.5', '--junit', 'out.xml'];
    const { exitCode, stderr } = await runCommand([...RUN, 'sandbox/glm-5.2', ...gates], { cwd });
    expect(exitCode).toBe(3);
    expect(stderr).toMatch(/^FAILED score>=0.9 on run_/m);
    expect(stderr).toMatch(/^ok errors<=0.5 on run_/m);
    const xml = readFileSync(join(cwd, 'out.xml'), 'utf8');
    expect(xml.match(/<testcase /g)).toHaveLength(12);
  });

  it('refuses a scorer that fails its proof with 3, an unknown deployment with 1, and a bad option with 2', async () => {
    const cwd = withSums(3);
    writeFileSync(join(cwd, 'odd.jsonl'), '{"input": "Which?", "target": "none"}');
    const odd = await runCommand([...RUN.slice(0, 3), 'odd.jsonl', ...RUN.slice(4), 'sandbox/glm-5.2'], { cwd });
    expect(odd).toMatchObject({ exitCode: 3, stderr: expect.stringContaining('failed its proof') });
    expect((await runCommand([...RUN, 'sandbox/nobody'], { cwd })).exitCode).toBe(1);
    expect((await runCommand([...RUN, 'sandbox/glm-5.2', '--limit', 'few'], { cwd })).exitCode).toBe(2);
    expect((await runCommand([...RUN, 'sandbox/glm-5.2', '--gate', 'good'], { cwd })).exitCode).toBe(2);
    expect(await runJson<unknown[]>(['eval', 'runs'], { cwd })).toEqual([]);
  });
});
