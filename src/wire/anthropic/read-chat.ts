import type {
  ChatRequest,
  ReasoningRequest,
  ResponseFormat,
  ToolChoice,
  ToolDefinition,
} from '../../contracts/chat-request.ts';
import { parseExactJson } from '../exact-json.ts';
import { type MemberShapes, noteMisshapen } from '../member-shapes.ts';
import { booleanOrNull, isRecord, type Json, listOf, noteUnread, numberOrNull, textOrNull } from '../members.ts';
import { isReasoningEffort } from '../reasoning-effort.ts';
import { invalid, readCacheMark } from './read-content.ts';
import { readTurns } from './read-turns.ts';

const MEMBERS = new Set([
  'model',
  'messages',
  'system',
  'max_tokens',
  'stream',
  'tools',
  'tool_choice',
  'thinking',
  'output_config',
  'output_format',
  'temperature',
  'top_p',
  'top_k',
  'stop_sequences',
  'metadata',
  'service_tier',
  'cache_control',
  // Ours, or other gateways' routing habits that the gateway has honoured already.
  'alidade',
  'models',
  'provider',
  'route',
  'transforms',
]);
const TOOL_MEMBERS = new Set([
  'type',
  'name',
  'description',
  'input_schema',
  'strict',
  'cache_control',
  // Asks for arguments while they are being written, which is how they come from everywhere else.
  'eager_input_streaming',
]);
const TOOL_SHAPES: MemberShapes = { description: 'string', strict: 'boolean' };
const THINKING_MEMBERS = new Set(['type', 'budget_tokens', 'display']);
const CONFIG_MEMBERS = new Set(['effort', 'format']);
const CHOICE_MEMBERS = new Set(['type', 'name', 'disable_parallel_tool_use']);

function readTool(tool: unknown, index: number, unread: Set<string>): ToolDefinition {
  const path = `tools.${index}`;
  if (!isRecord(tool)) throw invalid(path, 'A tool must be an object.');
  const cache = readCacheMark(tool.cache_control);
  if (tool.type !== undefined && tool.type !== null && tool.type !== 'custom') {
    const name = textOrNull(tool.type);
    if (name === null) throw invalid(`${path}.type`, 'The type of a tool must be a string.');
    return { kind: 'server', origin: 'anthropic', name, value: tool, ...cache };
  }
  if (typeof tool.name !== 'string' || tool.name === '') throw invalid(`${path}.name`, 'A tool must have a name.');
  if (tool.input_schema !== undefined && tool.input_schema !== null && !isRecord(tool.input_schema)) {
    throw invalid(`${path}.input_schema`, 'input_schema must be a JSON Schema object.');
  }
  noteUnread(tool, TOOL_MEMBERS, 'tools[]', unread);
  noteMisshapen(tool, TOOL_SHAPES, 'tools[]', unread);
  return {
    kind: 'function',
    name: tool.name,
    description: textOrNull(tool.description),
    parameters: isRecord(tool.input_schema) ? tool.input_schema : null,
    strict: booleanOrNull(tool.strict),
    ...cache,
  };
}

function readToolChoice(choice: Json, unread: Set<string>): ToolChoice | null {
  noteUnread(choice, CHOICE_MEMBERS, 'tool_choice', unread);
  noteMisshapen(choice, { disable_parallel_tool_use: 'boolean' }, 'tool_choice', unread);
  switch (choice.type) {
    case undefined:
      return null;
    case 'auto':
      return { mode: 'auto', tools: null };
    case 'any':
      return { mode: 'required', tools: null };
    case 'none':
      return { mode: 'none' };
    case 'tool':
      if (typeof choice.name === 'string') return { mode: 'tool', name: choice.name };
      throw invalid('tool_choice.name', 'tool_choice of type tool must name one.');
    default:
      unread.add('tool_choice.type');
      return null;
  }
}

const MODES: ReadonlyMap<unknown, NonNullable<ReasoningRequest['mode']>> = new Map([
  ['enabled', 'on'],
  ['adaptive', 'adaptive'],
  ['disabled', 'off'],
  // The least that some models can be held to: notes between calls, and no thoughts before the answer.
  ['between_tools', 'off'],
]);
const DISPLAYS: ReadonlyMap<unknown, NonNullable<ReasoningRequest['display']>> = new Map([
  ['summarized', 'shown'],
  ['omitted', 'omitted'],
]);

function readReasoning(body: Json, config: Json, unread: Set<string>): ReasoningRequest | null {
  const thinking = isRecord(body.thinking) ? body.thinking : null;
  const effort = isReasoningEffort(config.effort) ? config.effort : null;
  if (config.effort !== undefined && config.effort !== null && effort === null) unread.add('output_config.effort');
  if (thinking === null) return effort === null ? null : { mode: null, effort, budgetTokens: null, display: null };
  noteUnread(thinking, THINKING_MEMBERS, 'thinking', unread);
  noteMisshapen(thinking, { budget_tokens: 'number', display: 'string' }, 'thinking', unread);
  const mode = MODES.get(thinking.type) ?? null;
  if (mode === null) unread.add('thinking.type');
  const display = DISPLAYS.get(thinking.display) ?? null;
  if (textOrNull(thinking.display) !== null && display === null) unread.add('thinking.display');
  return { mode, effort, budgetTokens: numberOrNull(thinking.budget_tokens), display };
}

/** `output_format` is what `output_config.format` was called in its beta. */
function readFormat(body: Json, config: Json, unread: Set<string>): ResponseFormat | null {
  const format = config.format ?? body.output_format;
  if (format === undefined || format === null) return null;
  if (isRecord(format) && format.type === 'json_schema' && isRecord(format.schema)) {
    // The vendor's grammar always holds: there is no asking for less.
    return { kind: 'json-schema', name: null, description: null, schema: format.schema, strict: true };
  }
  unread.add('output_config.format');
  return null;
}

function readParallel(choice: Json): boolean | null {
  const disabled = booleanOrNull(choice.disable_parallel_tool_use);
  return disabled === null ? null : !disabled;
}

function readStop(body: Json): string[] {
  return listOf(body.stop_sequences).map((text, i) => {
    if (typeof text !== 'string') throw invalid(`stop_sequences.${i}`, 'A stop text must be a string.');
    return text;
  });
}

const hasLongNumber = (bytes: Buffer): boolean => /\d{16}/.test(bytes.toString('latin1'));

/**
 * Reads a body of `/v1/messages` (platform.claude.com/docs/en/api/messages). `readAnthropicRequest` has checked what the
 * gateway depends on. `bytes` is the body as it came: arguments of earlier calls keep the digits of numbers that no
 * double can hold.
 * @throws AppError invalid_request for a conversation or tools that cannot be understood; members that are merely
 * unknown are in `unread`
 */
export function readAnthropicChat(parsed: Json, bytes: Buffer | null = null): ChatRequest {
  const body = bytes !== null && hasLongNumber(bytes) ? (parseExactJson(bytes.toString('utf8')) as Json) : parsed;
  const unread = new Set<string>();
  noteUnread(body, MEMBERS, '', unread);
  const config: Json = isRecord(body.output_config) ? body.output_config : {};
  noteUnread(config, CONFIG_MEMBERS, 'output_config', unread);
  const choice: Json = isRecord(body.tool_choice) ? body.tool_choice : {};
  const metadata: Json = isRecord(body.metadata) ? body.metadata : {};
  noteUnread(metadata, new Set(['user_id']), 'metadata', unread);
  noteMisshapen(metadata, { user_id: 'string' }, 'metadata', unread);
  return {
    origin: 'anthropic',
    model: textOrNull(body.model) ?? '',
    stream: body.stream === true,
    includeUsage: true,
    turns: readTurns(body.system, listOf(body.messages), unread),
    tools: listOf(body.tools).map((tool, index) => readTool(tool, index, unread)),
    toolChoice: readToolChoice(choice, unread),
    parallelToolCalls: readParallel(choice),
    maxOutputTokens: numberOrNull(body.max_tokens),
    temperature: numberOrNull(body.temperature),
    topP: numberOrNull(body.top_p),
    topK: numberOrNull(body.top_k),
    stop: readStop(body),
    seed: null,
    frequencyPenalty: null,
    presencePenalty: null,
    logitBias: null,
    logprobs: null,
    choices: 1,
    reasoning: readReasoning(body, config, unread),
    responseFormat: readFormat(body, config, unread),
    verbosity: null,
    outputModalities: null,
    audioOutput: null,
    userId: textOrNull(metadata.user_id),
    metadata: null,
    serviceTier: textOrNull(body.service_tier),
    store: null,
    promptCacheKey: null,
    cache: readCacheMark(body.cache_control).cache ?? null,
    unread: [...unread],
  };
}
