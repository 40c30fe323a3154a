import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runCommand, runJson } from '../../../test/support/command-line.ts';
import { answerRequests } from '../../../test/support/past-requests.ts';
import { temporaryFolder } from '../../../test/support/temporary-folder.ts';
import type { Simulation } from '../../contracts/simulation.ts';
import type { Replay } from '../../offline/replay.ts';

const CODE = 'Write a Python function that reverses a string.';
const POEM = 'Write a poem about autumn.';

/** Lines of the only segment. */
function journalOf(folder: string): { path: string; text: string } {
  const directory = join(folder, '.alidade', 'journal');
  const name = readdirSync(directory).find((file) => file.endsWith('.jsonl')) as string;
  return { path: join(directory, name), text: readFileSync(join(directory, name), 'utf8') };
}

const otherRoutes = 'routes:\n  - { default: true, primary: openai/gpt-5.5, fallback: zhipu/glm-5.2 }\n';

describe('route replay', () => {
  it('makes a decision of the record again and finds it the same', async () => {
    const cwd = temporaryFolder();
    const [id = ''] = await answerRequests(cwd, [CODE]);
    const replay = await runJson<Replay>(['route', 'replay', id], { cwd });
    expect(replay).toMatchObject({ same: true, changed_parts: [], first_difference: null });
    expect(replay.replayed[0]).toBe('sandbox/glm-5.2');
    const { stdout } = await runCommand(['route', 'replay', id], { cwd });
    expect(stdout).toMatch(new RegExp(`^same: ${id}: sandbox/glm-5.2, `));
  });

  it('does so in the world of then, whatever the configuration says now', async () => {
    const cwd = temporaryFolder();
    const [id = ''] = await answerRequests(cwd, [CODE]);
    writeFileSync(join(cwd, 'alidade.yaml'), otherRoutes);
    expect(await runJson<Replay>(['route', 'replay', id], { cwd })).toMatchObject({ same: true, changed_parts: [] });
  });

  it('shows the first difference and ends with 1 where a decision was altered', async () => {
    const cwd = temporaryFolder();
    const [id = ''] = await answerRequests(cwd, [CODE]);
    const { path, text } = journalOf(cwd);
    writeFileSync(path, text.replace('"routing_reason":"primary_optimal"', '"routing_reason":"best_evidence"'));
    const { exitCode, stdout } = await runCommand(['route', 'replay', id], { cwd });
    expect(exitCode).toBe(1);
    expect(stdout).toContain(`different: ${id}: routing_reason: recorded "best_evidence", now "primary_optimal"`);
  });

  it('says what it cannot make again', async () => {
    const cwd = temporaryFolder();
    const [id = ''] = await answerRequests(cwd, [CODE]);
    const { path, text } = journalOf(cwd);
    const lines = text
      .trimEnd()
      .split('\n')
      .map((line) => {
        const record = JSON.parse(line) as { decision?: { request?: unknown } | null };
        if (record.decision != null) delete record.decision.request;
        return `${JSON.stringify(record)}\n`;
      });
    writeFileSync(path, lines.join(''));
    const { exitCode, stderr } = await runCommand(['route', 'replay', id], { cwd });
    expect(exitCode).toBe(1);
    expect(stderr).toContain('did not keep all it decided from');
    expect((await runCommand(['route', 'replay', 'req_nobody'], { cwd })).exitCode).toBe(1);
  });
});

describe('route explain', () => {
  it('has the sentence of a past decision, whatever the configuration says now', async () => {
    const cwd = temporaryFolder();
    const [id = ''] = await answerRequests(cwd, [CODE]);
    const then = await runCommand(['route', 'explain', id], { cwd });
    writeFileSync(join(cwd, 'alidade.yaml'), otherRoutes);
    const now = await runCommand(['route', 'explain', id], { cwd });
    expect(now.stdout).toContain('sandbox/glm-5.2 (zhipu/glm-5.2) is the primary of the row for task code_generation');
    expect(now.stdout).toContain(then.stdout);
    expect(now.stdout).toContain('which is not the one of this configuration');
  });

  it('shows what is recorded where nobody knows the world of then', async () => {
    const cwd = temporaryFolder();
    const [id = ''] = await answerRequests(cwd, [CODE]);
    writeFileSync(join(cwd, 'alidade.yaml'), otherRoutes);
    const { path, text } = journalOf(cwd);
    writeFileSync(path, text.replace('{"kind":"world"', '{"kind":"event"'));
    const { exitCode, stdout } = await runCommand(['route', 'explain', id], { cwd });
    expect([exitCode, stdout]).toEqual([0, expect.stringContaining('which is not the one of this configuration')]);
  });
});

describe('route simulate', () => {
  it('counts what another configuration would have decided otherwise', async () => {
    const cwd = temporaryFolder();
    await answerRequests(cwd, [CODE, POEM, 'Hello!']);
    const other = temporaryFolder();
    writeFileSync(join(other, 'alidade.yaml'), otherRoutes);
    const log = join(cwd, '.alidade');
    const args = ['route', 'simulate', '--log', log, '--config', join(other, 'alidade.yaml')];
    const simulation = await runJson<Simulation>(args, { cwd });
    expect(simulation).toMatchObject({
      requests: 3,
      replayed: 3,
      changed: 1,
      changed_model: 1,
      refused_by_policy: { before: 0, after: 0 },
      without_evidence: { before: 3, after: 3 },
    });
    expect(simulation.examples).toMatchObject([{ before: 'sandbox/glm-5.2', after: 'sandbox/gpt-5.5' }]);
    const file = await runJson<Simulation>(['route', 'simulate', '--log', journalOf(cwd).path], { cwd });
    expect(file).toMatchObject({ requests: 3, changed: 0 });
    expect((await runCommand(args, { cwd })).stdout).toMatch(/^changed {7}1 \(33\.3 %\) have another deployment/m);
  });

  it('takes a last line without its end, and names one that holds half a decision', async () => {
    const cwd = temporaryFolder();
    await answerRequests(cwd, [CODE]);
    const whole = journalOf(cwd).text.trimEnd();
    const file = join(cwd, 'log.jsonl');
    const simulated = async (text: string) => {
      writeFileSync(file, text);
      return runCommand(['route', 'simulate', '--log', file, '--json'], { cwd });
    };
    const lines = whole.split('\n');
    const receipt = lines.find((line) => line.includes('"kind":"receipt"')) as string;
    const last = await simulated(`${receipt}\n${receipt}`);
    expect(JSON.parse(last.stdout)).toMatchObject({ requests: 2, replayed: 2, changed: 0 });
    const torn = await simulated(`${receipt}\n${receipt.slice(0, -9)}`);
    expect(JSON.parse(torn.stdout)).toMatchObject({ requests: 1 });
    const halves = ['{"request":{}}', '{"request":{"model":"auto","tokens_p95":1}}'];
    for (const half of halves) {
      const refused = await simulated(`{"kind":"receipt","parent_id":null,"decision":${half}}\n`);
      expect([refused.exitCode, refused.stderr]).toEqual([2, expect.stringContaining('line 1 holds a decision that')]);
    }
    expect(JSON.parse((await simulated('{"kind":"receipt","parent_id":null}\n')).stdout)).toMatchObject({
      requests: 0,
    });
    expect((await simulated('{"model":"auto"}')).stderr).toContain('There are no receipts of requests in');
  });

  it('names a line that is no JSON, and a log that is not there', async () => {
    const cwd = temporaryFolder();
    writeFileSync(join(cwd, 'log.jsonl'), '{"kind":"receipt", broken\n');
    const broken = await runCommand(['route', 'simulate', '--log', 'log.jsonl'], { cwd });
    expect([broken.exitCode, broken.stderr]).toEqual([2, expect.stringContaining('log.jsonl line 1 is not JSON')]);
    const missing = await runCommand(['route', 'simulate', '--log', 'nowhere'], { cwd });
    expect([missing.exitCode, missing.stderr]).toEqual([2, expect.stringContaining('There is no log')]);
  });
});
