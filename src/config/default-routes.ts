import type { RouteConfig } from '../contracts/configuration.ts';

/**
 * The source article's table as routes, in the order in which rows are tried. Thresholds and first fallbacks are those
 * of its code; where its table names another fallback, that one follows. `because` names the published claim that the
 * row rests on: a claim is no evidence, and own evidence replaces it. Left out are the models of the table that no
 * catalogue knows (Gemini 2.5 Ultra) and the Qwen 3 family name.
 * Where data of `regulated_eu` may go is decided by policy: the row only prefers.
 */
export const DEFAULT_ROUTES: readonly RouteConfig[] = [
  { when: { label: 'regulated_eu' }, primary: 'mistral/mistral-large-3', fallback: 'anthropic/claude-4-opus' },
  {
    when: { label: 'bulk_low_latency' },
    primary: ['deepseek/deepseek-v3', 'mistral/mistral-large-3'],
    fallback: 'zhipu/glm-5.2',
    because: 'claim/active-parameters-deepseek-v3',
  },
  { when: { modality: 'image' }, primary: 'openai/gpt-5.5', because: 'claim/multimodal-one-pass' },
  { when: { modality: 'audio' }, primary: 'openai/gpt-5.5', because: 'claim/multimodal-one-pass' },
  {
    when: { label: 'long_document' },
    primary: 'zhipu/glm-5.2',
    fallback: 'anthropic/claude-4-opus',
    context_threshold: 50_000,
    because: 'claim/longbench-v2',
  },
  {
    when: { label: 'agentic_tools' },
    primary: 'zhipu/glm-5.2',
    fallback: 'openai/gpt-5.5',
    context_threshold: 64_000,
    because: 'claim/toolbench',
  },
  {
    when: { task: 'code_generation' },
    primary: 'zhipu/glm-5.2',
    fallback: 'openai/gpt-5.5',
    context_threshold: 32_000,
    because: 'claim/humaneval-plus',
  },
  {
    when: { task: 'quantitative' },
    primary: 'zhipu/glm-5.2',
    fallback: 'deepseek/deepseek-v3',
    context_threshold: 32_000,
    because: 'claim/math-500',
  },
  {
    when: { task: 'security_review' },
    primary: 'zhipu/glm-5.2',
    fallback: 'anthropic/claude-4-opus',
    because: 'claim/semgrep-detection',
  },
  { when: { task: 'extraction' }, primary: 'deepseek/deepseek-v3', fallback: 'mistral/mistral-large-3' },
  {
    when: { label: 'cjk_language' },
    primary: 'zhipu/glm-5.2',
    fallback: ['alibaba/qwen-3-max', 'openai/gpt-5.5'],
    context_threshold: 128_000,
    because: 'claim/cmmlu',
  },
  {
    when: { task: 'creative' },
    primary: 'openai/gpt-5.5',
    fallback: 'anthropic/claude-4-opus',
    context_threshold: 16_000,
    because: 'claim/creative-preference',
  },
  {
    when: { task: 'conversational' },
    primary: 'openai/gpt-5.5',
    fallback: ['anthropic/claude-4-opus', 'zhipu/glm-5.2'],
    context_threshold: 8_000,
    because: 'claim/conversational-fluency',
  },
  { default: true, primary: 'openai/gpt-5.5', fallback: 'anthropic/claude-4-opus' },
];

/** Logical models that the default table names, each once, in order of appearance: what the sandbox stands in for. */
export function defaultTableModels(): string[] {
  const targets = DEFAULT_ROUTES.flatMap((row) => [row.primary, row.fallback ?? []].flat());
  return [...new Set(targets)];
}
