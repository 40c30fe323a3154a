import type { Deployment } from '../../contracts/deployment.ts';
import { type JsonScan, spliceJson } from '../../lib/json-scan.ts';
import type { UpstreamBody } from '../dialect.ts';
import { LossReport } from '../losses.ts';
import type { MemberEdits } from '../member-edits.ts';
import { isRecord, type Json } from '../members.ts';
import { deploymentRules } from './deployment-rules.ts';
import { type AnthropicClientHeaders, upstreamHeaders } from './headers.ts';
import { type ModelRules, modelRulesOf } from './model-rules.ts';
import type { AnthropicRequest } from './read-request-members.ts';
import { adaptMessages } from './relay-messages.ts';
import { adaptThinking, refuseThinking, type ThinkingRefusal } from './relay-thinking.ts';

/** Ours, or other gateways' routing habits that we have honoured already: the upstream would refuse them. */
const REMOVED_MEMBERS = ['alidade', 'models', 'provider', 'route', 'transforms'] as const;

const has = (body: Json, name: string): boolean => Object.hasOwn(body, name);

/** A member that is null says nothing, and what says nothing is left as it is. */
const says = (body: Json, name: string): boolean => body[name] !== undefined && body[name] !== null;

function adaptSampling(body: Json, rules: ModelRules, edits: MemberEdits, losses: LossReport): void {
  if (rules.sampling === 'none') {
    // Their defaults are taken, and saying them loses nothing.
    if (says(body, 'temperature') && body.temperature !== 1) {
      edits.remove.push('temperature');
      losses.add('temperature_refused');
    }
    if (says(body, 'top_p') && body.top_p !== 1) {
      edits.remove.push('top_p');
      losses.add('top_p_refused');
    }
    if (says(body, 'top_k')) {
      edits.remove.push('top_k');
      losses.add('top_k_refused');
    }
  } else if (rules.sampling === 'not_both' && says(body, 'temperature') && says(body, 'top_p')) {
    edits.remove.push('top_p');
    losses.add('top_p_refused');
  }
}

function adaptToolChoice(body: Json, rules: ModelRules, edits: MemberEdits, losses: LossReport): void {
  const choice = body.tool_choice;
  if (!isRecord(choice) || (choice.type !== 'any' && choice.type !== 'tool')) return;
  const thinking = body.thinking;
  const besideBudget = isRecord(thinking) && thinking.type === 'enabled' && rules.budget;
  if (rules.forcedToolChoice === 'yes' || (rules.forcedToolChoice === 'without_budget' && !besideBudget)) return;
  const disable = choice.disable_parallel_tool_use;
  edits.set.tool_choice = JSON.stringify({
    type: 'auto',
    ...(typeof disable === 'boolean' ? { disable_parallel_tool_use: disable } : {}),
  });
  losses.add('tool_choice_degraded');
}

/** Why the deployment must not be asked to think in this request; null: it may be. */
function thinkingRefusal(body: Json, { capabilities }: Deployment): ThinkingRefusal | null {
  if (!capabilities.has('reasoning')) return 'reasoning_unsupported';
  const hasTools = Array.isArray(body.tools) && body.tools.length > 0;
  return hasTools && !capabilities.has('tools_with_reasoning') ? 'reasoning_with_tools' : null;
}

/** Calls side by side that the caller allows in so many words. */
function noteParallel(body: Json, { capabilities }: Deployment, losses: LossReport): void {
  const choice = isRecord(body.tool_choice) ? body.tool_choice : {};
  if (choice.disable_parallel_tool_use === false && !capabilities.has('parallel_tools')) losses.add('parallel_unknown');
}

/**
 * Where the answer is computed was decided here, so the caller's wish counts only where it is the same. `us` is the one
 * region that Anthropic lets a request ask for (build-with-claude/data-residency).
 */
function ownRegion(body: Json, deployment: Deployment, edits: MemberEdits, losses: LossReport): void {
  const rules = modelRulesOf(deployment.upstreamModel);
  const wanted = deployment.endpoint.facts.region === 'us' && rules.documented && rules.inferenceGeo ? 'us' : null;
  const said = body.inference_geo;
  if (wanted !== null && said !== wanted) edits.set.inference_geo = JSON.stringify(wanted);
  else if (wanted === null && has(body, 'inference_geo')) edits.remove.push('inference_geo');
  if (said !== undefined && said !== null && said !== wanted) losses.add('inference_geo');
}

/** Another model that the vendor may call instead was never decided on: the caller's fallbacks are ours to make. */
function ownFallbacks(body: Json, edits: MemberEdits, losses: LossReport): void {
  if (!has(body, 'fallbacks')) return;
  edits.remove.push('fallbacks');
  // A list of model names is LiteLLM's habit and was honoured as a preference.
  const fallbacks = body.fallbacks;
  const isHonoured = Array.isArray(fallbacks) && fallbacks.every((entry) => typeof entry === 'string');
  if (!isHonoured && fallbacks !== null) losses.add('fallbacks');
}

const COUNT_ONLY_REFUSES = ['max_tokens', 'stream', 'stop_sequences', 'temperature', 'top_p', 'top_k', 'metadata'];

/**
 * The client's own bytes with only owned members replaced: unknown members, big numbers, key order and white space
 * survive verbatim. Members that the deployment's model is documented to refuse are changed by rule, each a loss, since
 * the caller may have written them for another model.
 */
export function buildAnthropicRelayRequest(
  bytes: Buffer,
  scan: JsonScan,
  request: AnthropicRequest,
  clientHeaders: AnthropicClientHeaders,
  deployment: Deployment,
): UpstreamBody {
  const { body } = request;
  const losses = new LossReport();
  const headers = upstreamHeaders(clientHeaders, deployment, losses);
  const edits: MemberEdits = { set: { model: JSON.stringify(deployment.upstreamModel) }, remove: [] };
  for (const name of REMOVED_MEMBERS) if (has(body, name)) edits.remove.push(name);
  ownFallbacks(body, edits, losses);
  ownRegion(body, deployment, edits, losses);
  const rules = deploymentRules(deployment);
  const messages = scan.members.find((member) => member.key === 'messages');
  if (messages !== undefined) {
    adaptMessages(bytes, { start: messages.valueStart, end: messages.valueEnd }, body, rules, edits, losses);
  }
  const refusal = thinkingRefusal(body, deployment);
  if (rules.documented) {
    adaptSampling(body, rules, edits, losses);
    adaptThinking(body, rules, refusal, edits, losses);
    adaptToolChoice(body, rules, edits, losses);
  } else if (refusal !== null) refuseThinking(body, rules, refusal, edits, losses);
  noteParallel(body, deployment, losses);
  if (request.countOnly) edits.remove.push(...COUNT_ONLY_REFUSES.filter((name) => has(body, name)));
  const unchanged = edits.remove.length === 0;
  return {
    path: request.countOnly ? '/v1/messages/count_tokens' : '/v1/messages',
    body: spliceJson(bytes, scan, unchanged ? { set: edits.set } : edits),
    headers,
    loss: losses.entries,
  };
}
