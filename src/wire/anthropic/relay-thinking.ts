import type { ReasoningEffort } from '../../contracts/chat-request.ts';
import type { LossReport } from '../losses.ts';
import type { MemberEdits } from '../member-edits.ts';
import { isRecord, type Json } from '../members.ts';
import { budgetOfEffort, effortOfBudget, isReasoningEffort, nearestEffort } from '../reasoning-effort.ts';
import type { ModelRules } from './model-rules.ts';
import { LEAST_BUDGET } from './thinking.ts';

const effortOf = (body: Json): ReasoningEffort | null => {
  const effort = isRecord(body.output_config) ? body.output_config.effort : null;
  return isReasoningEffort(effort) ? effort : null;
};

function setEffort(body: Json, effort: ReasoningEffort | null, edits: MemberEdits): void {
  const { effort: _, ...rest } = isRecord(body.output_config) ? body.output_config : {};
  const config = effort === null ? rest : { ...rest, effort };
  if (Object.keys(config).length === 0) edits.remove.push('output_config');
  else edits.set.output_config = JSON.stringify(config);
}

/** A budget for a model that knows only efforts: adaptive, as hard as the budget was large. */
function budgetToEffort(body: Json, thinking: Json, rules: ModelRules, edits: MemberEdits, losses: LossReport): void {
  // Models with budgets show their thoughts unless told not to; these keep them back unless told to show them.
  const display = thinking.display ?? (rules.showsThoughts ? undefined : 'summarized');
  edits.set.thinking = JSON.stringify({ type: 'adaptive', ...(display === undefined ? {} : { display }) });
  losses.add('reasoning_budget_mapped');
  if (effortOf(body) !== null || typeof thinking.budget_tokens !== 'number' || rules.efforts.length === 0) return;
  setEffort(body, nearestEffort(effortOfBudget(thinking.budget_tokens), rules.efforts), edits);
}

/** Adaptive thinking for a model that knows only budgets. */
function adaptiveToBudget(body: Json, edits: MemberEdits, losses: LossReport): void {
  const most = typeof body.max_tokens === 'number' ? body.max_tokens - 1 : Number.POSITIVE_INFINITY;
  const budget = Math.min(budgetOfEffort(effortOf(body) ?? 'high'), most);
  losses.add(budget < LEAST_BUDGET ? 'reasoning_unsupported' : 'reasoning_effort_mapped');
  if (budget < LEAST_BUDGET) edits.remove.push('thinking');
  else edits.set.thinking = JSON.stringify({ type: 'enabled', budget_tokens: budget });
}

/** Thinking shall be off: said in the model's way, or not at all where nothing keeps it from thinking. */
function turnOff(body: Json, thinking: Json, rules: ModelRules, edits: MemberEdits, losses: LossReport): void {
  if (rules.off !== null) {
    if (thinking.type !== rules.off.type) edits.set.thinking = JSON.stringify({ type: rules.off.type });
    const effort = effortOf(body);
    if (rules.off.withEffort === 'up_to_high' && (effort === 'xhigh' || effort === 'max')) {
      setEffort(body, 'high', edits);
      losses.add('reasoning_effort_mapped');
    }
    return;
  }
  edits.remove.push('thinking');
  if (rules.thinksByDefault) losses.add('reasoning_off_impossible');
}

/** Why a deployment is not asked to think: it cannot at all, or not in a request with tools. */
export type ThinkingRefusal = 'reasoning_unsupported' | 'reasoning_with_tools';

/** Leaves out a wish to think, and keeps a model that can think from doing so; false where there is no such wish. */
export function refuseThinking(
  body: Json,
  rules: ModelRules,
  refusal: ThinkingRefusal,
  edits: MemberEdits,
  losses: LossReport,
): boolean {
  const thinking = isRecord(body.thinking) ? body.thinking : {};
  if (thinking.type !== 'enabled' && thinking.type !== 'adaptive') return false;
  losses.add(refusal);
  if (refusal === 'reasoning_unsupported') edits.remove.push('thinking');
  else turnOff(body, thinking, rules, edits, losses);
  return true;
}

/** Changes `thinking` and `output_config.effort` where the deployment refuses what they say. */
export function adaptThinking(
  body: Json,
  rules: ModelRules,
  refusal: ThinkingRefusal | null,
  edits: MemberEdits,
  losses: LossReport,
): void {
  const thinking = isRecord(body.thinking) ? body.thinking : {};
  const effort = effortOf(body);
  if (refusal !== null && refuseThinking(body, rules, refusal, edits, losses)) {
    // Said.
  } else if (thinking.type === 'enabled' && !rules.budget) {
    if (rules.adaptive) budgetToEffort(body, thinking, rules, edits, losses);
    else {
      edits.remove.push('thinking');
      losses.add('reasoning_unsupported');
    }
  } else if (thinking.type === 'adaptive' && !rules.adaptive) {
    if (rules.budget) adaptiveToBudget(body, edits, losses);
    else {
      edits.remove.push('thinking');
      losses.add('reasoning_unsupported');
    }
  } else if (thinking.type === 'disabled' || thinking.type === 'between_tools') {
    turnOff(body, thinking, rules, edits, losses);
  }
  if (effort === null || rules.efforts.includes(effort)) return;
  setEffort(body, rules.efforts.length === 0 ? null : nearestEffort(effort, rules.efforts), edits);
  losses.add('reasoning_effort_mapped');
}
