import { expect, test } from 'vitest';
import { readGeminiError, readGeminiErrorValue } from './upstream-error.ts';

const read = (status: number, body: string) => readGeminiError(status, Buffer.from(body));
const google = (code: number, status: string, extra: object = {}) =>
  JSON.stringify({ error: { code, message: 'secret prompt', status, ...extra } });
const info = (reason: string) => ({ details: [{ '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason }] });

test.each([
  [400, google(400, 'INVALID_ARGUMENT'), 'upstream_refused_request'],
  [400, google(400, 'INVALID_ARGUMENT', info('API_KEY_INVALID')), 'upstream_auth'],
  [400, google(400, 'FAILED_PRECONDITION'), 'upstream_auth'],
  [403, google(403, 'PERMISSION_DENIED'), 'upstream_auth'],
  [404, google(404, 'NOT_FOUND'), 'upstream_model_missing'],
  [429, google(429, 'RESOURCE_EXHAUSTED'), 'upstream_rate_limited'],
  [499, google(499, 'CANCELLED'), 'upstream_error'],
  [500, google(500, 'INTERNAL'), 'upstream_error'],
  [503, google(503, 'UNAVAILABLE'), 'upstream_overloaded'],
  [504, google(504, 'DEADLINE_EXCEEDED'), 'upstream_timeout'],
  [429, google(429, 'NEVER_SEEN_BEFORE'), 'upstream_rate_limited'],
])('HTTP %i with %s is %s', (status, body, code) => {
  expect(read(status, body).code).toBe(code);
});

test('quirk 40: an error in an array, HTML, cut JSON and an empty body are read, by the status where nothing else says more', () => {
  expect(read(400, `[${google(400, 'INVALID_ARGUMENT')}]`)).toMatchObject({
    code: 'upstream_refused_request',
    vendorCode: 'INVALID_ARGUMENT',
  });
  expect(read(502, '<html><h1>Server Error</h1></html>').code).toBe('upstream_error');
  expect(read(503, '{"error":{"code":503,"mess').code).toBe('upstream_overloaded');
  expect(read(404, '').code).toBe('upstream_model_missing');
  expect(read(400, '[]').code).toBe('upstream_refused_request');
  expect(read(401, 'null').code).toBe('upstream_auth');
});

test('an error inside a stream is judged by the code that it names', () => {
  expect(readGeminiErrorValue(200, JSON.parse(google(503, 'UNAVAILABLE'))).code).toBe('upstream_overloaded');
  expect(readGeminiErrorValue(200, { error: { code: 429 } }).code).toBe('upstream_rate_limited');
  expect(readGeminiErrorValue(200, { error: {} }).code).toBe('upstream_error');
});

test('a conversation that is too long is told from other refusals, and its text is not kept', () => {
  const message = 'The input token count (1200000) exceeds the maximum number of tokens allowed (1048576).';
  const reading = read(400, google(400, 'INVALID_ARGUMENT', { message }));
  expect(reading).toEqual({ code: 'upstream_context_length', vendorCode: 'INVALID_ARGUMENT', vendorParam: null });
});

test('an empty account is told from a limit that passes', () => {
  const message = 'Your prepayment credits are depleted. Please go to AI Studio.';
  expect(read(429, google(429, 'RESOURCE_EXHAUSTED', { message })).code).toBe('upstream_no_credit');
});

test('the wait that RetryInfo asks for is read in seconds', () => {
  const details = [
    { '@type': 'type.googleapis.com/google.rpc.QuotaFailure', violations: [{ quotaId: 'PerMinute' }] },
    { '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: '34.4s' },
  ];
  expect(read(429, google(429, 'RESOURCE_EXHAUSTED', { details }))).toEqual({
    code: 'upstream_rate_limited',
    vendorCode: 'RESOURCE_EXHAUSTED',
    vendorParam: null,
    retryAfterS: 34.4,
  });
  expect(read(429, google(429, 'RESOURCE_EXHAUSTED', { details: [{ retryDelay: 'soon' }] }))).not.toHaveProperty(
    'retryAfterS',
  );
});

test('only plain identifiers of the vendor survive', () => {
  const violation = (field: string) => ({ details: [{ fieldViolations: [{ field, description: 'secret prompt' }] }] });
  expect(read(400, google(400, 'INVALID_ARGUMENT', violation('contents[0].parts[1].inline_data')))).toMatchObject({
    vendorParam: 'contents[0].parts[1].inline_data',
  });
  expect(read(400, google(400, 'a secret prompt!', violation('what the user said')))).toEqual({
    code: 'upstream_refused_request',
    vendorCode: null,
    vendorParam: null,
  });
});
