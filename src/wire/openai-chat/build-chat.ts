import type { ChatRequest, ResponseFormat, ToolChoice, ToolDefinition } from '../../contracts/chat-request.ts';
import type { Deployment, UpstreamQuirks } from '../../contracts/deployment.ts';
import { type BuiltRequest, builtRequest } from '../codec.ts';
import type { LossId } from '../loss-table.ts';
import type { LossReport } from '../losses.ts';
import { isRecord } from '../members.ts';
import { createToolNames, type ToolNameRule, type ToolNames } from '../tool-names.ts';
import { answeredResults, hasUnansweredResults } from './answered-results.ts';
import { planReasoning } from './build-reasoning.ts';
import { buildTurns } from './build-turns.ts';
import { CALL_ID_RULE, ownCallIdRule } from './call-id-rule.ts';
import { type ModelTraits, modelTraits } from './model-traits.ts';
import { pairedTurns } from './pair-results.ts';
import { isStrictSchema } from './strict-schema.ts';

type WireMembers = Record<string, unknown>;

/** platform.openai.com/docs/api-reference/chat/create: names of tools and schemas. */
export const TOOL_NAME_RULE: ToolNameRule = { pattern: /^[A-Za-z0-9_-]+$/, maxLength: 64 };
/** Same page: up to four stop texts. */
const MAX_STOP = 4;
/** Length of `user` that OpenAI takes; Anthropic's clients send longer ones. */
const MAX_USER_ID = 64;
const TIERS = new Set(['auto', 'default', 'flex', 'priority', 'scale']);

function wireTool(tool: ToolDefinition, names: ToolNames, losses: LossReport): WireMembers[] {
  if (tool.cache !== undefined) losses.add('cache_mark');
  if (tool.kind === 'server') {
    if (tool.origin === 'openai') return [tool.value as WireMembers];
    losses.add('foreign_tool', tool.name);
    return [];
  }
  const { description, parameters, strict } = tool;
  return [
    {
      type: 'function',
      function: {
        name: names.toUpstream(tool.name),
        ...(description === null ? {} : { description }),
        ...(parameters === null ? {} : { parameters }),
        ...(strict === null ? {} : { strict }),
      },
    },
  ];
}

/** A tool as a choice names it, of those that are sent; null for any other: to demand it would be refused. */
function namedTool(name: string, tools: readonly WireMembers[], names: ToolNames): WireMembers | null {
  for (const tool of tools) {
    const kind = tool.type === 'custom' ? 'custom' : 'function';
    const body = tool[kind];
    if (isRecord(body) && body.name === (kind === 'custom' ? name : names.toUpstream(name))) {
      return { type: kind, [kind]: { name: body.name } };
    }
  }
  return null;
}

/** null: nothing is said, which leaves the choice to the model. */
function wireToolChoice(
  choice: ToolChoice,
  tools: readonly WireMembers[],
  names: ToolNames,
  losses: LossReport,
): unknown {
  switch (choice.mode) {
    case 'none':
      return 'none';
    case 'tool': {
      const named = namedTool(choice.name, tools, names);
      if (named === null) losses.add('tool_choice_degraded');
      return named;
    }
    case 'auto':
    case 'required': {
      if (choice.tools === null) return choice.mode;
      const allowed = choice.tools.map((name) => namedTool(name, tools, names)).filter((named) => named !== null);
      if (allowed.length < choice.tools.length) losses.add('tool_choice_degraded');
      return { type: 'allowed_tools', allowed_tools: { mode: choice.mode, tools: allowed } };
    }
  }
}

const isForced = (choice: ToolChoice | null): boolean => choice?.mode === 'required' || choice?.mode === 'tool';

function toolMembers(request: ChatRequest, deployment: Deployment, names: ToolNames, losses: LossReport): WireMembers {
  const tools = request.tools.flatMap((tool) => wireTool(tool, names, losses));
  if (tools.length === 0) {
    if (isForced(request.toolChoice)) losses.add('tool_choice_degraded');
    return {};
  }
  const members: WireMembers = { tools };
  const choice = request.toolChoice === null ? null : wireToolChoice(request.toolChoice, tools, names, losses);
  if (choice !== null) members.tool_choice = choice;
  if (request.parallelToolCalls !== null) {
    // Where calls cannot be parallel anyway, forbidding it is met without saying so.
    if (deployment.capabilities.has('parallel_tools')) members.parallel_tool_calls = request.parallelToolCalls;
    else if (request.parallelToolCalls) losses.add('parallel_unknown');
  }
  return members;
}

type SchemaFormat = Extract<ResponseFormat, { kind: 'json-schema' }>;

/** OpenAI's own clients know what strict schemas must be like; where others want theirs held, it may not be possible. */
function strictMember(format: SchemaFormat, { origin }: ChatRequest, losses: LossReport): { strict?: boolean } {
  if (format.strict === null) return {};
  if (origin === 'openai' || !format.strict || isStrictSchema(format.schema)) return { strict: format.strict };
  losses.add('json_schema_loose');
  return {};
}

function wireSchema(format: SchemaFormat, request: ChatRequest, losses: LossReport): WireMembers {
  if (format.name === null) losses.add('json_schema_name_synthesised');
  return {
    type: 'json_schema',
    json_schema: {
      name: format.name ?? 'answer',
      ...(format.description === null ? {} : { description: format.description }),
      schema: format.schema,
      ...strictMember(format, request, losses),
    },
  };
}

/** The schema in words, for upstreams that hold an answer to JSON but not to a schema. */
const schemaInstruction = (schema: unknown): WireMembers => ({
  role: 'system',
  content: `Answer with one JSON object that follows this JSON Schema, and nothing else:\n${JSON.stringify(schema)}`,
});

function formatMembers(request: ChatRequest, deployment: Deployment, messages: WireMembers[], losses: LossReport) {
  const format = request.responseFormat;
  if (format === null) return {};
  if (format.kind === 'text') return { response_format: { type: 'text' } };
  if (format.kind === 'json-object') return { response_format: { type: 'json_object' } };
  if (deployment.capabilities.has('json_schema')) return { response_format: wireSchema(format, request, losses) };
  losses.add('json_schema');
  messages.unshift(schemaInstruction(format.schema));
  return { response_format: { type: 'json_object' } };
}

function limitMembers(request: ChatRequest, deployment: Deployment, losses: LossReport): WireMembers {
  // 0 is legal at Anthropic, where it fills the cache and answers nothing.
  if (request.maxOutputTokens === 0) losses.add('max_tokens_raised');
  const asked = request.maxOutputTokens === 0 ? 1 : request.maxOutputTokens;
  if (asked === null) return {};
  const most = deployment.maxOutputTokens;
  if (most !== null && asked > most) losses.add('max_tokens_capped');
  const limit = most === null ? asked : Math.min(asked, most);
  const member = deployment.endpoint.quirks.maxTokensMember;
  return { [member === 'either' ? 'max_tokens' : member]: limit };
}

function stopMembers(request: ChatRequest, traits: ModelTraits, losses: LossReport): WireMembers {
  if (request.stop.length === 0) return {};
  if (!traits.stop) {
    losses.add('stop_refused');
    return {};
  }
  if (request.stop.length > MAX_STOP) losses.add('stop_too_many');
  return { stop: request.stop.slice(0, MAX_STOP) };
}

function samplingMembers(
  request: ChatRequest,
  traits: ModelTraits,
  isReasoning: boolean,
  losses: LossReport,
): WireMembers {
  const members: WireMembers = {};
  const isTaken = traits.sampling === 'always' || (traits.sampling === 'when_off' && !isReasoning);
  const put = (name: string, value: unknown, refused: LossId = 'member_refused'): void => {
    if (value === null) return;
    if (isTaken) members[name] = value;
    else losses.add(refused, name);
  };
  // 1 is what these models do anyway.
  if (isTaken || request.temperature !== 1) put('temperature', request.temperature, 'temperature_refused');
  if (isTaken || request.topP !== 1) put('top_p', request.topP, 'top_p_refused');
  put('frequency_penalty', request.frequencyPenalty);
  put('presence_penalty', request.presencePenalty);
  put('logit_bias', request.logitBias);
  if (request.logprobs !== null) {
    put('logprobs', true);
    if (isTaken) put('top_logprobs', request.logprobs.top);
  }
  if (request.seed !== null) members.seed = request.seed;
  if (request.topK !== null) losses.add('top_k_unknown');
  return members;
}

function serviceTier(request: ChatRequest, losses: LossReport): WireMembers {
  const asked = request.serviceTier;
  if (asked === null) return {};
  // Anthropic's name for what OpenAI calls default: no part in a committed capacity.
  if (asked === 'standard_only') return { service_tier: 'default' };
  if (request.origin === 'openai' || TIERS.has(asked)) return { service_tier: asked };
  losses.add('service_tier');
  return {};
}

function aboutMembers(request: ChatRequest, losses: LossReport): WireMembers {
  const members: WireMembers = serviceTier(request, losses);
  if (request.verbosity !== null) members.verbosity = request.verbosity;
  if (request.outputModalities !== null) members.modalities = request.outputModalities;
  if (request.audioOutput !== null) {
    const { voice, format } = request.audioOutput;
    members.audio = { ...(voice === null ? {} : { voice }), ...(format === null ? {} : { format }) };
  }
  if (request.store !== null) members.store = request.store;
  if (request.metadata !== null) {
    if (request.store === true) members.metadata = request.metadata;
    else losses.add('metadata_needs_store');
  }
  if (request.userId !== null) {
    if (request.userId.length <= MAX_USER_ID) members.user = request.userId;
    else losses.add('user_id_too_long');
  }
  if (request.promptCacheKey !== null) members.prompt_cache_key = request.promptCacheKey;
  if (request.cache !== null) losses.add('cache_mark');
  return members;
}

/** What the endpoint is declared to refuse, or to take with certain values only. */
function dropRefused(body: WireMembers, request: ChatRequest, deployment: Deployment, losses: LossReport): void {
  const { refusedMembers, onlyValues, streamUsage } = deployment.endpoint.quirks;
  for (const name of refusedMembers) {
    if (!Object.hasOwn(body, name)) continue;
    delete body[name];
    const isMet = name === 'stream_options' && (!request.includeUsage || streamUsage === 'always');
    if (!isMet) losses.add('member_refused', name);
  }
  for (const [name, accepted] of Object.entries(onlyValues ?? {})) {
    if (!Object.hasOwn(body, name) || accepted.some((value) => value === body[name])) continue;
    delete body[name];
    losses.add('member_value_refused', name);
  }
}

function isPrefill(request: ChatRequest): boolean {
  return request.turns.at(-1)?.role === 'assistant';
}

function buildMessages(request: ChatRequest, quirks: UpstreamQuirks, names: ToolNames, losses: LossReport) {
  const messages = buildTurns(pairedTurns(request.turns, losses), {
    rules: { textParts: quirks.textParts !== false },
    names,
    callIds: ownCallIdRule(quirks) ?? CALL_ID_RULE,
    history: quirks.reasoningHistory,
    losses,
  });
  if (quirks.userAfterResults !== false || !hasUnansweredResults(messages)) return messages;
  losses.add('results_answered');
  return answeredResults(messages) as WireMembers[];
}

/** A body of chat completions for this deployment; what it cannot say is in `losses`. */
export function buildOpenAiChat(request: ChatRequest, deployment: Deployment, losses: LossReport): BuiltRequest {
  const { quirks } = deployment.endpoint;
  const names = createToolNames(request, TOOL_NAME_RULE);
  const traits = modelTraits(deployment.upstreamModel);
  for (const path of request.unread) losses.add('unread_member', path);
  if (isPrefill(request) && !deployment.capabilities.has('prefill')) losses.add('prefill_as_turn');
  const messages = buildMessages(request, quirks, names, losses);
  const reasoning = planReasoning(request, deployment, traits, losses);
  const body: WireMembers = {
    model: deployment.upstreamModel,
    messages,
    ...toolMembers(request, deployment, names, losses),
    ...formatMembers(request, deployment, messages, losses),
    ...limitMembers(request, deployment, losses),
    ...stopMembers(request, traits, losses),
    ...reasoning.members,
    ...samplingMembers(request, traits, reasoning.active, losses),
    ...aboutMembers(request, losses),
  };
  if (request.choices > 1) body.n = request.choices;
  if (request.stream) {
    body.stream = true;
    if (quirks.streamUsage === 'ask') body.stream_options = { include_usage: true };
  }
  dropRefused(body, request, deployment, losses);
  return builtRequest('/chat/completions', {}, body);
}
