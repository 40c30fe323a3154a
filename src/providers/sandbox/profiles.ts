/** Kinds of prompts that the sandbox programs can do something about. */
export const SKILLS = ['arithmetic', 'extraction', 'code', 'chat'] as const;
export type Skill = (typeof SKILLS)[number];

/**
 * One sandbox program. All numbers are invented so that differences can be seen; they say nothing about the models whose
 * names they stand under, and nothing of it is evidence outside the sandbox.
 */
export interface SandboxProfile {
  /** The logical name it stands in for. */
  model: string;
  /** That of its maker's own API. */
  dialect: 'openai' | 'anthropic' | 'gemini';
  /** What its server calls it. */
  upstreamModel: string;
  contextWindowTokens: number;
  maxOutputTokens: number;
  /** Share of prompts of a kind that it answers correctly; which ones is fixed by the seed. */
  skill: Readonly<Record<Skill, number>>;
  latency: { firstTokenMs: number; perTokenMs: number };
  /** What such a model would cost, for showing trade-offs; ledgers always book 0. */
  price: { inputUsdPerMtok: number; outputUsdPerMtok: number };
}

type Row = [
  model: string,
  contextWindowTokens: number,
  maxOutputTokens: number,
  skill: [arithmetic: number, extraction: number, code: number],
  latency: [firstTokenMs: number, perTokenMs: number],
  price: [input: number, output: number],
];

/** The models of the default routing table and of the landscape behind it. */
const ROWS: readonly Row[] = [
  ['zhipu/glm-5.2', 1_000_000, 131_072, [0.93, 0.9, 0.95], [40, 3], [1.4, 4.4]],
  ['openai/gpt-5.5', 1_050_000, 128_000, [0.92, 0.92, 0.93], [60, 4], [5, 30]],
  ['anthropic/claude-4-opus', 1_000_000, 128_000, [0.9, 0.94, 0.94], [70, 5], [5, 25]],
  ['deepseek/deepseek-v3', 131_072, 8_192, [0.91, 0.86, 0.88], [30, 2], [0.3, 0.5]],
  ['mistral/mistral-large-3', 262_144, 262_144, [0.84, 0.88, 0.85], [35, 2], [0.5, 1.5]],
  ['alibaba/qwen-3-max', 262_144, 65_536, [0.88, 0.87, 0.9], [45, 3], [1.2, 6]],
  ['google/gemini-2.5-ultra', 1_048_576, 65_536, [0.9, 0.89, 0.91], [55, 3], [1.3, 10]],
  ['meta/llama-4-ultra', 131_072, 16_384, [0.8, 0.82, 0.8], [25, 2], [0.2, 0.6]],
];

/** Makers whose own API has a dialect of its own; all others speak OpenAI's. */
const DIALECTS: Readonly<Record<string, SandboxProfile['dialect']>> = { anthropic: 'anthropic', google: 'gemini' };

export const SANDBOX_PROFILES: readonly SandboxProfile[] = ROWS.map(
  ([
    model,
    contextWindowTokens,
    maxOutputTokens,
    [arithmetic, extraction, code],
    [firstTokenMs, perTokenMs],
    [input, output],
  ]) => ({
    model,
    dialect: DIALECTS[model.slice(0, model.indexOf('/'))] ?? 'openai',
    upstreamModel: model.slice(model.indexOf('/') + 1),
    contextWindowTokens,
    maxOutputTokens,
    skill: { arithmetic, extraction, code, chat: 1 },
    latency: { firstTokenMs, perTokenMs },
    price: { inputUsdPerMtok: input, outputUsdPerMtok: output },
  }),
);

/** Where each dialect is spoken, as an SDK takes it: all on the one server whose address `start` gives. */
export function sandboxBaseUrls(openAiBaseUrl: string): Readonly<Record<SandboxProfile['dialect'], string>> {
  const origin = openAiBaseUrl.replace(/\/v1$/, '');
  return { openai: `${origin}/v1`, anthropic: origin, gemini: `${origin}/v1beta` };
}
