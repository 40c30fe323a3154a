import { describe, expect, it } from 'vitest';
import { runCommand, runJson } from '../../../test/support/command-line.ts';
import { answerRequests } from '../../../test/support/past-requests.ts';
import { temporaryFolder } from '../../../test/support/temporary-folder.ts';
import type { RequestSummary } from '../../contracts/request-log.ts';

const PROMPTS = ['Write a Python function that reverses a string.', 'Write a poem about the sea.', 'Hello there'];

describe('requests list', () => {
  it('lists what a stopped server answered, newest first, filtered and limited', async () => {
    const cwd = temporaryFolder();
    const ids = await answerRequests(cwd, PROMPTS);
    const all = await runJson<RequestSummary[]>(['requests', 'list'], { cwd });
    expect(all.map(({ request_id }) => request_id)).toEqual(ids.toReversed());
    expect(all[2]).toMatchObject({ task_type: 'code_generation', deployment: 'sandbox/glm-5.2', outcome: 'ok' });
    const code = await runJson<RequestSummary[]>(['requests', 'list', '--task', 'code_generation'], { cwd });
    expect(code).toEqual([all[2]]);
    const { stdout, stderr } = await runCommand(['requests', 'list', '--limit', '1', '--json'], { cwd });
    expect(JSON.parse(stdout)).toEqual([all[0]]);
    expect(stderr).toBe(`Older ones: --until ${all[0]?.received_at}\n`);
    const older = await runJson<RequestSummary[]>(['requests', 'list', '--until', all[0]?.received_at as string], {
      cwd,
    });
    expect(older).toEqual(all.slice(1));
  });

  it('is an empty list where nothing was asked', async () => {
    const { exitCode, stdout } = await runCommand(['requests', 'list', '--json'], { cwd: temporaryFolder() });
    expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: '[]\n' });
  });

  it.each([
    ['--limit', '0'],
    ['--limit', 'many'],
    ['--since', 'yesterday'],
    ['--since', '2026-11-21T08:00:00'],
    ['--outcome', 'nice'],
  ])('ends with 2 on %s %s', async (option, value) => {
    const { exitCode, stderr } = await runCommand(['requests', 'list', option, value], { cwd: temporaryFolder() });
    expect(exitCode).toBe(2);
    expect(stderr).toContain(option);
  });
});
