import type { ChatRequest } from '../../contracts/chat-request.ts';
import type { LossReport } from '../losses.ts';
import type { Block } from './build-content.ts';
import { isBlank } from './build-content.ts';
import type { ModelRules } from './model-rules.ts';

/** The least `top_p` that is taken beside thinking (build-with-claude/extended-thinking, "Feature compatibility"). */
const LEAST_TOP_P_WITH_THOUGHTS = 0.95;

function noteUnknown(request: ChatRequest, losses: LossReport): void {
  if (request.seed !== null) losses.add('seed_unknown');
  if (request.frequencyPenalty) losses.add('frequency_penalty_unknown');
  if (request.presencePenalty) losses.add('presence_penalty_unknown');
  if (request.logitBias !== null) losses.add('logit_bias_unknown');
  if (request.logprobs !== null) losses.add('logprobs_unknown');
  if (request.choices > 1) losses.add('choices_one');
}

/** 1 is the default of both and is never worth saying to a model that takes nothing else. */
function refuseAll(request: ChatRequest, losses: LossReport): Block {
  if (request.temperature !== null && request.temperature !== 1) losses.add('temperature_refused');
  if (request.topP !== null && request.topP !== 1) losses.add('top_p_refused');
  if (request.topK !== null) losses.add('top_k_refused');
  return {};
}

function besideThoughts(request: ChatRequest, losses: LossReport): Block {
  const { temperature, topP, topK } = request;
  if (temperature !== null && temperature !== 1) losses.add('temperature_refused');
  if (topK !== null) losses.add('top_k_refused');
  if (topP === null) return {};
  if (topP >= LEAST_TOP_P_WITH_THOUGHTS) return { top_p: topP };
  losses.add('top_p_refused');
  return {};
}

function sampling(request: ChatRequest, rules: ModelRules, thinks: boolean, losses: LossReport): Block {
  if (rules.sampling === 'none') return refuseAll(request, losses);
  if (thinks && rules.documented) return besideThoughts(request, losses);
  const { temperature, topP, topK } = request;
  if (temperature !== null && temperature > 1) losses.add('temperature_clamped');
  const both = temperature !== null && topP !== null && rules.sampling === 'not_both';
  // A `top_p` of 1 says nothing, and clients that fill in every default send it.
  if (both && topP !== 1) losses.add('top_p_refused');
  return {
    ...(temperature === null ? {} : { temperature: Math.min(temperature, 1) }),
    ...(topP === null || both ? {} : { top_p: topP }),
    ...(topK === null ? {} : { top_k: topK }),
  };
}

/** Members that say how tokens are drawn and where to stop (wire-quirks 3 and 6). */
export function buildSampling(request: ChatRequest, rules: ModelRules, thinks: boolean, losses: LossReport): Block {
  noteUnknown(request, losses);
  const stop = request.stop.filter((text) => !isBlank(text));
  if (stop.length < request.stop.length) losses.add('stop_blank');
  return { ...sampling(request, rules, thinks, losses), ...(stop.length === 0 ? {} : { stop_sequences: stop }) };
}
