import { type AppError, ERRORS, type ErrorCode } from '../../contracts/errors.ts';
import type { ClientDialect } from '../dialect.ts';

/** Anthropic's error types by HTTP status (platform.claude.com/docs/en/api/errors). */
const TYPE_OF_STATUS: Readonly<Record<number, string>> = {
  400: 'invalid_request_error',
  401: 'authentication_error',
  402: 'billing_error',
  403: 'permission_error',
  404: 'not_found_error',
  408: 'timeout_error',
  409: 'conflict_error',
  413: 'request_too_large',
  429: 'rate_limit_error',
  504: 'timeout_error',
};

/** Nothing is wrong with the request and it may succeed later: what Anthropic calls overloaded. */
const OVERLOADED: ReadonlySet<ErrorCode> = new Set([
  'upstream_overloaded',
  'all_deployments_down',
  'shutting_down',
  'journal_unavailable',
]);

function typeOf(code: ErrorCode): string {
  if (OVERLOADED.has(code)) return 'overloaded_error';
  const status: number = ERRORS[code].status;
  return TYPE_OF_STATUS[status] ?? (status >= 500 ? 'api_error' : 'invalid_request_error');
}

/** `details.error_code` is where Anthropic puts a stable code, and where its SDKs look for one (`error.errorCode`). */
function errorText(error: AppError, requestId: string): string {
  return JSON.stringify({
    type: 'error',
    error: {
      type: typeOf(error.code),
      message: error.message,
      details: {
        error_code: error.code,
        ...(error.param === null ? {} : { param: error.param }),
        ...(error.rules.length === 0 ? {} : { rules: error.rules }),
      },
    },
    request_id: requestId,
  });
}

/** Errors in Anthropic's shape, `{"type":"error","error":{type,message,details},"request_id"}`; pings as typed events. */
export const anthropicClientDialect: ClientDialect = {
  name: 'anthropic',
  errorBody: errorText,
  errorEvent: (error, requestId) => Buffer.from(`event: error\ndata: ${errorText(error, requestId)}\n\n`),
  // A typed event and no comment: clients of this dialect know it and reset their timers (wire-quirks 37).
  requestIdHeader: 'request-id',
  ping: Buffer.from('event: ping\ndata: {"type": "ping"}\n\n'),
};
