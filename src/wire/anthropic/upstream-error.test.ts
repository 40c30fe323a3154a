import { describe, expect, test } from 'vitest';
import { bodyFixture } from '../../../test/support/anthropic-fixtures.ts';
import { readAnthropicRelayAnswer, readTokenCount, tokenCountBody } from './relay-answer.ts';
import { readUpstreamError } from './upstream-error.ts';

const error = (type: string, message = 'x', more: Record<string, unknown> = {}) =>
  JSON.stringify({ type: 'error', error: { type, message, ...more }, request_id: 'req_1' });

describe('quirk 40: error bodies of every shape', () => {
  test.each([
    [401, error('authentication_error'), 'upstream_auth'],
    [403, error('permission_error'), 'upstream_auth'],
    [404, error('not_found_error', 'model: claude-9'), 'upstream_model_missing'],
    [400, error('invalid_request_error'), 'upstream_refused_request'],
    [
      400,
      error('invalid_request_error', 'prompt is too long: 210000 tokens > 200000 maximum'),
      'upstream_context_length',
    ],
    [
      400,
      error('invalid_request_error', 'input length and `max_tokens` exceed context limit: 188240 + 21333 > 200000'),
      'upstream_context_length',
    ],
    [400, error('invalid_request_error', 'Your credit balance is too low to access the API'), 'upstream_no_credit'],
    [402, error('billing_error'), 'upstream_no_credit'],
    [402, '', 'upstream_no_credit'],
    [413, error('request_too_large'), 'upstream_context_length'],
    [429, error('rate_limit_error', 'prompt is too long, perhaps'), 'upstream_rate_limited'],
    [500, error('api_error'), 'upstream_error'],
    [504, error('timeout_error'), 'upstream_timeout'],
    [529, error('overloaded_error'), 'upstream_overloaded'],
    [529, '', 'upstream_overloaded'],
    [502, '<html>Bad Gateway</html>', 'upstream_error'],
    [413, '<html>Request Entity Too Large</html>', 'upstream_context_length'],
    [400, '{"error":{"code":"1301","message":"x"}}', 'upstream_refused_request'],
    [400, '[{"error":{"code":400}}]', 'upstream_refused_request'],
    [503, '{"error":"down"}', 'upstream_overloaded'],
    [302, '', 'upstream_protocol'],
  ])('HTTP %i with %s is %s', (status, body, code) => {
    expect(readUpstreamError(status, Buffer.from(body)).code).toBe(code);
  });
});

test('a stable code of the vendor is told rather than the broad type', () => {
  const body = error('rate_limit_error', 'x', { details: { error_code: 'contract_spend_limit_reached' } });
  expect(readUpstreamError(429, Buffer.from(body)).vendorCode).toBe('contract_spend_limit_reached');
});

describe('nothing of the vendor text survives', () => {
  const param = (message: string) =>
    readUpstreamError(400, Buffer.from(error('invalid_request_error', message))).vendorParam;

  test('but the place of the fault', () => {
    expect(param('messages.1.content.0.tool_use.id: String should match pattern')).toBe(
      'messages.1.content.0.tool_use.id',
    );
    expect(param('max_tokens: Field required')).toBe('max_tokens');
  });

  test('and of that only what belongs to the schema of the vendor', () => {
    expect(param('tools.0.custom.input_schema.properties.secret_name: bad')).toBe('tools.0.custom.input_schema');
    expect(param('Alice said: secret')).toBeNull();
    expect(param('no colon at all')).toBeNull();
  });

  test('and no odd code', () => {
    expect(readUpstreamError(400, Buffer.from(error('not an identifier!'))).vendorCode).toBeNull();
  });
});

describe('a complete answer', () => {
  const read = (text: string) => readAnthropicRelayAnswer(Buffer.from(text));

  test('is read for usage, stop reason and region', () => {
    expect(read(bodyFixture('answer-text'))).toEqual({
      ok: true,
      contentBytes: 8,
      finish: 'stop',
      regionEcho: 'us',
      usage: {
        input_tokens: 1209,
        output_tokens: 9,
        cached_input_tokens: 1000,
        cache_write_tokens: 188,
        reasoning_tokens: null,
      },
    });
    expect(read(bodyFixture('answer-tools'))).toMatchObject({ finish: 'tool_calls', regionEcho: null });
  });

  test('quirk 43: a refusal without content is an answer', () => {
    expect(read(bodyFixture('answer-refusal'))).toMatchObject({ ok: true, finish: 'refusal' });
  });

  test('that is HTML, cut, without content or an error under 200 is none', () => {
    expect(read('<html></html>')).toMatchObject({ ok: false, error: { code: 'upstream_protocol' } });
    expect(read('{"content":[{"type":"te')).toMatchObject({ ok: false });
    expect(read('{"type":"message"}')).toMatchObject({ ok: false });
    expect(read('null')).toMatchObject({ ok: false });
    expect(read(error('overloaded_error'))).toMatchObject({ ok: false, error: { code: 'upstream_overloaded' } });
    expect(read('{"error":{"message":"x","code":"429"}}')).toMatchObject({ ok: false });
    expect(read('[{"error":{}}]')).toMatchObject({ ok: false });
  });

  test('of a count is read and built', () => {
    expect(readTokenCount(Buffer.from(tokenCountBody(12)))).toEqual({
      ok: true,
      usage: null,
      finish: 'stop',
      regionEcho: null,
    });
    expect(readTokenCount(Buffer.from(error('api_error')))).toMatchObject({ ok: false });
    expect(readTokenCount(Buffer.from('{}'))).toMatchObject({ ok: false, error: { code: 'upstream_protocol' } });
  });
});
