import { expect, test } from 'vitest';
import { AppError, ERRORS, type ErrorCode } from '../../contracts/errors.ts';
import { anthropicClientDialect } from './client-dialect.ts';

const typeOf = (code: ErrorCode): string =>
  JSON.parse(anthropicClientDialect.errorBody(new AppError(code, 'why'), 'req')).error.type;

test('an error has the shape of the dialect, with our code where its SDKs look for one', () => {
  const error = new AppError('denied_by_policy', 'Policy forbids it.', { param: 'model', rules: ['r1'] });
  expect(JSON.parse(anthropicClientDialect.errorBody(error, 'req_1'))).toEqual({
    type: 'error',
    error: {
      type: 'permission_error',
      message: 'Policy forbids it.',
      details: { error_code: 'denied_by_policy', param: 'model', rules: ['r1'] },
    },
    request_id: 'req_1',
  });
});

test.each([
  ['invalid_request', 'invalid_request_error'],
  ['invalid_api_key', 'authentication_error'],
  ['budget_exceeded', 'billing_error'],
  ['role_not_allowed', 'permission_error'],
  ['model_not_found', 'not_found_error'],
  ['body_too_large', 'request_too_large'],
  ['rate_limited', 'rate_limit_error'],
  ['upstream_cut', 'api_error'],
  ['upstream_timeout', 'timeout_error'],
  ['all_deployments_down', 'overloaded_error'],
  ['method_not_allowed', 'invalid_request_error'],
  ['internal', 'api_error'],
] as const)('%s is %s', (code, type) => {
  expect(typeOf(code)).toBe(type);
});

test('every error of the table has a type of the dialect', () => {
  for (const code of Object.keys(ERRORS) as ErrorCode[]) expect(typeOf(code)).toMatch(/_error$|^request_too_large$/);
});

test('quirk 36: an error in mid-stream is an event of its own name and not followed by the clean end', () => {
  const text = anthropicClientDialect.errorEvent(new AppError('upstream_cut', 'a\nb'), 'req_1').toString();
  const [name, data, ...rest] = text.split('\n');
  expect(name).toBe('event: error');
  expect(JSON.parse((data as string).slice('data: '.length))).toMatchObject({ type: 'error', request_id: 'req_1' });
  expect(rest).toEqual(['', '']);
  expect(text).not.toContain('message_stop');
});

test('quirk 37: a ping is a typed event', () => {
  expect(anthropicClientDialect.ping.toString()).toBe('event: ping\ndata: {"type": "ping"}\n\n');
});
