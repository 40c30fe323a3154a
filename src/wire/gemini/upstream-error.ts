import type { ErrorCode } from '../../contracts/errors.ts';
import type { UpstreamErrorReading } from '../dialect.ts';
import { entryOf, isRecord } from '../members.ts';
import { textOf } from './wire-types.ts';

/** Canonical codes (https://ai.google.dev/gemini-api/docs/generate-content/api-errors, google/rpc/code.proto). */
const STATUSES: Readonly<Record<string, ErrorCode>> = {
  INVALID_ARGUMENT: 'upstream_refused_request',
  OUT_OF_RANGE: 'upstream_refused_request',
  UNIMPLEMENTED: 'upstream_refused_request',
  // No free tier where the server stands, or billing is off: the operator's to change, and another deployment can answer.
  FAILED_PRECONDITION: 'upstream_auth',
  UNAUTHENTICATED: 'upstream_auth',
  PERMISSION_DENIED: 'upstream_auth',
  NOT_FOUND: 'upstream_model_missing',
  RESOURCE_EXHAUSTED: 'upstream_rate_limited',
  DEADLINE_EXCEEDED: 'upstream_timeout',
  CANCELLED: 'upstream_error',
  ABORTED: 'upstream_error',
  UNKNOWN: 'upstream_error',
  INTERNAL: 'upstream_error',
  DATA_LOSS: 'upstream_error',
  // "The service may be temporarily overloaded or down."
  UNAVAILABLE: 'upstream_overloaded',
};

/** A bad key is INVALID_ARGUMENT under 400; only the reason in the details tells. */
const REASONS: Readonly<Record<string, ErrorCode>> = {
  API_KEY_INVALID: 'upstream_auth',
  API_KEY_EXPIRED: 'upstream_auth',
  API_KEY_SERVICE_BLOCKED: 'upstream_auth',
  API_KEY_IP_ADDRESS_BLOCKED: 'upstream_auth',
  API_KEY_HTTP_REFERRER_BLOCKED: 'upstream_auth',
  SERVICE_DISABLED: 'upstream_auth',
};

/**
 * Said in the message alone, which is looked at here and nowhere kept. An empty account is RESOURCE_EXHAUSTED like a rate
 * limit (https://github.com/dyad-sh/dyad/issues/3626), but no waiting fills it.
 */
const MESSAGES: readonly (readonly [pattern: RegExp, code: ErrorCode])[] = [
  [/(?:input )?token count.*exceeds the maximum/i, 'upstream_context_length'],
  [/credits are depleted/i, 'upstream_no_credit'],
];

/** Field names of a violation, e.g. `contents[2].parts[0].function_response.name`. */
const FIELD = /^[A-Za-z0-9_.[\]-]{1,96}$/;
const IDENTIFIER = /^[A-Za-z0-9_-]{1,64}$/;
const DURATION = /^(\d{1,9}(?:\.\d{1,9})?)s$/;

function codeOfStatus(status: number): ErrorCode {
  if (status === 401 || status === 403) return 'upstream_auth';
  if (status === 404) return 'upstream_model_missing';
  if (status === 408 || status === 504) return 'upstream_timeout';
  if (status === 413) return 'upstream_context_length';
  if (status === 429) return 'upstream_rate_limited';
  if (status === 503 || status === 529) return 'upstream_overloaded';
  if (status >= 500) return 'upstream_error';
  if (status >= 400) return 'upstream_refused_request';
  return 'upstream_protocol';
}

interface Details {
  reason: string | null;
  field: string | null;
  retryAfterS: number | null;
}

function readDetails(value: unknown): Details {
  const details: Details = { reason: null, field: null, retryAfterS: null };
  if (!Array.isArray(value)) return details;
  for (const entry of value) {
    if (!isRecord(entry)) continue;
    details.reason ??= textOf(entry.reason);
    const delay = DURATION.exec(textOf(entry.retryDelay) ?? '');
    if (delay !== null) details.retryAfterS ??= Number(delay[1]);
    const violations = entry.fieldViolations;
    const first = Array.isArray(violations) && isRecord(violations[0]) ? textOf(violations[0].field) : null;
    if (first !== null && FIELD.test(first)) details.field ??= first;
  }
  return details;
}

/**
 * Reads an error value: `{error:{code,message,status,details}}`, or the same in an array, which is how Google wraps it
 * for streams that are not server-sent events. `status` is the HTTP status, or 200 for an error inside a stream.
 */
export function readGeminiErrorValue(status: number, value: unknown): UpstreamErrorReading {
  const root = Array.isArray(value) ? value[0] : value;
  const error = isRecord(root) && isRecord(root.error) ? root.error : isRecord(root) ? root : {};
  const canonical = textOf(error.status);
  const details = readDetails(error.details);
  // Under 200 only what calls itself an error is one: anything else was to be an answer and is none.
  const isError = isRecord(root) && (root.error ?? null) !== null;
  const httpStatus = status !== 200 ? status : typeof error.code === 'number' ? error.code : isError ? 500 : 200;
  const fromReason = details.reason === null ? undefined : entryOf(REASONS, details.reason);
  const fromStatus = canonical === null ? undefined : entryOf(STATUSES, canonical);
  const message = textOf(error.message) ?? '';
  const fromMessage = MESSAGES.find(([pattern]) => pattern.test(message))?.[1];
  return {
    code: fromReason ?? fromMessage ?? fromStatus ?? codeOfStatus(httpStatus),
    vendorCode: canonical !== null && IDENTIFIER.test(canonical) ? canonical : null,
    vendorParam: details.field,
    ...(details.retryAfterS === null ? {} : { retryAfterS: details.retryAfterS }),
  };
}

/**
 * Reads an error body of any shape; HTML, cut JSON and empty bodies are judged by the status alone. Under 200 it is what
 * came where a stream was asked for.
 */
export function readGeminiError(status: number, body: Buffer): UpstreamErrorReading {
  let value: unknown = null;
  try {
    value = JSON.parse(body.toString('utf8'));
  } catch {
    // Not JSON: the status says what there is to say.
  }
  if (typeof value !== 'object' || value === null) {
    return { code: codeOfStatus(status), vendorCode: null, vendorParam: null };
  }
  return readGeminiErrorValue(status, value);
}
