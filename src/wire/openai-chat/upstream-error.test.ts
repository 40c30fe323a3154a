import { expect, test } from 'vitest';
import { readRelayAnswer } from './relay-answer.ts';
import { readUpstreamError } from './upstream-error.ts';

const read = (status: number, body: string) => readUpstreamError(status, Buffer.from(body));

test.each([
  [401, '{"error":{"message":"bad key","code":"invalid_api_key"}}', 'upstream_auth'],
  [404, '{"error":{"code":"model_not_found"}}', 'upstream_model_missing'],
  [400, '{"error":{"message":"too long","code":"context_length_exceeded"}}', 'upstream_context_length'],
  [400, '{"error":{"code":"1301","message":"unsafe"}}', 'upstream_policy_refusal'],
  [400, '{"error":{"code":"invalid_value","param":"temperature"}}', 'upstream_refused_request'],
  [422, '[]', 'upstream_refused_request'],
  [429, '{"error":{"type":"rate_limit_exceeded"}}', 'upstream_rate_limited'],
  [429, '{"error":{"type":"server_error","code":null}}', 'upstream_rate_limited'],
  [401, '{"error":{"type":"server_error"}}', 'upstream_auth'],
  [400, '{"error":{"type":"server_error"}}', 'upstream_error'],
  [200, '{"error":{"type":"server_error"}}', 'upstream_error'],
  [500, '<html>Internal Server Error</html>', 'upstream_error'],
  [503, '', 'upstream_overloaded'],
  [529, '{"type":"error"}', 'upstream_overloaded'],
  [504, 'gateway timeout', 'upstream_timeout'],
  [302, '', 'upstream_protocol'],
  [400, '[{"error":{"code":400,"status":"INVALID_ARGUMENT"}}]', 'upstream_refused_request'],
])('HTTP %i with %s is %s', (status, body, code) => {
  expect(read(status, body).code).toBe(code);
});

test('nothing of the vendor text survives, only identifiers', () => {
  const reading = read(400, '{"error":{"message":"secret prompt","code":"in valid!","param":"messages[0].content"}}');
  expect(reading).toEqual({
    code: 'upstream_refused_request',
    vendorCode: null,
    vendorParam: 'messages[0].content',
  });
});

test('an answer that is HTML, cut, empty, or an error under 200 is no answer', () => {
  const answer = (text: string) => readRelayAnswer({ operation: 'chat' }, Buffer.from(text));
  expect(answer('<html></html>')).toMatchObject({ ok: false, error: { code: 'upstream_protocol' } });
  expect(answer('{"choices":[{"message":{"content":"a')).toMatchObject({ ok: false });
  expect(answer('{"choices":[]}')).toMatchObject({ ok: false });
  expect(answer('null')).toMatchObject({ ok: false });
  expect(answer('{"error":{"code":429}}')).toMatchObject({ ok: false, error: { code: 'upstream_rate_limited' } });
});

test('usage and finish reason of a good answer are read', () => {
  const body = {
    choices: [{ message: { content: 'a' }, finish_reason: 'length' }],
    usage: { prompt_tokens: 5, completion_tokens: 2, completion_tokens_details: { reasoning_tokens: 1 } },
  };
  expect(readRelayAnswer({ operation: 'chat' }, Buffer.from(JSON.stringify(body)))).toMatchObject({
    ok: true,
    finish: 'length',
    usage: { input_tokens: 5, output_tokens: 2, reasoning_tokens: 1, cached_input_tokens: null },
  });
});
