import type { ErrorCode } from '../../contracts/errors.ts';
import type { UpstreamErrorReading } from '../dialect.ts';
import { isRecord } from '../members.ts';

/** Anthropic's error types (platform.claude.com/docs/en/api/errors). */
const TYPES: ReadonlyMap<string, ErrorCode> = new Map([
  ['invalid_request_error', 'upstream_refused_request'],
  ['authentication_error', 'upstream_auth'],
  ['permission_error', 'upstream_auth'],
  ['not_found_error', 'upstream_model_missing'],
  ['request_too_large', 'upstream_context_length'],
  ['rate_limit_error', 'upstream_rate_limited'],
  ['billing_error', 'upstream_no_credit'],
  ['timeout_error', 'upstream_timeout'],
  ['api_error', 'upstream_error'],
  // Corresponds to HTTP 529, which a stream cannot say any more.
  ['overloaded_error', 'upstream_overloaded'],
]);

/**
 * Cases that Anthropic reports as a plain invalid_request_error and that only its message tells apart. The message is
 * looked at here and nowhere kept.
 */
const MESSAGES: readonly (readonly [pattern: RegExp, code: ErrorCode])[] = [
  [
    /prompt is too long|exceed(?:s|ed)? (?:the )?context (?:limit|window)|input is too long/i,
    'upstream_context_length',
  ],
  [/blocked by (?:our )?content[- ]filter(?:ing)?/i, 'upstream_policy_refusal'],
  [/credit balance is too low|reached your specified (?:API )?usage limits?/i, 'upstream_no_credit'],
];

function codeOfStatus(status: number): ErrorCode {
  if (status === 401 || status === 403) return 'upstream_auth';
  if (status === 402) return 'upstream_no_credit';
  if (status === 429) return 'upstream_rate_limited';
  if (status === 404) return 'upstream_model_missing';
  if (status === 408 || status === 504) return 'upstream_timeout';
  if (status === 413) return 'upstream_context_length';
  if (status === 503 || status === 529) return 'upstream_overloaded';
  if (status >= 500) return 'upstream_error';
  if (status >= 400) return 'upstream_refused_request';
  return 'upstream_protocol';
}

const IDENTIFIER = /^[A-Za-z0-9_.-]{1,64}$/;

const identifier = (value: unknown): string | null =>
  typeof value === 'string' && IDENTIFIER.test(value) ? value : null;

/** Steps of a path that belong to Anthropic's schema; whatever else a path names may come from the caller's data. */
const PATH_STEPS = new Set(
  (
    'messages system tools tool_choice thinking max_tokens temperature top_p top_k stop_sequences stream model metadata ' +
    'user_id output_config effort format schema cache_control ttl content text source data media_type url tool_use ' +
    'tool_result tool_use_id thinking signature redacted_thinking image document custom name description input_schema ' +
    'budget_tokens type role id betas speed service_tier inference_geo container base64'
  ).split(' '),
);

/** Messages begin with the place of the fault, `messages.1.content.0.tool_use.id: String should match ...`. */
function paramOf(message: string): string | null {
  const colon = message.indexOf(':');
  if (colon < 1 || colon > 160) return null;
  const known: string[] = [];
  for (const step of message.slice(0, colon).split('.')) {
    if (!PATH_STEPS.has(step) && !/^\d{1,6}$/.test(step)) break;
    known.push(step);
  }
  const path = known.join('.');
  return known.length === 0 || /^\d/.test(path) || path.length > 64 ? null : path;
}

/**
 * Reads Anthropic's error value, `{type:"error",error:{type,message,details?},request_id}`, and the shapes of look-alikes
 * that leave out the outer `type`. `status` is the HTTP status, or 200 for an error inside an otherwise good answer.
 */
export function readErrorValue(status: number, value: unknown): UpstreamErrorReading {
  const root = Array.isArray(value) ? value[0] : value;
  const error = isRecord(root) && root.error !== undefined ? root.error : root;
  const fields = isRecord(error) ? error : {};
  const message = typeof error === 'string' ? error : typeof fields.message === 'string' ? fields.message : '';
  const type = identifier(fields.type);
  const details = isRecord(fields.details) ? identifier(fields.details.error_code) : null;
  const fromMessage = MESSAGES.find(([pattern]) => pattern.test(message))?.[1];
  // A rate limit or an overload that happens to talk about context stays what its type says.
  const isPlain = type === null || type === 'invalid_request_error';
  const fromType = type === null ? undefined : TYPES.get(type);
  // Under 200 only what calls itself an error is one: anything else was to be an answer and is none.
  const isError = isRecord(root) && (root.type === 'error' || (root.error ?? null) !== null);
  const inBody = status === 200 && isError ? 500 : status;
  const code = (isPlain ? fromMessage : undefined) ?? fromType ?? codeOfStatus(inBody);
  return { code, vendorCode: details ?? type ?? identifier(fields.code), vendorParam: paramOf(message) };
}

/**
 * Reads an error body of any shape; HTML, cut JSON and empty bodies are judged by the status alone. Under 200 it is what
 * came where a stream was asked for.
 */
export function readUpstreamError(status: number, body: Buffer): UpstreamErrorReading {
  let value: unknown = null;
  try {
    value = JSON.parse(body.toString('utf8'));
  } catch {
    // Not JSON: the status says what there is to say.
  }
  if (typeof value !== 'object' || value === null) {
    return { code: codeOfStatus(status), vendorCode: null, vendorParam: null };
  }
  return readErrorValue(status, value);
}
