import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { runCommand, runJson } from '../../../test/support/command-line.ts';
import { answerRequests } from '../../../test/support/past-requests.ts';
import { temporaryFolder } from '../../../test/support/temporary-folder.ts';
import type { PublishedDecision } from '../../contracts/decision.ts';
import { createAlidade } from '../../create-alidade.ts';

const CODE = 'Write a Python function that reverses a string.';
const body = (content: string, more: object = {}): string =>
  JSON.stringify({ model: 'auto', messages: [{ role: 'user', content }], ...more });

describe('route explain', () => {
  it('decides exactly as POST /api/route of a server with the same configuration, in the same moment', async () => {
    const cwd = temporaryFolder();
    const configuration = join(cwd, 'alidade.yaml');
    writeFileSync(
      configuration,
      'routes:\n  - { when: { task: code_generation }, primary: openai/gpt-5.5 }\n  - { default: true, primary: zhipu/glm-5.2 }\n',
    );
    const alidade = await createAlidade(configuration, { env: {}, logLevel: 'silent' });
    onTestFinished(() => alidade.close());
    const { url } = await alidade.listen();
    const answer = await fetch(`${url}/api/route`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: body(CODE),
    });
    const served = (await answer.json()) as PublishedDecision;
    expect(served.model).toBe('openai/gpt-5.5');
    writeFileSync(join(cwd, 'body.json'), body(CODE, { moment: served.moment }));
    expect(await runJson(['route', 'explain', '-f', 'body.json'], { cwd })).toEqual(served);
  });

  it('reads the body from standard input, and a prompt from the command line', async () => {
    const cwd = temporaryFolder();
    const fromInput = await runJson<PublishedDecision>(['route', 'explain', '-f', '-'], { cwd, input: body(CODE) });
    const fromPrompt = await runJson<PublishedDecision>(['route', 'explain', '--prompt', CODE], { cwd });
    expect(fromInput.task_type).toBe('code_generation');
    expect({ ...fromPrompt, moment: null }).toEqual({ ...fromInput, moment: null });
  });

  it('takes the place of a body without an option, too', async () => {
    const cwd = temporaryFolder();
    writeFileSync(join(cwd, 'body.json'), body(CODE));
    const fromInput = await runJson<PublishedDecision>(['route', 'explain', '-'], { cwd, input: body(CODE) });
    const fromFile = await runJson<PublishedDecision>(['route', 'explain', 'body.json'], { cwd });
    expect([fromInput.task_type, fromFile.task_type]).toEqual(['code_generation', 'code_generation']);
  });

  it('leaves nothing behind: no folder, no file', async () => {
    const cwd = temporaryFolder();
    await runJson(['route', 'explain', '--prompt', CODE], { cwd });
    expect(readdirSync(cwd)).toEqual([]);
  });

  it('prints what the request is, the plan and one sentence', async () => {
    const { stdout } = await runCommand(['route', 'explain', '--prompt', CODE], { cwd: temporaryFolder() });
    expect(stdout).toMatch(/^task type {5}code_generation$/m);
    expect(stdout).toMatch(/^task {10}code_generation \(from the text; code_generation [01]\.\d\d, /m);
    expect(stdout).toMatch(/^row {11}task code_generation; primary zhipu\/glm-5\.2; .*because claim\/humaneval-plus$/m);
    expect(stdout).toMatch(/^ {2}2 {2}sandbox\/gpt-5\.5 +openai\/gpt-5\.5 +table_fallback /m);
    const sentence = stdout.trimEnd().split('\n').at(-1);
    expect(sentence).toMatch(/^SANDBOX: not an AI model; code_generation\/en\/short: sandbox\/glm-5\.2/);
  });

  it('prints what was removed and by which rule', async () => {
    const input = body(CODE, { provider: { ignore: ['sandbox'] } });
    const { stdout } = await runCommand(['route', 'explain', '-f', '-'], { cwd: temporaryFolder(), input });
    expect(stdout).toContain('model         none: nothing may answer\n');
    expect(stdout).toMatch(/^ {2}sandbox\/glm-5\.2 +allow_list +\S/m);
  });

  it('ends with 0 and says why when nothing may answer', async () => {
    const cwd = temporaryFolder();
    const input = body('Hello', { model: 'zhipu/glm-5.2' });
    const env = { MISTRAL_API_KEY: 'fake-key-of-a-vendor' };
    const decision = await runJson<PublishedDecision>(['route', 'explain', '-f', '-'], { cwd, env, input });
    expect(decision).toMatchObject({ model: null, plan: [] });
    expect(decision.unavailable[0]?.reason).toContain('ZAI_API_KEY');
  });

  it.each([
    ['{"model":', 'ends before its JSON object is complete'],
    ['{"model":"auto","messages":[],"base_url":"http://x"}', 'base_url'],
    ['{"model":"auto","messages":[]}', 'messages'],
  ])('ends with 2 on the body %s', async (input, said) => {
    const { exitCode, stdout, stderr } = await runCommand(['route', 'explain', '-f', '-'], {
      cwd: temporaryFolder(),
      input,
    });
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stderr).toContain(said);
  });

  it.each([
    [['route', 'explain', 'bodies'], 'is a folder: name the file in it'],
    [['route', 'explain', '--file', 'bodies'], 'is a folder: name the file in it'],
    [['route', 'explain', ''], 'Give one of: a request id, a FILE'],
    [['route', 'explain', '--file', ''], 'Give one of: a request id, a FILE'],
    [['route', 'explain', '--file', 'absent.json'], 'cannot be read (ENOENT)'],
  ])('says what %j lacks', async (args, said) => {
    const cwd = temporaryFolder();
    mkdirSync(join(cwd, 'bodies'));
    const { exitCode, stdout, stderr } = await runCommand(args, { cwd });
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stderr).toContain(said);
    expect(stderr).not.toContain('that --file names');
  });

  it('says of what is neither a file nor a request that it looked for both', async () => {
    const { exitCode, stderr } = await runCommand(['route', 'explain', 'body.jsn'], { cwd: temporaryFolder() });
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/^There is no receipt "body\.jsn" in .+, and no file body\.jsn here\.$/m);
  });

  it('never waits for input that nobody announced', async () => {
    const { exitCode, stderr } = await runCommand(['route', 'explain'], { cwd: temporaryFolder() });
    expect(exitCode).toBe(2);
    expect(stderr).toContain('--file FILE (- for standard input)');
  });
});

describe('route explain REQUEST-ID', () => {
  it('explains a past request from the journal of a server that has stopped', async () => {
    const cwd = temporaryFolder();
    const [id] = (await answerRequests(cwd, [CODE])) as [string];
    const decision = await runJson<PublishedDecision>(['route', 'explain', id], { cwd });
    expect(decision).toMatchObject({ task_type: 'code_generation', plan: [{ deployment: 'sandbox/glm-5.2' }, {}] });
    expect(decision.explanation).toContain('sandbox/glm-5.2 (zhipu/glm-5.2) is the primary');
    const { stdout } = await runCommand(['route', 'explain', id], { cwd });
    expect(stdout).toMatch(new RegExp(`^${id} of 20.*: ok, status 200, `));
    expect(stdout).toMatch(/^ {2}1 {2}sandbox\/glm-5\.2 +primary +ok +200 /m);
  });

  it('says so when the configuration is no longer the one that decided', async () => {
    const cwd = temporaryFolder();
    const [id] = (await answerRequests(cwd, [CODE])) as [string];
    writeFileSync(join(cwd, 'alidade.yaml'), 'routes:\n  - { default: true, primary: openai/gpt-5.5 }\n');
    const { stdout } = await runCommand(['route', 'explain', id], { cwd });
    expect(stdout).toContain('sandbox/glm-5.2');
    expect(stdout).toMatch(/Decided in world [0-9a-f]{16}, which is not the one of this configuration\./);
  });

  it('ends with 1 for an id that nobody gave out', async () => {
    const { exitCode, stderr } = await runCommand(['route', 'explain', 'req_unknown'], { cwd: temporaryFolder() });
    expect(exitCode).toBe(1);
    expect(stderr).toContain('There is no receipt "req_unknown"');
  });
});
