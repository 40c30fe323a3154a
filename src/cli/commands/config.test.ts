import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runCommand, runJson } from '../../../test/support/command-line.ts';
import { readRepositoryFile } from '../../../test/support/repository.ts';
import { temporaryFolder } from '../../../test/support/temporary-folder.ts';
import type { ModelDetails } from '../../offline/model-catalogue.ts';

const FAKE_KEY = 'fake-key-of-a-vendor';

function folderWith(configuration: string): string {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'alidade.yaml'), configuration);
  return folder;
}

describe('config check', () => {
  it('says ok and ends with 0 for the built-in default', async () => {
    const { exitCode, stdout } = await runCommand(['config', 'check'], { cwd: temporaryFolder() });
    expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: 'built-in default (no alidade.yaml found): ok\n' });
  });

  it('names file, line and column of a misspelt member and ends with 2', async () => {
    const cwd = folderWith('server:\n  prot: 1\n');
    const { exitCode, stdout } = await runCommand(['config', 'check'], { cwd });
    expect(exitCode).toBe(2);
    expect(stdout).toContain(`${join(cwd, 'alidade.yaml')}:2:3: error: server.prot: There is no such member.`);
    expect(stdout).toContain('Did you mean port?');
  });

  it('finds what only the catalogue knows, at its place', async () => {
    const cwd = folderWith(
      'endpoints:\n  own: { operator: self, preset: vllm, base_url: "http://127.0.0.1:9/v1", private: true }\n' +
        'deployments:\n  - { id: a@own, model: zhipu/glm-5.2, endpoint: onw }\n',
    );
    const { exitCode, stdout } = await runCommand(['config', 'check', '--json'], { cwd });
    expect(exitCode).toBe(2);
    expect(JSON.parse(stdout)).toMatchObject({
      ok: false,
      file: join(cwd, 'alidade.yaml'),
      problems: [{ severity: 'error', line: 4, path: 'deployments[0].endpoint', hint: 'Did you mean own?' }],
    });
  });

  it('names the place of a claim that nobody published, and takes one that somebody did', async () => {
    const routes = (because: string) =>
      `routes:\n  - { when: { task: creative }, primary: zhipu/glm-5.2, because: ${because} }\n` +
      '  - { default: true, primary: openai/gpt-5.5 }\n';
    const cwd = folderWith(routes('claim/longbench-v3'));
    const { exitCode, stdout } = await runCommand(['config', 'check'], { cwd });
    expect(exitCode).toBe(2);
    expect(stdout).toContain(`${join(cwd, 'alidade.yaml')}:2:`);
    expect(stdout).toMatch(/:2:66: error: routes\[0\]\.because: There is no claim\/longbench-v3\./);
    expect(stdout).toContain('Did you mean claim/longbench-v2');
    for (const known of ['claim/longbench-v2', 'run_2026_11_02']) {
      expect((await runCommand(['config', 'check'], { cwd: folderWith(routes(known)) })).exitCode, known).toBe(0);
    }
  });

  it('names the place of a type of data that nobody can find, and what was meant', async () => {
    const cwd = folderWith('privacy:\n  types:\n    email: tokenise\n    emial: block\n');
    const { exitCode, stdout } = await runCommand(['config', 'check'], { cwd });
    expect(exitCode).toBe(2);
    expect(stdout).toContain(
      `${join(cwd, 'alidade.yaml')}:4:12: error: privacy.types.emial: There is no type "emial".`,
    );
    expect(stdout).toContain('Did you mean email');
    const plugIn = 'detection: { presidio: { url: "http://127.0.0.1:9" } }\n';
    const foreign = folderWith(`privacy: { types: { ship_name: mask } }\n${plugIn}`);
    expect((await runCommand(['config', 'check'], { cwd: foreign })).exitCode).toBe(0);
  });

  it.each(['tokenise', 'deny'])('takes %s for personal data in unlabelled traffic', async (handling) => {
    const cwd = folderWith(`policy: { unlabelled_personal: ${handling} }\n`);
    expect((await runCommand(['config', 'check'], { cwd })).exitCode).toBe(0);
  });

  it('checks the file that is named, whatever lies here', async () => {
    const cwd = folderWith('nonsense: 1\n');
    const other = join(folderWith('server: { port: 0 }\n'), 'alidade.yaml');
    expect((await runCommand(['config', 'check', other], { cwd })).exitCode).toBe(0);
    const missing = await runCommand(['config', 'check', 'no-such-file.yaml'], { cwd });
    expect(missing.exitCode).toBe(2);
    expect(missing.stdout).toContain('no-such-file.yaml');
  });
});

describe('config show', () => {
  const secretive = [
    'endpoints:',
    '  zai: { preset: zai, api_key: "${ZAI_API_KEY}" }',
    '  literal: { preset: deepseek, api_key: "fake-literal-key" }',
    'keys:',
    '  - { id: team, secret: "fake-secret-of-a-caller-0123456789" }',
    'store: { url: "postgres://alidade:fake-password@127.0.0.1/none" }',
  ].join('\n');

  it('shows no secret, neither as YAML nor as JSON', async () => {
    const cwd = folderWith(secretive);
    for (const format of [[], ['--json']]) {
      const { stdout, stderr } = await runCommand(['config', 'show', ...format], {
        cwd,
        env: { ZAI_API_KEY: FAKE_KEY },
      });
      for (const secret of [FAKE_KEY, 'fake-literal-key', 'fake-secret-of', 'fake-password']) {
        expect(stdout + stderr).not.toContain(secret);
      }
      expect(stdout).toContain('${ZAI_API_KEY}');
    }
  });

  it('can be read back and shows the same again, keys in the environment as placeholders', async () => {
    const cwd = temporaryFolder();
    const env = { ZAI_API_KEY: FAKE_KEY };
    const first = await runCommand(['config', 'show'], { cwd, env });
    expect(first.stderr).toContain('endpoint zai: from ZAI_API_KEY');
    writeFileSync(join(cwd, 'alidade.yaml'), first.stdout);
    expect(await runCommand(['config', 'check'], { cwd, env })).toMatchObject({ exitCode: 0 });
    const again = await runJson<Record<string, unknown>>(['config', 'show'], { cwd, env });
    expect(again).toMatchObject({ endpoints: { zai: { preset: 'zai', api_key: '${ZAI_API_KEY}' } } });
    expect(again.deployments).toContainEqual(expect.objectContaining({ id: 'glm-5.2@zai', model: 'zhipu/glm-5.2' }));
    const served = async (folder: string) =>
      (await runJson<ModelDetails[]>(['models', 'list'], { cwd: folder, env })).filter(
        (model) => model.unavailable === null,
      );
    expect(await served(cwd)).toEqual(await served(temporaryFolder()));
  });

  it('shows the default table where no routes are written', async () => {
    const { routes } = await runJson<{ routes: unknown[] }>(['config', 'show'], { cwd: temporaryFolder() });
    expect(routes).toContainEqual({
      when: { label: 'long_document' },
      primary: 'zhipu/glm-5.2',
      fallback: 'anthropic/claude-4-opus',
      context_threshold: 50_000,
      because: 'claim/longbench-v2',
    });
  });
});

describe('config schema', () => {
  it('is the schema that the repository publishes', async () => {
    const { exitCode, stdout } = await runCommand(['config', 'schema'], { cwd: temporaryFolder() });
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout)).toEqual(JSON.parse(readRepositoryFile('alidade.schema.json')));
  });
});

describe('--env-file', () => {
  it('adds variables that are not set, and leaves set ones alone', async () => {
    const cwd = folderWith('server: { port: 1 }\nendpoints:\n  zai: { preset: zai, api_key: "${ZAI_API_KEY}" }\n');
    writeFileSync(join(cwd, '.env'), 'ZAI_API_KEY=fake-key-of-the-file\nOTHER="two words"\n');
    expect((await runCommand(['config', 'check'], { cwd })).exitCode).toBe(2);
    const env: Record<string, string> = { OTHER: 'set before' };
    expect((await runCommand(['--env-file', '.env', 'config', 'check'], { cwd, env })).exitCode).toBe(0);
    expect(env).toEqual({ ZAI_API_KEY: 'fake-key-of-the-file', OTHER: 'set before' });
  });

  it('ends with 2 when the file is missing', async () => {
    const { exitCode, stderr } = await runCommand(['config', 'check', '--env-file', 'gone.env'], {
      cwd: temporaryFolder(),
    });
    expect(exitCode).toBe(2);
    expect(stderr).toContain('gone.env that --env-file names cannot be read');
  });
});
