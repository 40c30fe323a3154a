import { type AddressInfo, createServer, type Socket } from 'node:net';
import { inspect } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  closesBeforeHead,
  conflictingFraming,
  encoded,
  heldStream,
  html,
  neverAnswers,
  notHttp,
  oversized,
  redirect,
  resetsBeforeHead,
  shorterThanAnnounced,
  streamCutAfter,
  streamEndsSilentlyAfter,
  streamErrorsAfter,
  streamMalformedEventAt,
  streamResetAfter,
  streamStallsAfter,
  truncatedJson,
  wrongChunkSize,
} from '../../test/support/upstream/faults.ts';
import { closedPort } from '../../test/support/upstream/loopback-ports.ts';
import { chatCompletion, chatEvents, chatStream, rateLimited } from '../../test/support/upstream/openai-replies.ts';
import { createScriptedUpstream, type ScriptedUpstream } from '../../test/support/upstream/scripted-upstream.ts';
import { halfClose, hold, raw, send, stall } from '../../test/support/upstream/steps.ts';
import { collectCall, testEndpoint, testRequest } from '../../test/support/upstream/upstream-calls.ts';
import type { Endpoint } from '../contracts/deployment.ts';
import type { UpstreamClient } from '../contracts/upstream.ts';
import { createUpstreamClient, type UpstreamClientOptions } from './http-client.ts';

let upstream: ScriptedUpstream;
let endpoint: Endpoint;
let client: UpstreamClient;
const faults: unknown[] = [];

const useClient = (options: UpstreamClientOptions): void => {
  client = createUpstreamClient({ onFault: (error) => faults.push(error), ...options });
};

beforeEach(async () => {
  faults.length = 0;
  upstream = await createScriptedUpstream();
  endpoint = testEndpoint(upstream.baseUrl);
  useClient({});
});
afterEach(async () => {
  await client.close();
  await upstream.close();
  expect(upstream.problems).toEqual([]);
});

const collect = async (request = testRequest(endpoint)) => {
  const collected = collectCall(client, request);
  await collected.ended;
  return collected;
};

describe('a good answer', () => {
  test('arrives as head, data and end, byte for byte', async () => {
    const script = chatCompletion({ content: 'Grüße, 你好' });
    upstream.reply(script);
    const got = await collect();
    expect(got.events).toEqual(['onHead', 'onData', 'onEnd']);
    expect(got.status).toBe(200);
    expect(got.headers['content-type']).toBe('application/json');
    expect(got.text()).toBe(script.body);
  });

  test('streams every event as it is sent', async () => {
    upstream.reply(heldStream({ deltas: ['a', 'b'] }));
    const streamed = collectCall(client, testRequest(endpoint));
    const events = chatEvents({ deltas: ['a', 'b'] });
    const call = await upstream.request(1);
    for (let index = 0; index < events.length; index += 1) {
      expect((await streamed.chunk(index + 1)).toString()).toBe(events[index]);
      call.release();
    }
    await streamed.ended;
    expect(streamed.failure).toBeNull();
  });

  test('is the same bytes however it is cut', async () => {
    for (const sliceBytes of [1, 2, 3, 64]) {
      upstream.enqueue(chatStream({ deltas: ['Grüße', '你好'], sliceBytes }));
      expect((await collect()).text()).toBe(chatEvents({ deltas: ['Grüße', '你好'] }).join(''));
    }
  });

  test('an informational answer before it is not taken for it', async () => {
    upstream.reply({
      framing: 'raw',
      body: [raw('HTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok')],
    });
    const got = await collect();
    expect([got.status, got.text(), got.events.filter((event) => event === 'onHead').length]).toEqual([200, 'ok', 1]);
  });

  test('error statuses are answers, with their bodies', async () => {
    upstream.reply({ status: 429, headers: { 'retry-after': '7' }, body: '{"error":{}}' });
    const got = await collect();
    expect([got.status, got.headers['retry-after'], got.text(), got.failure]).toEqual([429, '7', '{"error":{}}', null]);
  });
});

describe('what is wrong for the dialect only', () => {
  test.each([
    ['JSON cut in the middle', truncatedJson(), 200],
    ['a stream that ends without finish reason', streamEndsSilentlyAfter(2), 200],
    ['a stream with an error event', streamErrorsAfter(1), 200],
    ['a stream with a malformed event', streamMalformedEventAt(1), 200],
    ['a web page', html(), 200],
    ['a rate limit', rateLimited(7), 429],
    ['a redirect', redirect('/elsewhere'), 302],
  ] as const)('%s is a complete answer here, for others to judge', async (_name, script, status) => {
    upstream.reply(script);
    const got = await collect();
    expect([got.status, got.failure, got.events.at(-1)]).toEqual([status, null, 'onEnd']);
    await collect();
    expect(upstream.connectionsAccepted).toBe(1);
  });
});

describe('the request', () => {
  test('goes to the base URL and path, with the credential and identity encoding, and the body untouched', async () => {
    upstream.reply(chatCompletion());
    const body = Buffer.from('{"model":"m", "n":1.0, "big":12345678901234567890}');
    await collect(testRequest(endpoint, body, { headers: { traceparent: '00-ab-cd-01' } }));
    const { method, target, headers, body: sent } = await upstream.request(1);
    expect([method, target]).toEqual(['POST', '/v1/chat/completions']);
    expect(headers).toMatchObject({
      host: `127.0.0.1:${upstream.port}`,
      authorization: 'Bearer sk-fake-upstream-key',
      'content-type': 'application/json',
      'content-length': String(body.length),
      'accept-encoding': 'identity',
      connection: 'keep-alive',
      traceparent: '00-ab-cd-01',
    });
    expect(sent.equals(body)).toBe(true);
  });

  test.each([
    ['bearer', 'authorization', 'Bearer sk-fake-upstream-key'],
    ['x-api-key', 'x-api-key', 'sk-fake-upstream-key'],
    ['api-key', 'api-key', 'sk-fake-upstream-key'],
    ['x-goog-api-key', 'x-goog-api-key', 'sk-fake-upstream-key'],
    ['none', 'authorization', undefined],
  ] as const)('sends the credential as %s says', async (auth, header, value) => {
    upstream.reply(chatCompletion());
    await collect(testRequest(testEndpoint(upstream.baseUrl, { auth })));
    expect((await upstream.request(1)).headers[header]).toBe(value);
  });

  test('uses the credential that was chosen, and none where the endpoint has none', async () => {
    upstream.reply(chatCompletion());
    const two = testEndpoint(upstream.baseUrl, { apiKeys: ['sk-fake-one', 'sk-fake-two'] });
    await collect(testRequest(two, {}, { credential: 1 }));
    await collect(testRequest(testEndpoint(upstream.baseUrl, { apiKeys: [] })));
    expect((await upstream.request(1)).headers.authorization).toBe('Bearer sk-fake-two');
    expect((await upstream.request(2)).headers.authorization).toBeUndefined();
  });

  test('cannot replace credential, destination or framing by its headers', async () => {
    upstream.reply(chatCompletion());
    const headers = {
      authorization: 'Bearer stolen',
      'x-api-key': 'stolen',
      host: 'evil.example',
      'content-length': '0',
      'transfer-encoding': 'chunked',
      'accept-encoding': 'gzip',
      connection: 'close',
    };
    await collect(testRequest(endpoint, {}, { headers }));
    const received = (await upstream.request(1)).headers;
    expect(received).toMatchObject({
      authorization: 'Bearer sk-fake-upstream-key',
      host: `127.0.0.1:${upstream.port}`,
    });
    expect(received).toMatchObject({ 'accept-encoding': 'identity', 'content-length': '2', connection: 'keep-alive' });
    expect(received).not.toHaveProperty('x-api-key');
    expect(received).not.toHaveProperty('transfer-encoding');
  });

  test('carries the extra headers of the endpoint, which may replace the credential but not the framing', async () => {
    upstream.reply(chatCompletion());
    const extraHeaders = { 'X-Title': 'Alidade', Authorization: 'Basic ZmFrZTpmYWtl', Host: 'evil.example' };
    await collect(testRequest(testEndpoint(upstream.baseUrl, { extraHeaders })));
    const { headers } = await upstream.request(1);
    expect(headers).toMatchObject({ 'x-title': 'Alidade', authorization: 'Basic ZmFrZTpmYWtl' });
    expect(headers.host).toBe(`127.0.0.1:${upstream.port}`);
  });

  test('keeps a query of the base URL', async () => {
    upstream.reply(chatCompletion());
    await collect(testRequest(testEndpoint(`${upstream.origin}/openai/v1/?api-version=preview`)));
    expect((await upstream.request(1)).target).toBe('/openai/v1/chat/completions?api-version=preview');
  });

  test('joins a query of the path with one of the base URL', async () => {
    upstream.reply(chatCompletion());
    const given = testRequest(testEndpoint(`${upstream.origin}/v1beta?region=eu`));
    await collect({ ...given, path: '/models/m:streamGenerateContent?alt=sse' });
    expect((await upstream.request(1)).target).toBe('/v1beta/models/m:streamGenerateContent?alt=sse&region=eu');
  });

  test('ignores proxy settings of the environment', async () => {
    const proxy = `http://127.0.0.1:${await closedPort()}`;
    const before = { ...process.env };
    Object.assign(process.env, { HTTP_PROXY: proxy, http_proxy: proxy, ALL_PROXY: proxy, NODE_USE_ENV_PROXY: '1' });
    try {
      upstream.reply(chatCompletion());
      expect((await collect()).status).toBe(200);
    } finally {
      process.env = before;
    }
  });
});

describe('connections', () => {
  test('are kept and used again', async () => {
    upstream.reply(chatCompletion());
    for (let index = 0; index < 5; index += 1) await collect();
    expect(upstream.connectionsAccepted).toBe(1);
  });

  test('are not shared by answers under way: 200 streams have 200 connections', async () => {
    upstream.reply(heldStream());
    const calls = Array.from({ length: 200 }, () => collectCall(client, testRequest(endpoint)));
    await upstream.request(200);
    expect(upstream.connectionsAccepted).toBe(200);
    for (const { call } of calls) call.abort();
    await upstream.allClosed();
  });

  test('beyond the limit calls wait, in order, and aborted ones are passed over', async () => {
    await client.close();
    useClient({ maxConnectionsPerOrigin: 2 });
    upstream.reply({ body: [hold(), send('x')] });
    const calls = [1, 2, 3, 4, 5].map((n) => collectCall(client, testRequest(endpoint, { n })));
    const first = await upstream.request(1);
    await upstream.request(2);
    calls[2]?.call.abort();
    expect(calls[2]?.failure).toBe('aborted');
    first.release();
    const third = await upstream.request(3);
    expect(third.json()).toEqual({ n: 4 });
    expect(upstream.connectionsAccepted).toBe(2);
    third.release();
    (await upstream.request(4)).release();
    (await upstream.request(2)).release();
    await Promise.all(calls.map((call) => call.ended));
    expect(upstream.requests).toHaveLength(4);
  });

  test('of calls that waited for one, whatever may not leave by then never does, and others go on', async () => {
    await client.close();
    useClient({ maxConnectionsPerOrigin: 1 });
    upstream.enqueue({ body: [hold(), send('x')] });
    upstream.reply(chatCompletion());
    let permitted = true;
    const asked = (n: number, mayLeave: () => boolean) =>
      collectCall(client, testRequest(endpoint, { n }), undefined, mayLeave);
    const running = asked(1, () => true);
    const waiting = [asked(2, () => permitted), asked(3, () => true)];
    const first = await upstream.request(1);
    permitted = false;
    first.release();
    await Promise.all([running, ...waiting].map((call) => call.ended));
    expect([running, ...waiting].map(({ failure }) => failure)).toEqual([null, 'withdrawn', null]);
    expect(upstream.requests.map((request) => request.json())).toEqual([{ n: 1 }, { n: 3 }]);
  });

  test('of calls that wait while they connect the same is true', async () => {
    upstream.reply(chatCompletion());
    let permitted = true;
    const call = collectCall(client, testRequest(endpoint), undefined, () => permitted);
    permitted = false;
    await call.ended;
    expect(call.failure).toBe('withdrawn');
    expect(upstream.requests).toEqual([]);
  });

  test('a broken one makes room for a waiting call', async () => {
    await client.close();
    useClient({ maxConnectionsPerOrigin: 1 });
    upstream.enqueue(resetsBeforeHead(), chatCompletion());
    const [broken, next] = [collectCall(client, testRequest(endpoint)), collectCall(client, testRequest(endpoint))];
    await Promise.all([broken.ended, next.ended]);
    expect([broken.failure, next.status]).toEqual(['reset', 200]);
  });

  test('one that the upstream closed while idle costs no call', async () => {
    upstream.enqueue({ framing: 'close', body: 'bye' }, chatCompletion());
    await collect();
    expect((await collect()).status).toBe(200);
    expect(upstream.connectionsAccepted).toBe(2);
  });

  test('one that the upstream closes only half is given up, and costs no call', async () => {
    const body = 'ok';
    upstream.enqueue({
      framing: 'raw',
      body: [raw(`HTTP/1.1 200 OK\r\ncontent-length: ${body.length}\r\n\r\n${body}`), halfClose()],
    });
    await collect();
    upstream.enqueue(chatCompletion());
    expect((await collect()).status).toBe(200);
    expect(upstream.connectionsAccepted).toBe(2);
  });

  test('one on which the upstream speaks unasked is given up: what it said answers nobody', async () => {
    const timeout = 'HTTP/1.1 408 Request Timeout\r\ncontent-length: 0\r\n\r\n';
    upstream.enqueue({
      framing: 'raw',
      body: [raw('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok'), hold(), raw(timeout), stall()],
    });
    await collect();
    const first = await upstream.request(1);
    first.release();
    await first.aborted;
    upstream.enqueue(chatCompletion());
    expect((await collect()).status).toBe(200);
    expect(upstream.connectionsAccepted).toBe(2);
  });

  test('one with bytes behind an answer is given up, and costs no call', async () => {
    upstream.enqueue({
      framing: 'raw',
      body: [
        raw('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nokHTTP/1.1 500 No\r\ncontent-length: 0\r\n\r\n'),
        stall(),
      ],
    });
    expect((await collect()).text()).toBe('ok');
    upstream.enqueue(chatCompletion());
    expect((await collect()).status).toBe(200);
    expect(upstream.connectionsAccepted).toBe(2);
  });

  test('one that the upstream keeps for two seconds or less is not used again', async () => {
    upstream.enqueue({ headers: { 'keep-alive': 'timeout=2' }, body: 'ok' }, chatCompletion());
    await collect();
    expect((await collect()).status).toBe(200);
    expect(upstream.connectionsAccepted).toBe(2);
  });

  test('one whose answer came before its request had left is given up, and costs no call', async () => {
    const sockets: Socket[] = [];
    const server = createServer((socket) => {
      sockets.push(socket);
      // Answers at the first byte and reads no further.
      socket.once('data', () => {
        socket.pause();
        socket.write('HTTP/1.1 413 Too Large\r\ncontent-length: 0\r\n\r\n');
      });
      socket.on('error', () => undefined);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const other = testEndpoint(`http://127.0.0.1:${port}/v1`);
    for (let call = 0; call < 2; call += 1) {
      expect((await collect(testRequest(other, Buffer.alloc(32 << 20, 0x20)))).status).toBe(413);
    }
    expect(sockets).toHaveLength(2);
    for (const socket of sockets) socket.destroy();
    server.close();
  });

  test('one that is too old is not used again', async () => {
    await client.close();
    useClient({ maxConnectionAgeMs: 0 });
    upstream.reply(chatCompletion());
    await collect();
    await collect();
    expect(upstream.connectionsAccepted).toBe(2);
  });

  test('closing the client ends what is under way, refuses what comes after, and leaves no socket', async () => {
    upstream.reply(neverAnswers());
    const call = collectCall(client, testRequest(endpoint));
    await upstream.request(1);
    await client.close();
    await call.ended;
    const late = await collect();
    expect([call.failure, late.failure]).toEqual(['aborted', 'aborted']);
    await upstream.allClosed();
  });
});

describe('back-pressure', () => {
  test('a paused call holds the upstream back and loses nothing', async () => {
    const piece = 'x'.repeat(65_536);
    const pieces = 256;
    upstream.reply({ body: Array.from({ length: pieces }, () => send(piece)) });
    const paused = collectCall(client, testRequest(endpoint), (call) => {
      if (paused.chunks.length === 1) call.pause();
    });
    await paused.chunk(1);
    const upstreamCall = await upstream.request(1);
    // The kernel's buffers are full once the upstream makes no more progress between two turns of the loop.
    let before = -1;
    while (before !== upstreamCall.stepsDone) {
      before = upstreamCall.stepsDone;
      for (let turn = 0; turn < 20; turn += 1) await new Promise(setImmediate);
    }
    expect(upstreamCall.isFinished).toBe(false);
    expect(paused.chunks).toHaveLength(1);
    paused.call.resume();
    await paused.ended;
    expect(paused.text().length).toBe(pieces * piece.length);
  });

  test('pause before the connection exists and resume within a callback both hold', async () => {
    upstream.reply({ body: [send('one'), hold(), send('two')] });
    const call = collectCall(client, testRequest(endpoint), (handle) => {
      handle.pause();
      handle.resume();
    });
    call.call.pause();
    const received = await upstream.request(1);
    received.release();
    await received.finished;
    expect(call.chunks).toHaveLength(0);
    call.call.resume();
    await call.ended;
    expect(call.text()).toBe('onetwo');
  });
});

describe('abort', () => {
  test('reaches the upstream in the middle of a stream and reports once', async () => {
    upstream.reply(streamStallsAfter(2));
    const call = collectCall(client, testRequest(endpoint));
    await call.chunk(1);
    call.call.abort();
    call.call.abort();
    expect(call.failure).toBe('aborted');
    await (await upstream.request(1)).aborted;
    expect(call.events.filter((event) => event === 'onFailure')).toHaveLength(1);
  });

  test('works before there is a connection, from within onData, and does nothing after the end', async () => {
    upstream.reply(chatStream());
    const early = collectCall(client, testRequest(endpoint));
    early.call.abort();
    expect(early.events).toEqual(['onFailure']);
    const within = collectCall(client, testRequest(endpoint), (call) => call.abort());
    await within.ended;
    expect([within.failure, within.events]).toEqual(['aborted', ['onHead', 'onData', 'onFailure']]);
    const late = await collect();
    late.call.abort();
    late.call.pause();
    late.call.resume();
    expect(late.failure).toBeNull();
  });

  test('while paused frees the connection', async () => {
    upstream.reply(streamStallsAfter(1));
    const call = collectCall(client, testRequest(endpoint), (handle) => handle.pause());
    await call.chunk(1);
    call.call.abort();
    await upstream.allClosed();
    expect(call.failure).toBe('aborted');
  });
});

describe('failures', () => {
  test.each([
    ['reset before the head', resetsBeforeHead(), 'reset', 0],
    ['close before the head', closesBeforeHead(), 'reset', 0],
    ['cut in a stream', streamCutAfter(2), 'reset', 200],
    ['RST in a stream', streamResetAfter(2), 'reset', 200],
    ['less than announced', shorterThanAnnounced(), 'reset', 200],
    [
      'less than announced on a closing connection',
      { ...shorterThanAnnounced(), headers: { connection: 'close' } },
      'reset',
      200,
    ],
    [
      'a chunked body cut on a closing connection',
      { ...streamCutAfter(1), headers: { connection: 'close' } },
      'reset',
      200,
    ],
    ['a wrong chunk size', wrongChunkSize(), 'protocol', 200],
    ['bytes that are no HTTP', notHttp(), 'protocol', 0],
    ['conflicting framing', conflictingFraming(), 'protocol', 0],
    [
      'a 101 nobody asked for',
      { framing: 'raw', body: [raw('HTTP/1.1 101 Switching\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n')] },
      'protocol',
      0,
    ],
    ['a head of 20 KiB', { headers: { 'x-big': 'x'.repeat(20_000) }, body: 'ok' }, 'protocol', 0],
    ['gzip nobody asked for', encoded('gzip', Buffer.from([0x1f, 0x8b])), 'protocol', 0],
    ['a chain of encodings', encoded(Array(100).fill('gzip').join(', '), Buffer.from([0x1f, 0x8b])), 'protocol', 0],
  ] as const)('%s', async (_name, script, failure, status) => {
    upstream.enqueue(script);
    const got = await collect();
    expect([got.failure, got.status ?? 0]).toEqual([failure, status]);
    expect(got.events.at(-1)).toBe('onFailure');
    upstream.enqueue(chatCompletion());
    expect((await collect()).status).toBe(200);
  });

  test('a refused connection', async () => {
    const got = await collect(testRequest(testEndpoint(`http://127.0.0.1:${await closedPort()}/v1`)));
    expect([got.failure, got.events]).toEqual(['connect_failed', ['onFailure']]);
  });

  test('a name without address', async () => {
    await client.close();
    useClient({ resolve: (_host, callback) => callback(Object.assign(new Error('no'), { code: 'ENOTFOUND' }), []) });
    const got = await collect(testRequest(testEndpoint('http://vendor.example/v1')));
    expect(got.failure).toBe('connect_failed');
  });

  test('a connection that is not accepted in time', async () => {
    await client.close();
    // Resolution that never answers is the one slow part of connecting that loopback can show.
    useClient({ resolve: () => {} });
    const started = performance.now();
    const got = await collect(testRequest(testEndpoint('http://vendor.example/v1'), {}, { connectTimeoutMs: 50 }));
    expect(got.failure).toBe('connect_timeout');
    // undici's own coarse timer would need 500 ms and more.
    expect(performance.now() - started).toBeLessThan(400);
  });

  test('time in which nobody looked at the connection is not held against it', async () => {
    upstream.enqueue(chatCompletion());
    const calling = collect(testRequest(endpoint, {}, { connectTimeoutMs: 20 }));
    // The loop stands still for longer than connecting may take; the system accepts connections all the same.
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 60);
    expect((await calling).failure).toBeNull();
  });

  test('an answer over the size limit is cut off with memory bounded', async () => {
    await client.close();
    useClient({ maxResponseBytes: 1_000_000 });
    upstream.enqueue(oversized(50_000_000), oversized(960_000));
    const got = await collect();
    expect(got.failure).toBe('response_too_large');
    expect(Buffer.concat(got.chunks).length).toBeLessThanOrEqual(1_000_000);
    expect((await collect()).failure).toBeNull();
  });

  test('a redirect is an answer and is not followed', async () => {
    const inner = await createScriptedUpstream();
    upstream.reply(redirect(`${inner.baseUrl}/secret`));
    expect((await collect()).status).toBe(302);
    expect(inner.connectionsAccepted).toBe(0);
    await inner.close();
  });

  test('a credential that cannot be a header fails the call after dispatch has returned', async () => {
    const bad = testEndpoint(upstream.baseUrl, { apiKeys: ['sk-fake\nsecond-line'] });
    const call = collectCall(client, testRequest(bad));
    expect(call.events).toEqual([]);
    await call.ended;
    expect(call.failure).toBe('connect_failed');
    expect(inspect(call.cause, { depth: 9, showHidden: true })).not.toContain('second-line');
  });

  test('neither credential nor body nor answer appears in any error', async () => {
    const secretBody = { model: 'm', messages: [{ role: 'user', content: 'canary-prompt' }] };
    const scripts = [resetsBeforeHead(), wrongChunkSize(), notHttp(), shorterThanAnnounced(), streamCutAfter(1)];
    for (const script of scripts) {
      upstream.enqueue(script);
      const got = await collect(testRequest(endpoint, secretBody));
      const shown = inspect(got.cause, { depth: 9, showHidden: true });
      expect(shown).not.toMatch(/sk-fake|canary-prompt|Hello|nonsense|OpenSSH/);
    }
  });

  test('an exception of the handler is reported as such and ends its own call only', async () => {
    upstream.reply(chatStream());
    const call = collectCall(client, testRequest(endpoint), () => {
      throw new Error('a bug of the caller');
    });
    await call.ended;
    expect(call.failure).toBe('aborted');
    expect(faults).toEqual([expect.objectContaining({ message: 'a bug of the caller' })]);
    expect((await collect()).failure).toBeNull();
  });
});
