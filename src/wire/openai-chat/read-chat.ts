import type {
  ChatRequest,
  OutputModality,
  ReasoningRequest,
  ResponseFormat,
  ToolChoice,
  ToolDefinition,
} from '../../contracts/chat-request.ts';
import { type MemberShapes, noteMisshapen } from '../member-shapes.ts';
import { booleanOrNull, isRecord, type Json, listOf, noteUnread, numberOrNull, textOrNull } from '../members.ts';
import { isReasoningEffort } from '../reasoning-effort.ts';
import { invalid, readCacheMark } from './read-content.ts';
import { readTurns } from './read-turns.ts';

const MEMBERS = new Set([
  'model',
  'messages',
  'stream',
  'stream_options',
  'tools',
  'functions',
  'tool_choice',
  'function_call',
  'parallel_tool_calls',
  'max_tokens',
  'max_completion_tokens',
  'temperature',
  'top_p',
  'top_k',
  'stop',
  'seed',
  'frequency_penalty',
  'presence_penalty',
  'logit_bias',
  'logprobs',
  'top_logprobs',
  'n',
  'reasoning_effort',
  'reasoning',
  'thinking',
  'response_format',
  'verbosity',
  'modalities',
  'audio',
  'user',
  'safety_identifier',
  'metadata',
  'service_tier',
  'store',
  'prompt_cache_key',
  // Ours, or other gateways' routing habits that the gateway has honoured already.
  'alidade',
  'models',
  'provider',
  'fallbacks',
  'route',
]);
const FUNCTION_TOOL_MEMBERS = new Set(['type', 'function', 'cache_control']);
const FUNCTION_MEMBERS = new Set(['name', 'description', 'parameters', 'strict']);
const SCHEMA_MEMBERS = new Set(['name', 'description', 'schema', 'strict']);
const STREAM_OPTIONS_MEMBERS = new Set(['include_usage']);
/** Padding against who listens to the lengths of events is not added here, so doing without it is no loss. */
const WITHOUT_OBFUSCATION = new Set([...STREAM_OPTIONS_MEMBERS, 'include_obfuscation']);
const FORMAT_MEMBERS = new Set(['type', 'json_schema']);
/** Members that `readOpenAiRequest` leaves to the upstream, and what they must be to be read here. */
const READ_SHAPES: MemberShapes = {
  parallel_tool_calls: 'boolean',
  top_k: 'number',
  logprobs: 'boolean',
  modalities: 'array',
  verbosity: 'string',
  audio: 'object',
  reasoning: 'object',
  thinking: 'object',
  safety_identifier: 'string',
  service_tier: 'string',
  store: 'boolean',
  prompt_cache_key: 'string',
};
const FUNCTION_SHAPES: MemberShapes = { description: 'string', strict: 'boolean' };
const REASONING_MEMBERS = new Set(['effort', 'max_tokens', 'exclude', 'enabled', 'type', 'budget_tokens']);

function readFunction(value: Json, tool: Json, path: string, unread: Set<string>): ToolDefinition {
  if (typeof value.name !== 'string' || value.name === '') throw invalid(`${path}.name`, 'A tool must have a name.');
  if (value.parameters !== undefined && value.parameters !== null && !isRecord(value.parameters)) {
    throw invalid(`${path}.parameters`, 'parameters must be a JSON Schema object.');
  }
  noteUnread(value, FUNCTION_MEMBERS, 'tools[].function', unread);
  noteMisshapen(value, FUNCTION_SHAPES, 'tools[].function', unread);
  return {
    kind: 'function',
    name: value.name,
    description: textOrNull(value.description),
    parameters: isRecord(value.parameters) ? value.parameters : null,
    strict: booleanOrNull(value.strict),
    ...readCacheMark(tool.cache_control),
  };
}

function readTools(body: Json, unread: Set<string>): ToolDefinition[] {
  const tools: ToolDefinition[] = listOf(body.tools).map((tool, i) => {
    if (!isRecord(tool)) throw invalid(`tools[${i}]`, 'A tool must be an object.');
    if (tool.type === 'function' || (tool.type === undefined && isRecord(tool.function))) {
      noteUnread(tool, FUNCTION_TOOL_MEMBERS, 'tools[]', unread);
      if (!isRecord(tool.function)) throw invalid(`tools[${i}].function`, 'A function tool must hold function.');
      return readFunction(tool.function, tool, `tools[${i}].function`, unread);
    }
    if (typeof tool.type !== 'string') throw invalid(`tools[${i}].type`, 'A tool must have a type.');
    return { kind: 'server', origin: 'openai', name: tool.type, value: tool };
  });
  listOf(body.functions).forEach((value, i) => {
    if (!isRecord(value)) throw invalid(`functions[${i}]`, 'A function must be an object.');
    tools.push(readFunction(value, {}, `functions[${i}]`, unread));
  });
  return tools;
}

const toolName = (value: unknown): string[] => {
  const named = isRecord(value) ? (value.function ?? value.custom ?? value) : null;
  return isRecord(named) && typeof named.name === 'string' ? [named.name] : [];
};

function readToolChoice(body: Json, unread: Set<string>): ToolChoice | null {
  const given = body.tool_choice ?? body.function_call;
  if (given === undefined || given === null) return null;
  if (given === 'none') return { mode: 'none' };
  if (given === 'auto') return { mode: 'auto', tools: null };
  if (given === 'required' || given === 'any') return { mode: 'required', tools: null };
  if (isRecord(given) && isRecord(given.allowed_tools)) {
    const tools = listOf(given.allowed_tools.tools).flatMap(toolName);
    return { mode: given.allowed_tools.mode === 'required' ? 'required' : 'auto', tools };
  }
  const name = toolName(given)[0];
  if (name !== undefined) return { mode: 'tool', name };
  unread.add('tool_choice');
  return null;
}

function readResponseFormat(body: Json, unread: Set<string>): ResponseFormat | null {
  const format = body.response_format;
  if (format === undefined || format === null) return null;
  if (!isRecord(format)) throw invalid('response_format', 'response_format must be an object with type.');
  noteUnread(format, FORMAT_MEMBERS, 'response_format', unread);
  if (format.type === 'text') return { kind: 'text' };
  if (format.type === 'json_object') return { kind: 'json-object' };
  const given = format.json_schema;
  if (format.type === 'json_schema' && isRecord(given)) {
    if (!isRecord(given.schema)) throw invalid('response_format.json_schema.schema', 'schema must be an object.');
    noteUnread(given, SCHEMA_MEMBERS, 'response_format.json_schema', unread);
    return {
      kind: 'json-schema',
      name: textOrNull(given.name),
      description: textOrNull(given.description),
      schema: given.schema,
      strict: booleanOrNull(given.strict),
    };
  }
  unread.add('response_format');
  return null;
}

/** OpenAI's `reasoning_effort`, OpenRouter's `reasoning` object, or the `thinking` object of Z.ai, DeepSeek and Moonshot. */
function readReasoningRequest(body: Json, unread: Set<string>): ReasoningRequest | null {
  const path = isRecord(body.reasoning) ? 'reasoning' : 'thinking';
  const given = body[path];
  const object: Json = isRecord(given) ? given : {};
  noteUnread(object, REASONING_MEMBERS, path, unread);
  if (path === 'reasoning' && isRecord(body.thinking)) unread.add('thinking');
  const said = body.reasoning_effort ?? object.effort ?? null;
  const budgetTokens = numberOrNull(object.max_tokens) ?? numberOrNull(object.budget_tokens);
  const effort = isReasoningEffort(said) ? said : null;
  if (said !== null && effort === null && said !== 'none') unread.add('reasoning_effort');
  const display = object.exclude === true ? 'omitted' : object.exclude === false ? 'shown' : null;
  const off = said === 'none' || object.enabled === false || object.type === 'disabled';
  const on = effort !== null || budgetTokens !== null || object.enabled === true || object.type === 'enabled';
  if (!off && !on && display === null) return null;
  return { mode: off ? 'off' : on ? 'on' : null, effort: off ? null : effort, budgetTokens, display };
}

function readStop(body: Json): string[] {
  if (typeof body.stop === 'string') return [body.stop];
  return listOf(body.stop).map((text, i) => {
    if (typeof text !== 'string') throw invalid(`stop[${i}]`, 'A stop text must be a string.');
    return text;
  });
}

/** The entries of `body[name]` that fit; that others are left out is noted. */
function pairs<T>(
  body: Json,
  name: string,
  fits: (member: unknown) => member is T,
  unread: Set<string>,
): Readonly<Record<string, T>> | null {
  const value = body[name];
  if (!isRecord(value)) return null;
  const all = Object.entries(value);
  const entries = all.filter((entry): entry is [string, T] => fits(entry[1]));
  if (entries.length < all.length) unread.add(name);
  return entries.length === 0 ? null : Object.fromEntries(entries);
}

function readModalities(body: Json, unread: Set<string>): OutputModality[] | null {
  const given = listOf(body.modalities);
  const list = given.filter((name): name is OutputModality => name === 'text' || name === 'audio' || name === 'image');
  if (list.length < given.length) unread.add('modalities');
  return list.length === 0 ? null : list;
}

const isNumber = (value: unknown): value is number => typeof value === 'number';
const isText = (value: unknown): value is string => typeof value === 'string';

/**
 * Reads a body of OpenAI's chat completions, official members and the common ones of look-alikes
 * (platform.openai.com/docs/api-reference/chat/create). `readOpenAiRequest` has checked what the gateway depends on.
 * @throws AppError invalid_request for a conversation or tools that cannot be understood; members that are merely
 * unknown are in `unread`
 */
export function readOpenAiChat(body: Json): ChatRequest {
  const unread = new Set<string>();
  noteUnread(body, MEMBERS, '', unread);
  noteMisshapen(body, READ_SHAPES, '', unread);
  const streamOptions: Json = isRecord(body.stream_options) ? body.stream_options : {};
  const padded = streamOptions.include_obfuscation === true;
  noteUnread(streamOptions, padded ? STREAM_OPTIONS_MEMBERS : WITHOUT_OBFUSCATION, 'stream_options', unread);
  if (isText(body.user) && isText(body.safety_identifier) && body.user !== body.safety_identifier) {
    unread.add('safety_identifier');
  }
  const audio = isRecord(body.audio) ? body.audio : null;
  const stream = body.stream === true;
  return {
    origin: 'openai',
    model: String(body.model),
    stream,
    includeUsage: stream && streamOptions.include_usage === true,
    turns: readTurns(listOf(body.messages), unread),
    tools: readTools(body, unread),
    toolChoice: readToolChoice(body, unread),
    parallelToolCalls: booleanOrNull(body.parallel_tool_calls),
    maxOutputTokens: numberOrNull(body.max_completion_tokens) ?? numberOrNull(body.max_tokens),
    temperature: numberOrNull(body.temperature),
    topP: numberOrNull(body.top_p),
    topK: numberOrNull(body.top_k),
    stop: readStop(body),
    seed: numberOrNull(body.seed),
    frequencyPenalty: numberOrNull(body.frequency_penalty),
    presencePenalty: numberOrNull(body.presence_penalty),
    logitBias: pairs(body, 'logit_bias', isNumber, unread),
    logprobs: body.logprobs === true ? { top: numberOrNull(body.top_logprobs) } : null,
    choices: numberOrNull(body.n) ?? 1,
    reasoning: readReasoningRequest(body, unread),
    responseFormat: readResponseFormat(body, unread),
    verbosity: textOrNull(body.verbosity),
    outputModalities: readModalities(body, unread),
    audioOutput: audio === null ? null : { voice: textOrNull(audio.voice), format: textOrNull(audio.format) },
    userId: textOrNull(body.user) ?? textOrNull(body.safety_identifier),
    metadata: pairs(body, 'metadata', isText, unread),
    serviceTier: textOrNull(body.service_tier),
    store: booleanOrNull(body.store),
    promptCacheKey: textOrNull(body.prompt_cache_key),
    cache: null,
    unread: [...unread],
  };
}
