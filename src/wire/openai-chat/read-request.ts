import { AppError } from '../../contracts/errors.ts';
import { checkShapes, type MemberShapes } from '../member-shapes.ts';
import { refuseNamedPlaces } from '../named-places.ts';

/** What the gateway itself reads of a body of the OpenAI dialect; everything else passes unread. */
export interface OpenAiRequest {
  operation: 'chat' | 'embeddings';
  model: string;
  stream: boolean;
  includeUsage: boolean;
  maxOutputTokens: number | null;
  choices: number;
  /** Our own options, `alidade` in the body; an empty object where absent. */
  options: Readonly<Record<string, unknown>>;
  /** The parsed body. */
  body: Readonly<Record<string, unknown>>;
}

const invalid = (param: string, message: string): AppError => new AppError('invalid_request', message, { param });

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function optionalBoolean(body: Record<string, unknown>, name: string): boolean {
  const value = body[name];
  if (value === undefined || value === null) return false;
  if (typeof value !== 'boolean') throw invalid(name, `${name} must be true or false.`);
  return value;
}

function optionalCount(body: Record<string, unknown>, name: string): number | null {
  const value = body[name];
  if (value === undefined || value === null) return null;
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 1) {
    throw invalid(name, `${name} must be a whole number from 1 on.`);
  }
  return value;
}

const ROLES: ReadonlySet<string> = new Set(['system', 'developer', 'user', 'assistant', 'tool', 'function']);

function readMessages(body: Record<string, unknown>): void {
  const messages = body.messages;
  if (!Array.isArray(messages)) throw invalid('messages', 'messages must be an array of { role, content } objects.');
  if (messages.length === 0) throw invalid('messages', 'messages is empty: send at least one message.');
  for (let i = 0; i < messages.length; i += 1) {
    const message: unknown = messages[i];
    if (!isRecord(message)) throw invalid(`messages[${i}]`, `messages[${i}] must be an object with role and content.`);
    if (typeof message.role !== 'string' || !ROLES.has(message.role)) {
      throw invalid(`messages[${i}].role`, `messages[${i}].role must be one of ${[...ROLES].join(', ')}.`);
    }
    const content = message.content;
    if (content !== undefined && content !== null && typeof content !== 'string' && !Array.isArray(content)) {
      throw invalid(`messages[${i}].content`, `messages[${i}].content must be a string, an array of parts or null.`);
    }
  }
}

function readInput(body: Record<string, unknown>): void {
  const input = body.input;
  const fits = typeof input === 'string' ? input !== '' : Array.isArray(input) && input.length > 0;
  if (!fits) throw invalid('input', 'input must be a non-empty string or a non-empty array.');
}

function readOptions(body: Record<string, unknown>): Record<string, unknown> {
  const options = body.alidade;
  if (options === undefined || options === null) return {};
  if (!isRecord(options)) throw invalid('alidade', 'alidade must be an object of options.');
  return options;
}

/** Shapes of the dialect's own members: a wrong one would come back as an upstream's error, or as no error at all. */
const SHAPES: MemberShapes = {
  tools: 'array',
  functions: 'array',
  tool_choice: 'string or object',
  response_format: 'object',
  stream_options: 'object',
  metadata: 'object',
  logit_bias: 'object',
  stop: 'string or array',
  user: 'string',
  reasoning_effort: 'string',
  temperature: 'number',
  top_p: 'number',
  presence_penalty: 'number',
  frequency_penalty: 'number',
  seed: 'number',
  top_logprobs: 'number',
  dimensions: 'number',
  encoding_format: 'string',
};

function includesUsage(streamOptions: unknown): boolean {
  if (!isRecord(streamOptions)) return false;
  const wanted = streamOptions.include_usage;
  if (wanted !== undefined && wanted !== null && typeof wanted !== 'boolean') {
    throw invalid('stream_options.include_usage', 'stream_options.include_usage must be true or false.');
  }
  return wanted === true;
}

/**
 * Checks what the gateway depends on and the shapes of the dialect's own members: unknown members are the upstream's
 * business.
 * @throws AppError invalid_request or forbidden_member, with `param`
 */
export function readOpenAiRequest(operation: 'chat' | 'embeddings', body: Record<string, unknown>): OpenAiRequest {
  refuseNamedPlaces(body);
  const model = body.model;
  if (typeof model !== 'string' || model === '') {
    throw invalid('model', 'model must be a string: auto, or one of the names that GET /v1/models lists.');
  }
  checkShapes(body, SHAPES);
  if (operation === 'chat') readMessages(body);
  else readInput(body);
  const stream = operation === 'chat' && optionalBoolean(body, 'stream');
  return {
    operation,
    model,
    stream,
    includeUsage: includesUsage(body.stream_options) && stream,
    maxOutputTokens: optionalCount(body, 'max_completion_tokens') ?? optionalCount(body, 'max_tokens'),
    choices: optionalCount(body, 'n') ?? 1,
    options: readOptions(body),
    body,
  };
}
