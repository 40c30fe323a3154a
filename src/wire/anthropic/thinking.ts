import type { ReasoningEffort, ReasoningRequest } from '../../contracts/chat-request.ts';
import type { LossReport } from '../losses.ts';
import { budgetOfEffort, effortOfBudget, nearestEffort } from '../reasoning-effort.ts';
import type { ModelRules } from './model-rules.ts';

/** The least `budget_tokens` that is taken. */
export const LEAST_BUDGET = 1_024;

/** What the answer keeps of `max_tokens` when thoughts take their share: a fifth. */
const SHARE_OF_THOUGHTS = 0.8;

/** What of a request decides about thinking besides what the caller said of it. */
export interface ThinkingSurroundings {
  maxTokens: number;
  /** A tool must be called, the last turn is a prefill, or calls in progress have lost their thoughts. */
  refusesBudget: boolean;
  /** The model does not think in a request with these tools. */
  refusesThoughts: boolean;
}

export interface ThinkingPlan {
  /** Member `thinking`, or null to say nothing. */
  thinking: Readonly<Record<string, unknown>> | null;
  /** Member `output_config.effort`, or null to say nothing. */
  effort: ReasoningEffort | null;
  /** Whether the model will think, as far as its rules tell. */
  thinks: boolean;
}

const displayMember = (reasoning: ReasoningRequest, rules: ModelRules): { display?: string } => {
  if (reasoning.display === 'shown' && !rules.showsThoughts) return { display: 'summarized' };
  return reasoning.display === 'omitted' && rules.showsThoughts ? { display: 'omitted' } : {};
};

function planOff(rules: ModelRules, losses: LossReport): ThinkingPlan {
  if (rules.off !== null) return { thinking: { type: rules.off.type }, effort: null, thinks: false };
  if (!rules.thinksByDefault) return { thinking: null, effort: null, thinks: false };
  losses.add('reasoning_off_impossible');
  return { thinking: null, effort: rules.efforts[0] ?? null, thinks: true };
}

/** The nearest effort that the model knows; null where it knows none or none was asked for. */
function effortFor(effort: ReasoningEffort | null, rules: ModelRules, losses: LossReport): ReasoningEffort | null {
  if (effort === null || rules.efforts.length === 0) return null;
  const nearest = nearestEffort(effort, rules.efforts);
  if (nearest !== effort) losses.add('reasoning_effort_mapped');
  return nearest;
}

function planAdaptive(reasoning: ReasoningRequest, rules: ModelRules, losses: LossReport): ThinkingPlan {
  let effort = reasoning.effort;
  if (effort === null && reasoning.budgetTokens !== null) {
    effort = effortOfBudget(reasoning.budgetTokens);
    losses.add('reasoning_budget_mapped');
  }
  const thinking = { type: 'adaptive', ...displayMember(reasoning, rules) };
  return { thinking, effort: effortFor(effort, rules, losses), thinks: true };
}

/** `effort` beside a budget is known to Opus 4.5 alone; elsewhere the effort becomes the budget. */
function planBudget(
  reasoning: ReasoningRequest,
  rules: ModelRules,
  maxTokens: number,
  losses: LossReport,
): ThinkingPlan {
  const wanted = reasoning.budgetTokens ?? budgetOfEffort(reasoning.effort ?? 'medium');
  const budget = Math.min(
    Math.max(wanted, LEAST_BUDGET),
    Math.max(LEAST_BUDGET, Math.floor(maxTokens * SHARE_OF_THOUGHTS)),
  );
  if (budget >= maxTokens) {
    losses.add('reasoning_no_room');
    return { thinking: null, effort: null, thinks: false };
  }
  const unsaid = reasoning.effort !== null && rules.efforts.length === 0;
  if (reasoning.budgetTokens === null || unsaid) losses.add('reasoning_effort_mapped');
  if (reasoning.budgetTokens !== null && budget !== reasoning.budgetTokens) losses.add('reasoning_budget_mapped');
  const thinking = { type: 'enabled', budget_tokens: budget, ...displayMember(reasoning, rules) };
  return { thinking, effort: effortFor(reasoning.effort, rules, losses), thinks: true };
}

/** How the caller's wish to have the model think is said to this model (wire-quirks 4). */
export function planThinking(
  reasoning: ReasoningRequest | null,
  rules: ModelRules,
  surroundings: ThinkingSurroundings,
  losses: LossReport,
): ThinkingPlan {
  const byDefault = { thinking: null, effort: null, thinks: rules.thinksByDefault };
  if (reasoning === null) return byDefault;
  if (reasoning.mode === 'off') return planOff(rules, losses);
  const asksToThink = reasoning.mode !== null || reasoning.effort !== null || reasoning.budgetTokens !== null;
  // What shall be shown says nothing of whether to think.
  if (!asksToThink && !(rules.thinksByDefault && rules.adaptive)) return byDefault;
  if (!rules.adaptive && !rules.budget) {
    losses.add('reasoning_unsupported');
    return { ...byDefault, thinks: false };
  }
  const withBudget = !rules.adaptive || (rules.budget && reasoning.budgetTokens !== null);
  if (surroundings.refusesThoughts || (withBudget && surroundings.refusesBudget)) {
    losses.add('reasoning_with_tools');
    const off = rules.off === null ? byDefault : { ...byDefault, thinking: { type: rules.off.type }, thinks: false };
    return rules.thinksByDefault ? off : { ...byDefault, effort: effortFor(reasoning.effort, rules, losses) };
  }
  return withBudget
    ? planBudget(reasoning, rules, surroundings.maxTokens, losses)
    : planAdaptive(reasoning, rules, losses);
}
