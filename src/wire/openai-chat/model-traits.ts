import type { ReasoningEffort } from '../../contracts/chat-request.ts';

/** What models of OpenAI's own refuse, by their names: no list of models says it over the API. */
export interface ModelTraits {
  /** Efforts that the model knows; null: not said here, any may be sent. Empty: it does not reason. */
  efforts: readonly ReasoningEffort[] | null;
  /** Whether `none` is an effort too. */
  canBeOff: boolean;
  /** When temperature, top_p, penalties, logit_bias and logprobs are taken. */
  sampling: 'always' | 'never' | 'when_off';
  /** Whether stop texts are taken. */
  stop: boolean;
  /** Whether it reasons when nobody asks: then `when_off` needs an explicit `none`. */
  reasonsUnasked: boolean;
  /** Whether function tools go together with reasoning on this dialect. */
  toolsWithReasoning: boolean;
}

const ANYTHING: ModelTraits = {
  efforts: null,
  canBeOff: true,
  sampling: 'always',
  stop: true,
  reasonsUnasked: false,
  toolsWithReasoning: true,
};

const REASONING: ModelTraits = {
  efforts: ['low', 'medium', 'high'],
  canBeOff: false,
  sampling: 'never',
  stop: false,
  reasonsUnasked: true,
  toolsWithReasoning: true,
};

/**
 * First match counts. Sources: platform.openai.com/docs/guides/reasoning and /guides/latest-model;
 * learn.microsoft.com/javascript/api/@azure/ai-projects/reasoningeffort (efforts, defaults);
 * community.openai.com/t/1371738 (compatibility matrix) and /t/1386454 (tools on chat from GPT-5.4 on). Read 2026-11-21.
 */
const TABLE: readonly { model: RegExp; traits: ModelTraits }[] = [
  { model: /^gpt-5(\.\d+)?-chat/, traits: { ...ANYTHING, efforts: [] } },
  { model: /^gpt-5(\.\d+)?-pro/, traits: { ...REASONING, efforts: ['high'] } },
  {
    model: /^gpt-5($|-)/,
    traits: { ...REASONING, efforts: ['minimal', 'low', 'medium', 'high'] },
  },
  {
    model: /^gpt-5\.1/,
    traits: { ...REASONING, canBeOff: true, sampling: 'when_off', stop: true, reasonsUnasked: false },
  },
  {
    model: /^gpt-5\.[23]/,
    traits: {
      ...REASONING,
      efforts: ['low', 'medium', 'high', 'xhigh'],
      canBeOff: true,
      sampling: 'when_off',
      stop: true,
      reasonsUnasked: false,
    },
  },
  {
    model: /^gpt-5\.[45]/,
    traits: {
      ...REASONING,
      efforts: ['low', 'medium', 'high', 'xhigh'],
      canBeOff: true,
      sampling: 'when_off',
      stop: true,
      toolsWithReasoning: false,
    },
  },
  {
    model: /^gpt-(5\.([6-9]|\d\d)|[6-9])/,
    traits: {
      ...REASONING,
      efforts: ['low', 'medium', 'high', 'xhigh', 'max'],
      canBeOff: true,
      sampling: 'when_off',
      stop: true,
      toolsWithReasoning: false,
    },
  },
  { model: /^o[134]($|-)/, traits: REASONING },
  { model: /^(gpt-4|gpt-3|chatgpt-)/, traits: { ...ANYTHING, efforts: [] } },
];

/** @param upstreamModel as the upstream calls it, with or without a maker in front (`openai/gpt-5.5`) */
export function modelTraits(upstreamModel: string): ModelTraits {
  const name = upstreamModel.slice(upstreamModel.lastIndexOf('/') + 1).toLowerCase();
  return TABLE.find(({ model }) => model.test(name))?.traits ?? ANYTHING;
}
