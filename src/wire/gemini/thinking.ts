import type { ReasoningEffort, ReasoningRequest } from '../../contracts/chat-request.ts';
import type { LossReport } from '../losses.ts';
import { effortOfBudget, nearestEffort } from '../reasoning-effort.ts';
import type { ThinkingLevel, ThinkingRule } from './models.ts';
import type { GeminiGenerationConfig } from './wire-types.ts';

type ThinkingConfig = NonNullable<GeminiGenerationConfig['thinkingConfig']>;

/** Google's own translation of OpenAI's efforts into tokens (https://ai.google.dev/gemini-api/docs/openai). */
const BUDGET_OF_EFFORT: Readonly<Record<ReasoningEffort, number>> = {
  minimal: 1_024,
  low: 1_024,
  medium: 8_192,
  high: 24_576,
  xhigh: 32_768,
  max: 32_768,
};

function levelConfig(
  reasoning: ReasoningRequest,
  levels: readonly ThinkingLevel[],
  losses: LossReport,
): ThinkingConfig {
  const { mode, effort, budgetTokens } = reasoning;
  if (mode === 'off') {
    losses.add('reasoning_off_impossible');
    return { thinkingLevel: levels[0] as ThinkingLevel };
  }
  if (effort !== null) {
    const level = nearestEffort(effort, levels);
    if (level !== effort) losses.add('reasoning_effort_mapped');
    return { thinkingLevel: level };
  }
  if (budgetTokens !== null) {
    losses.add('reasoning_budget_mapped');
    return { thinkingLevel: nearestEffort(effortOfBudget(budgetTokens), levels) };
  }
  // These models choose for themselves how much to think: that is what `on` and `adaptive` without a measure ask for.
  return {};
}

function budgetConfig(
  reasoning: ReasoningRequest,
  rule: Extract<ThinkingRule, { kind: 'budget' }>,
  losses: LossReport,
): ThinkingConfig {
  const { mode, effort, budgetTokens } = reasoning;
  if (mode === 'off') {
    if (rule.canStop) return { thinkingBudget: 0 };
    losses.add('reasoning_off_impossible');
    return { thinkingBudget: rule.min };
  }
  const wanted = budgetTokens ?? (effort === null ? null : BUDGET_OF_EFFORT[effort]);
  if (wanted === null) return mode === null ? {} : { thinkingBudget: -1 };
  const thinkingBudget = Math.min(rule.max, Math.max(rule.min, wanted));
  if (budgetTokens !== null) {
    if (thinkingBudget !== budgetTokens) losses.add('reasoning_budget_mapped');
  } else {
    losses.add('reasoning_effort_mapped');
  }
  return { thinkingBudget };
}

/**
 * How hard to think, as the model takes it; undefined where nothing is to be said. Budget and level exclude each other:
 * both together are refused. Thoughts are shown where the caller asks to see them, or switched reasoning on without
 * saying: an Anthropic client expects them then.
 */
export function buildThinkingConfig(
  reasoning: ReasoningRequest | null,
  rule: ThinkingRule,
  losses: LossReport,
): ThinkingConfig | undefined {
  if (reasoning === null) return undefined;
  const { mode, effort, budgetTokens, display } = reasoning;
  if (rule.kind === 'none') {
    if (mode !== 'off' && (mode !== null || effort !== null || budgetTokens !== null)) {
      losses.add('reasoning_unsupported');
    }
    return undefined;
  }
  const config =
    rule.kind === 'level' ? levelConfig(reasoning, rule.levels, losses) : budgetConfig(reasoning, rule, losses);
  if (display === 'shown' || (display === null && mode === 'on')) config.includeThoughts = true;
  return Object.keys(config).length === 0 ? undefined : config;
}
