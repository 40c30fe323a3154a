import type { Capability } from '../contracts/vocabulary.ts';

/** What is known of one model, as read in `source`. Everything left out is unknown. */
export interface ModelRow {
  source: keyof typeof SOURCES;
  context?: number;
  output?: number;
  apiName?: string | null;
  spellings?: readonly string[];
  openWeights?: boolean;
  kind?: 'embedding';
  can?: readonly Capability[];
  cannot?: readonly Capability[];
  restricted?: true;
  claims?: readonly string[];
}

/** Where limits and capabilities were read. models.dev is MIT; GitHub anomalyco/models.dev at the named commit. */
export const SOURCES = {
  summer: { source: 'models.dev@f3fc692', date: '2026-07-02' },
  autumn: { source: 'models.dev, models/, read per file', date: '2026-11-21' },
  prices: { source: 'genai-prices@0.1.8', date: '2026-11-21' },
} as const;

/** Text in, text out; whatever else a row says comes on top. */
const TEXT_ONLY = ['images', 'audio'] as const;

/**
 * OpenAI's chat endpoint answers 400 to function tools together with reasoning on GPT-5.4 and later
 * (github.com/openai/openai-openapi/issues/541); they work with `reasoning_effort: none`.
 */
const NO_TOOLS_WHILE_REASONING = ['tools_with_reasoning', 'audio'] as const;

/** Claude from 4.6 on refuses a prefilled assistant turn (github.com/BerriAI/litellm/issues/27967). */
const NO_PREFILL = ['prefill', 'audio'] as const;

/** `maker/model` -> what is known of it. The order is the order of lists. */
export const MODEL_TABLE: Readonly<Record<string, ModelRow>> = {
  'alibaba/qwen3-235b-a22b': {
    source: 'summer',
    context: 131_072,
    output: 16_384,
    openWeights: true,
    can: ['reasoning'],
  },
  'alibaba/qwen3-32b': {
    source: 'summer',
    context: 131_072,
    output: 16_384,
    openWeights: true,
    can: ['reasoning'],
  },
  // models.dev has said both true and false about tools, so they stay unknown.
  'alibaba/qwen3-max': {
    source: 'autumn',
    context: 262_144,
    output: 65_536,
    openWeights: false,
    can: ['json_schema'],
    cannot: ['reasoning', ...TEXT_ONLY],
  },
  'alibaba/qwen3.5-plus': { source: 'summer', context: 1_000_000, output: 65_536, can: ['reasoning'] },
  'alibaba/qwen3.6-plus': { source: 'summer', context: 1_000_000, output: 65_536, can: ['reasoning'] },
  'alibaba/qwen3.7-max': { source: 'summer', context: 1_000_000, output: 65_536 },
  'alibaba/qwen3.7-plus': { source: 'summer', context: 1_000_000, output: 65_536, can: ['reasoning'] },

  'anthropic/claude-fable-5': {
    source: 'autumn',
    context: 1_000_000,
    output: 128_000,
    openWeights: false,
    can: ['tools', 'images', 'reasoning'],
    cannot: ['audio'],
  },
  'anthropic/claude-fable-5-1': {
    source: 'prices',
    context: 1_000_000,
    spellings: ['anthropic/claude-fable-5.1'],
    openWeights: false,
  },
  'anthropic/claude-haiku-4-5': {
    source: 'autumn',
    context: 200_000,
    output: 64_000,
    spellings: ['anthropic/claude-haiku-4.5'],
    openWeights: false,
    can: ['tools', 'images', 'reasoning'],
    cannot: ['audio'],
  },
  'anthropic/claude-mythos-5': {
    source: 'autumn',
    context: 1_000_000,
    output: 128_000,
    openWeights: false,
    can: ['tools', 'json_schema', 'images', 'reasoning'],
    cannot: ['audio'],
    restricted: true,
  },
  'anthropic/claude-opus-4-6': {
    source: 'summer',
    context: 1_000_000,
    output: 128_000,
    spellings: ['anthropic/claude-opus-4.6'],
    openWeights: false,
    can: ['reasoning'],
    cannot: ['prefill'],
  },
  'anthropic/claude-opus-4-7': {
    source: 'summer',
    context: 1_000_000,
    output: 128_000,
    spellings: ['anthropic/claude-opus-4.7'],
    openWeights: false,
    can: ['reasoning'],
    cannot: ['prefill'],
  },
  'anthropic/claude-opus-4-8': {
    source: 'autumn',
    context: 1_000_000,
    output: 128_000,
    spellings: ['anthropic/claude-opus-4.8'],
    openWeights: false,
    can: ['tools', 'images', 'reasoning'],
    cannot: NO_PREFILL,
  },
  'anthropic/claude-opus-5': {
    source: 'autumn',
    context: 1_000_000,
    output: 128_000,
    openWeights: false,
    can: ['tools', 'images', 'reasoning'],
    cannot: NO_PREFILL,
  },
  'anthropic/claude-opus-5-5': {
    source: 'prices',
    context: 1_000_000,
    spellings: ['anthropic/claude-opus-5.5'],
    openWeights: false,
  },
  'anthropic/claude-sonnet-4-6': {
    source: 'summer',
    context: 1_000_000,
    output: 64_000,
    spellings: ['anthropic/claude-sonnet-4.6'],
    openWeights: false,
    can: ['reasoning'],
    cannot: ['prefill'],
  },
  'anthropic/claude-sonnet-5': {
    source: 'autumn',
    context: 1_000_000,
    output: 128_000,
    openWeights: false,
    can: ['tools', 'images', 'reasoning'],
    cannot: NO_PREFILL,
  },

  // Its maker's API dropped it on 2026-07-24; the weights are open and other hosts serve it.
  'deepseek/deepseek-v3': {
    source: 'autumn',
    context: 131_072,
    output: 8_192,
    apiName: null,
    openWeights: true,
    can: ['tools'],
    cannot: ['reasoning', ...TEXT_ONLY],
    claims: ['claim/active-parameters-deepseek-v3'],
  },
  // Since 2026-09-14 its maker's API answers requests for it with V4.1 Flash, which is another model.
  'deepseek/deepseek-v4-pro': {
    source: 'summer',
    context: 1_000_000,
    output: 384_000,
    apiName: null,
    can: ['reasoning'],
  },
  'deepseek/deepseek-v4.1-flash': {
    source: 'autumn',
    context: 1_000_000,
    output: 384_000,
    apiName: 'deepseek-flash',
    spellings: ['deepseek/deepseek-flash'],
    openWeights: true,
    can: ['tools', 'json_schema', 'images', 'reasoning'],
    cannot: ['audio'],
  },

  'google/gemini-2.5-flash': {
    source: 'summer',
    context: 1_048_576,
    output: 65_536,
    openWeights: false,
    can: ['reasoning'],
  },
  'google/gemini-2.5-flash-lite': {
    source: 'summer',
    context: 1_048_576,
    output: 65_536,
    openWeights: false,
    can: ['reasoning'],
  },
  'google/gemini-2.5-pro': {
    source: 'autumn',
    context: 1_048_576,
    output: 65_536,
    openWeights: false,
    can: ['tools', 'json_schema', 'images', 'audio', 'reasoning'],
  },
  'google/gemini-3-flash-preview': {
    source: 'summer',
    context: 1_048_576,
    output: 65_536,
    openWeights: false,
    can: ['reasoning'],
  },
  'google/gemini-3.1-flash-lite': {
    source: 'summer',
    context: 1_048_576,
    output: 65_536,
    openWeights: false,
    can: ['reasoning'],
  },
  'google/gemini-3.1-pro-preview': {
    source: 'autumn',
    context: 1_048_576,
    output: 65_536,
    openWeights: false,
    can: ['tools', 'json_schema', 'images', 'audio', 'reasoning'],
  },
  'google/gemini-3.5-flash': {
    source: 'summer',
    context: 1_048_576,
    output: 65_536,
    openWeights: false,
    can: ['reasoning'],
  },

  // Hosts of the open weights disagree about the window (131,072 to 1,000,000), so only a deployment can say it.
  'meta/llama-4-maverick': {
    source: 'autumn',
    apiName: null,
    spellings: ['meta/llama-4-maverick-17b-128e-instruct'],
    openWeights: true,
    can: ['tools', 'images'],
    cannot: ['reasoning', 'audio'],
  },
  'meta/llama-4-scout': {
    source: 'summer',
    apiName: null,
    spellings: ['meta/llama-4-scout-17b-16e-instruct'],
    openWeights: true,
  },

  'mistral/mistral-embed': { source: 'prices', context: 8_192, kind: 'embedding' },
  'mistral/mistral-large-2512': {
    source: 'autumn',
    context: 262_144,
    output: 262_144,
    openWeights: true,
    can: ['tools', 'images'],
    cannot: ['reasoning', 'audio'],
  },
  'mistral/mistral-medium-3.5': {
    source: 'autumn',
    context: 256_000,
    output: 256_000,
    apiName: 'mistral-medium-3-5',
    spellings: ['mistral/mistral-medium-3-5'],
    openWeights: true,
    can: ['tools', 'images', 'reasoning'],
    cannot: ['audio'],
  },
  'mistral/mistral-small-2603': {
    source: 'autumn',
    context: 256_000,
    output: 256_000,
    openWeights: true,
    can: ['tools', 'images', 'reasoning'],
    cannot: ['audio'],
  },

  'openai/gpt-5': { source: 'summer', context: 400_000, output: 128_000, openWeights: false, can: ['reasoning'] },
  'openai/gpt-5-mini': { source: 'summer', context: 400_000, output: 128_000, openWeights: false, can: ['reasoning'] },
  'openai/gpt-5-nano': { source: 'summer', context: 400_000, output: 128_000, openWeights: false, can: ['reasoning'] },
  'openai/gpt-5.1': { source: 'summer', context: 400_000, output: 128_000, openWeights: false, can: ['reasoning'] },
  'openai/gpt-5.2': { source: 'summer', context: 400_000, output: 128_000, openWeights: false, can: ['reasoning'] },
  'openai/gpt-5.4': {
    source: 'autumn',
    context: 1_050_000,
    output: 128_000,
    openWeights: false,
    can: ['tools', 'json_schema', 'images', 'reasoning'],
    cannot: NO_TOOLS_WHILE_REASONING,
  },
  'openai/gpt-5.4-mini': {
    source: 'summer',
    context: 400_000,
    output: 128_000,
    openWeights: false,
    can: ['reasoning'],
    cannot: ['tools_with_reasoning'],
  },
  'openai/gpt-5.5': {
    source: 'autumn',
    context: 1_050_000,
    output: 128_000,
    openWeights: false,
    can: ['tools', 'json_schema', 'images', 'reasoning'],
    cannot: NO_TOOLS_WHILE_REASONING,
    claims: [
      'claim/active-parameters-gpt-5.5',
      'claim/creative-preference',
      'claim/conversational-fluency',
      'claim/multimodal-one-pass',
    ],
  },
  'openai/gpt-5.6-luna': { source: 'prices', context: 1_050_000, openWeights: false, cannot: ['tools_with_reasoning'] },
  'openai/gpt-5.6-sol': { source: 'prices', context: 1_050_000, openWeights: false, cannot: ['tools_with_reasoning'] },
  'openai/gpt-5.6-terra': {
    source: 'autumn',
    context: 1_050_000,
    output: 128_000,
    openWeights: false,
    can: ['tools', 'json_schema', 'images', 'reasoning'],
    cannot: NO_TOOLS_WHILE_REASONING,
  },
  'openai/gpt-6-sol': {
    source: 'autumn',
    context: 1_050_000,
    output: 128_000,
    openWeights: false,
    can: ['tools', 'json_schema', 'images', 'reasoning'],
    cannot: ['audio'],
  },
  'openai/text-embedding-3-large': { source: 'prices', context: 8_192, kind: 'embedding', openWeights: false },
  'openai/text-embedding-3-small': { source: 'prices', context: 8_192, kind: 'embedding', openWeights: false },

  'zhipu/glm-4.5': { source: 'summer', context: 131_072, output: 98_304, can: ['reasoning'] },
  'zhipu/glm-4.5-air': { source: 'summer', context: 131_072, output: 98_304, can: ['reasoning'] },
  'zhipu/glm-4.6': { source: 'summer', context: 204_800, output: 131_072, can: ['reasoning'] },
  'zhipu/glm-4.7': { source: 'summer', context: 204_800, output: 131_072, can: ['reasoning'] },
  'zhipu/glm-5': { source: 'summer', context: 204_800, output: 131_072, can: ['reasoning'] },
  'zhipu/glm-5-turbo': { source: 'summer', context: 200_000, output: 131_072, can: ['reasoning'] },
  'zhipu/glm-5.1': { source: 'summer', context: 200_000, output: 131_072, can: ['reasoning'] },
  'zhipu/glm-5.2': {
    source: 'autumn',
    context: 1_000_000,
    output: 131_072,
    openWeights: true,
    can: ['tools', 'json_schema', 'reasoning'],
    cannot: TEXT_ONLY,
    claims: [
      'claim/active-parameters-glm-5.2',
      'claim/total-parameters-glm-5.2',
      'claim/context-native-glm-5.2',
      'claim/context-tuned-glm-5.2',
      'claim/context-million-glm-5.2',
      'claim/asian-language-share',
      'claim/mmlu-pro',
      'claim/humaneval-plus',
      'claim/math-500',
      'claim/longbench-v2',
      'claim/cmmlu',
      'claim/toolbench',
      'claim/gsm8k-extended',
      'claim/semgrep-detection',
      'claim/semgrep-repair',
      'claim/semgrep-idor-f1',
      'claim/legal-clause-identification',
      'claim/legal-correction-time',
      'claim/finance-hallucinated-figures',
      'claim/code-review-bugs',
      'claim/code-review-tool-workflows',
    ],
  },
  'zhipu/glm-5.3': {
    source: 'autumn',
    context: 1_000_000,
    output: 131_072,
    openWeights: false,
    can: ['tools', 'json_schema', 'reasoning'],
    cannot: TEXT_ONLY,
  },
};
