import type { ChatRequest, ReasoningRequest } from '../../contracts/chat-request.ts';
import type { Deployment } from '../../contracts/deployment.ts';
import { type BuiltRequest, builtRequest } from '../codec.ts';
import type { LossReport } from '../losses.ts';
import { entryOf } from '../members.ts';
import { createToolNames, type ToolNameRule, type ToolNames } from '../tool-names.ts';
import { buildGenerationConfig } from './build-config.ts';
import { type BuiltContents, buildContents } from './build-contents.ts';
import { buildTools } from './build-tools.ts';
import { type GeminiModelRules, geminiModelRules } from './models.ts';
import { geminiPath } from './paths.ts';
import type { GeminiRequest } from './wire-types.ts';

/**
 * What Google takes as the name of a function: 64 characters at most in older versions, 128 in newer ones, and the colon
 * came late, too. The narrower rule holds everywhere.
 */
const NAME_RULE: ToolNameRule = { pattern: /^[A-Za-z_][A-Za-z0-9_.-]*$/, maxLength: 64 };

/** Reader and builder make the same names of the same request. */
export const geminiToolNames = (request: ChatRequest): ToolNames => createToolNames(request, NAME_RULE);

const SERVICE_TIERS: Readonly<Record<string, GeminiRequest['serviceTier'] | 'default'>> = {
  auto: 'default',
  default: 'default',
  standard: 'default',
  standard_only: 'default',
  flex: 'flex',
  priority: 'priority',
};

function serviceTier(wanted: string | null, losses: LossReport): GeminiRequest['serviceTier'] {
  if (wanted === null) return undefined;
  const tier = entryOf(SERVICE_TIERS, wanted);
  if (tier === undefined) losses.add('service_tier');
  return tier === 'default' ? undefined : tier;
}

/** Members that have no counterpart at all. */
function noteUnknown(request: ChatRequest, losses: LossReport): void {
  if (request.userId !== null) losses.add('user_id');
  if (request.metadata !== null) losses.add('metadata');
  if (request.store === true) losses.add('store');
  if (request.promptCacheKey !== null) losses.add('prompt_cache_key');
  if (request.cache !== null) losses.add('cache_mark');
  if (request.verbosity !== null) losses.add('verbosity_unknown');
  for (const path of request.unread) losses.add('unread_member', path);
}

function limitOf(request: ChatRequest, deployment: Deployment, losses: LossReport): number | null {
  const { maxOutputTokens } = request;
  // Legal at Anthropic, where it fills the cache and answers nothing.
  if (maxOutputTokens === 0) {
    losses.add('max_tokens_raised');
    return 1;
  }
  if (maxOutputTokens === null || deployment.maxOutputTokens === null) return maxOutputTokens;
  if (maxOutputTokens <= deployment.maxOutputTokens) return maxOutputTokens;
  losses.add('max_tokens_capped');
  return deployment.maxOutputTokens;
}

/** Models without system instructions get them at the beginning of the first turn. */
function placeSystem(built: BuiltContents, rules: GeminiModelRules, losses: LossReport): BuiltContents {
  if (rules.systemInstruction || built.system.length === 0) return built;
  losses.add('system_moved');
  const [first, ...rest] = built.contents;
  const parts = [...built.system, ...(first?.parts ?? [])];
  return { system: [], contents: [{ role: 'user', parts }, ...rest] };
}

/** What the model takes by its name, and no more than the deployment is declared to have. */
function rulesFor({ upstreamModel, capabilities }: Deployment): GeminiModelRules {
  const rules = geminiModelRules(upstreamModel);
  return {
    ...rules,
    prefill: rules.prefill && capabilities.has('prefill'),
    ...(capabilities.has('reasoning') ? {} : { thinking: { kind: 'none' } }),
  };
}

/** Where a model cannot have both, tools win: a call that the client waits for is worth more than thoughts. */
function reasoningBeside(
  hasTools: boolean,
  { reasoning }: ChatRequest,
  { capabilities }: Deployment,
  losses: LossReport,
): ReasoningRequest | null {
  const both = capabilities.has('tools_with_reasoning') || !capabilities.has('reasoning');
  if (both || !hasTools || reasoning === null || reasoning.mode === 'off') return reasoning;
  losses.add('reasoning_with_tools');
  return { mode: 'off', effort: null, budgetTokens: null, display: null };
}

/**
 * A conversation as a request of generateContent. Safety settings are never set: the vendor's defaults and the
 * operator's project decide, not a gateway.
 */
export function buildGeminiRequest(request: ChatRequest, deployment: Deployment, losses: LossReport): BuiltRequest {
  const rules = rulesFor(deployment);
  const names = geminiToolNames(request);
  noteUnknown(request, losses);
  const tools = buildTools(request, rules, names, losses);
  const { system, contents } = placeSystem(buildContents(request.turns, { rules, names, losses }), rules, losses);
  const limit = limitOf(request, deployment, losses);
  const hasTools = tools.tools !== undefined;
  if (hasTools && request.parallelToolCalls === true && !deployment.capabilities.has('parallel_tools')) {
    losses.add('parallel_unknown');
  }
  const reasoning = reasoningBeside(hasTools, request, deployment, losses);
  const generationConfig = buildGenerationConfig({ ...request, reasoning }, hasTools, limit, rules, losses);
  const tier = serviceTier(request.serviceTier, losses);
  const body: GeminiRequest = {
    ...(system.length === 0 ? {} : { systemInstruction: { parts: system } }),
    contents,
    ...tools,
    ...(generationConfig === undefined ? {} : { generationConfig }),
    ...(tier === undefined ? {} : { serviceTier: tier }),
  };
  const path = geminiPath(deployment.upstreamModel, request.stream ? 'streamGenerateContent' : 'generateContent');
  return builtRequest(path, {}, body);
}
