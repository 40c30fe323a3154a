import type { ToolCallPart, ToolDefinition } from '../contracts/chat-request.ts';
import { isObject } from './json.ts';
import { schemaProblems } from './json-schema.ts';

/** A tool call with its arguments read. */
export interface ReadCall {
  name: string;
  arguments: Readonly<Record<string, unknown>>;
}

/** The call's arguments as an object; null where they are cut off, no JSON or no object. No arguments at all are `{}`. */
export function readCall({ name, arguments: text }: Pick<ToolCallPart, 'name' | 'arguments'>): ReadCall | null {
  if (text.trim() === '') return { name, arguments: {} };
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? { name, arguments: value } : null;
  } catch {
    // Cut off or malformed: an expected answer of a model.
    return null;
  }
}

/** What is wrong with a call's shape, one sentence each: unknown tool, unreadable arguments, arguments that do not fit. */
export function callProblems(call: ToolCallPart, tools: readonly ToolDefinition[]): string[] {
  const tool = tools.find((offered) => offered.kind === 'function' && offered.name === call.name);
  if (tool === undefined || tool.kind !== 'function') return [`There is no tool ${call.name}`];
  const read = readCall(call);
  if (read === null) return [`The arguments of ${call.name} are no JSON object`];
  return tool.parameters === null ? [] : schemaProblems(read.arguments, tool.parameters);
}
