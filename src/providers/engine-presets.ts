import type { Preset } from '../contracts/preset.ts';
import { PLAIN, READ, WITHOUT_FILES, WITHOUT_FILES_AND_AUDIO } from './preset-defaults.ts';

/** What engines have in common: no key, and an address that only the configuration knows. */
const ENGINE = {
  operator: 'self',
  dialect: 'openai',
  baseUrl: null,
  auth: 'none',
  environmentVariables: [],
  capabilities: WITHOUT_FILES,
  quirks: PLAIN,
  checkedAt: READ,
} as const satisfies Partial<Preset>;

const OLD_TOKEN_LIMIT = { ...PLAIN, maxTokensMember: 'max_tokens' } as const;

/** Engines that run on own machines, and hosts of which nothing more is known. */
export const ENGINE_PRESETS: readonly Preset[] = [
  {
    ...ENGINE,
    name: 'vllm',
    // Without files: `Unknown part type: file` (github.com/vllm-project/vllm/pull/57774).
    local: { port: 8_000, probe: '/v1/models' },
    docs: 'https://docs.vllm.ai/en/latest/serving/openai_compatible_server.html',
    unverified: ['quirks: from use, not read on that date'],
  },
  {
    ...ENGINE,
    name: 'sglang',
    docs: 'https://docs.sglang.ai/basic_usage/openai_api_completions.html',
    unverified: ['quirks, capabilities: from use, not read on that date'],
  },
  {
    ...ENGINE,
    name: 'ollama',
    capabilities: WITHOUT_FILES_AND_AUDIO,
    quirks: OLD_TOKEN_LIMIT,
    local: { port: 11_434, probe: '/v1/models' },
    docs: 'https://docs.ollama.com/api/openai-compatibility',
  },
  {
    ...ENGINE,
    name: 'lmstudio',
    capabilities: WITHOUT_FILES_AND_AUDIO,
    quirks: OLD_TOKEN_LIMIT,
    local: { port: 1_234, probe: '/v1/models' },
    docs: 'https://lmstudio.ai/docs/api/openai-api',
    unverified: [
      'quirks.streamUsage: stream_options is not documented',
      'capabilities: files and audio are not documented',
    ],
  },
  {
    ...ENGINE,
    name: 'llama-cpp',
    // Without files: `unsupported content[].type` for anything but text, image_url and input_audio.
    quirks: OLD_TOKEN_LIMIT,
    local: { port: 8_080, probe: '/v1/models' },
    docs: 'https://github.com/ggml-org/llama.cpp/blob/master/tools/server/README.md',
    unverified: ['quirks.streamUsage, capabilities: from use, not read on that date'],
  },
  {
    ...ENGINE,
    // Any host of Llama models that speaks the dialect: who operates it and where it is, only the config can say.
    name: 'llama',
    operator: 'unknown',
    quirks: OLD_TOKEN_LIMIT,
    docs: 'https://www.llama.com/docs/overview/',
    unverified: ['everything: hosts differ'],
  },
];
