import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readRepositoryFile, repositoryRoot, runProgram } from '../support/repository.ts';
import { type RunningServer, startSourceServer } from '../support/running-server.ts';

const answers = async (file: string, args: readonly string[]): Promise<boolean> => {
  try {
    return (await runProgram(file, args)).exitCode === 0;
  } catch {
    return false;
  }
};

const hasCurl = await answers('curl', ['--version']);
const hasPython = await answers('python3', ['--version']);
const hasPythonSdk = hasPython && (await answers('python3', ['-c', 'import openai']));
const examples = readdirSync(join(repositoryRoot, 'examples'));
const programs = examples.filter((name) => /\.(ts|mjs)$/.test(name));

describe('examples', () => {
  let server: RunningServer;
  beforeAll(async () => {
    server = await startSourceServer();
  });
  afterAll(() => server.stop());

  const run = (file: string, args: readonly string[]) =>
    runProgram(file, args, {
      env: { PATH: process.env.PATH, HOME: process.env.HOME, ALIDADE_URL: server.origin },
      cwd: repositoryRoot,
    });

  it.skipIf(!hasCurl)('curl.sh prints decision, answer and receipt of one request (skipped without curl)', async () => {
    const { exitCode, stdout, stderr } = await run('sh', ['examples/curl.sh']);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    const lines = stdout.split('\n').filter((line) => line.startsWith('{'));
    const [decision, answer, receipt] = lines.map((line) => JSON.parse(line));
    expect(decision).toMatchObject({ task_type: 'code_generation', plan: [{ deployment: 'sandbox/glm-5.2' }, {}] });
    expect(answer.system_fingerprint).toBe('SANDBOX: not an AI model');
    expect(receipt).toMatchObject({ outcome: 'ok', sandbox: true, attempts: [{ deployment: 'sandbox/glm-5.2' }] });
    expect(stdout).toContain(`# The receipt of ${receipt.request_id}.`);
  });

  it.each(programs)('%s runs and writes nothing but its answer', async (name) => {
    const { exitCode, stdout, stderr } = await run(process.execPath, [join('examples', name)]);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(stdout.trim()).not.toBe('');
  });

  it('openai-javascript.mjs streams the answer and finds its receipt', async () => {
    const { stdout } = await run(process.execPath, ['examples/openai-javascript.mjs']);
    expect(stdout).toContain('def reverse_string');
    expect(stdout).toMatch(/code_generation -> sandbox\/glm-5\.2: ok, cost_usd 0\n$/);
  });

  // Python packages are no dependency of ours: without this one the machine is whole, and the name says what was done.
  const pythonTest = hasPythonSdk
    ? 'openai-python.py answers and finds its receipt'
    : 'openai-python.py is Python (not run: python3 has no package openai)';
  it.skipIf(!hasPython)(pythonTest, async () => {
    const syntax = "import ast; ast.parse(open('examples/openai-python.py').read())";
    expect(await run('python3', ['-c', syntax])).toEqual({ exitCode: 0, stdout: '', stderr: '' });
    if (!hasPythonSdk) return;
    const { exitCode, stdout } = await run('python3', ['examples/openai-python.py']);
    expect(exitCode).toBe(0);
    expect(stdout).toContain('def reverse_string');
    expect(stdout).toMatch(/code_generation -> sandbox\/glm-5\.2 ok\n$/);
  });

  describe('ensembles.yaml', () => {
    let ensembles: RunningServer;
    beforeAll(async () => {
      ensembles = await startSourceServer(readRepositoryFile('examples/ensembles.yaml'));
    });
    afterAll(() => ensembles.stop());

    const ask = async (model: string, prompt: string) => {
      const response = await fetch(`${ensembles.origin}/v1/chat/completions`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ model, messages: [{ role: 'user', content: prompt }], alidade: { receipt: true } }),
      });
      return { response, body: JSON.parse(await response.text()) };
    };

    it('legal_review answers, and an arbiter decides where the members disagree', async () => {
      // On some of these the programs of the members disagree; which ones is fixed by the sandbox's seed.
      const decided: string[] = [];
      for (let n = 11; n <= 40; n += 1) {
        const { response, body } = await ask('ensemble/legal_review', `What is ${n} * 37?`);
        expect(response.status).toBe(200);
        expect(response.headers.get('x-alidade-ensemble')).toBe('legal_review; used=2/2; arbiter=openai/gpt-5.5');
        expect(body.alidade.sandbox).toBe(true);
        decided.push(body.alidade.ensemble.decided_by);
      }
      expect(decided).toContain('arbiter');
    });

    it('financial_analysis writes one answer of both', async () => {
      const { response, body } = await ask('ensemble/financial_analysis', 'What is 12 * 12?');
      expect(response.headers.get('x-alidade-ensemble')).toMatch(/^financial_analysis; used=2\/2; arbiter=anthropic/);
      expect(body.alidade.ensemble).toMatchObject({ decided_by: 'synthesis', ensemble: true });
      expect(body.choices[0].message.content).not.toContain('<<');
    });

    it('lists one request each, and their calls by the request that made them', async () => {
      const { body } = await ask('ensemble/legal_review', 'What is 2 + 2?');
      const { request_id: id } = body.alidade;
      const list = async (query: string) =>
        JSON.parse(await (await fetch(`${ensembles.origin}/api/requests?${query}`)).text()).items as {
          parent_id: unknown;
        }[];
      const parts = await list(`parent_id=${id}`);
      expect(parts.length).toBeGreaterThanOrEqual(2);
      expect((await list('limit=200')).every(({ parent_id }) => parent_id === null)).toBe(true);
    });
  });

  it('are all run here or checked by name', () => {
    const tested = readRepositoryFile('test/e2e/examples.e2e.test.ts');
    const known = examples.filter((name) => programs.includes(name) || tested.includes(name) || name.endsWith('.md'));
    expect(known).toEqual(examples);
  });
});
