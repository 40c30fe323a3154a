import { request as httpRequest } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildServer, type RunningServer } from '../support/running-server.ts';

// Whatever is wrong with what a client sends, it is told in the client's own dialect, with the dialect's own word for it.

const KEY = 'client-key-that-is-no-secret-0001';
const AUDITOR = 'auditor-key-that-is-no-secret-002';
const CLIENTS = ['openai', 'anthropic'] as const;
type Client = (typeof CLIENTS)[number];

const PATH: Readonly<Record<Client, string>> = { openai: '/v1/chat/completions', anthropic: '/v1/messages' };
const MESSAGES = [{ role: 'user', content: 'Hello' }];
const BODY: Readonly<Record<Client, Record<string, unknown>>> = {
  openai: { model: 'auto', messages: MESSAGES },
  anthropic: { model: 'auto', max_tokens: 64, messages: MESSAGES },
};

let server: RunningServer;

beforeAll(async () => {
  const start = await buildServer();
  server = await start({
    configuration: `
server: { max_body_bytes: 20000 }
keys:
  - { id: team, secret: "\${KEY}", roles: [app] }
  - { id: books, secret: "\${AUDITOR}", roles: [auditor] }
  - { id: slow, secret: "\${SLOW}", roles: [app], limits: { rpm: 1 } }
detect_local_engines: false
`,
    env: { KEY, AUDITOR, SLOW: 'slow-key-that-is-no-secret-00003' },
  });
}, 120_000);

afterAll(() => server.stop());

interface Wrong {
  name: string;
  status: number;
  code: string;
  /** Anthropic's word. */
  type: string;
  method?: string;
  path?: (client: Client) => string;
  headers?: Record<string, string>;
  body?: (client: Client) => string;
  /** What would be right. */
  says?: string;
}

const body = (extra: Record<string, unknown>) => (client: Client) => JSON.stringify({ ...BODY[client], ...extra });
const deep = `${'['.repeat(80)}${']'.repeat(80)}`;
const INVALID = 'invalid_request_error';

const CASES: readonly Wrong[] = [
  { name: 'malformed JSON', status: 400, code: 'invalid_json', type: INVALID, body: () => '{"model":' },
  { name: 'an empty body', status: 400, code: 'invalid_json', type: INVALID, body: () => '' },
  { name: 'no object', status: 400, code: 'invalid_request', type: INVALID, body: () => '[1]' },
  { name: 'no messages', status: 400, code: 'invalid_request', type: INVALID, body: body({ messages: [] }) },
  { name: 'no model', status: 400, code: 'invalid_request', type: INVALID, body: body({ model: 7 }) },
  { name: 'tools of another type', status: 400, code: 'invalid_request', type: INVALID, body: body({ tools: 'x' }) },
  { name: 'a wrong option', status: 400, code: 'invalid_request', type: INVALID, body: body({ alidade: { a: 1 } }) },
  {
    name: 'a header of ours misspelt',
    status: 400,
    code: 'invalid_request',
    type: INVALID,
    headers: { 'x-alidade-label': 'regulated_eu' },
    says: 'Did you mean x-alidade-labels?',
  },
  {
    name: 'an option as a header that stands in the body only',
    status: 400,
    code: 'invalid_request',
    type: INVALID,
    headers: { 'x-alidade-obligations': 'zdr' },
    says: 'in the body under alidade',
  },
  {
    name: 'a label misspelt',
    status: 400,
    code: 'invalid_request',
    type: INVALID,
    headers: { 'x-alidade-labels': 'regulated-eu-x' },
    says: 'Did you mean regulated_eu?',
  },
  {
    name: 'a task that is none',
    status: 400,
    code: 'invalid_request',
    type: INVALID,
    headers: { 'x-alidade-task': 'poetry' },
    says: 'There are code_generation, quantitative, creative, conversational, security_review, extraction',
  },
  { name: 'a destination', status: 400, code: 'forbidden_member', type: INVALID, body: body({ base_url: 'http://a' }) },
  {
    name: 'a member twice',
    status: 400,
    code: 'duplicate_member',
    type: INVALID,
    body: (client) => `{"model":"a",${JSON.stringify(BODY[client]).slice(1)}`,
  },
  {
    name: 'too deep a body',
    status: 400,
    code: 'json_too_deep',
    type: INVALID,
    body: (client) => JSON.stringify({ ...BODY[client], x: '@' }).replace('"@"', deep),
  },
  {
    name: 'no key',
    status: 401,
    code: 'missing_api_key',
    type: 'authentication_error',
    headers: { authorization: '' },
  },
  {
    name: 'a wrong key',
    status: 401,
    code: 'invalid_api_key',
    type: 'authentication_error',
    headers: { authorization: 'Bearer nobody' },
  },
  {
    name: 'a key of another role',
    status: 403,
    code: 'role_not_allowed',
    type: 'permission_error',
    headers: { authorization: `Bearer ${AUDITOR}` },
  },
  {
    name: 'no such model',
    status: 404,
    code: 'model_not_found',
    type: 'not_found_error',
    body: body({ model: 'a/b' }),
  },
  {
    name: 'no such path',
    status: 404,
    code: 'unknown_path',
    type: 'not_found_error',
    path: (client) => (client === 'openai' ? '/v1/v1/chat/completions' : '/anthropic/v1/v1/messages'),
  },
  { name: 'another method', status: 405, code: 'method_not_allowed', type: INVALID, method: 'PUT' },
  {
    name: 'too large a body',
    status: 413,
    code: 'body_too_large',
    type: 'request_too_large',
    body: body({ x: 'a'.repeat(30_000) }),
  },
  {
    name: 'another content type',
    status: 415,
    code: 'unsupported_media_type',
    type: INVALID,
    headers: { 'content-type': 'multipart/form-data; boundary=x' },
  },
  {
    name: 'a compressed body',
    status: 415,
    code: 'unsupported_media_type',
    type: INVALID,
    headers: { 'content-encoding': 'gzip' },
  },
];

interface Answer {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  json: Record<string, unknown>;
}

/** Not fetch: it hides what it does not like. */
function send(client: Client, wrong: Partial<Wrong>): Promise<Answer> {
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  const text = wrong.body === undefined ? JSON.stringify(BODY[client]) : wrong.body(client);
  const headers: Record<string, string> = {
    'content-type': 'application/json',
    authorization: `Bearer ${KEY}`,
    ...wrong.headers,
  };
  if (headers.authorization === '') delete headers.authorization;
  const url = server.origin + (wrong.path === undefined ? PATH[client] : wrong.path(client));
  const request = httpRequest(url, { method: wrong.method ?? 'POST', headers, agent: false }, (response) => {
    let received = '';
    response.setEncoding('utf8').on('data', (piece: string) => {
      received += piece;
    });
    response.on('end', () => {
      const { statusCode: status = 0 } = response;
      resolve({ status, headers: response.headers, json: JSON.parse(received) as Record<string, unknown> });
    });
  });
  request.on('error', reject);
  request.end(text);
  return promise;
}

describe.each(CASES)('$name', (wrong) => {
  test('is an error of chat completions', async () => {
    const { status, headers, json } = await send('openai', wrong);
    expect(status).toBe(wrong.status);
    expect(json).toEqual({
      error: expect.objectContaining({
        message: wrong.says === undefined ? expect.stringMatching(/\S/) : expect.stringContaining(wrong.says),
        type: expect.stringMatching(/^\w+$/),
        code: wrong.code,
      }),
    });
    expect(json.error).toHaveProperty('param');
    expect(headers['x-should-retry']).toBe('false');
    expect((json.error as { request_id: string }).request_id).toBe(headers['x-request-id']);
  });

  test('is an error of messages', async () => {
    const { status, headers, json } = await send('anthropic', wrong);
    expect(status).toBe(wrong.status);
    expect(json).toMatchObject({
      type: 'error',
      error: { type: wrong.type, message: expect.stringMatching(/\S/), details: { error_code: wrong.code } },
    });
    expect(headers['x-should-retry']).toBe('false');
    expect(json.request_id).toBe(headers['request-id']);
  });
});

test.each(CLIENTS)('a limit of requests is an error of %s, with when to come back', async (client) => {
  const headers = { authorization: 'Bearer slow-key-that-is-no-secret-00003' };
  const answers = [await send(client, { headers }), await send(client, { headers })];
  const refused = answers.find(({ status }) => status === 429);
  expect(refused?.headers['retry-after']).toMatch(/^\d+$/);
  expect(refused?.json).toMatchObject(
    client === 'openai'
      ? { error: { type: 'rate_limit_error', code: 'rate_limited' } }
      : { type: 'error', error: { type: 'rate_limit_error', details: { error_code: 'rate_limited' } } },
  );
});

test('the reserved path of Responses answers in the dialect of its clients', async () => {
  const answer = await send('openai', { path: () => '/v1/responses' });
  expect([answer.status, answer.json]).toMatchObject([501, { error: { code: 'not_implemented' } }]);
});
