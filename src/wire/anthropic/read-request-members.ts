import { AppError } from '../../contracts/errors.ts';
import { checkShapes, type MemberShapes } from '../member-shapes.ts';
import { isRecord, type Json } from '../members.ts';
import { refuseNamedPlaces } from '../named-places.ts';

/** Shapes of the dialect's own members: a wrong one would come back as an upstream's error, or be lost in translation. */
const SHAPES: MemberShapes = {
  system: 'string or array',
  tools: 'array',
  tool_choice: 'object',
  thinking: 'object',
  output_config: 'object',
  stop_sequences: 'array',
  temperature: 'number',
  top_p: 'number',
  top_k: 'number',
  metadata: 'object',
  service_tier: 'string',
};

/** What the gateway itself reads of a body of `/v1/messages` or `/v1/messages/count_tokens`. */
export interface AnthropicRequest {
  operation: 'chat';
  /** The caller asks how long the prompt is, and for no answer. */
  countOnly: boolean;
  model: string;
  stream: boolean;
  /** A stream of this dialect always tells its usage. */
  includeUsage: boolean;
  /** null only where tokens are counted. */
  maxOutputTokens: number | null;
  choices: number;
  /** Our own options, `alidade` in the body; an empty object where absent. */
  options: Json;
  /** The parsed body. */
  body: Json;
}

const invalid = (param: string, message: string): AppError => new AppError('invalid_request', message, { param });

function readMessages(body: Json): void {
  const messages = body.messages;
  if (!Array.isArray(messages)) throw invalid('messages', 'messages must be an array of { role, content } objects.');
  if (messages.length === 0) throw invalid('messages', 'messages is empty: send at least one message.');
  for (let i = 0; i < messages.length; i += 1) {
    const message: unknown = messages[i];
    const path = `messages.${i}`;
    if (!isRecord(message)) throw invalid(path, `${path} must be an object with role and content.`);
    if (typeof message.role !== 'string') throw invalid(`${path}.role`, `${path}.role must be a string.`);
    if (typeof message.content !== 'string' && !Array.isArray(message.content)) {
      throw invalid(`${path}.content`, `${path}.content must be a string or an array of blocks.`);
    }
  }
}

function readMaxTokens(body: Json): number {
  const value = body.max_tokens;
  if (value === undefined || value === null) throw invalid('max_tokens', 'max_tokens is required.');
  // 0 is legal: it fills the prompt cache without an answer.
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 0) {
    throw invalid('max_tokens', 'max_tokens must be a whole number that is not negative.');
  }
  return value;
}

function readStream(body: Json): boolean {
  const value = body.stream;
  if (value === undefined || value === null) return false;
  if (typeof value !== 'boolean') throw invalid('stream', 'stream must be true or false.');
  return value;
}

function readOptions(body: Json): Json {
  const options = body.alidade;
  if (options === undefined || options === null) return {};
  if (!isRecord(options)) throw invalid('alidade', 'alidade must be an object of options.');
  return options;
}

/**
 * A conversation that the vendor holds is at that vendor only, and neither policy nor another deployment could see what
 * was said before. The code is the one on which Anthropic's clients go on by sending all of it.
 */
function refuseThread(body: Json): void {
  if (body.thread === undefined || body.thread === null) return;
  const message = 'Conversations are not kept here: send all messages, without thread.';
  throw new AppError('thread_unsupported_request', message, { param: 'thread' });
}

/**
 * Checks what the gateway depends on and the shapes of the dialect's own members: unknown members, roles and blocks are
 * the upstream's business.
 * @throws AppError invalid_request, forbidden_member or thread_unsupported_request, with `param`
 */
export function readAnthropicRequest(operation: 'messages' | 'count_tokens', body: Json): AnthropicRequest {
  refuseNamedPlaces(body);
  const model = body.model;
  if (typeof model !== 'string' || model === '') {
    throw invalid('model', 'model must be a string: auto, or one of the names that GET /v1/models lists.');
  }
  refuseThread(body);
  checkShapes(body, SHAPES);
  readMessages(body);
  const countOnly = operation === 'count_tokens';
  return {
    operation: 'chat',
    countOnly,
    model,
    stream: !countOnly && readStream(body),
    includeUsage: true,
    maxOutputTokens: countOnly ? null : readMaxTokens(body),
    choices: 1,
    options: readOptions(body),
    body,
  };
}
