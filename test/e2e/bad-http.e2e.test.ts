import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sendRaw, statusOf } from '../support/raw-http.ts';
import { type RunningServer, startSourceServer } from '../support/running-server.ts';

// What no client library would send. Every case must leave the server answering others.

let server: RunningServer;

beforeAll(async () => {
  server = await startSourceServer('server: { max_body_bytes: 20000 }\n');
}, 60_000);

afterAll(() => server.stop());

const BODY = '{"model":"auto","messages":[{"role":"user","content":"What is 2+3?"}]}';

function request(headers: readonly string[], body = '', path = '/v1/chat/completions', method = 'POST'): string {
  return `${[`${method} ${path} HTTP/1.1`, 'host: localhost', ...headers].join('\r\n')}\r\n\r\n${body}`;
}

const code = (answer: string): unknown => /"code":"(\w+)"/.exec(answer)?.[1];

async function answersOthers(): Promise<void> {
  const length = `content-length: ${BODY.length}`;
  const answer = await sendRaw(server.origin, request([length, 'connection: close'], BODY));
  expect(statusOf(answer)).toBe(200);
}

describe('framing', () => {
  test.each([
    [
      'Transfer-Encoding with Content-Length',
      request(['transfer-encoding: chunked', 'content-length: 5'], '0\r\n\r\n'),
    ],
    [
      'Content-Length with Transfer-Encoding',
      request(['content-length: 5', 'transfer-encoding: chunked'], '0\r\n\r\n'),
    ],
    ['two lengths that differ', request(['content-length: 5', 'content-length: 6'], '12345')],
    ['a negative length', request(['content-length: -1'], '')],
    ['a folded header', request(['x-a: 1', ' folded'], '')],
    ['a bare line feed in a header', request(['x-a: a\nx-b: b'], '')],
    ['a header without a name', request([': value'], '')],
    ['an unknown transfer encoding', request(['transfer-encoding: gzip, chunked-ish'], '')],
    ['garbage', '\u0000\u0001\u0002 nonsense\r\n\r\n'],
    ['headers of 64 KiB', request([`x-a: ${'a'.repeat(65_536)}`], '')],
  ])('%s is refused without an upstream call, and the connection closes', async (_name, bytes) => {
    const answer = await sendRaw(server.origin, bytes);
    expect([null, 400, 431]).toContain(statusOf(answer));
    expect(answer).not.toContain('    at ');
    await answersOthers();
  });
});

describe('the Host header', () => {
  const lines = (hosts: readonly string[], version = '1.1'): string =>
    [`POST /v1/chat/completions HTTP/${version}`, ...hosts, `content-length: ${BODY.length}`, 'connection: close'].join(
      '\r\n',
    );

  test.each([
    ['missing', []],
    ['twice', ['host: localhost', 'host: evil.example']],
    ['twice and alike', ['host: localhost', 'Host: localhost']],
  ])('%s is refused in the shape of every error', async (_name, hosts) => {
    const answer = await sendRaw(server.origin, `${lines(hosts)}\r\n\r\n${BODY}`);
    expect(statusOf(answer)).toBe(400);
    expect(code(answer)).toBe('malformed_http');
  });

  test('may be missing from a request of HTTP/1.0 only where no host has to be trusted', async () => {
    const answer = await sendRaw(server.origin, `${lines([], '1.0')}\r\n\r\n${BODY}`);
    expect([statusOf(answer), code(answer)]).toEqual([403, 'foreign_host']);
  });
});

describe('a plain request', () => {
  const length = `content-length: ${BODY.length}`;
  /** Status line, names of headers and shape of the body, without what says whether the connection is kept. */
  const shape = (answer: string): unknown => {
    const [head = '', body = ''] = answer.split('\r\n\r\n');
    const [status, ...headers] = head.split('\r\n');
    const names = headers.map((line) => line.split(':')[0]?.toLowerCase());
    const kept = names.filter((name) => name !== 'connection' && name !== 'keep-alive');
    return { status, names: kept.sort(), members: Object.keys(JSON.parse(body)) };
  };

  test('is answered alike whether it is read from the socket or by node:http', async () => {
    const direct = await sendRaw(server.origin, request([length], BODY));
    const byNode = await sendRaw(server.origin, request([length, 'connection: close'], BODY));
    expect(statusOf(direct)).toBe(200);
    expect(direct).toMatch(/\r\nconnection: keep-alive\r\nkeep-alive: timeout=75\r\n/i);
    expect(shape(direct)).toEqual(shape(byNode));
  });

  /** Without what differs between any two answers. */
  const steady = (answer: string): string =>
    answer.replace(/Date: [^\r]+/, '').replace(/"request_id":"[^"]+"|x-request-id: [^\r]+/g, '');

  test.each<[string, string, string[]]>([
    ['a body that is no JSON', '{"model":', []],
    ['an empty body', '', []],
    ['no model', '{"messages":[]}', []],
    ['a model that nobody has', BODY.replace('auto', 'nobody/none'), []],
    ['another media type', BODY, ['content-type: text/plain']],
    ['another character set', BODY, ['content-type: application/json; charset=iso-8859-1']],
    ['a compressed body', BODY, ['content-encoding: gzip']],
    ['a foreign origin', BODY, ['origin: http://evil.example']],
    ['a body that would be too large', '', ['content-length: 30000']],
  ])('with %s is refused in the same bytes either way', async (_what, body, headers) => {
    const asked = headers.join().startsWith('content-length')
      ? headers
      : [`content-length: ${body.length}`, ...headers];
    const direct = await sendRaw(server.origin, request(asked, body));
    // A tab is what only node:http reads.
    const byNode = await sendRaw(server.origin, request([...asked, 'x-a: b\tc'], body));
    expect(statusOf(direct)).toBeGreaterThanOrEqual(400);
    expect(steady(direct)).toBe(steady(byNode));
  });

  test('is answered before one behind it is refused, on the same connection', async () => {
    const smuggled = request(['transfer-encoding: chunked', 'content-length: 5'], '0\r\n\r\n');
    const answer = await sendRaw(server.origin, request([length], BODY) + smuggled);
    expect(answer.match(/HTTP\/1\.1 \d+/g)?.[0]).toBe('HTTP/1.1 200');
    expect(answer.match(/HTTP\/1\.1 2/g)).toHaveLength(1);
    await answersOthers();
  });

  test('that comes byte by byte is answered', async () => {
    const answer = await sendRaw(server.origin, ...request([length], BODY).split(''));
    expect(statusOf(answer)).toBe(200);
  });
});

describe('bodies', () => {
  test.each([
    ['longer than the limit says', `content-length: ${30_000}`, 'a'.repeat(100)],
    ['longer than the limit, chunked', 'transfer-encoding: chunked', `7530\r\n${'a'.repeat(30_000)}\r\n0\r\n\r\n`],
  ])('%s is refused before it is read whole', async (_name, header, body) => {
    const answer = await sendRaw(server.origin, request([header], body));
    expect(statusOf(answer)).toBe(413);
    expect(code(answer)).toBe('body_too_large');
    await answersOthers();
  });

  test.each([
    ['a form', 'content-type: multipart/form-data; boundary=x', 415],
    ['a compressed body', 'content-encoding: gzip', 415],
  ])('%s is refused as such', async (_name, header, status) => {
    const answer = await sendRaw(server.origin, request([header, `content-length: ${BODY.length}`], BODY));
    expect(statusOf(answer)).toBe(status);
    expect(code(answer)).toBe('unsupported_media_type');
  });

  test('a body that never comes holds nobody else up', async () => {
    const waiting = sendRaw(server.origin, request(['content-length: 100', 'connection: close'], 'a'));
    await answersOthers();
    await answersOthers();
    void waiting.catch(() => undefined);
  });
});

describe('destinations', () => {
  test.each(['x-base-url', 'x-portkey-custom-host', 'api-base', 'x-forwarded-host'])(
    'a header %s changes nothing',
    async (name) => {
      const answer = await sendRaw(
        server.origin,
        request([`${name}: http://127.0.0.1:1`, `content-length: ${BODY.length}`, 'connection: close'], BODY),
      );
      expect(statusOf(answer)).toBe(200);
      expect(answer).toContain('SANDBOX');
    },
  );

  test('a foreign Host and a foreign Origin are refused in open mode', async () => {
    const foreign = `POST /v1/chat/completions HTTP/1.1\r\nhost: evil.example\r\ncontent-length: ${BODY.length}\r\n\r\n${BODY}`;
    expect(code(await sendRaw(server.origin, foreign))).toBe('foreign_host');
    const origin = request(['origin: https://evil.example', `content-length: ${BODY.length}`], BODY);
    expect(code(await sendRaw(server.origin, origin))).toBe('foreign_origin');
  });

  test('an absolute request target does not change who is asked', async () => {
    const answer = await sendRaw(
      server.origin,
      'GET http://evil.example/v1/models HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n',
    );
    expect([200, 400, 404]).toContain(statusOf(answer));
    expect(answer).not.toContain('evil.example/v1/models HTTP');
  });
});

describe('a path of another API', () => {
  test.each([
    [
      '/openai/deployments/auto/chat/completions?api-version=2024-10-21',
      'base URL http://HOST:PORT/v1, and name the model',
    ],
    ['/api/chat', 'OpenAI-compatible provider'],
    ['/api/embeddings', 'OpenAI-compatible provider'],
    ['/v1beta/models/gemini-3-pro:generateContent', 'use an OpenAI client'],
    ['/v1/completions', 'use POST /v1/chat/completions'],
    ['/chat/completions', 'For OpenAI clients the base URL is http://HOST:PORT/v1'],
  ])('%s says what to use instead', async (path, hint) => {
    const answer = await sendRaw(server.origin, request(['connection: close'], '', path));
    expect({ status: statusOf(answer), code: code(answer) }).toEqual({ status: 404, code: 'unknown_path' });
    expect(answer).toContain(hint);
  });
});

test('what a browser asks before it calls another origin is told that there is no CORS', async () => {
  const preflight = ['origin: http://localhost:3000', 'access-control-request-method: POST', 'connection: close'];
  const answer = await sendRaw(server.origin, request(preflight, '', '/v1/chat/completions', 'OPTIONS'));
  expect(statusOf(answer)).toBe(405);
  expect(answer).toContain('Pages of other origins cannot call it (no CORS): call from a server.');
  expect(answer).not.toMatch(/^access-control-/im);
});

describe('HEAD', () => {
  test.each(['/', '/healthz', '/readyz', '/metrics', '/v1/models', '/api/openapi.json'])(
    'of %s has the head of GET and no body',
    async (path) => {
      const answer = await sendRaw(server.origin, request(['connection: close'], '', path, 'HEAD'));
      expect(statusOf(answer)).toBe(200);
      expect(answer.slice(answer.indexOf('\r\n\r\n'))).toBe('\r\n\r\n');
    },
  );
});

describe('paths', () => {
  test.each([
    ['OPTIONS', '/v1/chat/completions', 'POST'],
    ['HEAD', '/v1/chat/completions', 'POST'],
    ['PUT', '/v1/models', 'GET, HEAD'],
    ['PUT', '/api/keys', 'GET, HEAD, POST'],
  ])('405 to %s %s allows %s', async (method, path, allowed) => {
    const answer = await sendRaw(server.origin, request(['connection: close'], '', path, method));
    expect(statusOf(answer)).toBe(405);
    expect(/^allow: (.*)$/im.exec(answer)?.[1]?.trim()).toBe(allowed);
  });

  test.each([
    ['PUT', '/v1/chat/completions', '', 405, 'method_not_allowed'],
    ['OPTIONS', '/v1/chat/completions', '', 405, 'method_not_allowed'],
    ['DELETE', '/api/keys', '{bad', 405, 'method_not_allowed'],
    ['POST', '/v1/v1/chat/completions', '{bad', 404, 'unknown_path'],
    ['POST', '/v1/nothing', '', 404, 'unknown_path'],
    ['POST', '/v1/nothing', '{"__proto__":1}', 404, 'unknown_path'],
    ['POST', '/api/feedback', '{"request_id":"a","score":0,"score":1}', 400, 'duplicate_member'],
    ['POST', '/api/keys', '{"id":"a","roles":["app"],"r\\u006fles":["admin"]}', 400, 'duplicate_member'],
    ['POST', '/api/keys', '{"id":"a","__proto__":{}}', 400, 'forbidden_member'],
    ['POST', '/api/feedback', `{"a":${'['.repeat(9_000)}`, 400, 'json_too_deep'],
    ['POST', '/api/feedback', '{"request_id":nothing}', 400, 'invalid_json'],
    ['POST', '/api/feedback', '', 400, 'invalid_json'],
  ])('%s %s with the body %s answers %i %s', async (method, path, body, status, expected) => {
    const headers = ['connection: close', 'content-type: application/json', `content-length: ${body.length}`];
    const answer = await sendRaw(server.origin, request(headers, body, path, method));
    expect({ status: statusOf(answer), code: code(answer) }).toEqual({ status, code: expected });
  });

  test.each([
    ['GET', '/v1/chat/completions', 405, 'method_not_allowed'],
    ['POST', '/chat/completions', 404, 'unknown_path'],
    ['POST', '/v1/v1/chat/completions', 404, 'unknown_path'],
    ['GET', '/../../etc/passwd', 404, 'unknown_path'],
    ['GET', '/%2e%2e/%00', 404, 'unknown_path'],
    ['GET', '/api/receipts/req_nothing', 404, 'not_found'],
    ['GET', "/api/receipts/x'%20OR%20'1'='1", 404, 'not_found'],
    ['GET', '/api/requests?limit=0', 400, 'invalid_request'],
    ['GET', '/api/requests?colour=red', 400, 'invalid_request'],
    ['GET', '/api/requests?cursor=garbage', 400, 'invalid_request'],
    ['GET', '/api/requests?since=yesterday', 400, 'invalid_request'],
  ])('%s %s answers %i %s', async (method, path, status, expected) => {
    const answer = await sendRaw(server.origin, request(['connection: close'], '', path, method));
    expect({ status: statusOf(answer), code: code(answer) }).toEqual({ status, code: expected });
  });
});
