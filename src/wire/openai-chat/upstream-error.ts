import type { ErrorCode } from '../../contracts/errors.ts';
import type { UpstreamErrorReading } from '../dialect.ts';
import { entryOf } from '../members.ts';

const IDENTIFIER = /^[A-Za-z0-9_.[\]-]{1,64}$/;

const CODES: Readonly<Record<string, ErrorCode>> = {
  context_length_exceeded: 'upstream_context_length',
  string_above_max_length: 'upstream_context_length',
  content_policy_violation: 'upstream_policy_refusal',
  content_filter: 'upstream_policy_refusal',
  moderation_blocked: 'upstream_policy_refusal',
  // Z.ai: content that may be unsafe (error code 1301).
  '1301': 'upstream_policy_refusal',
  // Z.ai: the prompt exceeds the window (error code 1261).
  '1261': 'upstream_context_length',
  model_not_found: 'upstream_model_missing',
  insufficient_quota: 'upstream_no_credit',
  insufficient_balance: 'upstream_no_credit',
  rate_limit_exceeded: 'upstream_rate_limited',
  server_error: 'upstream_error',
  overloaded_error: 'upstream_overloaded',
  overloaded: 'upstream_overloaded',
  invalid_api_key: 'upstream_auth',
};

function codeOfStatus(status: number): ErrorCode {
  if (status === 401 || status === 403) return 'upstream_auth';
  if (status === 402) return 'upstream_no_credit';
  if (status === 404) return 'upstream_model_missing';
  if (status === 408 || status === 504) return 'upstream_timeout';
  if (status === 413) return 'upstream_context_length';
  if (status === 429) return 'upstream_rate_limited';
  // 503 is documented as an overloaded engine, 529 is what look-alikes took over from Anthropic.
  if (status === 503 || status === 529) return 'upstream_overloaded';
  if (status >= 500) return 'upstream_error';
  if (status >= 400) return 'upstream_refused_request';
  return 'upstream_protocol';
}

const identifier = (value: unknown): string | null => {
  const text = typeof value === 'number' ? String(value) : value;
  return typeof text === 'string' && IDENTIFIER.test(text) ? text : null;
};

const member = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;

/** An HTTP status that a vendor put into the body's code (OpenRouter, vLLM: `"code": 429` under 200). */
function statusInCode(code: string | null): number | null {
  return code !== null && /^[45]\d\d$/.test(code) ? Number(code) : null;
}

/**
 * Reads an OpenAI-like error value: `{error:{code,type,param}}`, `{error:"text"}`, Google's `[{error:{...}}]`,
 * vLLM's bare `{code,type,param}`. `status` is the HTTP status, or 200 for an error inside an otherwise good answer.
 */
export function readUpstreamErrorValue(status: number, value: unknown): UpstreamErrorReading {
  const root = Array.isArray(value) ? value[0] : value;
  const error = member(root, 'error') ?? root;
  const vendorCode = identifier(member(error, 'code')) ?? identifier(member(error, 'type'));
  const vendorParam = identifier(member(error, 'param'));
  // Under 200 only what calls itself an error is one: anything else was to be an answer and is none.
  const isError = vendorCode !== null || (member(root, 'error') ?? null) !== null;
  const inBody = statusInCode(vendorCode) ?? (isError ? 500 : 200);
  const fromStatus = codeOfStatus(status === 200 ? inBody : status);
  const fromCode = vendorCode === null ? undefined : entryOf(CODES, vendorCode);
  // `server_error` says less than a status does: OpenAI sends it under 429 when a model is overloaded
  // (github.com/acheong08/ChatGPT/issues/607). Under 400 it is what tells a fault of theirs from one of the caller's.
  const isVague = fromCode === 'upstream_error' && status !== 200 && fromStatus !== 'upstream_refused_request';
  return { code: isVague ? fromStatus : (fromCode ?? fromStatus), vendorCode, vendorParam };
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
  if (value === null || typeof value !== 'object') {
    return { code: codeOfStatus(status), vendorCode: null, vendorParam: null };
  }
  return readUpstreamErrorValue(status, value);
}
