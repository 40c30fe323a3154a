import { expect, it } from 'vitest';
import { ERRORS, type ErrorCode } from '../contracts/errors.ts';
import { EXIT, exitCodeOf } from './exit-code.ts';

it.each<[ErrorCode, number]>([
  ['config_invalid', EXIT.usage],
  ['invalid_json', EXIT.usage],
  ['body_too_large', EXIT.usage],
  ['denied_by_policy', EXIT.gateSaysNo],
  ['budget_exceeded', EXIT.gateSaysNo],
  ['invalid_api_key', EXIT.notAuthorised],
  ['role_not_allowed', EXIT.notAuthorised],
  ['upstream_unreachable', EXIT.upstreamUnavailable],
  ['upstream_timeout', EXIT.upstreamUnavailable],
  ['not_found', EXIT.failed],
  ['internal', EXIT.failed],
])('%s ends a command with %i', (code, expected) => {
  expect(exitCodeOf(code)).toBe(expected);
});

it('never ends a command with 0 because of an error', () => {
  for (const code of Object.keys(ERRORS) as ErrorCode[]) expect(exitCodeOf(code), code).toBeGreaterThan(0);
});
