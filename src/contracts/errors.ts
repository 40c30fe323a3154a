/** Who has to act. */
export type Blame = 'caller' | 'operator' | 'upstream' | 'us';
/**
 * What the attempt loop may do with it. `next_deployment`: ask another; what is silent, full or refuses us is not asked
 * again. `same_deployment`: ask another, and where none is left once more the same. `never` also makes the answer say
 * `x-should-retry: false`.
 */
export type Retry = 'never' | 'same_deployment' | 'next_deployment';
export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

interface ErrorRow {
  status: number;
  blame: Blame;
  retry: Retry;
  level: LogLevel;
  /** OpenAI's `type` member. */
  type:
    | 'invalid_request_error'
    | 'authentication_error'
    | 'permission_error'
    | 'not_found_error'
    | 'rate_limit_error'
    | 'api_error'
    | 'insufficient_quota';
  /** What it means and what to do, for docs/errors.md. */
  meaning: string;
}

const row = (
  status: number,
  blame: Blame,
  retry: Retry,
  level: LogLevel,
  type: ErrorRow['type'],
  meaning: string,
): ErrorRow => ({
  status,
  blame,
  retry,
  level,
  type,
  meaning,
});

/** The closed table. docs/errors.md is kept equal to it by a test. */
export const ERRORS = {
  invalid_json: row(
    400,
    'caller',
    'never',
    'debug',
    'invalid_request_error',
    'The body is not valid JSON; the message names line and column.',
  ),
  invalid_request: row(
    400,
    'caller',
    'never',
    'debug',
    'invalid_request_error',
    'A member is missing or has the wrong type; `param` names it.',
  ),
  json_too_deep: row(400, 'caller', 'never', 'debug', 'invalid_request_error', 'The body nests deeper than 64 levels.'),
  json_too_many_keys: row(
    400,
    'caller',
    'never',
    'debug',
    'invalid_request_error',
    'The body has more object members than the limit.',
  ),
  duplicate_member: row(
    400,
    'caller',
    'never',
    'debug',
    'invalid_request_error',
    'A member occurs twice in one object; two readers would disagree about which counts.',
  ),
  forbidden_member: row(
    400,
    'caller',
    'never',
    'info',
    'invalid_request_error',
    'A member such as base_url, api_key or __proto__ that a caller may not send. Destinations come from the configuration only.',
  ),
  body_too_large: row(
    413,
    'caller',
    'never',
    'info',
    'invalid_request_error',
    'The body exceeds server.max_body_bytes, or a labelled request is longer than can be searched for personal data (detection.max_characters).',
  ),
  unsupported_media_type: row(
    415,
    'caller',
    'never',
    'debug',
    'invalid_request_error',
    'Send application/json in UTF-8, uncompressed.',
  ),
  request_timeout: row(408, 'caller', 'never', 'info', 'invalid_request_error', 'The request did not arrive in time.'),
  malformed_http: row(
    400,
    'caller',
    'never',
    'info',
    'invalid_request_error',
    'The HTTP framing is invalid, e.g. Transfer-Encoding together with Content-Length.',
  ),
  missing_api_key: row(
    401,
    'caller',
    'never',
    'debug',
    'authentication_error',
    'Send `Authorization: Bearer <key>`, `x-api-key` or `api-key`.',
  ),
  invalid_api_key: row(
    401,
    'caller',
    'never',
    'info',
    'authentication_error',
    'The key is unknown, revoked or mistyped.',
  ),
  role_not_allowed: row(
    403,
    'caller',
    'never',
    'info',
    'permission_error',
    'The key lacks the role that this route needs.',
  ),
  foreign_host: row(
    403,
    'caller',
    'never',
    'warn',
    'permission_error',
    'In open mode the Host header must name this machine (guards against DNS rebinding).',
  ),
  foreign_origin: row(
    403,
    'caller',
    'never',
    'warn',
    'permission_error',
    'In open mode the Origin header must be a loopback address.',
  ),
  use_case_not_allowed: row(
    403,
    'caller',
    'never',
    'info',
    'permission_error',
    'The key does not carry this use case.',
  ),
  model_not_allowed: row(403, 'caller', 'never', 'info', 'permission_error', 'The key may not use this model.'),
  model_not_found: row(
    404,
    'caller',
    'never',
    'debug',
    'not_found_error',
    'No such model; the message lists near matches.',
  ),
  not_found: row(404, 'caller', 'never', 'debug', 'not_found_error', 'No such object.'),
  unknown_path: row(
    404,
    'caller',
    'never',
    'debug',
    'not_found_error',
    'No such path; the message names the right base URL.',
  ),
  method_not_allowed: row(
    405,
    'caller',
    'never',
    'debug',
    'invalid_request_error',
    'The path exists with another method.',
  ),
  not_implemented: row(
    501,
    'us',
    'never',
    'debug',
    'invalid_request_error',
    'This API is not offered yet; the message names the one to use.',
  ),
  denied_by_policy: row(
    403,
    'caller',
    'never',
    'info',
    'permission_error',
    'Policy forbids every deployment for this request; the message names the rules.',
  ),
  budget_exceeded: row(
    402,
    'caller',
    'never',
    'info',
    'insufficient_quota',
    'A budget of the key, use case or deployment is used up.',
  ),
  duplicate_request: row(
    409,
    'caller',
    'never',
    'info',
    'invalid_request_error',
    'A request with the same Idempotency-Key is still being answered; wait for it instead of paying twice.',
  ),
  rate_limited: row(
    429,
    'caller',
    'never',
    'info',
    'rate_limit_error',
    'A request limit of the key is reached; retry-after says when to come back.',
  ),
  no_capable_deployment: row(
    400,
    'caller',
    'never',
    'info',
    'invalid_request_error',
    'No permitted deployment has what the request needs (window, tools, modality ...).',
  ),
  no_deployment: row(
    503,
    'operator',
    'never',
    'warn',
    'api_error',
    'The model is known, but nothing is configured that serves it; the message names the missing key or endpoint.',
  ),
  all_deployments_down: row(
    503,
    'upstream',
    'next_deployment',
    'error',
    'api_error',
    'Permitted deployments exist, all of them are failing.',
  ),
  upstream_unreachable: row(502, 'upstream', 'same_deployment', 'warn', 'api_error', 'No connection to the upstream.'),
  upstream_reset: row(
    502,
    'upstream',
    'same_deployment',
    'warn',
    'api_error',
    'The upstream closed the connection before a complete answer.',
  ),
  upstream_error: row(
    502,
    'upstream',
    'same_deployment',
    'warn',
    'api_error',
    'The upstream answered with a server error.',
  ),
  upstream_overloaded: row(
    503,
    'upstream',
    'same_deployment',
    'warn',
    'api_error',
    'The upstream says that it has too much to do (HTTP 529 and its kin); the request may succeed later.',
  ),
  upstream_protocol: row(
    502,
    'upstream',
    'same_deployment',
    'warn',
    'api_error',
    'The upstream answered with something that is not its dialect (HTML, cut JSON, an empty body).',
  ),
  upstream_token_unresolved: row(
    502,
    'upstream',
    'same_deployment',
    'warn',
    'api_error',
    'The arguments of a tool call hold a token for personal data that cannot be resolved, or one where no value can stand; they are not handed on.',
  ),
  upstream_auth: row(
    502,
    'operator',
    'next_deployment',
    'error',
    'api_error',
    'The upstream refused our credential; check the key of the endpoint.',
  ),
  upstream_no_credit: row(
    502,
    'operator',
    'next_deployment',
    'error',
    'api_error',
    'Our account at the upstream has no credit left; top it up or change its limit.',
  ),
  upstream_rate_limited: row(
    429,
    'upstream',
    'next_deployment',
    'warn',
    'rate_limit_error',
    'The upstream has rate-limited us and no other deployment could take over.',
  ),
  upstream_model_missing: row(
    502,
    'operator',
    'next_deployment',
    'error',
    'api_error',
    'The upstream does not know the configured upstream_model.',
  ),
  upstream_refused_request: row(
    400,
    'caller',
    'never',
    'info',
    'invalid_request_error',
    'The upstream calls the request invalid.',
  ),
  upstream_context_length: row(
    400,
    'caller',
    'next_deployment',
    'info',
    'invalid_request_error',
    'The conversation is longer than the window of the model.',
  ),
  upstream_policy_refusal: row(
    400,
    'caller',
    'never',
    'info',
    'invalid_request_error',
    'The vendor rejects the request under its own usage policy.',
  ),
  upstream_timeout: row(
    504,
    'upstream',
    'next_deployment',
    'warn',
    'api_error',
    'The upstream did not answer in time.',
  ),
  upstream_stalled: row(
    504,
    'upstream',
    'next_deployment',
    'warn',
    'api_error',
    'The upstream stopped sending in the middle of its answer.',
  ),
  upstream_cut: row(
    502,
    'upstream',
    'same_deployment',
    'warn',
    'api_error',
    'The upstream closed a stream before finishing it.',
  ),
  upstream_too_large: row(
    502,
    'upstream',
    'never',
    'error',
    'api_error',
    'The answer exceeds the size that we accept.',
  ),
  upstream_address_forbidden: row(
    502,
    'operator',
    'next_deployment',
    'error',
    'api_error',
    'The upstream name resolves to a private or local address and the endpoint is not marked private.',
  ),
  deadline_exceeded: row(504, 'upstream', 'never', 'warn', 'api_error', 'The deadline of the request passed.'),
  client_gone: row(499, 'caller', 'never', 'debug', 'invalid_request_error', 'The client closed the connection.'),
  superseded: row(
    499,
    'us',
    'never',
    'debug',
    'api_error',
    'Another attempt of the same request answered first; only seen in receipts, as the error of an attempt.',
  ),
  call_withdrawn: row(
    503,
    'us',
    'same_deployment',
    'info',
    'api_error',
    'A call waited for a connection, and rules, configuration or key that were replaced meanwhile forbid it: it never left.',
  ),
  ensemble_no_survivor: row(
    502,
    'upstream',
    'never',
    'warn',
    'api_error',
    'No member of the ensemble gave an answer; the message says why for each.',
  ),
  ensemble_below_quorum: row(
    502,
    'upstream',
    'never',
    'warn',
    'api_error',
    'Fewer members of the ensemble answered than its quorum; the message says why the others did not.',
  ),
  translation_loss: row(
    400,
    'caller',
    'never',
    'info',
    'invalid_request_error',
    'strict was asked and something could not be kept; the message lists what.',
  ),
  thread_unsupported_request: row(
    400,
    'caller',
    'never',
    'debug',
    'invalid_request_error',
    'The vendor should have kept the conversation (`thread`); send all messages instead, as SDKs then do by themselves.',
  ),
  journal_unavailable: row(
    503,
    'us',
    'never',
    'error',
    'api_error',
    'The journal cannot record, so labelled traffic is not accepted.',
  ),
  policy_unavailable: row(
    503,
    'us',
    'never',
    'error',
    'api_error',
    'Rules could not be evaluated; what has not been decided is forbidden.',
  ),
  detection_incomplete: row(
    503,
    'us',
    'never',
    'warn',
    'api_error',
    'The request could not be searched for personal data to its end, so it is not sent: it is labelled, asks for tokens, or policy.unlabelled_personal forbids to guess.',
  ),
  store_unavailable: row(
    503,
    'us',
    'never',
    'error',
    'api_error',
    'The database is down; traffic is answered, this report is not.',
  ),
  shutting_down: row(503, 'us', 'never', 'info', 'api_error', 'The server is draining; connect to another replica.'),
  scorer_not_certified: row(
    409,
    'caller',
    'never',
    'info',
    'invalid_request_error',
    'A scorer failed its proof on this suite, so nothing is scored with it; `alidade eval certify` shows the checks.',
  ),
  config_invalid: row(
    500,
    'operator',
    'never',
    'error',
    'api_error',
    'The configuration is wrong; the message names file, line and column.',
  ),
  internal: row(500, 'us', 'never', 'error', 'api_error', 'A fault of ours; the request id finds it in the logs.'),
} as const satisfies Record<string, ErrorRow>;

export type ErrorCode = keyof typeof ERRORS;

export interface AppErrorOptions {
  /** For logs only. Must not hold bodies or secrets. */
  details?: Record<string, unknown>;
  cause?: unknown;
  /** Request member at fault, shown as `param`. */
  param?: string;
  retryAfterS?: number;
  /** Rule ids for denied_by_policy and all_deployments_down. */
  rules?: readonly string[];
}

/** The one error class. `message` may be shown to the caller; `details` and `cause` go to logs. */
export class AppError extends Error {
  readonly code: ErrorCode;
  readonly details: Record<string, unknown>;
  readonly param: string | null;
  readonly retryAfterS: number | null;
  readonly rules: readonly string[];

  constructor(code: ErrorCode, message: string, options: AppErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'AppError';
    this.code = code;
    this.details = options.details ?? {};
    this.param = options.param ?? null;
    this.retryAfterS = options.retryAfterS ?? null;
    this.rules = options.rules ?? [];
  }

  get status(): number {
    return ERRORS[this.code].status;
  }
}
