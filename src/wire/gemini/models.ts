/** Steps of `thinkingConfig.thinkingLevel`, from least to most. */
const THINKING_LEVELS = ['minimal', 'low', 'medium', 'high'] as const;
export type ThinkingLevel = (typeof THINKING_LEVELS)[number];

export type ThinkingRule =
  /** `thinkingConfig` is refused. */
  | { kind: 'none' }
  /** `thinkingBudget` in tokens, -1 is the model's own choice; `canStop`: 0 turns thinking off. */
  | { kind: 'budget'; min: number; max: number; canStop: boolean }
  /** `thinkingLevel`, ascending; the least one is as near to off as it gets. */
  | { kind: 'level'; levels: readonly ThinkingLevel[] };

/** What a generation of models takes. What one does not take is refused with 400 or ignored, so it is not sent. */
export interface GeminiModelRules {
  thinking: ThinkingRule;
  /** Whether `responseJsonSchema` and `parametersJsonSchema` exist; else only the OpenAPI subset of `responseSchema`. */
  jsonSchema: boolean;
  /** Whether a format of the answer may be asked for beside tools. */
  formatBesideTools: boolean;
  /** Whether calls have ids that their results must repeat. */
  callIds: boolean;
  /** Whether the first call of each step since the last turn of the user must bring its thought signature. */
  needsSignatures: boolean;
  /** Whether `temperature`, `topP` and `topK` have an effect. */
  sampling: boolean;
  penalties: boolean;
  /** Whether `responseLogprobs` is taken. */
  logprobs: boolean;
  maxCandidates: number;
  /** Whether a request may end with a turn of the model. */
  prefill: boolean;
  /** Whether a tool result may hold images and files. */
  mediaInResults: boolean;
  /** Whether public addresses are fetched. */
  fetchesUrls: boolean;
  systemInstruction: boolean;
  /** Whether `functionCallingConfig.mode` knows VALIDATED: arguments are held to their schema. */
  validatedMode: boolean;
}

const LEVELS_FROM_LOW: ThinkingRule = { kind: 'level', levels: ['low', 'medium', 'high'] };
const ALL_LEVELS: ThinkingRule = { kind: 'level', levels: THINKING_LEVELS };

/** Gemini 3.6 and later, and whatever is unknown: the strictest there is, so that nothing is refused. */
const NEWEST: GeminiModelRules = {
  thinking: LEVELS_FROM_LOW,
  jsonSchema: true,
  formatBesideTools: true,
  callIds: true,
  needsSignatures: true,
  sampling: false,
  penalties: false,
  logprobs: false,
  maxCandidates: 1,
  prefill: false,
  mediaInResults: true,
  fetchesUrls: true,
  systemInstruction: true,
  validatedMode: true,
};

/** Gemini 3.0 to 3.5. */
const THREE: GeminiModelRules = { ...NEWEST, sampling: true, prefill: true };

const TWO_FIVE: GeminiModelRules = {
  ...THREE,
  formatBesideTools: false,
  callIds: false,
  needsSignatures: false,
  maxCandidates: 8,
  mediaInResults: false,
  validatedMode: false,
};

const TWO: GeminiModelRules = {
  ...TWO_FIVE,
  thinking: { kind: 'none' },
  penalties: true,
  logprobs: true,
  fetchesUrls: false,
};

interface ModelRow {
  /** Of the model's name without `models/`. The first row that fits counts. */
  pattern: RegExp;
  rules: GeminiModelRules;
}

/**
 * Generations as data. Read on 2026-11-22:
 * thinking: https://ai.google.dev/gemini-api/docs/thinking and the levels per model of
 * https://docs.cloud.google.com/gemini-enterprise-agent-platform/models/thinking;
 * sampling and prefill: https://ai.google.dev/gemini-api/docs/generate-content/whats-new-gemini-3.6;
 * candidates: https://github.com/googleapis/js-genai/issues/1609;
 * ids and signatures: https://ai.google.dev/gemini-api/docs/function-calling and .../thought-signatures;
 * log probabilities: https://github.com/googleapis/python-genai/issues/1921 (2.0 has them, 2.5 only in Google's cloud:
 * https://github.com/vercel/ai/issues/5418) and https://github.com/GoogleCloudPlatform/generative-ai/issues/2947 (3.5 not).
 * Not found in Google's own documents: that 2.5 and later refuse the penalties (reported for 2.5 and 3.7), which levels
 * Gemini 4 has, and that Gemma takes no system instruction in every version.
 */
const ROWS: readonly ModelRow[] = [
  {
    pattern: /^gemma-/,
    rules: { ...TWO, jsonSchema: false, systemInstruction: false, penalties: false, logprobs: false, maxCandidates: 1 },
  },
  {
    pattern: /^gemini-(1[.-]|pro$|pro-vision)/,
    rules: { ...TWO, jsonSchema: false, logprobs: false, maxCandidates: 1 },
  },
  { pattern: /^gemini-2\.0/, rules: TWO },
  {
    pattern: /^gemini-2\.5-pro/,
    rules: { ...TWO_FIVE, thinking: { kind: 'budget', min: 128, max: 32_768, canStop: false } },
  },
  { pattern: /^gemini-2\.5-flash-(image|preview-tts)/, rules: { ...TWO_FIVE, thinking: { kind: 'none' } } },
  {
    pattern: /^gemini-2\.5-flash-lite/,
    rules: { ...TWO_FIVE, thinking: { kind: 'budget', min: 512, max: 24_576, canStop: true } },
  },
  {
    pattern: /^gemini-2(\.5)?-/,
    rules: { ...TWO_FIVE, thinking: { kind: 'budget', min: 1, max: 24_576, canStop: true } },
  },
  { pattern: /^gemini-3-pro/, rules: { ...THREE, thinking: { kind: 'level', levels: ['low', 'high'] } } },
  { pattern: /^gemini-3\.1-pro/, rules: { ...THREE, thinking: LEVELS_FROM_LOW } },
  { pattern: /^gemini-(3\.5-flash-lite|flash-lite-latest)/, rules: { ...NEWEST, thinking: ALL_LEVELS } },
  { pattern: /^gemini-3(\.[15])?-flash/, rules: { ...THREE, thinking: ALL_LEVELS } },
  { pattern: /^gemini-3\.6-flash/, rules: { ...NEWEST, thinking: ALL_LEVELS } },
];

/**
 * Resources of Google's cloud, `publishers/google/models/...`: the same models behind a service that refuses ids of calls
 * and has log probabilities of Gemini 2.5.
 */
const IN_CLOUD = /(^|\/)publishers\//;

function rulesOf(upstreamModel: string): GeminiModelRules {
  const name = upstreamModel.slice(upstreamModel.lastIndexOf('/') + 1).toLowerCase();
  const rules = ROWS.find(({ pattern }) => pattern.test(name))?.rules ?? NEWEST;
  if (!IN_CLOUD.test(upstreamModel)) return rules;
  return { ...rules, callIds: false, logprobs: rules.logprobs || name.startsWith('gemini-2.5') };
}

const byName = new Map<string, GeminiModelRules>();

/** Rules of the model that an upstream knows by this name. A name that no row fits counts as the newest generation. */
export function geminiModelRules(upstreamModel: string): GeminiModelRules {
  let rules = byName.get(upstreamModel);
  if (rules === undefined) {
    rules = rulesOf(upstreamModel);
    byName.set(upstreamModel, rules);
  }
  return rules;
}
