import type { AppError } from '../contracts/errors.ts';
import { countsAgainst } from './upstream-failure.ts';

/** How a call can fail, as health counts it; each kind has a count of its own. */
export const CALL_FAILURES = [
  /** No connection, or none in time. */
  'connect',
  'rate_limited',
  /** HTTP 5xx, or an error event under 200. */
  'server_error',
  /** Too late with the head, the first token, or the next one. */
  'timeout',
  /** HTML or broken JSON under 200, or no HTTP at all. */
  'malformed',
  /** Closed before the answer was complete. */
  'cut',
  /** Our credential, credit or model name is not accepted: the operator has to act. */
  'refused',
] as const;
export type CallFailure = (typeof CALL_FAILURES)[number];

/** What a call says about its deployment. */
export type CallOutcome = 'ok' | CallFailure;

/**
 * How health counts an attempt that ended with `error` (null: it answered). null for what says nothing about the
 * deployment: a client that left, a deadline of ours, the caller's own 4xx.
 */
export function callOutcomeOf(error: AppError | null): CallOutcome | null {
  if (error === null) return 'ok';
  if (!countsAgainst(error)) return null;
  switch (error.code) {
    case 'upstream_unreachable':
    case 'upstream_address_forbidden':
      return 'connect';
    case 'upstream_rate_limited':
      return 'rate_limited';
    case 'upstream_timeout':
    case 'upstream_stalled':
      return 'timeout';
    case 'upstream_protocol':
    case 'upstream_too_large':
      return 'malformed';
    case 'upstream_reset':
    case 'upstream_cut':
      return 'cut';
    case 'upstream_auth':
    case 'upstream_no_credit':
    case 'upstream_model_missing':
      return 'refused';
    case 'upstream_error':
    case 'upstream_overloaded':
      return 'server_error';
    default:
      // Ours or the caller's, whatever it is called: no upstream is to blame for it.
      return null;
  }
}
