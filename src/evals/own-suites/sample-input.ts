import { isObject } from '../../checks/json.ts';
import type { FunctionTool, Turn } from '../../contracts/chat-request.ts';
import { AppError } from '../../contracts/errors.ts';
import type { SampleInput } from '../../contracts/evaluation.ts';
import { questionInput } from '../suites/suite.ts';

/**
 * What a sample asks: a text, or a conversation as a list of `{ role, content }` whose last turn is the user's, and the
 * tools that may be called, in OpenAI's form with or without its outer `function`.
 * @throws AppError invalid_request that begins with `place`
 */
export function inputOf(input: unknown, tools: unknown, place: string): SampleInput {
  const refuse = (what: string): AppError => new AppError('invalid_request', `${place} ${what}`);
  const asked = Array.isArray(input) ? input.map((message) => turnOf(message, refuse)) : null;
  if (asked === null && (typeof input !== 'string' || input.trim() === '')) throw refuse('has no text in "input".');
  if (asked !== null && asked.at(-1)?.role !== 'user')
    throw refuse('has an "input" whose last turn is not the user\'s.');
  if (tools !== undefined && !Array.isArray(tools)) throw refuse('has "tools" that are no list.');
  const base = questionInput(asked === null ? String(input) : '');
  return {
    ...base,
    ...(asked === null ? {} : { turns: asked }),
    tools: (tools ?? []).map((tool: unknown) => toolOf(tool, refuse)),
  };
}

function turnOf(message: unknown, refuse: (what: string) => AppError): Turn {
  const { role, content } = isObject(message) ? message : {};
  if (typeof content !== 'string') throw refuse('has a message without a text as its "content".');
  const parts = [{ type: 'text' as const, text: content }];
  if (role === 'system' || role === 'user' || role === 'assistant') return { role, parts };
  throw refuse(`has a message whose "role" is not system, user or assistant.`);
}

function toolOf(tool: unknown, refuse: (what: string) => AppError): FunctionTool {
  const outer = isObject(tool) ? tool : {};
  const { name, description, parameters } = isObject(outer['function']) ? outer['function'] : outer;
  if (typeof name !== 'string' || name === '') throw refuse('has a tool without a "name".');
  if (parameters !== undefined && !isObject(parameters))
    throw refuse(`has a tool ${name} whose "parameters" are no schema.`);
  return {
    kind: 'function',
    name,
    description: typeof description === 'string' ? description : null,
    parameters: parameters ?? { type: 'object', properties: {} },
    strict: null,
  };
}
