import { isUtf8 } from 'node:buffer';
import { AppError, type ErrorCode } from '../contracts/errors.ts';
import { type JsonScan, type JsonScanError, scanJson } from '../lib/json-scan.ts';
import { type OpenAiRequest, readOpenAiRequest } from '../wire/openai-chat/read-request.ts';

/** Deeper than any schema or conversation in use; parsers recurse. */
const MAX_DEPTH = 64;
/** A conversation of 10,000 turns has 20,000 members; a million is an attack. */
const MAX_KEYS = 100_000;

const CODES: Readonly<Record<JsonScanError['code'], ErrorCode>> = {
  invalid_json: 'invalid_json',
  too_deep: 'json_too_deep',
  too_many_keys: 'json_too_many_keys',
  duplicate_member: 'duplicate_member',
  forbidden_member: 'forbidden_member',
  not_an_object: 'invalid_request',
};

export interface ReadRequest {
  scan: JsonScan;
  request: OpenAiRequest;
}

function scanError(scan: JsonScanError): AppError {
  const param = scan.path ?? scan.key;
  const where = ` (line ${scan.line}, column ${scan.column})`;
  const message = scan.message.includes('line ') ? scan.message : `${scan.message.replace(/\.$/, '')}${where}.`;
  return new AppError(CODES[scan.code], message, param === undefined ? {} : { param });
}

function parse(bytes: Buffer): Record<string, unknown> {
  try {
    return JSON.parse(bytes.toString('utf8')) as Record<string, unknown>;
  } catch (cause) {
    // V8's message quotes a piece of the body, which may be anybody's data; only its position is repeated.
    const where = /line (\d+) column (\d+)/.exec((cause as Error).message);
    const at = where === null ? '' : ` at line ${where[1]}, column ${where[2]}`;
    throw new AppError('invalid_json', `The body is not valid JSON${at}.`);
  }
}

/**
 * From bytes to what the gateway reads of them: one structural scan (offsets, depth, duplicates), one JSON.parse.
 * @throws AppError with a stable code for whatever is wrong
 */
export function readRequest(operation: 'chat' | 'embeddings' | 'either', bytes: Buffer): ReadRequest {
  if (bytes.length === 0) throw new AppError('invalid_json', 'The body is empty; send a JSON object.');
  if (!isUtf8(bytes)) throw new AppError('invalid_json', 'The body is not valid UTF-8.');
  const scan = scanJson(bytes, { maxDepth: MAX_DEPTH, maxKeys: MAX_KEYS });
  if (!scan.ok) throw scanError(scan);
  const body = parse(bytes);
  // What only decides takes any data-plane body: one with inputs and no messages is embeddings.
  const inputs = body.messages === undefined && body.input !== undefined;
  const known = operation === 'either' ? (inputs ? 'embeddings' : 'chat') : operation;
  return { scan, request: readOpenAiRequest(known, body) };
}
