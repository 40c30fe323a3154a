import type { ErrorCode } from '../../../src/contracts/errors.ts';
import type { Dialect } from '../../../src/contracts/vocabulary.ts';
import type { VendorFailure } from './said.ts';

interface FailureRow {
  failure: VendorFailure;
  /** What clients see of it, whatever the vendor speaks. */
  status: number;
  code: ErrorCode;
  retryAfterS: string | null;
}

const row = (
  failure: VendorFailure,
  status: number,
  code: ErrorCode,
  retryAfterS: string | null = null,
): FailureRow => ({
  failure,
  status,
  code,
  retryAfterS,
});

/** What goes wrong at vendors, and what clients are told. */
export const VENDOR_FAILURES: readonly FailureRow[] = [
  row('invalid', 400, 'upstream_refused_request'),
  row('too_long', 400, 'upstream_context_length'),
  row('key', 502, 'upstream_auth'),
  row('model', 502, 'upstream_model_missing'),
  row('credit', 502, 'upstream_no_credit'),
  row('rate', 429, 'upstream_rate_limited', '7'),
  row('server', 502, 'upstream_error'),
  row('overloaded', 503, 'upstream_overloaded'),
];

/** What clients are told of an overload that is an event of a stream: OpenAI's says no more than `server_error`. */
export const OVERLOAD_UNDER_WAY: Readonly<Record<Dialect, { status: number; code: ErrorCode }>> = {
  openai: { status: 502, code: 'upstream_error' },
  anthropic: { status: 503, code: 'upstream_overloaded' },
  gemini: { status: 503, code: 'upstream_overloaded' },
};
