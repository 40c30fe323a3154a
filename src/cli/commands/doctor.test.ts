import { appendFileSync, mkdirSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type CommandOptions, runCommand } from '../../../test/support/command-line.ts';
import { readRepositoryFile } from '../../../test/support/repository.ts';
import { temporaryFolder } from '../../../test/support/temporary-folder.ts';
import { DOCTOR_CODES, type Finding } from '../doctor/finding.ts';
import { checkDisk, checkNode } from '../doctor/machine.ts';

/** A free port is chosen by the system, so that no other program on this machine can fail a test. */
const QUIET = 'detect_local_engines: false\nserver: { port: 0 }\n';

interface Report {
  exitCode: number;
  ok: boolean;
  checks: Finding[];
  codes: string[];
}

async function examine(configuration: string, options: Partial<CommandOptions> = {}): Promise<Report> {
  const cwd = options.cwd ?? temporaryFolder();
  writeFileSync(join(cwd, 'alidade.yaml'), configuration);
  const { exitCode, stdout } = await runCommand(['doctor', '--json'], { cwd, ...options });
  const { ok, checks } = JSON.parse(stdout) as { ok: boolean; checks: Finding[] };
  return { exitCode, ok, checks, codes: checks.flatMap(({ code }) => code ?? []) };
}

const messageOf = ({ checks }: Report, code: string): string => {
  const found = checks.find((check) => check.code === code);
  return `${found?.message} ${found?.fix ?? ''}`;
};

const ZAI = `${QUIET}endpoints:\n  zai: { preset: zai, api_key: "\${ZAI_API_KEY}" }\ndeployments:\n  - { id: glm-5.2@zai, model: zhipu/glm-5.2, endpoint: zai }\n`;
const ENV = { ZAI_API_KEY: 'fake-key-of-a-vendor' };

describe('doctor on a sound machine', () => {
  it('ends with 0, whatever it warns of, and looks at every area', async () => {
    const report = await examine(QUIET);
    expect(report).toMatchObject({ exitCode: 0, ok: true });
    expect(new Set(report.checks.map(({ area }) => area))).toEqual(
      new Set([
        'node',
        'config',
        'keys',
        'models',
        'policy',
        'engines',
        'port',
        'data',
        'disk',
        'store',
        'journal',
        'clock',
        'catalogue',
        'prices',
      ]),
    );
    expect(report.codes).toEqual(['W-POLICY-001']);
  });

  it('leaves nothing behind', async () => {
    const cwd = temporaryFolder();
    await examine(QUIET, { cwd });
    expect(readdirSync(cwd)).toEqual(['alidade.yaml']);
  });

  it('writes one line a check, and the advice below it', async () => {
    const cwd = temporaryFolder();
    writeFileSync(join(cwd, 'alidade.yaml'), QUIET);
    const { stdout } = await runCommand(['doctor'], { cwd });
    expect(stdout).toMatch(/^ok {3}node {7}Node \d+\./m);
    expect(stdout).toMatch(
      /^WARN policy {5}W-POLICY-001 {2}policy\.unlabelled_personal is record.*\n {16}Give each use case/m,
    );
  });
});

describe('doctor and tokens', () => {
  const POSTGRES = `${QUIET}store: { url: "postgres://nobody@127.0.0.1:1/none" }\n`;

  it('warns where replicas would make different tokens, and not where they share a key', async () => {
    expect(messageOf(await examine(POSTGRES), 'W-TOKENS-001')).toContain('privacy.tenant_key');
    const shared = await examine(`${POSTGRES}privacy: { tenant_key: "\${TENANT}" }\n`, {
      env: { TENANT: 'f'.repeat(64) },
    });
    expect(shared.codes).not.toContain('W-TOKENS-001');
    expect(JSON.stringify(shared.checks)).not.toContain('f'.repeat(64));
  });
});

describe('doctor and keys', () => {
  it('names variables and never shows what they hold', async () => {
    const cwd = temporaryFolder();
    const report = await examine(QUIET, { cwd, env: ENV });
    expect(JSON.stringify(report.checks)).toContain('ZAI_API_KEY');
    const { stdout, stderr } = await runCommand(['doctor'], { cwd, env: ENV });
    expect(JSON.stringify(report.checks) + stdout + stderr).not.toContain(ENV.ZAI_API_KEY);
  });

  it('warns of a key that the configuration leaves unused', async () => {
    const report = await examine(ZAI, { env: { ...ENV, OPENAI_API_KEY: 'fake-key-unused' } });
    expect(messageOf(report, 'W-KEYS-001')).toContain('OPENAI_API_KEY');
  });

  it('fails on a key file that is not ours', async () => {
    const cwd = temporaryFolder();
    mkdirSync(join(cwd, '.alidade'));
    writeFileSync(join(cwd, '.alidade/keys.json'), 'not json');
    expect(await examine(QUIET, { cwd })).toMatchObject({ exitCode: 1, codes: expect.arrayContaining(['E-KEYS-002']) });
  });
});

describe('doctor and the configuration', () => {
  it('fails on an error with file, line and column, and guesses nothing further', async () => {
    const report = await examine('server:\n  prot: 1\n');
    expect(report).toMatchObject({ exitCode: 1, ok: false, codes: ['E-CONFIG-001'] });
    expect(messageOf(report, 'E-CONFIG-001')).toMatch(/alidade\.yaml:2:3: error: server\.prot/);
  });

  it('fails on an endpoint that needs a key and has none', async () => {
    const report = await examine(`${QUIET}endpoints:\n  zai: { preset: zai }\n`);
    expect(report.exitCode).toBe(1);
    expect(messageOf(report, 'E-CONFIG-001')).toContain('The preset zai needs a key: api_key is missing.');
  });

  it('warns of models of the table that nothing serves, and why', async () => {
    const report = await examine(ZAI, { env: ENV });
    expect(report.exitCode).toBe(0);
    expect(messageOf(report, 'W-MODELS-002')).toMatch(/^mistral\/mistral-large-3: No endpoint serves/);
  });

  it('fails when nothing at all can answer', async () => {
    expect((await examine(`${QUIET}sandbox: false\n`)).codes).toContain('E-MODELS-001');
  });

  it('warns of a missing data processing agreement, except with oneself, until it is stated', async () => {
    const own =
      'endpoints:\n  own: { operator: self, preset: vllm, base_url: "http://127.0.0.1:9/v1", private: true }\n';
    const deployment = 'deployments:\n  - { id: a@own, model: zhipu/glm-5.2, endpoint: own }\n';
    expect((await examine(`${QUIET}${own}${deployment}`)).codes).not.toContain('W-FACTS-001');
    expect(messageOf(await examine(ZAI, { env: ENV }), 'W-FACTS-001')).toContain('endpoints.zai');
    const signed = ZAI.replace('api_key', 'dpa: true, api_key');
    expect((await examine(signed, { env: ENV })).codes).not.toContain('W-FACTS-001');
  });

  it('warns of facts older than facts_valid_days, to the day', async () => {
    const dated = ZAI.replace('api_key', 'facts_checked_at: 2026-11-01, facts_valid_days: 30, api_key');
    const on = async (now: string) => (await examine(dated, { env: ENV, now: new Date(now) })).codes;
    expect(await on('2026-12-01T00:00:00Z')).not.toContain('W-FACTS-002');
    expect(await on('2026-12-01T00:00:01Z')).toContain('W-FACTS-002');
  });
});

describe('doctor and the machine', () => {
  it('fails when another program has the port', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void other.close());
    const { port } = other.address() as { port: number };
    const report = await examine(`detect_local_engines: false\nserver: { port: ${port} }\n`);
    expect(report).toMatchObject({ exitCode: 1 });
    expect(messageOf(report, 'E-PORT-001')).toContain(`127.0.0.1:${port} is in use.`);
  });

  it('fails on an address of another machine', async () => {
    const report = await examine(
      'detect_local_engines: false\nserver: { host: 192.0.2.1, port: 0 }\nkeys: [{ id: a, secret: "obvious-fake-secret-0123456789" }]\n',
    );
    expect(report.codes).toContain('E-PORT-002');
  });

  it('fails on an open server beyond loopback', async () => {
    const report = await examine('detect_local_engines: false\nserver: { host: 0.0.0.0, port: 0 }\n');
    expect(messageOf(report, 'E-PORT-003')).toContain(
      'Without keys the server listens on loopback only, not on 0.0.0.0.',
    );
  });

  it('fails when the data folder cannot be made', async () => {
    const cwd = temporaryFolder();
    writeFileSync(join(cwd, 'file'), 'no folder');
    const report = await examine(`${QUIET}data_dir: file/below\n`, { cwd });
    expect(messageOf(report, 'E-DATA-001')).toContain(join(cwd, 'file'));
    expect(report.exitCode).toBe(1);
  });

  it('fails on promoted evidence that cannot be read, and goes on with the rest', async () => {
    const cwd = temporaryFolder();
    mkdirSync(join(cwd, '.alidade/evidence'), { recursive: true });
    writeFileSync(join(cwd, '.alidade/evidence/promoted.json'), 'not json');
    const report = await examine(QUIET, { cwd });
    expect(report.exitCode).toBe(1);
    expect(messageOf(report, 'E-EVIDENCE-001')).toContain('promoted.json');
    expect(report.checks.map(({ area }) => area)).toContain('journal');
  });

  it('judges free space by journal.min_free_bytes', async () => {
    const folder = temporaryFolder();
    const code = async (minFreeBytes: number) => (await checkDisk(folder, minFreeBytes)).code;
    expect(await code(1)).toBeNull();
    expect(await code(Number.MAX_SAFE_INTEGER)).toBe('E-DISK-001');
  });

  it('doubts a clock that is behind the catalogue or behind the journal', async () => {
    const cwd = temporaryFolder();
    const at = async (now: string) => (await examine(QUIET, { cwd, now: new Date(now) })).codes;
    expect(await at('2020-01-01T00:00:00Z')).toContain('W-CLOCK-001');
    await runCommand(['keys', 'create', '--id', 'team'], { cwd });
    const folder = join(cwd, '.alidade/journal');
    const written = new Date('2027-06-01T00:00:00Z');
    utimesSync(join(folder, readdirSync(folder)[0] as string), written, written);
    expect(await at('2027-05-31T23:00:00Z')).toContain('W-CLOCK-002');
    expect(await at('2027-06-01T00:00:00Z')).not.toContain('W-CLOCK-002');
  });

  it('warns when what is known of models and prices is old', async () => {
    const { codes, ok } = await examine(QUIET, { now: new Date('2030-01-01T00:00:00Z') });
    expect({ codes, ok }).toEqual({ codes: ['W-POLICY-001', 'W-CATALOGUE-001', 'W-PRICES-001'], ok: true });
  });

  it('warns of a Node that the tests do not run on', () => {
    expect(checkNode('24.21.0').code).toBeNull();
    expect(checkNode('23.1.0').code).toBe('W-NODE-001');
  });
});

describe('doctor and the data', () => {
  const segment = (cwd: string): string => {
    const folder = join(cwd, '.alidade/journal');
    return join(folder, readdirSync(folder)[0] as string);
  };
  async function withJournal(): Promise<string> {
    const cwd = temporaryFolder();
    await runCommand(['keys', 'create', '--id', 'team'], { cwd });
    return cwd;
  }

  it('fails on a record that was edited', async () => {
    const cwd = await withJournal();
    expect((await examine(QUIET, { cwd })).codes).not.toContain('E-JOURNAL-001');
    const text = readFileSync(segment(cwd), 'utf8');
    const edited = text.split('\n').find((line) => line.includes('"id":"team"')) as string;
    writeFileSync(segment(cwd), text.replace('"id":"team"', '"id":"meat"'));
    const report = await examine(QUIET, { cwd });
    expect(report.exitCode).toBe(1);
    expect(messageOf(report, 'E-JOURNAL-001')).toContain(
      `Record ${(JSON.parse(edited) as { seq: number }).seq} was edited.`,
    );
  });

  it('fails on a signing key that is damaged or gone, and shows nothing of it', async () => {
    const cwd = await withJournal();
    const path = join(cwd, '.alidade/audit-key.pem');
    const pem = readFileSync(path, 'utf8');
    writeFileSync(path, pem.replace('MC4', 'YYY'));
    const damaged = await examine(QUIET, { cwd });
    expect(damaged).toMatchObject({ exitCode: 1, codes: expect.arrayContaining(['E-JOURNAL-003']) });
    expect(JSON.stringify(damaged.checks)).not.toContain(pem.split('\n')[1]);
    rmSync(path);
    expect(messageOf(await examine(QUIET, { cwd }), 'E-JOURNAL-003')).toContain('audit-key.pem is missing');
    expect(readdirSync(join(cwd, '.alidade'))).not.toContain('audit-key.pem');
  });

  it('only warns of a last record that a crash cut', async () => {
    const cwd = await withJournal();
    appendFileSync(segment(cwd), '{"kind":"rece');
    const report = await examine(QUIET, { cwd });
    expect(report.exitCode).toBe(0);
    expect(messageOf(report, 'W-JOURNAL-002')).toContain('13 bytes of an unfinished record');
  });

  it('fails on a database that does not open, without changing it', async () => {
    const cwd = temporaryFolder();
    mkdirSync(join(cwd, '.alidade'));
    writeFileSync(
      join(cwd, '.alidade/alidade.db'),
      'this is no database, and long enough to be read as one'.repeat(20),
    );
    const report = await examine(QUIET, { cwd });
    expect(report.exitCode).toBe(1);
    expect(messageOf(report, 'E-STORE-001')).toContain('not a database');
    expect(readFileSync(join(cwd, '.alidade/alidade.db'), 'utf8')).toContain('this is no database');
  });

  it('fails on a Postgres that is not there, without showing its password', async () => {
    const report = await examine(`${QUIET}store: { url: "postgres://nobody:fake-password@127.0.0.1:1/none" }\n`);
    expect(report.codes).toContain('E-STORE-001');
    expect(JSON.stringify(report.checks)).not.toContain('fake-password');
  });
});

it('docs/doctor.md lists every code with its meaning, and no other', () => {
  const documented = [...readRepositoryFile('docs/doctor.md').matchAll(/^\| `([EW]-[A-Z]+-\d{3})` \| (.+) \|$/gm)];
  expect(documented.map(([, code, meaning]) => [code, meaning])).toEqual(Object.entries(DOCTOR_CODES));
});
