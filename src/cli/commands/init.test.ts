import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { runCommand, runJson } from '../../../test/support/command-line.ts';
import { readRepositoryFile } from '../../../test/support/repository.ts';
import { temporaryFolder } from '../../../test/support/temporary-folder.ts';
import { askEndpoints } from '../ask-endpoints.ts';
import { Interrupted } from '../interrupted.ts';

const FILES = ['.env.example', 'alidade.schema.json', 'alidade.yaml'];
const PROMPT = ['route', 'explain', '--prompt', 'What is 2+3?'];

describe('init', () => {
  it('writes a configuration that is right and changes no decision', async () => {
    const cwd = temporaryFolder();
    const before = await runJson<{ plan: unknown; config: unknown }>(PROMPT, { cwd });
    expect((await runCommand(['init', '--yes'], { cwd })).exitCode).toBe(0);
    expect(readdirSync(cwd).sort()).toEqual(FILES);
    expect(await runJson(['config', 'check'], { cwd })).toMatchObject({ ok: true, problems: [] });
    const after = await runJson<{ plan: unknown; config: unknown }>(PROMPT, { cwd });
    expect([after.plan, after.config]).toEqual([before.plan, before.config]);
  });

  it('tells editors where the schema is, and writes the published one', async () => {
    const cwd = temporaryFolder();
    await runCommand(['init', '--yes'], { cwd });
    const [first] = readFileSync(join(cwd, 'alidade.yaml'), 'utf8').split('\n');
    expect(first).toBe('# yaml-language-server: $schema=./alidade.schema.json');
    const schema = JSON.parse(readFileSync(join(cwd, 'alidade.schema.json'), 'utf8'));
    expect(schema).toEqual(JSON.parse(readRepositoryFile('alidade.schema.json')));
  });

  it('shows examples that are right once they are uncommented', async () => {
    const cwd = temporaryFolder();
    await runCommand(['init', '--yes'], { cwd });
    const path = join(cwd, 'alidade.yaml');
    const text = readFileSync(path, 'utf8').replace(/^# ((endpoints|deployments|routes|use_cases):| {2})/gm, '$1');
    expect(text.match(/^ {2}/gm)?.length).toBeGreaterThan(5);
    writeFileSync(path, text);
    const env = { ZAI_API_KEY: 'fake-key-of-a-vendor' };
    expect(await runJson(['config', 'check'], { cwd, env })).toMatchObject({ ok: true, problems: [] });
  });

  it('overwrites nothing', async () => {
    const cwd = temporaryFolder();
    for (const name of FILES) writeFileSync(join(cwd, name), `mine: ${name}`);
    const { written, kept } = await runJson<{ written: string[]; kept: string[] }>(['init', '--yes'], { cwd });
    expect({ written, kept: kept.length }).toEqual({ written: [], kept: 3 });
    for (const name of FILES) expect(readFileSync(join(cwd, name), 'utf8')).toBe(`mine: ${name}`);
  });

  it('writes down the endpoints that are named, with their keys as placeholders', async () => {
    const cwd = temporaryFolder();
    await runCommand(['init', '--endpoint', 'zai', '--endpoint', 'mistral'], { cwd });
    const env = { ZAI_API_KEY: 'fake-key-one', MISTRAL_API_KEY: 'fake-key-two' };
    expect(await runJson(['config', 'check'], { cwd, env })).toMatchObject({ ok: true, problems: [] });
    const text = readFileSync(join(cwd, 'alidade.yaml'), 'utf8');
    expect(text).toContain('api_key: "${ZAI_API_KEY}"');
    expect(text).toContain('"glm-5.2@zai"');
    expect(readFileSync(join(cwd, '.env.example'), 'utf8')).toMatch(/^ZAI_API_KEY=$[\s\S]*^MISTRAL_API_KEY=$/m);
    const { stdout } = await runCommand(['config', 'check'], { cwd });
    expect(stdout).toContain('The environment variable ZAI_API_KEY is not set.');
  });

  it('never waits where nobody can answer: it ends with 2 and names the options', async () => {
    const cwd = temporaryFolder();
    const { exitCode, stderr } = await runCommand(['init'], { cwd });
    expect(exitCode).toBe(2);
    expect(stderr).toContain('--yes');
    expect(readdirSync(cwd)).toEqual([]);
  });

  it('ends with 2 for a vendor that it does not know', async () => {
    const { exitCode, stderr } = await runCommand(['init', '--endpoint', 'nobody'], { cwd: temporaryFolder() });
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(/--endpoint takes one of zai, .*, not "nobody"/);
  });
});

describe('the question of init', () => {
  const choices = [
    { preset: 'first', variable: 'FIRST_API_KEY', models: 1 },
    { preset: 'second', variable: 'SECOND_API_KEY', models: 2 },
  ];
  /** Keys as a terminal sends them; the prompt listens once it has drawn itself. */
  async function answer(keys: readonly string[]): Promise<readonly string[]> {
    const input = new PassThrough();
    const output = new PassThrough();
    output.resume();
    const chosen = askEndpoints(choices, { input, output });
    // It may end before the last key is sent; whoever awaits it sees how.
    chosen.catch(() => undefined);
    for (const key of keys) {
      input.write(key);
      await new Promise(setImmediate);
    }
    return chosen;
  }

  it('gives what was selected', async () => {
    expect(await answer(['\u001B[B', ' ', '\r'])).toEqual(['second']);
  });

  it('takes none for an answer', async () => {
    expect(await answer(['\r'])).toEqual([]);
  });

  it('is interrupted by Ctrl-C', async () => {
    await expect(answer(['\u0003'])).rejects.toBeInstanceOf(Interrupted);
  });
});
