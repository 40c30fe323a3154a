import { describe, expect, it } from 'vitest';
import type { Preset } from '../contracts/preset.ts';
import { environmentEndpoints } from './environment.ts';

const preset = (name: string, environmentVariables: string[], baseUrl: string | null = 'https://x.example.com/v1') =>
  ({ name, environmentVariables, baseUrl }) as unknown as Preset;

const PRESETS = [
  preset('google', ['GEMINI_API_KEY', 'GOOGLE_API_KEY']),
  preset('zai', ['ZAI_API_KEY', 'ZHIPU_API_KEY']),
  preset('bigmodel', ['ZHIPU_API_KEY']),
  preset('azure', ['AZURE_OPENAI_API_KEY'], null),
];
const offered = () => [
  { model: 'zhipu/glm-5.2', upstreamModel: 'glm-5.2' },
  { model: 'zhipu/glm-5.1', upstreamModel: 'glm-5.1' },
];

describe('keys in the environment', () => {
  it('make an endpoint and a deployment for each model that it offers', () => {
    const { endpoints, deployments, found } = environmentEndpoints({ ZAI_API_KEY: ' key ' }, PRESETS, offered);
    expect(endpoints).toEqual({ zai: { preset: 'zai', api_key: 'key' } });
    expect(deployments).toEqual([
      { id: 'glm-5.2@zai', model: 'zhipu/glm-5.2', endpoint: 'zai', upstream_model: 'glm-5.2' },
      { id: 'glm-5.1@zai', model: 'zhipu/glm-5.1', endpoint: 'zai', upstream_model: 'glm-5.1' },
    ]);
    expect(found).toEqual([{ variable: 'ZAI_API_KEY', preset: 'zai' }]);
  });

  it('may have another name, and each name serves one preset', () => {
    const names = (env: Record<string, string>) =>
      environmentEndpoints(env, PRESETS, offered).found.map(({ variable, preset: name }) => `${variable} ${name}`);
    expect(names({ GOOGLE_API_KEY: 'key' })).toEqual(['GOOGLE_API_KEY google']);
    expect(names({ ZHIPU_API_KEY: 'key' })).toEqual(['ZHIPU_API_KEY zai']);
    expect(names({ ZAI_API_KEY: 'a', ZHIPU_API_KEY: 'b' })).toEqual(['ZAI_API_KEY zai', 'ZHIPU_API_KEY bigmodel']);
  });

  it('that are empty, or whose preset has no fixed address, make nothing', () => {
    const { endpoints } = environmentEndpoints({ ZAI_API_KEY: ' ', AZURE_OPENAI_API_KEY: 'key' }, PRESETS, offered);
    expect(endpoints).toEqual({});
  });

  it('keep the maker in an id where two makers use one name', () => {
    const both = () => ['one/chat', 'two/chat'].map((model) => ({ model, upstreamModel: model }));
    const { deployments } = environmentEndpoints({ ZAI_API_KEY: 'key' }, PRESETS, both);
    expect(deployments.map((deployment) => deployment.id)).toEqual(['one/chat@zai', 'two/chat@zai']);
  });
});
