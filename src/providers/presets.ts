import type { UpstreamQuirks } from '../contracts/deployment.ts';
import type { Preset } from '../contracts/preset.ts';
import type { Capability } from '../contracts/vocabulary.ts';
import { ENGINE_PRESETS } from './engine-presets.ts';
import { PLAIN, READ, WITHOUT_FILES, WITHOUT_FILES_AND_AUDIO, without } from './preset-defaults.ts';

/**
 * Vendors and engines that speak OpenAI's dialect, as data: a look-alike is one value here and one file in fixtures/.
 * Read from the pages named in `docs` unless `unverified` says otherwise.
 */

/** Messages with members that OpenAI does not know are answered 400, thoughts that a look-alike had among them. */
const CLOSED_MESSAGES: UpstreamQuirks = {
  ...PLAIN,
  maxTokensMember: 'max_completion_tokens',
  refusedMessageMembers: ['reasoning_content', 'reasoning', 'reasoning_details'],
};

/** GLM takes `auto` and JSON mode only and no penalties (java.agentscope.io/v2/en/integration/model/glm); usage comes unasked. */
const GLM: UpstreamQuirks = {
  maxTokensMember: 'max_tokens',
  streamUsage: 'always',
  refusedMembers: ['stream_options', 'frequency_penalty', 'presence_penalty'],
  onlyValues: { tool_choice: ['auto'] },
  // docs.z.ai/guides/capabilities/thinking-mode: a switch, and thoughts that go back between tool calls.
  reasoningRequest: 'thinking',
  reasoningHistory: 'reasoning_content',
  embeddings: false,
};

/** OpenAI's own wire never continues a prefilled assistant turn; what a model lacks besides is the catalogue's to say. */
const WITHOUT_PREFILL = without('prefill');

const GLM_CAPABILITIES: readonly Capability[] = [
  'tools',
  'parallel_tools',
  'tools_with_reasoning',
  'images',
  'reasoning',
];

const GLM_UNVERIFIED = [
  'quirks: from a third party’s integration notes; the vendor’s reference does not list what it refuses',
  'quirks.streamUsage: seen in its streams, stated nowhere',
];

export const PRESETS: readonly Preset[] = [
  {
    name: 'zai',
    operator: 'zhipu',
    dialect: 'openai',
    baseUrl: 'https://api.z.ai/api/paas/v4',
    auth: 'bearer',
    environmentVariables: ['ZAI_API_KEY', 'ZHIPU_API_KEY'],
    capabilities: GLM_CAPABILITIES,
    quirks: GLM,
    priceProvider: 'zai',
    docs: 'https://docs.z.ai/api-reference/llm/chat-completion',
    checkedAt: READ,
    unverified: [...GLM_UNVERIFIED, 'facts: where it computes and stores is not documented'],
  },
  {
    // Keys of Z.ai do not work here, so no variable of Z.ai lights it.
    name: 'bigmodel',
    operator: 'zhipu',
    dialect: 'openai',
    baseUrl: 'https://open.bigmodel.cn/api/paas/v4',
    auth: 'bearer',
    environmentVariables: ['ZHIPUAI_API_KEY', 'BIGMODEL_API_KEY'],
    capabilities: GLM_CAPABILITIES,
    quirks: { ...GLM, embeddings: true },
    facts: { storageRegion: 'cn', checkedAt: READ, validDays: 90 },
    priceProvider: 'zhipuai',
    docs: 'https://open.bigmodel.cn/dev/api',
    checkedAt: READ,
    unverified: [...GLM_UNVERIFIED, 'facts.storageRegion: from a secondary source'],
  },
  {
    // Reasoning models answer 400 to max_tokens; max_completion_tokens works for all chat models.
    name: 'openai',
    operator: 'openai',
    dialect: 'openai',
    baseUrl: 'https://api.openai.com/v1',
    // Some regions store locally and process elsewhere, so a region here is no fact about storage or compute.
    regions: {
      au: 'https://au.api.openai.com/v1',
      eu: 'https://eu.api.openai.com/v1',
      in: 'https://in.api.openai.com/v1',
      jp: 'https://jp.api.openai.com/v1',
      us: 'https://us.api.openai.com/v1',
    },
    auth: 'bearer',
    environmentVariables: ['OPENAI_API_KEY'],
    capabilities: WITHOUT_PREFILL,
    quirks: CLOSED_MESSAGES,
    priceProvider: 'openai',
    // Models from 5 March 2026 on cost 10 % more in a region; older ones do not, for which this is an upper bound.
    priceFactors: { au: 1.1, eu: 1.1, in: 1.1, jp: 1.1, us: 1.1 },
    docs: 'https://developers.openai.com/api/docs/guides/your-data',
    checkedAt: READ,
    unverified: [
      'regions: the vendor’s complete table was not seen',
      'quirks.refusedMessageMembers: from reports of users, stated nowhere',
    ],
  },
  {
    // Keys belong to one region and nothing in a key says which; Singapore is the address outside mainland China.
    name: 'dashscope',
    operator: 'alibaba',
    dialect: 'openai',
    baseUrl: 'https://dashscope-intl.aliyuncs.com/compatible-mode/v1',
    regions: {
      cn: 'https://dashscope.aliyuncs.com/compatible-mode/v1',
      sg: 'https://dashscope-intl.aliyuncs.com/compatible-mode/v1',
      us: 'https://dashscope-us.aliyuncs.com/compatible-mode/v1',
      hk: 'https://cn-hongkong.dashscope.aliyuncs.com/compatible-mode/v1',
    },
    auth: 'bearer',
    environmentVariables: ['DASHSCOPE_API_KEY'],
    // Documents are `fileid://` texts of its own; audio without a `data:` prefix is answered 400 as no URL
    // (github.com/AAswordman/Operit/pull/601).
    capabilities: without('prefill', 'files', 'audio'),
    quirks: { ...PLAIN, maxTokensMember: 'max_tokens', reasoningRequest: 'enable_thinking' },
    regionFacts: {
      cn: { region: 'cn', storageRegion: 'cn', checkedAt: READ, validDays: 90 },
      sg: { region: 'sg', storageRegion: 'sg', checkedAt: READ, validDays: 90 },
      us: { region: 'us', storageRegion: 'us', checkedAt: READ, validDays: 90 },
      hk: { region: 'hk', storageRegion: 'hk', checkedAt: READ, validDays: 90 },
    },
    docs: 'https://www.alibabacloud.com/help/en/model-studio/base-url',
    checkedAt: READ,
    unverified: [
      'quirks.maxTokensMember: max_completion_tokens is not documented',
      'capabilities: from reports of users',
    ],
  },
  {
    name: 'deepseek',
    operator: 'deepseek',
    dialect: 'openai',
    baseUrl: 'https://api.deepseek.com/v1',
    auth: 'bearer',
    environmentVariables: ['DEEPSEEK_API_KEY'],
    capabilities: ['tools', 'parallel_tools', 'tools_with_reasoning', 'json_schema', 'images', 'reasoning'],
    // api-docs.deepseek.com/guides/thinking_mode: in a conversation with tools every thought must come back.
    quirks: {
      ...PLAIN,
      maxTokensMember: 'max_tokens',
      reasoningRequest: 'thinking_and_effort',
      reasoningHistory: 'reasoning_content',
      embeddings: false,
    },
    priceProvider: 'deepseek',
    docs: 'https://api-docs.deepseek.com/api/create-chat-completion',
    checkedAt: READ,
  },
  {
    // Unknown members are refused with 422 (github.com/openai/openai-agents-python/issues/442); usage comes unasked.
    name: 'mistral',
    operator: 'mistral',
    dialect: 'openai',
    baseUrl: 'https://api.mistral.ai/v1',
    regions: { eu: 'https://api.eu.mistral.ai/v1', us: 'https://api.us.mistral.ai/v1' },
    auth: 'bearer',
    environmentVariables: ['MISTRAL_API_KEY'],
    // Its `file` takes an uploaded id only, and OpenAI's is answered 422 (github.com/nextcloud/integration_openai/pull/419).
    capabilities: without('prefill', 'files'),
    quirks: {
      maxTokensMember: 'max_tokens',
      streamUsage: 'always',
      refusedMembers: [
        'stream_options',
        'seed',
        'user',
        'logit_bias',
        'logprobs',
        'top_logprobs',
        'store',
        'service_tier',
        'metadata',
        'verbosity',
        'modalities',
        'audio',
        'web_search_options',
        'prompt_cache_key',
        'safety_identifier',
      ],
      // Its messages are closed schemas, for members that are null as well (github.com/OpenMinis/OpenMinis/issues/87,
      // github.com/Gage-Technologies/mistral-go/pull/2): what OpenAI's package sends back is refused, and so are names.
      refusedMessageMembers: [
        'reasoning_content',
        'reasoning',
        'reasoning_details',
        'refusal',
        'annotations',
        'audio',
        'function_call',
        'name',
      ],
      // `Tool call id was ... but must be a-z, A-Z, 0-9, with a length of 9` (github.com/anomalyco/opencode/issues/1680).
      toolCallIds: 'nine_alphanumerics',
      userAfterResults: false,
      embeddings: true,
    },
    regionFacts: {
      // Inference only: account data and metadata are not regional. `eu` there includes EFTA countries.
      eu: { region: 'eu', checkedAt: READ, validDays: 90 },
      us: { region: 'us', checkedAt: READ, validDays: 90 },
    },
    priceProvider: 'mistral',
    priceFactors: { eu: 1.1, us: 1.1 },
    docs: 'https://docs.mistral.ai/studio/regional-inference',
    checkedAt: READ,
    unverified: [
      'quirks.refusedMembers: stream_options and metadata are reported, the others follow from its closed schema',
      'quirks.toolCallIds, quirks.userAfterResults, capabilities: from reports of users',
    ],
  },
  {
    name: 'openrouter',
    operator: 'openrouter',
    dialect: 'openai',
    baseUrl: 'https://openrouter.ai/api/v1',
    auth: 'bearer',
    environmentVariables: ['OPENROUTER_API_KEY'],
    // openrouter.ai/docs/use-cases/reasoning-tokens: one object for all models, thoughts and signatures in a list.
    quirks: {
      ...PLAIN,
      streamUsage: 'always',
      // They let other models answer or others see the text (openrouter.ai/docs/features/presets, /features/plugins).
      refusedMembers: ['preset', 'plugins'],
      reasoningRequest: 'reasoning',
      reasoningHistory: 'reasoning_details',
    },
    upstreamModels: {
      'alibaba/qwen3-235b-a22b': 'qwen/qwen3-235b-a22b',
      'alibaba/qwen3-32b': 'qwen/qwen3-32b',
      'alibaba/qwen3-max': 'qwen/qwen3-max',
      'alibaba/qwen3.6-plus': 'qwen/qwen3.6-plus',
      'alibaba/qwen3.7-max': 'qwen/qwen3.7-max',
      'alibaba/qwen3.7-plus': 'qwen/qwen3.7-plus',
      'anthropic/claude-fable-5': 'anthropic/claude-fable-5',
      'anthropic/claude-fable-5-1': 'anthropic/claude-fable-5.1',
      'anthropic/claude-haiku-4-5': 'anthropic/claude-haiku-4.5',
      'anthropic/claude-opus-4-6': 'anthropic/claude-opus-4.6',
      'anthropic/claude-opus-4-7': 'anthropic/claude-opus-4.7',
      'anthropic/claude-opus-4-8': 'anthropic/claude-opus-4.8',
      'anthropic/claude-opus-5': 'anthropic/claude-opus-5',
      'anthropic/claude-opus-5-5': 'anthropic/claude-opus-5.5',
      'anthropic/claude-sonnet-4-6': 'anthropic/claude-sonnet-4.6',
      'anthropic/claude-sonnet-5': 'anthropic/claude-sonnet-5',
      'deepseek/deepseek-v3': 'deepseek/deepseek-chat',
      'deepseek/deepseek-v4-pro': 'deepseek/deepseek-v4-pro',
      'google/gemini-2.5-flash': 'google/gemini-2.5-flash',
      'google/gemini-2.5-flash-lite': 'google/gemini-2.5-flash-lite',
      'google/gemini-2.5-pro': 'google/gemini-2.5-pro',
      'google/gemini-3-flash-preview': 'google/gemini-3-flash-preview',
      'google/gemini-3.1-flash-lite': 'google/gemini-3.1-flash-lite',
      'google/gemini-3.1-pro-preview': 'google/gemini-3.1-pro-preview',
      'google/gemini-3.5-flash': 'google/gemini-3.5-flash',
      'meta/llama-4-maverick': 'meta-llama/llama-4-maverick',
      'meta/llama-4-scout': 'meta-llama/llama-4-scout',
      'mistral/mistral-large-2512': 'mistralai/mistral-large-2512',
      'mistral/mistral-medium-3.5': 'mistralai/mistral-medium-3-5',
      'mistral/mistral-small-2603': 'mistralai/mistral-small-2603',
      'openai/gpt-5': 'openai/gpt-5',
      'openai/gpt-5-mini': 'openai/gpt-5-mini',
      'openai/gpt-5-nano': 'openai/gpt-5-nano',
      'openai/gpt-5.1': 'openai/gpt-5.1',
      'openai/gpt-5.2': 'openai/gpt-5.2',
      'openai/gpt-5.4': 'openai/gpt-5.4',
      'openai/gpt-5.4-mini': 'openai/gpt-5.4-mini',
      'openai/gpt-5.5': 'openai/gpt-5.5',
      'openai/gpt-5.6-luna': 'openai/gpt-5.6-luna',
      'openai/gpt-5.6-sol': 'openai/gpt-5.6-sol',
      'openai/gpt-5.6-terra': 'openai/gpt-5.6-terra',
      'openai/gpt-6-sol': 'openai/gpt-6-sol',
      'zhipu/glm-4.5': 'z-ai/glm-4.5',
      'zhipu/glm-4.5-air': 'z-ai/glm-4.5-air',
      'zhipu/glm-4.6': 'z-ai/glm-4.6',
      'zhipu/glm-4.7': 'z-ai/glm-4.7',
      'zhipu/glm-5': 'z-ai/glm-5',
      'zhipu/glm-5-turbo': 'z-ai/glm-5-turbo',
      'zhipu/glm-5.1': 'z-ai/glm-5.1',
      'zhipu/glm-5.2': 'z-ai/glm-5.2',
      'zhipu/glm-5.3': 'z-ai/glm-5.3',
    },
    priceProvider: 'openrouter',
    docs: 'https://openrouter.ai/docs/client-sdks/typescript/models/chatstreamoptions',
    checkedAt: READ,
    unverified: ['upstreamModels: names as genai-prices 0.1.8 lists them, not read from its own API'],
  },
  {
    name: 'together',
    operator: 'together',
    dialect: 'openai',
    baseUrl: 'https://api.together.ai/v1',
    auth: 'bearer',
    environmentVariables: ['TOGETHER_API_KEY'],
    capabilities: WITHOUT_FILES,
    quirks: { ...PLAIN, maxTokensMember: 'max_tokens' },
    upstreamModels: {
      'meta/llama-4-maverick': 'meta-llama/Llama-4-Maverick-17B-128E-Instruct-FP8',
      'meta/llama-4-scout': 'meta-llama/Llama-4-Scout-17B-16E-Instruct',
    },
    priceProvider: 'together',
    docs: 'https://docs.together.ai/docs/inference/openai-compatibility.md',
    checkedAt: READ,
    unverified: [
      'quirks: the vendor documents neither stream_options nor max_completion_tokens',
      'capabilities: its list of content parts has no file, which says nothing of what is refused',
    ],
  },
  {
    name: 'groq',
    operator: 'groq',
    dialect: 'openai',
    baseUrl: 'https://api.groq.com/openai/v1',
    auth: 'bearer',
    environmentVariables: ['GROQ_API_KEY'],
    capabilities: WITHOUT_FILES_AND_AUDIO,
    quirks: {
      ...PLAIN,
      refusedMembers: ['logprobs', 'logit_bias', 'top_logprobs'],
      onlyValues: { n: [1] },
      // `property 'reasoning_content' is unsupported` (github.com/vellum-ai/vellum-assistant/pull/42635).
      refusedMessageMembers: ['reasoning_content', 'reasoning_details', 'refusal', 'annotations', 'audio'],
      embeddings: false,
    },
    upstreamModels: {
      'alibaba/qwen3-32b': 'qwen/qwen3-32b',
      'meta/llama-4-maverick': 'meta-llama/llama-4-maverick-17b-128e-instruct',
      'meta/llama-4-scout': 'meta-llama/llama-4-scout-17b-16e-instruct',
    },
    priceProvider: 'groq',
    docs: 'https://console.groq.com/docs/openai',
    checkedAt: READ,
    unverified: [
      'quirks.refusedMessageMembers: reasoning_content is reported, the others are not in the types of its own package',
      'capabilities: its reference names text and images only',
    ],
  },
  {
    // The model member is the name of a deployment of the resource, so upstream_model must be given as well.
    name: 'azure',
    operator: 'microsoft',
    dialect: 'openai',
    baseUrl: null,
    auth: 'api-key',
    environmentVariables: ['AZURE_OPENAI_API_KEY'],
    // "This model does not support file content types", of models that take them at OpenAI
    // (github.com/pydantic/pydantic-ai/issues/4035).
    capabilities: without('prefill', 'files'),
    quirks: CLOSED_MESSAGES,
    priceProvider: 'azure',
    docs: 'https://learn.microsoft.com/azure/ai-foundry/openai/api-version-lifecycle',
    checkedAt: READ,
    unverified: ['quirks.refusedMessageMembers, capabilities: from reports of users, stated nowhere'],
  },
  ...ENGINE_PRESETS,
];
