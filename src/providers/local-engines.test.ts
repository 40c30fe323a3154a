import { afterEach, describe, expect, test } from 'vitest';
import { html, neverAnswers, redirect } from '../../test/support/upstream/faults.ts';
import { closedPort } from '../../test/support/upstream/loopback-ports.ts';
import { modelList } from '../../test/support/upstream/openai-replies.ts';
import {
  createScriptedUpstream,
  type Responder,
  type ScriptedUpstream,
} from '../../test/support/upstream/scripted-upstream.ts';
import type { Preset } from '../contracts/preset.ts';
import { detectLocalEngines } from './local-engines.ts';
import { PRESETS } from './presets.ts';

const engines: ScriptedUpstream[] = [];
afterEach(async () => {
  await Promise.all(engines.splice(0).map((engine) => engine.close()));
});

async function engine(responder: Responder): Promise<ScriptedUpstream> {
  const upstream = await createScriptedUpstream();
  upstream.reply(responder);
  engines.push(upstream);
  return upstream;
}

const at = (port: number, name = 'ollama'): Preset => ({
  ...(PRESETS.find((preset) => preset.name === name) as Preset),
  local: { port, probe: '/v1/models' },
});

describe('detection', () => {
  test('finds engines with the models that they list, each under its own preset', async () => {
    const first = await engine(modelList(['llama4:scout', 'qwen3:32b']));
    const second = await engine(modelList(['gpt-oss-20b']));
    const found = await detectLocalEngines({
      presets: [at(first.port), at(await closedPort()), at(second.port, 'lmstudio')],
    });
    expect(found).toEqual([
      { preset: 'ollama', baseUrl: `${first.origin}/v1`, models: ['llama4:scout', 'qwen3:32b'] },
      { preset: 'lmstudio', baseUrl: `${second.origin}/v1`, models: ['gpt-oss-20b'] },
    ]);
    expect((await first.request(1)).method).toBe('GET');
    expect((await first.request(1)).path).toBe('/v1/models');
  });

  test.each<[string, Responder]>([
    ['an empty list', modelList([])],
    ['a list with an entry without id', { body: '{"object":"list","data":[{"id":"a"},{"name":"b"}]}' }],
    ['another JSON service', { body: '{"status":"ok"}' }],
    ['JSON null', { body: 'null' }],
    ['cut JSON', { body: '{"object":"list","data":[{"id":' }],
    ['a web page', html()],
    ['an error status', { ...modelList(['a']), status: 401 }],
    ['a redirect', redirect('http://127.0.0.1/v1/models')],
    ['a list without JSON content type', { ...modelList(['a']), headers: { 'content-type': 'text/plain' } }],
    ['an endless list', { body: `{"object":"list","data":[{"id":"${'a'.repeat(300_000)}"}]}` }],
  ])('%s is no engine', async (_name, responder) => {
    const { port } = await engine(responder);
    expect(await detectLocalEngines({ presets: [at(port)] })).toEqual([]);
  });

  test('a server that never answers is given up, and its connection with it', async () => {
    const silent = await engine(neverAnswers());
    expect(await detectLocalEngines({ presets: [at(silent.port)], timeoutMs: 20 })).toEqual([]);
    await silent.allClosed();
  });

  test('looks at the four ports of the engines that it knows', () => {
    const ports = PRESETS.flatMap((preset) => (preset.local ? [[preset.name, preset.local.port]] : []));
    expect(Object.fromEntries(ports)).toEqual({ ollama: 11_434, lmstudio: 1_234, 'llama-cpp': 8_080, vllm: 8_000 });
  });
});
