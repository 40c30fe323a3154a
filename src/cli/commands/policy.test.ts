import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runCommand, runJson } from '../../../test/support/command-line.ts';
import { temporaryFolder } from '../../../test/support/temporary-folder.ts';

const RULE = `@id("no_acme")
@message("Acme is not used.")
forbid (principal, action in Action::"send", resource)
when { resource.operator == "acme" };
`;

const CASES = `- name: acme is out
  deployment: { operator: acme }
  expect: { permitted: false, rules: [no_acme] }
- name: everybody else is in
  deployment: { operator: other }
  expect: { permitted: true }
`;

function folderOf(files: Record<string, string>): string {
  const folder = temporaryFolder();
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(join(folder, name, '..'), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return folder;
}

interface Checked {
  ok: boolean;
  digest: string | null;
  rules: { id: string }[];
  problems: { file: string; line: number; column: number; severity: string; message: string; hint: string | null }[];
}

async function check(files: Record<string, string>): Promise<Checked & { exitCode: number }> {
  const cwd = folderOf(files);
  const { exitCode, stdout } = await runCommand(['policy', 'check', '-f', 'rules', '--json'], { cwd });
  return { exitCode, ...(JSON.parse(stdout) as Checked) };
}

describe('policy check', () => {
  it('accepts rules beside the starter bundle, which is in force by default', async () => {
    const checked = await check({ 'rules/own.cedar': RULE });
    expect(checked).toMatchObject({ exitCode: 0, ok: true, problems: [] });
    const ids = checked.rules.map(({ id }) => id);
    expect(ids).toContain('no_acme');
    expect(ids).toContain('eu_personal_data_needs_transfer_basis');
    const alone = await runJson<Checked>(['policy', 'check', '--no-starter', '-f', 'rules'], {
      cwd: folderOf({ 'rules/own.cedar': RULE }),
    });
    expect(alone.rules.map(({ id }) => id)).toEqual(['no_acme']);
    expect(alone.digest).not.toBe(checked.digest);
  });

  it.each([
    [
      'a syntax error',
      `${RULE}forbid (principal, action, resource) when { context.labelled ;\n`,
      5,
      /unexpected token/,
    ],
    ['a file that ends in the middle', RULE.slice(0, -20), 4, /unexpected end|unexpected token/],
    ['an unknown attribute', RULE.replace('resource.operator', 'resource.operater'), 4, /operater.*not found/],
    ['an unknown action', RULE.replace('"send"', '"sent"'), 3, /unrecognized action/],
    [
      'an optional fact used without asking',
      RULE.replace('resource.operator == "acme"', 'resource.retention_days > 3'),
      4,
      /optional attribute/,
    ],
    [
      'an unknown data class',
      RULE.replace('resource.operator == "acme"', 'context.data_classes.contains("personel")'),
      4,
      /no data class "personel"/,
    ],
    [
      'a country in upper case',
      RULE.replace('resource.operator == "acme"', 'resource.region == "DE"'),
      4,
      /lower case/,
    ],
    [
      'a deployment named as an entity',
      RULE.replace('resource.operator == "acme"', 'resource == Deployment::"x"'),
      1,
      /entity/,
    ],
    ['a group of actions as if it were one', RULE.replace('action in', 'action =='), 1, /No action is equal/],
    ['a file without a rule', '// nothing yet\n', 1, /holds no rule/],
    ['an empty file', '', 1, /holds no rule/],
    ['an id that the starter bundle has', RULE.replace('no_acme', 'contract_residency'), 1, /already/],
  ])('refuses %s with its place', async (_what, text, line, message) => {
    const { exitCode, ok, problems, rules } = await check({ 'rules/own.cedar': text });
    expect({ exitCode, ok, rules }).toEqual({ exitCode: 2, ok: false, rules: [] });
    expect(problems[0]).toMatchObject({ line, severity: 'error' });
    expect(problems[0]?.file).toMatch(/own\.cedar$/);
    expect(problems.map((problem) => problem.message).join('\n')).toMatch(message);
  });

  it('says once what is wrong for every action alike', async () => {
    const text = RULE.replace('action in Action::"send"', 'action').replace('resource.operator', 'context.zorblin');
    const { problems } = await check({ 'rules/own.cedar': text });
    expect(problems.map(({ message }) => message)).toEqual(['attribute `zorblin` in context not found.']);
  });

  it('warns of what looks like a rule file and is not read, and of a folder without any', async () => {
    const { ok, problems } = await check({ 'rules/own.cedar': RULE, 'rules/other.ceder': RULE });
    expect(ok).toBe(true);
    expect(problems).toMatchObject([{ severity: 'warning', message: expect.stringContaining('is not read') }]);
    const none = await check({ 'rules/README.md': '' });
    expect(none.problems).toMatchObject([{ severity: 'warning', message: expect.stringContaining('holds no file') }]);
    const cwd = folderOf({ 'own.ceder': RULE });
    const { exitCode, stdout } = await runCommand(['policy', 'check', '-f', 'own.ceder'], { cwd });
    expect(exitCode).toBe(2);
    expect(stdout).toContain('does not end in .cedar');
  });

  it('says what would be right', async () => {
    const { problems } = await check({ 'rules/own.cedar': RULE.replace('resource.operator', 'resource.operater') });
    expect(problems[0]).toMatchObject({ column: 8, hint: 'did you mean `operator`?' });
  });

  it('refuses a folder that differs from its manifest', async () => {
    const digest = createHash('sha256').update(RULE).digest('hex');
    const listed = `${digest}  own.cedar\n${'0'.repeat(64)}  missing.cedar\n`;
    const { exitCode, problems } = await check({ 'rules/own.cedar': RULE, 'rules/BUNDLE.sha256': listed });
    expect(exitCode).toBe(2);
    expect(problems[0]).toMatchObject({ line: 2, message: 'missing.cedar is listed and missing.' });
    expect(await check({ 'rules/own.cedar': RULE, 'rules/BUNDLE.sha256': `${digest}  own.cedar\n` })).toMatchObject({
      ok: true,
    });
    expect(
      await check({ 'rules/own.cedar': `${RULE} `, 'rules/BUNDLE.sha256': `${digest}  own.cedar\n` }),
    ).toMatchObject({ ok: false });
  });

  it.each(['mkfifo', 'mkdir'])('refuses a rule file that is none (%s), and waits for nobody', async (command) => {
    const cwd = folderOf({ 'rules/own.cedar': RULE });
    execFileSync(command, [join(cwd, 'rules', 'other.cedar')]);
    const { exitCode, stdout } = await runCommand(['policy', 'check', '-f', 'rules'], { cwd });
    expect(exitCode).toBe(2);
    expect(stdout).toContain('other.cedar:1:1: error: It is no file.');
  });

  it('refuses a folder that is not there', async () => {
    const { exitCode, stdout } = await runCommand(['policy', 'check', '-f', 'nowhere'], { cwd: temporaryFolder() });
    expect(exitCode).toBe(2);
    expect(stdout).toContain('nowhere:1:1: error:');
  });
});

describe('policy test', () => {
  it('runs the cases beside the rules', async () => {
    const cwd = folderOf({ 'rules/own.cedar': RULE, 'rules/own.test.yaml': CASES });
    expect(await runJson(['policy', 'test', '-f', 'rules'], { cwd })).toMatchObject({ ok: true, passed: 2, failed: 0 });
  });

  it('ends with 1 and the difference where a case fails', async () => {
    const wrong = CASES.replace('[no_acme]', '[another]');
    const cwd = folderOf({ 'rules/own.cedar': RULE, 'rules/own.test.yaml': wrong });
    const { exitCode, stdout } = await runCommand(['policy', 'test', '-f', 'rules'], { cwd });
    expect(exitCode).toBe(1);
    expect(stdout).toContain('rules: expected ["another"], got ["no_acme"]');
  });

  it.each([
    ['a misspelt member', CASES.replace('operator: acme', 'operater: acme'), 'deployment has no member operater'],
    [
      'an unknown data class',
      '- name: x\n  request: { data_classes: [personel] }\n  expect: { permitted: true }\n',
      'no data class personel',
    ],
    ['no list', 'nothing: here\n', 'a list of cases'],
    ['no YAML', '- name: [\n', 'own.test.yaml'],
  ])('ends with 2 on %s', async (_what, cases, message) => {
    const cwd = folderOf({ 'rules/own.cedar': RULE, 'rules/own.test.yaml': cases });
    const { exitCode, stderr } = await runCommand(['policy', 'test', '-f', 'rules'], { cwd });
    expect(exitCode).toBe(2);
    expect(stderr).toContain(message);
  });
});

describe('policy diff', () => {
  const CONFIG = `endpoints:
  one: { operator: acme, dialect: openai, base_url: "https://one.invalid/v1", api_key: fake-key }
deployments:
  - { id: one, model: openai/gpt-5.5, endpoint: one }
routes: [{ default: true, primary: openai/gpt-5.5 }]
`;
  const decision = {
    plan: [{ deployment: 'one', obligations: [] }],
    removed: [{ deployment: 'gone' }],
    data_classes: [],
    labels: [],
    use_case: null,
    task: 'unsure',
    task_source: 'text',
  };
  const log = [
    JSON.stringify({ kind: 'world', world: 'w' }),
    JSON.stringify({ kind: 'intent', request_id: 'req-1', at: '2026-11-22T10:00:00Z', key: null, decision }),
    JSON.stringify({ kind: 'receipt', request_id: 'req-1', received_at: '2026-11-22T10:00:00Z', key: null, decision }),
    JSON.stringify({
      kind: 'receipt',
      request_id: 'req-2',
      received_at: '2026-11-22T10:00:01Z',
      key: null,
      decision: null,
    }),
  ].join('\n');
  const files = {
    'alidade.yaml': CONFIG,
    'old.cedar': RULE.replace('== "acme"', '== "other"'),
    'new.cedar': RULE,
    'log.jsonl': `${log}\n`,
  };

  it('names every past decision that changes, and ends with 3', async () => {
    const cwd = folderOf(files);
    const { exitCode, stdout } = await runCommand(
      ['policy', 'diff', 'old.cedar', 'new.cedar', '--log', 'log.jsonl', '--json'],
      { cwd },
    );
    expect(exitCode).toBe(3);
    expect(JSON.parse(stdout)).toMatchObject({
      decisions: 1,
      unknown_deployments: ['gone'],
      changed: [
        {
          request_id: 'req-1',
          deployment: 'one',
          before: { permitted: true },
          after: { permitted: false, rules: ['no_acme'] },
        },
      ],
    });
  });

  it('ends with 0 where nothing changes, and with 2 on a log that is none', async () => {
    const cwd = folderOf({ ...files, 'bad.jsonl': '{"kind":\n' });
    const same = await runCommand(['policy', 'diff', 'new.cedar', 'new.cedar', '--log', 'log.jsonl'], { cwd });
    expect(same).toMatchObject({ exitCode: 0, stdout: '1 decisions, 0 verdicts change\n' });
    const bad = await runCommand(['policy', 'diff', 'new.cedar', 'new.cedar', '--log', 'bad.jsonl'], { cwd });
    expect(bad).toMatchObject({ exitCode: 2, stdout: '' });
    expect(bad.stderr).toContain('Line 1');
  });

  it('takes a journal, or the data folder around it, as its log', async () => {
    const cwd = folderOf({ ...files, 'data/journal/000001-abc.jsonl': `${log}\n` });
    for (const path of ['data', 'data/journal']) {
      const { exitCode, stdout } = await runCommand(['policy', 'diff', 'old.cedar', 'new.cedar', '--log', path], {
        cwd,
      });
      expect(exitCode).toBe(3);
      expect(stdout).toContain('1 decisions, 1 verdicts change');
    }
    const none = await runCommand(['policy', 'diff', 'new.cedar', 'new.cedar', '--log', 'nowhere'], { cwd });
    expect(none).toMatchObject({ exitCode: 2, stdout: '' });
  });

  it.each(['null', '7', '[]', '{"request_id":"a","decision":{}}', '{"request_id":"a","decision":7}'])(
    'names the line of a log that holds %s',
    async (line) => {
      const cwd = folderOf({ ...files, 'log.jsonl': `${log}\n${line}\n` });
      const bad = await runCommand(['policy', 'diff', 'new.cedar', 'new.cedar', '--log', 'log.jsonl'], { cwd });
      expect(bad).toMatchObject({ exitCode: 2, stdout: '' });
      expect(bad.stderr).toContain('Line 5 of the log');
    },
  );
});
