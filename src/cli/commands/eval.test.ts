import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { runCommand, runJson } from '../../../test/support/command-line.ts';
import { temporaryFolder } from '../../../test/support/temporary-folder.ts';
import { SCORER_NAMES } from '../../evals/scorers/scorer-list.ts';

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

  it('certify prints one row for every shipped scorer, with what is missing where there is no data, and ends with 0', async () => {
    const cwd = withData('4');
    const { exitCode, stdout } = await runCommand(['eval', 'certify', '--data', 'data'], { cwd });
    expect({ exitCode, stdout }).toMatchObject({ exitCode: 0 });
    expect(stdout).toMatch(/^gsm8k +numeric +1 of 1 +\d+ of \d+ +0 in 5 ways +0 of 1 +- +certified$/m);
    expect(stdout).toMatch(/^mmlu +choice +1 of 1 .*certified$/m);
    expect(stdout).toMatch(/^humaneval-plus +code .*as soon as data is given \(alidade eval fetch humaneval-plus\)$/m);
    expect(stdout).toMatch(/^longbench-v2 +choice .*as soon as data is given \(--data\)$/m);
    const shipped = SCORER_NAMES.filter((name) => !new RegExp(`^\\S.* ${name} `, 'm').test(stdout));
    expect(shipped).toEqual([]);
  });

  it('certify prints every check where it is asked to', async () => {
    const cwd = withData('4');
    const { stdout } = await runCommand(['eval', 'certify', '--data', 'data', '--checks'], { cwd });
    expect(stdout).toMatch(/^gsm8k +numeric +certified +gold: #### N +1 of 1 +ok$/m);
    expect(stdout).toMatch(/^ +never correct: refusal +0 of 1 +ok$/m);
  });

  it('certify disables a scorer that fails, shows what failed, and ends with 3', async () => {
    const cwd = withData('unknown');
    const { exitCode, stdout } = await runCommand(['eval', 'certify', '--data', 'data', '--suite', 'gsm8k'], { cwd });
    expect(exitCode).toBe(3);
    expect(stdout).toMatch(/^gsm8k .*DISABLED \(\d+ failed\)$/m);
    expect(stdout).toMatch(/gold: #### N +0 of 1 +FAILED/);
  });

  it('certify of nothing certifies nothing', async () => {
    const cwd = temporaryFolder();
    expect((await runCommand(['eval', 'certify', '--data', '.'], { cwd })).exitCode).toBe(3);
    expect((await runCommand(['eval', 'certify'], { cwd })).exitCode).toBe(3);
    expect((await runCommand(['eval', 'certify', '--data', '.', '--suite', 'gsm8k'], { cwd })).stderr).toContain(
      'no test.jsonl of gsm8k',
    );
    expect((await runCommand(['eval', 'certify', '--data', '.', '--suite', 'none'], { cwd })).stderr).toContain(
      'There is no suite none',
    );
  });

  it('fetch downloads a file whose checksum is given, which certify and run then find', async () => {
    const cwd = temporaryFolder();
    const text = JSON.stringify({ question: 'What is 2 + 2?', answer: '#### 4' });
    const server = createServer((_, response) => response.end(text)).listen(0, '127.0.0.1');
    await once(server, 'listening');
    onTestFinished(() => void server.close());
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/test.jsonl`;
    const sha256 = createHash('sha256').update(text).digest('hex');
    const wanted = ['eval', 'fetch', 'gsm8k', '--url', url, '--sha256', sha256];
    expect((await runCommand(wanted, { cwd })).exitCode).not.toBe(0);
    const fetched = await runCommand([...wanted, '--private'], { cwd });
    expect(fetched).toMatchObject({ exitCode: 0, stderr: expect.stringContaining('Licence: MIT') });
    expect((await runCommand(['eval', 'fetch', 'gsm8k', '--url', url], { cwd })).exitCode).toBe(2);
    expect((await runCommand(['eval', 'certify', '--suite', 'gsm8k'], { cwd })).exitCode).toBe(0);
    const run = ['eval', 'run', '--suite', 'gsm8k', '--deployment', 'sandbox/glm-5.2', '--json'];
    const { stdout } = await runCommand(run, { cwd });
    expect(lines(stdout).at(-1)).toMatchObject({ event: 'done', stopped: 'complete' });
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
  it('refuses a file that is not UTF-8, since its questions would be others, and keeps no run', async () => {
    const cwd = temporaryFolder();
    writeFileSync(join(cwd, 'own.csv'), Buffer.from('input,target\nWie heißt du?,Müller\n', 'latin1'));
    const { exitCode, stderr } = await runCommand(
      ['eval', 'run', '--file', 'own.csv', '--scorer', 'exact', '--deployment', 'sandbox/glm-5.2'],
      { cwd },
    );
    expect({ exitCode, stderr }).toEqual({
      exitCode: 2,
      stderr: expect.stringMatching(/own\.csv is not UTF-8 text: save it as UTF-8, or convert it with iconv\.\n$/),
    });
    expect(await runJson(['eval', 'list'], { cwd })).toEqual([]);
  });

  it.each([
    ['a folder', null, 'cannot be read (EISDIR)'],
    ['another encoding', Buffer.from('{"id":"a","target":"Müller"}\n', 'latin1'), 'is not UTF-8 text'],
  ])('refuses targets in %s', async (_name, bytes, said) => {
    const cwd = temporaryFolder();
    writeFileSync(join(cwd, 'own.jsonl'), '{"id":"a","input":"Who?","target":"x"}\n');
    const own = ['--file', 'own.jsonl', '--scorer', 'exact', '--deployment', 'sandbox/glm-5.2'];
    await runCommand(['eval', 'run', ...own], { cwd });
    if (bytes === null) mkdirSync(join(cwd, 'targets.jsonl'));
    else writeFileSync(join(cwd, 'targets.jsonl'), bytes);
    const { exitCode, stderr } = await runCommand(['eval', 'label', 'own', '--targets', 'targets.jsonl'], { cwd });
    expect({ exitCode, stderr }).toEqual({ exitCode: 2, stderr: expect.stringContaining(said) });
  });

  it('does not pass over --out where only the page can be written into a file', async () => {
    const { exitCode, stderr } = await runCommand(['eval', 'report', 'last', '--out', 'report.txt'], {
      cwd: temporaryFolder(),
    });
    expect({ exitCode, stderr }).toEqual({ exitCode: 2, stderr: expect.stringContaining('--out needs --html') });
  });

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

  it('ends a run that its plan watches as soon as it is decided, and shows so in every reading', async () => {
    const cwd = withSums(120, 120);
    await runCommand([...RUN, 'sandbox/glm-5.2', '--no-cache'], { cwd });
    const [{ run: other } = { run: '' }] = await runJson<{ run: string }[]>(['eval', 'list'], { cwd });
    const same = await runCommand([...RUN, 'sandbox/glm-5.2', '--stop-against', other], { cwd });
    expect(same).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('not decided yet') });
    const shown = await runJson<{ plan: object; sequential: object }>(['eval', 'show', 'last'], { cwd });
    expect(shown).toMatchObject({
      ...{
        plan: { test: 'sequential_paired', stop_rule: { against: other } },
        sequential: { against: other, decided: null },
      },
    });
    const compared = await runCommand(['eval', 'compare', other, 'last'], { cwd });
    expect(compared.stdout).toContain(`sequential test against ${other}: not decided yet after 120 independent pairs`);
    const unknown = await runCommand([...RUN, 'sandbox/glm-5.2', '--stop-against', 'run_nothing'], { cwd });
    expect(unknown.exitCode).not.toBe(0);
  });

  it('corrects rates by what people say of some answers', async () => {
    const cwd = withSums(20, 8);
    await runCommand([...RUN, 'sandbox/glm-5.2'], { cwd });
    const answers = lines((await runCommand(['eval', 'export', 'last'], { cwd })).stdout);
    const labels = answers.map(({ sample, state }) => JSON.stringify({ sample, correct: state === 'correct' }));
    writeFileSync(join(cwd, 'labels.jsonl'), labels.join('\n'));
    const known = await runCommand(['eval', 'calibrate', 'last', '--labels', 'labels.jsonl'], { cwd });
    expect(known).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('people call correct') });
    const { stdout } = await runCommand(['eval', 'show', 'last'], { cwd });
    expect(stdout).toMatch(/^correct, as scored +0\.\d+/m);
    expect(stdout).toMatch(/^correct, corrected +\d\.\d+ +\[/m);
    const report = await runCommand(['eval', 'report', 'last', '--html'], { cwd });
    expect(report.stdout).toContain('As scored and corrected');
    writeFileSync(join(cwd, 'labels.jsonl'), '{"sample": "m0"}');
    expect((await runCommand(['eval', 'calibrate', 'last', '--labels', 'labels.jsonl'], { cwd })).stderr).toContain(
      'Line 1',
    );
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
    // Two labels that no answer can be told apart by.
    writeFileSync(join(cwd, 'odd.jsonl'), '{"input": "Which?", "target": {"label": "yes", "labels": ["yes", "YES"]}}');
    const odd = await runCommand(
      ['eval', 'run', '--file', 'odd.jsonl', '--scorer', 'label', '--deployment', 'sandbox/glm-5.2'],
      { cwd },
    );
    expect(odd).toMatchObject({ exitCode: 3, stderr: expect.stringContaining('failed its proof') });
    expect((await runCommand([...RUN, 'sandbox/nobody'], { cwd })).exitCode).toBe(1);
    expect((await runCommand([...RUN, 'sandbox/glm-5.2', '--limit', 'few'], { cwd })).exitCode).toBe(2);
    expect((await runCommand([...RUN, 'sandbox/glm-5.2', '--gate', 'good'], { cwd })).exitCode).toBe(2);
    expect(await runJson<unknown[]>(['eval', 'runs'], { cwd })).toEqual([]);
  });
});
