import type { Deployment } from '../contracts/deployment.ts';
import { AppError, type ErrorCode } from '../contracts/errors.ts';
import type { UpstreamFailure } from '../contracts/upstream.ts';
import type { Outcome } from '../contracts/vocabulary.ts';
import type { UpstreamErrorReading } from '../wire/dialect.ts';

const TRANSPORT: Readonly<Record<UpstreamFailure, { code: ErrorCode; text: string }>> = {
  connect_failed: { code: 'upstream_unreachable', text: 'could not be connected to' },
  connect_timeout: { code: 'upstream_unreachable', text: 'could not be connected to in time' },
  reset: { code: 'upstream_reset', text: 'closed the connection before a complete answer' },
  aborted: { code: 'upstream_reset', text: 'was given up' },
  response_too_large: { code: 'upstream_too_large', text: 'sent more than we accept' },
  protocol: { code: 'upstream_protocol', text: 'does not speak HTTP as it should' },
  address_forbidden: {
    code: 'upstream_address_forbidden',
    text: 'resolves to a private or local address and its endpoint is not marked private',
  },
  withdrawn: { code: 'call_withdrawn', text: 'may not be called any more' },
};

const READINGS: Partial<Record<ErrorCode, string>> = {
  upstream_auth: 'refused our credential',
  upstream_no_credit: 'says that our account has no credit left',
  upstream_rate_limited: 'has rate-limited us',
  upstream_model_missing: 'does not know this model',
  upstream_refused_request: 'calls the request invalid',
  upstream_context_length: 'says that the conversation is longer than its window',
  upstream_policy_refusal: 'rejects the request under its usage policy',
  upstream_timeout: 'did not answer in time',
  upstream_error: 'answered with a server error',
  upstream_token_unresolved: 'wrote a token for personal data into the arguments of a call that cannot be resolved',
  upstream_overloaded: 'says that it is overloaded',
  upstream_cut: 'did not go on where the answer had been cut',
  upstream_protocol: 'answered with something that is not its dialect',
};

export function transportError(deployment: Deployment, failure: UpstreamFailure, cause: Error): AppError {
  const { code, text } = TRANSPORT[failure];
  return new AppError(code, `The upstream of ${deployment.id} ${text}.`, { cause });
}

/** The vendor's own message is left out on purpose: vendors echo prompts in it. */
export function readingError(
  deployment: Deployment,
  status: number,
  reading: UpstreamErrorReading,
  retryAfterS: number | null,
): AppError {
  const facts = [`HTTP ${status}`];
  if (reading.vendorCode !== null) facts.push(`code ${reading.vendorCode}`);
  if (reading.vendorParam !== null) facts.push(`parameter ${reading.vendorParam}`);
  const text = READINGS[reading.code] ?? 'failed';
  return new AppError(reading.code, `The upstream of ${deployment.id} ${text} (${facts.join(', ')}).`, {
    ...(reading.vendorParam === null ? {} : { param: reading.vendorParam }),
    ...(retryAfterS === null ? {} : { retryAfterS }),
  });
}

const OUTCOMES: Partial<Record<ErrorCode, Outcome>> = {
  upstream_timeout: 'timeout',
  deadline_exceeded: 'timeout',
  upstream_stalled: 'upstream_stalled',
  upstream_cut: 'upstream_cut',
  upstream_rate_limited: 'rate_limited',
  upstream_refused_request: 'bad_request',
  upstream_context_length: 'bad_request',
  upstream_policy_refusal: 'content_filter',
  denied_by_policy: 'denied_by_policy',
  call_withdrawn: 'denied_by_policy',
  budget_exceeded: 'over_budget',
  rate_limited: 'rate_limited',
  client_gone: 'client_gone',
  shutting_down: 'cancelled',
  superseded: 'cancelled',
  internal: 'internal',
  journal_unavailable: 'internal',
  no_deployment: 'upstream_error',
};

/** The receipt's word for an error. */
export function outcomeOf(error: AppError): Outcome {
  const known = OUTCOMES[error.code];
  if (known !== undefined) return known;
  return error.code.startsWith('upstream_') || error.code === 'all_deployments_down' ? 'upstream_error' : 'bad_request';
}

/** Whether a failed call says something about the deployment: the caller's own errors do not. */
export function countsAgainst(error: AppError): boolean {
  switch (error.code) {
    case 'upstream_refused_request':
    case 'upstream_context_length':
    case 'upstream_policy_refusal':
    case 'client_gone':
    case 'deadline_exceeded':
    case 'shutting_down':
    case 'superseded':
    case 'call_withdrawn':
      return false;
    default:
      return true;
  }
}
