import type { ChatRequest, FunctionTool, ToolChoice, ToolDefinition } from '../../contracts/chat-request.ts';
import type { LossReport } from '../losses.ts';
import { isRecord, type Json } from '../members.ts';
import type { ToolNames } from '../tool-names.ts';
import { type Block, cacheControl } from './build-content.ts';
import type { ModelRules } from './model-rules.ts';
import { outputSchemaOf } from './output-schema.ts';

const UNIONS = ['oneOf', 'anyOf', 'allOf'] as const;

/**
 * `input_schema` must be an object and may hold no union at its top: the branches' properties are put side by side, each
 * of them optional.
 */
function inputSchema(parameters: Json | null, losses: LossReport): Json {
  if (parameters === null) return { type: 'object', properties: {} };
  const unions = UNIONS.filter((name) => parameters[name] !== undefined);
  if (unions.length === 0) return parameters.type === 'object' ? parameters : { ...parameters, type: 'object' };
  losses.add('tool_schema');
  const { oneOf, anyOf, allOf, ...rest } = parameters;
  const properties: Record<string, unknown> = { ...(isRecord(rest.properties) ? rest.properties : {}) };
  for (const branch of [oneOf, anyOf, allOf].flat()) {
    if (isRecord(branch) && isRecord(branch.properties)) Object.assign(properties, branch.properties);
  }
  return { ...rest, type: 'object', properties };
}

function functionBlock(tool: FunctionTool, names: ToolNames, rules: ModelRules, losses: LossReport): Block {
  let schema = inputSchema(tool.parameters, losses);
  let strict = tool.strict === true;
  if (strict) {
    const held = rules.structuredOutputs ? outputSchemaOf(schema) : null;
    if (held === null) {
      strict = false;
      losses.add('tool_strict');
    } else {
      schema = held.schema;
      if (held.degraded) losses.add('tool_schema');
    }
  }
  return {
    name: names.toUpstream(tool.name),
    ...(tool.description === null ? {} : { description: tool.description }),
    input_schema: schema,
    ...(strict ? { strict } : {}),
    ...cacheControl(tool.cache),
  };
}

function toolBlocks(
  tools: readonly ToolDefinition[],
  names: ToolNames,
  rules: ModelRules,
  losses: LossReport,
): Block[] {
  return tools.flatMap((tool): Block[] => {
    if (tool.kind === 'function') return [functionBlock(tool, names, rules, losses)];
    if (tool.origin === 'anthropic') return [tool.value as Block];
    losses.add('foreign_tool', tool.name);
    return [];
  });
}

/** Tools of which only some may be called: the others are not offered, which comes to the same. */
function offered(request: ChatRequest): readonly ToolDefinition[] {
  const choice = request.toolChoice;
  if (choice === null || choice.mode === 'none' || choice.mode === 'tool' || choice.tools === null)
    return request.tools;
  const allowed = choice.tools;
  return request.tools.filter((tool) => tool.kind !== 'function' || allowed.includes(tool.name));
}

/** Earlier calls without any declared tool are refused: their tools are declared, and may not be called. */
function toolsOfHistory(request: ChatRequest, names: ToolNames): Block[] {
  const called = new Set<string>();
  for (const turn of request.turns) {
    if (turn.role !== 'assistant') continue;
    for (const part of turn.parts) if (part.type === 'tool-call') called.add(part.name);
  }
  return [...called].map((name) => ({
    name: names.toUpstream(name),
    input_schema: { type: 'object', properties: {} },
  }));
}

const isForced = (choice: ToolChoice | null): boolean => choice?.mode === 'required' || choice?.mode === 'tool';

/** Whether a call will be demanded of this model: what excludes a thinking budget. */
export function forcesCall(request: ChatRequest, rules: ModelRules): boolean {
  return isForced(request.toolChoice) && rules.forcedToolChoice !== 'no' && request.tools.length > 0;
}

/** Whether the tool that must be called is among those that are sent; to demand another one would be refused. */
const isOffered = (name: string, tools: readonly Block[]): boolean => tools.some((tool) => tool.name === name);

function choiceMember(
  choice: ToolChoice | null,
  tools: readonly Block[],
  names: ToolNames,
  rules: ModelRules,
  losses: LossReport,
): Block {
  const isElsewhere = choice?.mode === 'tool' && !isOffered(names.toUpstream(choice.name), tools);
  if (isElsewhere || (isForced(choice) && rules.forcedToolChoice === 'no')) {
    losses.add('tool_choice_degraded');
    return { type: 'auto' };
  }
  switch (choice?.mode) {
    case 'none':
      return { type: 'none' };
    case 'required':
      return { type: 'any' };
    case 'tool':
      return { type: 'tool', name: names.toUpstream(choice.name) };
    default:
      return { type: 'auto' };
  }
}

/** Members `tools` and `tool_choice`. */
export function buildTools(request: ChatRequest, names: ToolNames, rules: ModelRules, losses: LossReport): Block {
  const tools = toolBlocks(offered(request), names, rules, losses);
  if (tools.length === 0) {
    if (isForced(request.toolChoice)) losses.add('tool_choice_degraded');
    const earlier = toolsOfHistory(request, names);
    if (earlier.length === 0) return {};
    losses.add('tools_synthesised');
    return { tools: earlier, tool_choice: { type: 'none' } };
  }
  const single = request.parallelToolCalls === false;
  if (request.toolChoice === null && !single) return { tools };
  const choice = choiceMember(request.toolChoice, tools, names, rules, losses);
  const one = single && choice.type !== 'none' ? { disable_parallel_tool_use: true } : {};
  return { tools, tool_choice: { ...choice, ...one } };
}
