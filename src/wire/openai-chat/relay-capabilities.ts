import type { Deployment } from '../../contracts/deployment.ts';
import type { LossReport } from '../losses.ts';
import type { MemberEdits } from '../member-edits.ts';
import { isRecord, type Json, listOf } from '../members.ts';
import { asksForReasoning } from './asks-for-reasoning.ts';
import { type ModelTraits, modelTraits } from './model-traits.ts';

/** Under all the names that look-alikes have for it. */
const REASONING_MEMBERS = ['reasoning_effort', 'reasoning', 'thinking', 'enable_thinking', 'thinking_budget'] as const;

const switchesReasoningOff = (body: Json): boolean =>
  body.reasoning_effort === 'none' || (isRecord(body.reasoning) && body.reasoning.effort === 'none');

/** Whether the messages end with the beginning of an answer; calls that wait for their results are none. */
function isPrefill(body: Json): boolean {
  const last = listOf(body.messages).at(-1);
  return isRecord(last) && last.role === 'assistant' && listOf(last.tool_calls).length === 0;
}

const hasTools = (body: Json): boolean => listOf(body.tools).length > 0 || listOf(body.functions).length > 0;

/** Without reasoning; models that would reason unasked are told not to, in the only word that they have for it. */
function dropReasoning(body: Json, traits: ModelTraits | null, edits: MemberEdits): void {
  const canSay = traits?.canBeOff === true && traits.efforts !== null;
  for (const name of REASONING_MEMBERS) {
    if (Object.hasOwn(body, name) && !(canSay && name === 'reasoning_effort')) edits.remove.push(name);
  }
  if (canSay) edits.set.reasoning_effort = '"none"';
}

function adaptReasoning(body: Json, deployment: Deployment, edits: MemberEdits, losses: LossReport): void {
  const { capabilities, upstreamModel, endpoint } = deployment;
  const asked = asksForReasoning(body);
  if (!capabilities.has('reasoning')) {
    if (!asked) return;
    losses.add('reasoning_unsupported');
    dropReasoning(body, null, edits);
    return;
  }
  if (capabilities.has('tools_with_reasoning') || !hasTools(body)) return;
  const traits = modelTraits(upstreamModel);
  const unasked = traits.reasonsUnasked && !traits.toolsWithReasoning && !switchesReasoningOff(body);
  if (!asked && !unasked) return;
  losses.add('reasoning_with_tools');
  const { reasoningRequest = 'reasoning_effort', refusedMembers } = endpoint.quirks;
  const takesEffort = reasoningRequest === 'reasoning_effort' && !refusedMembers.includes('reasoning_effort');
  dropReasoning(body, takesEffort ? traits : null, edits);
}

/**
 * What the deployment is declared not to have, by the same rules as in translation: each change, and each wish that the
 * upstream will not meet, is a loss. Bodies that need nothing of it stay as they are.
 */
export function adaptCapabilities(body: Json, deployment: Deployment, edits: MemberEdits, losses: LossReport): void {
  const { capabilities } = deployment;
  adaptReasoning(body, deployment, edits, losses);
  if (!capabilities.has('parallel_tools') && typeof body.parallel_tool_calls === 'boolean') {
    edits.remove.push('parallel_tool_calls');
    // Where calls cannot be parallel anyway, forbidding it is met without saying so.
    if (body.parallel_tool_calls && hasTools(body)) losses.add('parallel_unknown');
  }
  if (!capabilities.has('prefill') && isPrefill(body)) losses.add('prefill_as_turn');
}
