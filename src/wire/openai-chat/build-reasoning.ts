import type { ChatRequest, ReasoningEffort, ReasoningRequest } from '../../contracts/chat-request.ts';
import type { Deployment } from '../../contracts/deployment.ts';
import type { LossReport } from '../losses.ts';
import { budgetOfEffort, effortOfBudget, nearestEffort } from '../reasoning-effort.ts';
import type { ModelTraits } from './model-traits.ts';

type WireMembers = Record<string, unknown>;

/** Whether the model will reason, as far as the request and its name say. */
export interface ReasoningPlan {
  members: WireMembers;
  active: boolean;
}

function wantedEffort(asked: ReasoningRequest, losses: LossReport): ReasoningEffort | null {
  if (asked.effort !== null) return asked.effort;
  if (asked.budgetTokens !== null) {
    losses.add('reasoning_budget_mapped');
    return effortOfBudget(asked.budgetTokens);
  }
  return null;
}

function effortMember(asked: ReasoningRequest, traits: ModelTraits, losses: LossReport): WireMembers {
  if (asked.mode === 'off') {
    if (traits.canBeOff) return { reasoning_effort: 'none' };
    losses.add('reasoning_off_impossible');
    return { reasoning_effort: traits.efforts?.[0] ?? 'low' };
  }
  if (asked.mode === 'adaptive') losses.add('reasoning_adaptive');
  // Models that decide themselves think about as hard as `medium` when nothing is said; `on` without a measure is that.
  const wanted = wantedEffort(asked, losses) ?? (asked.mode === null ? null : 'medium');
  if (wanted === null) return {};
  const effort = traits.efforts === null ? wanted : nearestEffort(wanted, traits.efforts);
  if (effort !== wanted) losses.add('reasoning_effort_mapped');
  return { reasoning_effort: effort };
}

function thinkingSwitch(asked: ReasoningRequest, withEffort: boolean, losses: LossReport): WireMembers {
  if (asked.mode === 'adaptive') losses.add('reasoning_adaptive');
  const thinking = { type: asked.mode === 'off' ? 'disabled' : 'enabled' };
  if (asked.mode === 'off') return { thinking };
  if (withEffort) {
    const effort = wantedEffort(asked, losses);
    return effort === null ? { thinking } : { thinking, reasoning_effort: effort };
  }
  if (asked.effort !== null) losses.add('reasoning_effort_mapped');
  if (asked.budgetTokens !== null) losses.add('reasoning_budget_mapped');
  return { thinking };
}

function thinkingBudget(asked: ReasoningRequest, losses: LossReport): WireMembers {
  if (asked.mode === 'off') return { enable_thinking: false };
  if (asked.mode === 'adaptive') losses.add('reasoning_adaptive');
  if (asked.budgetTokens === null && asked.effort !== null) losses.add('reasoning_effort_mapped');
  const budget = asked.budgetTokens ?? (asked.effort === null ? null : budgetOfEffort(asked.effort));
  return { enable_thinking: true, ...(budget === null ? {} : { thinking_budget: budget }) };
}

function routerObject(asked: ReasoningRequest, losses: LossReport): WireMembers {
  if (asked.mode === 'off') return { reasoning: { enabled: false } };
  if (asked.mode === 'adaptive') losses.add('reasoning_adaptive');
  // Both at once are refused: the budget is the more exact.
  const measure =
    asked.budgetTokens !== null
      ? { max_tokens: asked.budgetTokens }
      : asked.effort !== null
        ? { effort: asked.effort }
        : asked.mode === null
          ? {}
          : { enabled: true };
  const display = asked.display === null ? {} : { exclude: asked.display === 'omitted' };
  return { reasoning: { ...measure, ...display } };
}

/**
 * How hard to think, in the words of the upstream. Where its tools exclude reasoning, the tools win: a call that the
 * client waits for is worth more than thoughts that it may never see.
 */
export function planReasoning(
  request: ChatRequest,
  deployment: Deployment,
  traits: ModelTraits,
  losses: LossReport,
): ReasoningPlan {
  const asked = request.reasoning;
  const style = deployment.endpoint.quirks.reasoningRequest ?? 'reasoning_effort';
  const hasTools = request.tools.some(({ kind }) => kind === 'function');
  const excludes = !traits.toolsWithReasoning || !deployment.capabilities.has('tools_with_reasoning');
  const wanted = asked !== null && asked.mode !== 'off' && (asked.mode !== null || asked.effort !== null);
  if (hasTools && excludes && (wanted || (!traits.toolsWithReasoning && asked?.mode !== 'off'))) {
    losses.add('reasoning_with_tools');
    const canSay = traits.canBeOff && traits.efforts !== null && style === 'reasoning_effort';
    return { members: canSay ? { reasoning_effort: 'none' } : {}, active: false };
  }
  if (asked === null) return { members: {}, active: traits.reasonsUnasked };
  const cannot = traits.efforts?.length === 0 || !deployment.capabilities.has('reasoning') || style === 'none';
  if (cannot) {
    if (wanted) losses.add('reasoning_unsupported');
    return { members: {}, active: false };
  }
  if (asked.display !== null && style !== 'reasoning') losses.add('reasoning_display');
  return { members: membersFor(style, asked, traits, losses), active: wanted };
}

function membersFor(style: string, asked: ReasoningRequest, traits: ModelTraits, losses: LossReport): WireMembers {
  switch (style) {
    case 'thinking':
      return asked.mode === null && asked.effort === null ? {} : thinkingSwitch(asked, false, losses);
    case 'thinking_and_effort':
      return asked.mode === null && asked.effort === null ? {} : thinkingSwitch(asked, true, losses);
    case 'enable_thinking':
      return asked.mode === null && asked.effort === null ? {} : thinkingBudget(asked, losses);
    case 'reasoning':
      return routerObject(asked, losses);
    default:
      return effortMember(asked, traits, losses);
  }
}
