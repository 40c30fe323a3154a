import type { ChatRequest, FunctionTool, ToolChoice } from '../../contracts/chat-request.ts';
import type { LossReport } from '../losses.ts';
import type { ToolNames } from '../tool-names.ts';
import type { GeminiModelRules } from './models.ts';
import { toOpenApiSchema } from './openapi-schema.ts';
import { takesNoArguments, toJsonSchemaSubset } from './schema.ts';
import type { GeminiFunctionDeclaration, GeminiRequest } from './wire-types.ts';

type BuiltTools = Pick<GeminiRequest, 'tools' | 'toolConfig'>;
type CallingConfig = NonNullable<GeminiRequest['toolConfig']>['functionCallingConfig'];

function declare(
  tool: FunctionTool,
  rules: GeminiModelRules,
  names: ToolNames,
  losses: LossReport,
): GeminiFunctionDeclaration {
  if (tool.cache !== undefined) losses.add('cache_mark');
  const declaration: GeminiFunctionDeclaration = { name: names.toUpstream(tool.name) };
  if (tool.description !== null && tool.description !== '') declaration.description = tool.description;
  if (tool.parameters === null || takesNoArguments(tool.parameters)) return declaration;
  const { schema, degraded } = rules.jsonSchema
    ? toJsonSchemaSubset(tool.parameters)
    : toOpenApiSchema(tool.parameters);
  if (degraded) losses.add('tool_schema');
  if (rules.jsonSchema) declaration.parametersJsonSchema = schema;
  else declaration.parameters = schema;
  return declaration;
}

/** Names that a choice leaves; null: all. */
const allowedBy = (choice: ToolChoice | null): readonly string[] | null =>
  choice !== null && (choice.mode === 'auto' || choice.mode === 'required') ? choice.tools : null;

function callingConfig(
  choice: ToolChoice | null,
  strict: boolean,
  rules: GeminiModelRules,
  names: ToolNames,
): CallingConfig | undefined {
  const free: CallingConfig | undefined = strict && rules.validatedMode ? { mode: 'VALIDATED' } : undefined;
  switch (choice?.mode) {
    case 'none':
      return { mode: 'NONE' };
    case 'required':
      return { mode: 'ANY' };
    case 'tool':
      return { mode: 'ANY', allowedFunctionNames: [names.toUpstream(choice.name)] };
    case 'auto':
      return free ?? { mode: 'AUTO' };
    default:
      return free;
  }
}

/**
 * Declarations and the choice among them. A list of allowed names is kept by declaring only these. `strict` is kept by
 * the mode VALIDATED where the model has it; forced calls are held to their schema anyway.
 */
export function buildTools(
  request: Pick<ChatRequest, 'tools' | 'toolChoice' | 'parallelToolCalls'>,
  rules: GeminiModelRules,
  names: ToolNames,
  losses: LossReport,
): BuiltTools {
  const { toolChoice } = request;
  const allowed = allowedBy(toolChoice);
  if (allowed !== null) losses.add('tool_choice_subset');
  const functions: FunctionTool[] = [];
  for (const tool of request.tools) {
    if (tool.kind === 'server') losses.add('foreign_tool', tool.name);
    else if (allowed === null || allowed.includes(tool.name)) functions.push(tool);
  }
  if (functions.length === 0) {
    if (toolChoice?.mode === 'required' || toolChoice?.mode === 'tool') losses.add('tool_choice_degraded');
    return {};
  }
  if (request.parallelToolCalls === false) losses.add('parallel_unknown');
  const isElsewhere = toolChoice?.mode === 'tool' && !functions.some(({ name }) => name === toolChoice.name);
  // The tool that was chosen runs at another vendor, or is not there: to demand it would be refused.
  if (isElsewhere) losses.add('tool_choice_degraded');
  const strict = functions.some((tool) => tool.strict === true);
  if (strict && !rules.validatedMode) losses.add('tool_strict');
  const config = callingConfig(isElsewhere ? null : toolChoice, strict, rules, names);
  return {
    tools: [{ functionDeclarations: functions.map((tool) => declare(tool, rules, names, losses)) }],
    ...(config === undefined ? {} : { toolConfig: { functionCallingConfig: config } }),
  };
}
