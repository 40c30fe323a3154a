import { expect, test } from 'vitest';
import { AppError, ERRORS, type ErrorCode } from '../contracts/errors.ts';
import { callOutcomeOf } from './call-outcome.ts';

const outcomeOf = (code: ErrorCode) => callOutcomeOf(new AppError(code, 'x'));

test('an answer is ok, and each kind of upstream failure has its own count', () => {
  expect(callOutcomeOf(null)).toBe('ok');
  const kinds = {
    upstream_unreachable: 'connect',
    upstream_address_forbidden: 'connect',
    upstream_rate_limited: 'rate_limited',
    upstream_timeout: 'timeout',
    upstream_stalled: 'timeout',
    upstream_protocol: 'malformed',
    upstream_too_large: 'malformed',
    upstream_reset: 'cut',
    upstream_cut: 'cut',
    upstream_auth: 'refused',
    upstream_no_credit: 'refused',
    upstream_model_missing: 'refused',
    upstream_error: 'server_error',
  } as const;
  for (const [code, kind] of Object.entries(kinds)) expect([code, outcomeOf(code as ErrorCode)]).toEqual([code, kind]);
});

test('client aborts, our own deadline, shutdown and the callers 4xx say nothing about a deployment', () => {
  const silent: ErrorCode[] = [
    'client_gone',
    'deadline_exceeded',
    'shutting_down',
    'upstream_refused_request',
    'upstream_context_length',
    'upstream_policy_refusal',
  ];
  for (const code of silent) expect([code, outcomeOf(code)]).toEqual([code, null]);
});

test('no error of the caller or of ours counts against an upstream', () => {
  for (const code of Object.keys(ERRORS) as ErrorCode[]) {
    if (!code.startsWith('upstream_')) expect([code, outcomeOf(code)]).toEqual([code, null]);
  }
});
