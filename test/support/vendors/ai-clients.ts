import { createAnthropic } from '@ai-sdk/anthropic';
import { createOpenAI } from '@ai-sdk/openai';
import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import type { LanguageModel } from 'ai';
import { CLIENT_KEY, type ServedVendors } from './served-vendors.ts';

type Provider = (origin: string) => (model: string) => Exclude<LanguageModel, string>;

/** The providers of the `ai` package that speak a dialect that we serve. */
const AI_PROVIDERS = {
  '@ai-sdk/openai': (origin) => createOpenAI({ apiKey: CLIENT_KEY, baseURL: `${origin}/v1` }).chat,
  '@ai-sdk/openai-compatible': (origin) =>
    createOpenAICompatible({
      name: 'alidade',
      apiKey: CLIENT_KEY,
      baseURL: `${origin}/v1`,
      includeUsage: true,
      supportsStructuredOutputs: true,
    }).chatModel,
  '@ai-sdk/anthropic': (origin) => createAnthropic({ apiKey: CLIENT_KEY, baseURL: `${origin}/v1` }),
} satisfies Record<string, Provider>;

export type AiProvider = keyof typeof AI_PROVIDERS;

export const AI_PROVIDER_NAMES = Object.keys(AI_PROVIDERS) as AiProvider[];

/** The model as the provider's own object. */
export const aiModel = (provider: AiProvider, { origin }: ServedVendors, model: string): LanguageModel =>
  AI_PROVIDERS[provider](origin)(model);
