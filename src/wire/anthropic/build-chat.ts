import type { ChatRequest, ResponseFormat } from '../../contracts/chat-request.ts';
import type { Deployment } from '../../contracts/deployment.ts';
import { type BuiltRequest, builtRequest } from '../codec.ts';
import { describedSchema } from '../described-schema.ts';
import type { LossReport } from '../losses.ts';
import { createToolNames, type ToolNameRule } from '../tool-names.ts';
import { type Block, cacheControl } from './build-content.ts';
import { buildSampling } from './build-sampling.ts';
import { buildTools, forcesCall } from './build-tools.ts';
import { type BuiltTurns, buildTurns } from './build-turns.ts';
import { deploymentRules } from './deployment-rules.ts';
import { NO_CLIENT_HEADERS, upstreamHeaders } from './headers.ts';
import { limitCacheMarks } from './limit-cache-marks.ts';
import type { ModelRules } from './model-rules.ts';
import { outputSchemaOf } from './output-schema.ts';
import type { WireMessage } from './pair-results.ts';
import { planThinking } from './thinking.ts';

/** Others answer 400 (agents-and-tools/tool-use/define-tools). */
export const TOOL_NAME_RULE: ToolNameRule = { pattern: /^[A-Za-z0-9_-]+$/, maxLength: 128 };

/** Sent where neither the caller nor the catalogue says how long an answer may be: more than a chat needs. */
const FALLBACK_MAX_TOKENS = 8_192;

/** The upstream demands a limit; without one of the caller it is the model's own, which is what no limit means. */
function maxTokensOf(request: ChatRequest, deployment: Deployment, losses: LossReport): number {
  const most = deployment.maxOutputTokens;
  const wanted = request.maxOutputTokens;
  if (wanted === null) {
    if (most === null) losses.add('max_tokens_synthesised');
    return most ?? FALLBACK_MAX_TOKENS;
  }
  if (most === null || wanted <= most) return wanted;
  losses.add('max_tokens_capped');
  return most;
}

const startsWithThoughts = (message: WireMessage): boolean => {
  const type = message.blocks[0]?.type;
  return type === 'thinking' || type === 'redacted_thinking';
};

/**
 * With a thinking budget the last turn of the model must begin with its thoughts while its calls are being answered, and
 * may not be a prefill.
 */
function lastTurnRefusesBudget(messages: readonly WireMessage[]): boolean {
  const last = messages.at(-1);
  if (last?.role === 'assistant') return true;
  if (last === undefined || last.results.length === 0) return false;
  const before = messages.findLast(({ role }) => role === 'assistant');
  return before !== undefined && !startsWithThoughts(before);
}

interface Format {
  /** Member `output_config.format`. */
  format: Block | null;
  /** Said in the instructions where it cannot be said otherwise. */
  instruction: string | null;
}

function formatOf(format: ResponseFormat | null, rules: ModelRules, losses: LossReport): Format {
  if (format === null || format.kind === 'text') return { format: null, instruction: null };
  if (format.kind === 'json-object') {
    losses.add('json_object');
    return { format: null, instruction: 'Answer with one JSON object and nothing else.' };
  }
  if (format.name !== null) losses.add('json_schema_name');
  const described = describedSchema(format, losses);
  const held = rules.structuredOutputs ? outputSchemaOf(described) : null;
  if (held === null) {
    losses.add('json_schema');
    const schema = JSON.stringify(described);
    return {
      format: null,
      instruction: `Answer with JSON that is valid against this JSON Schema, and nothing else: ${schema}`,
    };
  }
  if (held.degraded) losses.add('json_schema_subset');
  // The grammar always holds: there is no asking for less.
  if (format.strict === false) losses.add('json_schema_strict');
  return { format: { type: 'json_schema', schema: held.schema }, instruction: null };
}

const TIERS: ReadonlyMap<string, string> = new Map([
  ['auto', 'auto'],
  ['default', 'standard_only'],
  ['standard', 'standard_only'],
  ['standard_only', 'standard_only'],
]);

/** What is said about the request rather than in it. */
function buildAbout(request: ChatRequest, losses: LossReport): Block {
  const { metadata, userId, serviceTier, store } = request;
  if (metadata !== null) losses.add('metadata');
  if (request.promptCacheKey !== null) losses.add('prompt_cache_key');
  if (store === true) losses.add('store');
  const tier = serviceTier === null ? null : (TIERS.get(serviceTier) ?? null);
  if (serviceTier !== null && tier === null) losses.add('service_tier');
  return {
    ...(userId === null ? {} : { metadata: { user_id: userId } }),
    ...(tier === null ? {} : { service_tier: tier }),
    ...cacheControl(request.cache ?? undefined),
  };
}

function noteUnsaid(request: ChatRequest, losses: LossReport): void {
  for (const path of request.unread) losses.add('unread_member', path);
  if (request.verbosity !== null) losses.add('verbosity_unknown');
  if (request.outputModalities?.some((modality) => modality !== 'text')) losses.add('output_modality');
  if (request.audioOutput !== null) losses.add('audio_output');
}

const wireMessages = ({ messages }: BuiltTurns): Block[] =>
  messages.map(({ role, results, blocks }) => ({ role, content: [...results, ...blocks] }));

/**
 * A body of `/v1/messages` (platform.claude.com/docs/en/api/messages). What the model of the deployment is documented to
 * refuse is left out or said otherwise, each a loss.
 */
export function buildAnthropicChat(request: ChatRequest, deployment: Deployment, losses: LossReport): BuiltRequest {
  const rules = deploymentRules(deployment);
  const names = createToolNames(request, TOOL_NAME_RULE);
  noteUnsaid(request, losses);
  const keepsThoughtText = request.origin === 'anthropic';
  const turns = buildTurns(request.turns, { rules, names, keepsThoughtText, losses });
  const maxTokens = maxTokensOf(request, deployment, losses);
  const refusesBudget =
    (forcesCall(request, rules) && rules.forcedToolChoice === 'without_budget') ||
    lastTurnRefusesBudget(turns.messages);
  // Where a model cannot have both, tools win: a call that the client waits for is worth more than thoughts.
  const { capabilities } = deployment;
  const refusesThoughts = request.tools.length > 0 && !capabilities.has('tools_with_reasoning');
  if (request.parallelToolCalls === true && request.tools.length > 0 && !capabilities.has('parallel_tools')) {
    losses.add('parallel_unknown');
  }
  const surroundings = { maxTokens, refusesBudget, refusesThoughts };
  const thinking = planThinking(request.reasoning, rules, surroundings, losses);
  const { format, instruction } = formatOf(request.responseFormat, rules, losses);
  const system = instruction === null ? turns.system : [...turns.system, { type: 'text', text: instruction }];
  const config = {
    ...(thinking.effort === null ? {} : { effort: thinking.effort }),
    ...(format === null ? {} : { format }),
  };
  const body = {
    model: deployment.upstreamModel,
    max_tokens: maxTokens,
    ...(system.length === 0 ? {} : { system }),
    messages: wireMessages(turns),
    ...buildTools(request, names, rules, losses),
    ...(thinking.thinking === null ? {} : { thinking: thinking.thinking }),
    ...(Object.keys(config).length === 0 ? {} : { output_config: config }),
    ...buildSampling(request, rules, thinking.thinks, losses),
    ...buildAbout(request, losses),
    ...(request.stream ? { stream: true } : {}),
  };
  limitCacheMarks(body, losses);
  return builtRequest('/v1/messages', upstreamHeaders(NO_CLIENT_HEADERS, deployment, losses), body);
}
