import { isUtf8 } from 'node:buffer';
import { randomUUID } from 'node:crypto';
import { setImmediate as turn } from 'node:timers/promises';
import { AppError } from '../contracts/errors.ts';
import type { ClientDialectName, GatewayRequest } from '../contracts/gateway-request.ts';
import { JSON_LIMITS, jsonRefusal } from '../contracts/json-refusal.ts';
import type { PromptView } from '../contracts/prompt-view.ts';
import type { Operation } from '../contracts/vocabulary.ts';
import { parseJsonInPieces } from '../lib/json-pieces.ts';
import { type JsonScan, type JsonSpan, LONG_STRING_BYTES, scanJson } from '../lib/json-scan.ts';
import { findLongStrings } from '../lib/json-skim.ts';
import { anthropicDeclarationBytes, anthropicPromptView } from '../wire/anthropic/prompt-view.ts';
import { type AnthropicRequest, readAnthropicRequest } from '../wire/anthropic/read-request-members.ts';
import { declarationBytes, openAiPromptView } from '../wire/openai-chat/prompt-view.ts';
import { type OpenAiRequest, readOpenAiRequest } from '../wire/openai-chat/read-request.ts';
import { inTurns } from './in-turns.ts';

/** From here on reading takes milliseconds, and others get their turn meanwhile. */
const LARGE_BODY_BYTES = 1024 * 1024;

export const isLargeBody = (body: Buffer): boolean => body.length >= LARGE_BODY_BYTES;

type Body = Record<string, unknown>;

/** A body that has been read, in what the client speaks. */
export type ReadRequest =
  | { dialect: 'openai'; scan: JsonScan; request: OpenAiRequest }
  | { dialect: 'anthropic'; scan: JsonScan; request: AnthropicRequest };

function parse(bytes: Buffer): Body {
  try {
    return JSON.parse(bytes.toString('utf8')) as Body;
  } catch (cause) {
    // V8's message quotes a piece of the body, which may be anybody's data; only its position is repeated.
    const where = /line (\d+) column (\d+)/.exec((cause as Error).message);
    const at = where === null ? '' : ` at line ${where[1]}, column ${where[2]}`;
    throw new AppError('invalid_json', `The body is not valid JSON${at}.`);
  }
}

async function parseInTurns(bytes: Buffer, { longStrings = [] }: JsonScan): Promise<Body> {
  try {
    return (await inTurns(parseJsonInPieces(bytes, longStrings, randomUUID()))) as Body;
  } catch {
    // Places within a piece would mislead.
    throw new AppError('invalid_json', 'The body is not valid JSON.');
  }
}

const hasInputSchema = (tool: unknown): boolean =>
  typeof tool === 'object' && tool !== null && (tool as { input_schema?: unknown }).input_schema !== undefined;

/** Blocks of messages that chat completions do not have under these names. */
const ANTHROPIC_BLOCKS: ReadonlySet<unknown> = new Set([
  'image',
  'document',
  'search_result',
  'tool_use',
  'tool_result',
  'thinking',
  'redacted_thinking',
]);

const hasAnthropicBlock = (message: unknown): boolean => {
  const content: unknown =
    typeof message === 'object' && message !== null ? (message as { content?: unknown }).content : null;
  return (
    Array.isArray(content) && content.some((block: { type?: unknown } | null) => ANTHROPIC_BLOCKS.has(block?.type))
  );
};

/** What only decides takes any data-plane body: members that only one dialect has tell it apart. */
function dialectOf(body: Readonly<Record<string, unknown>>): ClientDialectName {
  if (body.system !== undefined || body.stop_sequences !== undefined || body.output_config !== undefined) {
    return 'anthropic';
  }
  const isOfAnthropic =
    (Array.isArray(body.tools) && body.tools.some(hasInputSchema)) ||
    (Array.isArray(body.messages) && body.messages.some(hasAnthropicBlock));
  return isOfAnthropic ? 'anthropic' : 'openai';
}

/**
 * From bytes to what the gateway reads of them: one structural scan (offsets, depth, duplicates), one JSON.parse.
 * With operation `either`, dialect and operation are told by the body.
 * @throws AppError with a stable code for whatever is wrong
 */
export function readRequest(operation: Operation | 'either', dialect: ClientDialectName, bytes: Buffer): ReadRequest {
  return understand(operation, dialect, scanBody(bytes), parse(bytes));
}

/**
 * The same for large bodies, with others' turns in between: read at once, 10 MB hold everybody
 * up for 30 to 90 ms. @throws AppError (rejects) as readRequest
 */
export async function readRequestInTurns(
  request: Pick<GatewayRequest, 'operation' | 'dialect' | 'body'>,
): Promise<ReadRequest> {
  await turn();
  const longStrings = await inTurns(findLongStrings(request.body, LONG_STRING_BYTES));
  const scan = scanBody(request.body, longStrings);
  await turn();
  const body = await parseInTurns(request.body, scan);
  await turn();
  return understand(request.operation, request.dialect, scan, body);
}

function scanBody(bytes: Buffer, longStrings: readonly JsonSpan[] = []): JsonScan {
  if (bytes.length === 0) throw new AppError('invalid_json', 'The body is empty; send a JSON object.');
  if (!isUtf8(bytes)) throw new AppError('invalid_json', 'The body is not valid UTF-8.');
  const scan = scanJson(bytes, JSON_LIMITS, longStrings);
  if (!scan.ok) throw jsonRefusal(scan);
  return scan;
}

function understand(
  operation: Operation | 'either',
  dialect: ClientDialectName,
  scan: JsonScan,
  body: Body,
): ReadRequest {
  if ((operation === 'either' ? dialectOf(body) : dialect) === 'anthropic') {
    // Nothing is asked of whoever only decides: a prompt without max_tokens is routed as well.
    const name = operation === 'chat' ? 'messages' : 'count_tokens';
    return { dialect: 'anthropic', scan, request: readAnthropicRequest(name, body) };
  }
  const inputs = body.messages === undefined && body.input !== undefined;
  const known = operation === 'either' ? (inputs ? 'embeddings' : 'chat') : operation;
  return { dialect: 'openai', scan, request: readOpenAiRequest(known === 'embeddings' ? known : 'chat', body) };
}

/** What routing may look at. */
export function promptViewOf(read: ReadRequest): PromptView {
  const { members } = read.scan;
  if (read.dialect === 'anthropic') return anthropicPromptView(read.request.body, anthropicDeclarationBytes(members));
  return openAiPromptView(read.request.operation, read.request.body, declarationBytes(members));
}
