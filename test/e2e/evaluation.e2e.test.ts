import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { runCommand, runJson } from '../support/command-line.ts';
import { repositoryRoot } from '../support/repository.ts';
import { startSourceServer } from '../support/running-server.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const CONFIGURATION = `use_cases:
  - { id: billing, owner: tests, keep_bodies: true }
  - { id: silent, owner: tests }
`;

function writeSums(folder: string, count: number): void {
  const lines = Array.from({ length: count }, (_, index) =>
    JSON.stringify({ id: `m${index}`, input: `What is ${300 + index} * 7?`, target: String((300 + index) * 7) }),
  );
  writeFileSync(join(folder, 'sums.jsonl'), lines.join('\n'));
}

const RUN = ['eval', 'run', '--file', 'sums.jsonl', '--scorer', 'numeric', '--deployment', 'sandbox/glm-5.2'];

describe('evaluation through a running server', { timeout: 90_000 }, () => {
  it('is started, followed and paused by commands of the same machine, which then read its results', async () => {
    const server = await startSourceServer();
    onTestFinished(() => server.stop());
    const cwd = server.folder;
    writeSums(cwd, 30);
    const { exitCode, stdout } = await runCommand([...RUN, '--json'], { cwd });
    const events = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { event: string; run: string });
    expect({ exitCode, first: events[0]?.event, last: events.at(-1)?.event, count: events.length }).toEqual({
      ...{ exitCode: 0, first: 'launch', last: 'done', count: 32 },
    });
    const run = events[0]?.run as string;
    const answer = await fetch(`${server.origin}/api/runs/${run}`);
    expect(await answer.json()).toMatchObject({
      run,
      stopped: 'complete',
      sandbox: true,
      plan: { deployment: 'sandbox/glm-5.2' },
    });
    const followed = await (await fetch(`${server.origin}/api/runs/${run}/events`)).text();
    expect(followed.trimEnd().split('\n').at(-1)).toContain('"event":"done"');
    expect(await (await fetch(`${server.origin}/api/runs`)).json()).toMatchObject({
      runs: [{ run, state: 'complete' }],
    });
    expect((await fetch(`${server.origin}/api/runs/${run}/pause`, { method: 'POST' })).status).toBe(404);
    // Each sample left a receipt, by the same way as any other request.
    const requests = await runJson<{ deployment: string }[]>(['requests', 'list'], { cwd });
    expect(requests.filter(({ deployment }) => deployment === 'sandbox/glm-5.2').length).toBeGreaterThanOrEqual(30);
  });

  it('reads no file of the server for a key that came over the network', async () => {
    const secret = 'ald_obviously-not-a-real-key-0002';
    const server = await startSourceServer(`keys:\n  - { id: boss, secret: "${secret}", roles: [admin] }\n`);
    onTestFinished(() => server.stop());
    const body = JSON.stringify({
      suite: 'x',
      file: '/etc/hostname.jsonl',
      scorer: 'exact',
      deployment: 'sandbox/glm-5.2',
    });
    const headers = { authorization: `Bearer ${secret}`, 'content-type': 'application/json' };
    const answer = await fetch(`${server.origin}/api/runs`, { method: 'POST', headers, body });
    expect(answer.status).toBe(403);
    expect((await fetch(`${server.origin}/api/runs`, { headers })).status).toBe(200);
    expect((await fetch(`${server.origin}/api/runs`)).status).toBe(401);
  });

  it('draws a sample of kept traffic without personal data, which is labelled and run', async () => {
    const server = await startSourceServer(CONFIGURATION);
    onTestFinished(() => server.stop());
    const cwd = server.folder;
    const ask = (useCase: string, content: string) =>
      fetch(`${server.origin}/v1/chat/completions`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-alidade-use-case': useCase },
        body: JSON.stringify({ model: 'auto', messages: [{ role: 'user', content }] }),
      }).then((answer) => answer.text());
    for (let index = 0; index < 12; index++) {
      await ask(
        'billing',
        `Invoice ${index * 7919} of anna.schmidt@example.org: what is ${100 + index} * ${23 + index * 3}?`,
      );
    }
    await ask('silent', 'What is 2 + 2?');
    const drawn = await runJson<{ suite: string; frame: Record<string, unknown> }>(
      ['eval', 'sample', '--use-case', 'billing', '--size', '8', '--scorer', 'numeric'],
      { cwd },
    );
    expect(drawn).toMatchObject({ suite: 'traffic/billing', frame: { looked_at: 12, anchor: 4, use_case: 'billing' } });
    const questions = (await runCommand(['eval', 'label', 'traffic/billing'], { cwd })).stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { id: string; question: string });
    for (const { question } of questions) {
      expect(question).toContain('[EMAIL_1]');
      expect(question).not.toContain('anna.schmidt');
    }
    const unlabelled = await runCommand(
      ['eval', 'run', '--suite', 'traffic/billing', '--deployment', 'sandbox/glm-5.2'],
      { cwd },
    );
    expect(unlabelled).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('have no target') });
    const targets = questions.map(({ id, question }) => {
      const [, left, right] = /what is (\d+) \* (\d+)/.exec(question) ?? [];
      return JSON.stringify({ id, target: String(Number(left) * Number(right)) });
    });
    writeFileSync(join(cwd, 'targets.jsonl'), targets.join('\n'));
    await runCommand(['eval', 'label', 'traffic/billing', '--targets', 'targets.jsonl'], { cwd });
    const run = await runCommand(
      ['eval', 'run', '--suite', 'traffic/billing', '--use-case', 'billing', '--deployment', 'sandbox/glm-5.2'],
      { cwd },
    );
    expect(run).toMatchObject({ exitCode: 0, stderr: expect.stringMatching(/Evidence: \d+ cells now rest on run_/) });
    const unknown = await runCommand(['eval', 'sample', '--use-case', 'nobody'], { cwd });
    expect(unknown).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('no use case') });
  });
});

describe('a command that is killed', { timeout: 90_000 }, () => {
  it('leaves a run that another one resumes without asking again what is on record', async () => {
    const cwd = temporaryFolder();
    writeSums(cwd, 400);
    const main = join(repositoryRoot, 'src/cli/main.ts');
    const environment = { PATH: process.env.PATH, HOME: process.env.HOME };
    const child = spawn(process.execPath, [main, ...RUN, '--json', '--concurrency', '4'], {
      ...{ cwd, env: environment, stdio: ['ignore', 'pipe', 'ignore'] },
    });
    const ended = once(child, 'exit');
    let said = '';
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      said += text;
      if (said.split('"sample"').length > 20) child.kill('SIGKILL');
    });
    await ended;
    const run = /"run":"(run_\w+)"/.exec(said)?.[1] as string;
    const record = join(cwd, '.alidade/evaluations/runs', run, 'attempts.jsonl');
    const before = readFileSync(record, 'utf8').split('\n').slice(0, -1);
    expect(before.length).toBeLessThan(400);
    expect(await runJson<unknown[]>(['eval', 'list'], { cwd })).toMatchObject([{ run, state: 'interrupted' }]);
    const { exitCode, stdout } = await runCommand(['eval', 'resume', run, '--json'], { cwd });
    expect(exitCode).toBe(0);
    expect(stdout).toContain(`"resumed":${before.length}`);
    const after = readFileSync(record, 'utf8').split('\n').slice(0, -1);
    expect(after.slice(0, before.length)).toEqual(before);
    expect(after).toHaveLength(400);
    expect(existsSync(join(cwd, '.alidade/evaluations/runs', run, 'run.lock'))).toBe(false);
  });
});
