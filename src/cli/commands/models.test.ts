import { describe, expect, it } from 'vitest';
import { runCommand, runJson } from '../../../test/support/command-line.ts';
import { temporaryFolder } from '../../../test/support/temporary-folder.ts';
import type { ModelDetails, PresetRow } from '../../offline/model-catalogue.ts';

const ENV = { ZAI_API_KEY: 'fake-key-of-a-vendor' };

async function list(env: Record<string, string>): Promise<Map<string, ModelDetails>> {
  const models = await runJson<ModelDetails[]>(['models', 'list'], { cwd: temporaryFolder(), env });
  return new Map(models.map((model) => [model.model, model]));
}

describe('models list', () => {
  it('says of every model who serves it, or why nobody does', async () => {
    const models = await list(ENV);
    expect(models.get('zhipu/glm-5.2')).toMatchObject({
      deployments: ['glm-5.2@zai'],
      sandbox: false,
      unavailable: null,
    });
    expect(models.get('openai/gpt-5.5')?.unavailable).toContain('OPENAI_API_KEY');
    for (const { deployments, unavailable } of models.values())
      expect(deployments.length > 0).toBe(unavailable === null);
  });

  it('dates aliases and facts, and keeps what nobody stated unknown', async () => {
    const models = await list(ENV);
    expect(models.get('anthropic/claude-4-opus')?.alias).toMatchObject({
      resolves_to: 'anthropic/claude-opus-4-8',
      since: '2026-06-15',
      source: expect.stringMatching(/^https:/),
    });
    expect(models.get('google/gemini-2.5-ultra')).toMatchObject({ alias: { resolves_to: null }, context_window: null });
    expect(models.get('zhipu/glm-5.2')?.context_window).toEqual({
      value: expect.any(Number),
      source: expect.stringContaining('models.dev'),
      date: expect.stringMatching(/^\d{4}-\d{2}-\d{2}$/),
    });
    expect(models.get('zhipu/glm-5.2')?.claims.length).toBeGreaterThan(10);
    expect(models.get('zhipu/glm-5.2')?.served_by[0]?.price_now).toMatchObject({
      input_usd_per_mtok: expect.any(Number),
      source: expect.stringContaining('genai-prices@'),
    });
  });

  it('marks sandbox programs as no AI models', async () => {
    const cwd = temporaryFolder();
    expect((await list({})).get('zhipu/glm-5.2')).toMatchObject({ sandbox: true, deployments: ['sandbox/glm-5.2'] });
    const { stdout, stderr } = await runCommand(['models', 'list'], { cwd });
    expect(stderr).toContain('SANDBOX: deterministic programs, not AI models');
    expect(stdout).toMatch(/^zhipu\/glm-5\.2 .* SANDBOX$/m);
    expect(stdout).toMatch(/^google\/gemini-2\.5-ultra +unknown /m);
  });

  it('lists presets with the variable that lights them', async () => {
    const presets = await runJson<PresetRow[]>(['models', 'list', '--presets'], { cwd: temporaryFolder() });
    expect(presets).toContainEqual(
      expect.objectContaining({ name: 'zai', environment_variables: ['ZAI_API_KEY', 'ZHIPU_API_KEY'] }),
    );
    const { stdout } = await runCommand(['models', 'list', '--presets'], { cwd: temporaryFolder() });
    for (const { name } of presets) expect(stdout).toMatch(new RegExp(`^${name} `, 'm'));
  });
});

describe('models show', () => {
  it('finds a model in any spelling', async () => {
    const cwd = temporaryFolder();
    const [canonical, other] = await Promise.all(
      ['zhipu/glm-5.2', 'z-ai/glm-5.2'].map((name) => runJson<ModelDetails>(['models', 'show', name], { cwd })),
    );
    expect(other).toEqual(canonical);
    expect(canonical?.other_spellings).toContain('z-ai/glm-5.2');
  });

  it('prints every fact with who says so', async () => {
    const { stdout } = await runCommand(['models', 'show', 'anthropic/claude-4-opus'], {
      cwd: temporaryFolder(),
      env: ENV,
    });
    expect(stdout).toContain('stands for       anthropic/claude-opus-4-8, since 2026-06-15 (https://');
    expect(stdout).toMatch(/context window {3}[\d,]+ tokens \(models\.dev/);
    expect(stdout).toContain('available        no. ');
  });

  it('names near matches for a model that does not exist and ends with 1', async () => {
    const { exitCode, stdout, stderr } = await runCommand(['models', 'show', 'zhipu/glm-5.22'], {
      cwd: temporaryFolder(),
    });
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
    expect(stderr).toMatch(/There is no model "zhipu\/glm-5\.22"\. Did you mean .*zhipu\/glm-5\.2/);
  });
});
