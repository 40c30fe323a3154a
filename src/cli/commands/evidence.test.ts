import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { runCommand, runJson } from '../../../test/support/command-line.ts';
import { answerRequests } from '../../../test/support/past-requests.ts';
import { temporaryFolder } from '../../../test/support/temporary-folder.ts';
import type { EvidenceRow } from '../../contracts/evidence.ts';
import type { Simulation } from '../../contracts/simulation.ts';
import { testEvidence } from '../../contracts/test-evidence.ts';
import { createAlidade } from '../../create-alidade.ts';
import { EvidenceFiles } from '../../store/evidence-files.ts';

const CODE = 'Write a Python function that reverses a string.';
const POEM = 'Write a poem about autumn.';

const GLM = 'zhipu/glm-5.2';
const GPT = 'openai/gpt-5.5';

/** GPT writes far better code than the table's first model. */
const rows = (sandbox: boolean): EvidenceRow[] => [
  testEvidence(GLM, 400, 1_000, { sandbox }),
  testEvidence(GPT, 900, 1_000, { sandbox }),
];

const filesIn = (folder: string): EvidenceFiles => new EvidenceFiles(join(folder, '.alidade'), Date.now);

describe('evidence', () => {
  it('lists versions, and says where there are none', async () => {
    const cwd = temporaryFolder();
    expect((await runCommand(['evidence', 'list'], { cwd })).stdout).toBe('There is no evidence yet.\n');
    const { version } = filesIn(cwd).add(rows(false), 'run 7');
    const { stdout } = await runCommand(['evidence', 'list'], { cwd });
    expect(stdout).toMatch(new RegExp(`^${version} +no +2 .* models +run 7$`, 'm'));
    expect(await runJson(['evidence', 'list'], { cwd })).toMatchObject({ versions: [{ version, promoted: false }] });
  });

  it('is compared with the recorded log before it decides, and can be taken back', async () => {
    const cwd = temporaryFolder();
    await answerRequests(cwd, [CODE, POEM]);
    const files = filesIn(cwd);
    const { version } = files.add(rows(true), 'sandbox run');
    files.rollback(true);
    const tried = await runJson<{ promoted: boolean; comparison: Simulation }>(
      ['evidence', 'promote', version, '--dry-run'],
      { cwd },
    );
    expect(tried.promoted).toBe(false);
    expect(tried.comparison).toMatchObject({
      requests: 2,
      replayed: 2,
      changed: 1,
      without_evidence: { before: 2, after: 1 },
      examples: [{ before: 'sandbox/glm-5.2', after: 'sandbox/gpt-5.5' }],
    });
    expect(tried.comparison.expected_quality?.mean).toBeCloseTo(0.499, 3);
    expect(files.promoted().version).toBe('none');

    const { stdout } = await runCommand(['evidence', 'promote', version], { cwd });
    expect(stdout).toContain('1 (50.0 %) have another deployment');
    expect(stdout).toContain(`Decisions go by ${version} now.`);
    const decided = await runJson(['route', 'explain', '--prompt', CODE], { cwd });
    expect(decided).toMatchObject({ model: GPT, routing_reason: 'best_evidence', objective: 'evidence' });

    expect(await runJson(['evidence', 'rollback', '--sandbox'], { cwd })).toEqual({ version: null });
    expect(await runJson(['route', 'explain', '--prompt', CODE], { cwd })).toMatchObject({ model: GLM });
  });

  it('saves nothing by being known: what a choice costs is not what it was thought to cost before', async () => {
    const cwd = temporaryFolder();
    await answerRequests(cwd, [CODE]);
    const files = filesIn(cwd);
    const billed = [0.03, 0.01].map((usd, at) => ({
      ...(rows(true)[at] as EvidenceRow),
      mean: 0.9,
      usd_per_item: usd,
    }));
    const same = billed.map((row) => ({ ...row, mean: row.model === GLM ? 0.9 : 0.4 }));
    const compared = async (evidence: EvidenceRow[]) => {
      const { version } = files.add(evidence, 'run');
      files.rollback(true);
      const { comparison } = await runJson<{ comparison: Simulation }>(['evidence', 'promote', version, '--dry-run'], {
        cwd,
      });
      return comparison;
    };
    expect(await compared(same)).toMatchObject({
      changed: 0,
      expected_usd: { before: 0.03, after: 0.03, difference: { mean: 0 } },
    });
    expect(await compared(billed.map((row) => ({ ...row, date: '2026-11-02' })))).toMatchObject({
      changed: 1,
      expected_usd: { before: 0.03, after: 0.01, difference: { mean: expect.closeTo(-0.02, 9) } },
    });
  });

  it('changes the decisions of a running server from the next request on', async () => {
    const cwd = temporaryFolder();
    const file = join(cwd, 'alidade.yaml');
    writeFileSync(file, 'detect_local_engines: false\n');
    const { version } = filesIn(cwd).add(rows(true), 'run');
    filesIn(cwd).rollback(true);
    const alidade = await createAlidade(file, { env: {}, logLevel: 'silent' });
    onTestFinished(() => alidade.close());
    const { url } = await alidade.listen();
    const modelFor = async (): Promise<string> => {
      const body = JSON.stringify({ model: 'auto', messages: [{ role: 'user', content: CODE }] });
      const answer = await fetch(`${url}/api/route`, {
        method: 'POST',
        body,
        headers: { 'content-type': 'application/json' },
      });
      return ((await answer.json()) as { model: string }).model;
    };
    const ask = async (path: string, body: object): Promise<unknown> => {
      const request = { method: 'POST', body: JSON.stringify(body), headers: { 'content-type': 'application/json' } };
      return (await fetch(url + path, request)).json();
    };
    expect(await modelFor()).toBe(GLM);
    expect(await ask('/api/evidence/promote', { version })).toEqual({ version, promoted: true });
    expect(await modelFor()).toBe(GPT);
    expect(await (await fetch(`${url}/api/evidence`)).json()).toMatchObject({
      version,
      versions: [{ version, promoted: true }],
      rows: [{ model: GPT, outcomes: null }, { model: GLM }],
    });
    expect(await ask('/api/evidence/promote', { version: 'nothing' })).toMatchObject({ error: { code: 'not_found' } });
    expect(await ask('/api/evidence/promote', { versions: 1 })).toMatchObject({ error: { code: 'invalid_request' } });
    expect(await ask('/api/evidence/rollback', { sandbox: true })).toEqual({ version: null });
    expect(await modelFor()).toBe(GLM);
  });

  it('is imported from a file into a version that decides nothing yet, or not at all', async () => {
    const cwd = temporaryFolder();
    const lines = rows(false).map((row) => JSON.stringify(row));
    writeFileSync(join(cwd, 'rows.jsonl'), `${lines.join('\n')}\n`);
    const tried = await runJson(['evidence', 'import', 'rows.jsonl', '--dry-run'], { cwd });
    expect(tried).toEqual({ rows: 2, skipped: [], version: null });
    expect(filesIn(cwd).list()).toEqual([]);
    const { version } = await runJson<{ version: string }>(['evidence', 'import', 'rows.jsonl'], { cwd });
    expect(filesIn(cwd).list()).toMatchObject([{ version, rows: 2, promoted: false, note: 'import of rows.jsonl' }]);
    writeFileSync(join(cwd, 'bad.jsonl'), `${lines[0]}\n{}\n`);
    const refused = await runCommand(['evidence', 'import', 'bad.jsonl'], { cwd });
    expect([refused.exitCode, refused.stderr]).toEqual([2, expect.stringContaining('bad.jsonl line 2: cell: ')]);
    expect(filesIn(cwd).list()).toHaveLength(1);
  });

  it('about sandbox programs decides as soon as it is imported, and says so', async () => {
    const cwd = temporaryFolder();
    writeFileSync(
      join(cwd, 'rows.jsonl'),
      rows(true)
        .map((row) => JSON.stringify(row))
        .join('\n'),
    );
    const { stdout } = await runCommand(['evidence', 'import', 'rows.jsonl'], { cwd });
    expect(stdout).toContain('It is about sandbox programs and decides at once');
    expect(await runJson(['route', 'explain', '--prompt', CODE], { cwd })).toMatchObject({ model: GPT });
  });

  it('is imported onto the version before a mistake, which rolling back names', async () => {
    const cwd = temporaryFolder();
    const importing = async (row: EvidenceRow, ...options: string[]) => {
      writeFileSync(join(cwd, 'rows.jsonl'), JSON.stringify(row));
      return runJson<{ version: string }>(['evidence', 'import', 'rows.jsonl', ...options], { cwd });
    };
    const [glm, gpt] = rows(false) as [EvidenceRow, EvidenceRow];
    const first = await importing(glm);
    filesIn(cwd).promote(first.version);
    filesIn(cwd).promote((await importing(gpt)).version);
    const { stdout } = await runCommand(['evidence', 'rollback'], { cwd });
    expect(stdout).toContain(`Decisions go by ${first.version} again.`);
    expect(stdout).toContain(`\`evidence import --onto ${first.version}\` leaves out what came after.`);
    const next = { ...glm, run: 'next', date: '2026-11-02' };
    const mended = await importing(next, '--onto', first.version);
    expect(
      filesIn(cwd)
        .read(mended.version)
        .rows.map(({ model }) => model),
    ).toEqual([GLM, GLM]);
    const alone = await importing(next, '--onto', 'nothing');
    expect(filesIn(cwd).read(alone.version).rows).toEqual([next]);
  });

  it('promotes nothing that does not exist', async () => {
    const { exitCode, stderr } = await runCommand(['evidence', 'promote', '0123456789abcdef'], {
      cwd: temporaryFolder(),
    });
    expect(exitCode).toBe(1);
    expect(stderr).toContain('There is no evidence version');
  });
});
