import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { connect } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { html, neverAnswers, resetsBeforeHead, shorterThanAnnounced, streamCutAfter } from './faults.ts';
import { closedPort, exchangeBytes } from './loopback-ports.ts';
import { chatCompletion, chatEvents, chatReply, chatStream, errorReply, eventStream } from './openai-replies.ts';
import { createScriptedUpstream, type ScriptedUpstream } from './scripted-upstream.ts';
import { selfSignedCertificate } from './self-signed-certificate.ts';
import { delay, hold, raw, send } from './steps.ts';

let upstream: ScriptedUpstream;
beforeEach(async () => {
  upstream = await createScriptedUpstream();
});
afterEach(() => upstream.close());

const post = (body: unknown, headers: Record<string, string> = {}) =>
  fetch(`${upstream.baseUrl}/chat/completions`, { method: 'POST', body: JSON.stringify(body), headers });

/** The pieces in which a body arrives. */
function pieces(path = '/v1/x'): Promise<{ pieces: string[]; complete: boolean }> {
  return new Promise((resolve) => {
    const sent = httpRequest(upstream.origin + path, { agent: false }, (response: IncomingMessage) => {
      const received: string[] = [];
      response.on('data', (chunk: Buffer) => received.push(chunk.toString('latin1')));
      response.on('error', () => {});
      response.on('close', () => resolve({ pieces: received, complete: response.complete }));
    });
    sent.end();
  });
}

describe('what a request looked like', () => {
  test('is recorded with path, header names as sent, and the very bytes of the body', async () => {
    upstream.reply(chatCompletion());
    await post({ model: 'm', text: 'Grüße' }, { 'X-Thing': 'a' });
    const call = await upstream.request(1);
    expect(call.method).toBe('POST');
    expect(call.path).toBe('/v1/chat/completions');
    expect(call.headers['x-thing']).toBe('a');
    expect(call.body.equals(Buffer.from('{"model":"m","text":"Grüße"}'))).toBe(true);
    expect(call.json()).toEqual({ model: 'm', text: 'Grüße' });
  });

  test('is the same when it arrives byte by byte and chunked', async () => {
    upstream.reply({ framing: 'close', body: 'ok' });
    const socket = connect(upstream.port, '127.0.0.1');
    for (const byte of 'POST /v1/x?y=1 HTTP/1.1\r\nhost: h\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n') {
      await new Promise((resolve) => socket.write(byte, resolve));
    }
    const call = await upstream.request(1);
    expect([call.path, call.target, call.body.toString()]).toEqual(['/v1/x', '/v1/x?y=1', 'abcde']);
    socket.destroy();
  });

  test('a request that is not HTTP is a problem on record and closes the connection', async () => {
    const answer = await exchangeBytes(upstream.port, 'nonsense\r\n\r\n');
    expect(answer.length).toBe(0);
    expect(upstream.problems).toHaveLength(1);
  });

  test('is awaited before it arrives', async () => {
    upstream.reply(chatCompletion());
    const second = upstream.request(2);
    await post({ n: 1 });
    await post({ n: 2 });
    expect((await second).json()).toEqual({ n: 2 });
  });
});

describe('what is answered', () => {
  test('comes from the queue first, then from the standing reply, and without either is a loud 500', async () => {
    expect((await post({})).status).toBe(500);
    upstream.reply(chatCompletion({ content: 'standing' }));
    upstream.enqueue(errorReply(503), (call) => chatCompletion({ content: `you sent ${call.body.length} bytes` }));
    expect((await post({})).status).toBe(503);
    expect(await (await post({})).text()).toContain('you sent 2 bytes');
    expect(await (await post({})).text()).toContain('standing');
  });

  test('a stream carries usage only when the request asked for it, and always ends with [DONE]', async () => {
    upstream.reply(chatReply({ deltas: ['a', 'b'] }));
    const without = await (await post({ stream: true })).text();
    const withUsage = await (await post({ stream: true, stream_options: { include_usage: true } })).text();
    expect(without).not.toContain('usage');
    expect(withUsage).toContain('"choices":[],"usage"');
    expect(without.endsWith('data: [DONE]\n\n')).toBe(true);
    expect((await (await post({})).json()) as object).toHaveProperty('choices.0.message.content', 'Hello there.');
  });

  test('sends slices as separate reads whose sum is the unsliced text', async () => {
    upstream.enqueue(chatStream({ sliceBytes: 7 }));
    const got = await pieces();
    expect(got.pieces.join('')).toBe(chatEvents().join(''));
    expect(got.pieces.length).toBeGreaterThan(20);
  });

  test('ten thousand steps fit on the stack', async () => {
    upstream.enqueue({ body: Array.from({ length: 10_000 }, () => send('x')) });
    expect((await (await post({})).text()).length).toBe(10_000);
  });

  test('waits at a hold until it is released, also when the release came first', async () => {
    upstream.enqueue({ body: [send('one'), hold('a'), send('two'), hold('b'), send('three')] });
    const answer = pieces();
    const call = await upstream.request(1);
    call.release('b');
    expect(call.isFinished).toBe(false);
    call.release('a');
    expect((await answer).pieces.join('')).toBe('onetwothree');
  });

  test('a delay waits on the injected timer only', async () => {
    let fire = (): void => {};
    const armed = Promise.withResolvers<number>();
    const timed = await createScriptedUpstream({
      setTimer: (callback, ms) => {
        fire = callback;
        armed.resolve(ms);
      },
    });
    timed.reply({ body: [delay(5_000), send('late')] });
    const answer = fetch(timed.origin);
    expect(await armed.promise).toBe(5_000);
    fire();
    expect(await (await answer).text()).toBe('late');
    await timed.close();
  });
});

describe('what goes wrong', () => {
  test('a cut stream closes in the middle and is not complete for the client', async () => {
    upstream.enqueue(streamCutAfter(2));
    const got = await pieces();
    expect(got.complete).toBe(false);
    expect(got.pieces.join('')).toContain('" there"');
    expect(got.pieces.join('')).not.toContain('[DONE]');
  });

  test('a reset is an ECONNRESET at the client', async () => {
    upstream.enqueue(resetsBeforeHead());
    const error = await new Promise<NodeJS.ErrnoException>((resolve) => {
      httpRequest(upstream.origin).on('error', resolve).end();
    });
    expect(error.code).toBe('ECONNRESET');
  });

  test('an upstream that never answers sees the client give up', async () => {
    upstream.enqueue(neverAnswers());
    const controller = new AbortController();
    const answer = expect(fetch(upstream.origin, { signal: controller.signal })).rejects.toThrow();
    const call = await upstream.request(1);
    expect(call.isAborted).toBe(false);
    controller.abort();
    await call.aborted;
    await answer;
  });

  test('announces more than it sends', async () => {
    upstream.enqueue(shorterThanAnnounced());
    expect((await pieces()).complete).toBe(false);
  });

  test('sends HTML under 200', async () => {
    upstream.enqueue(html());
    const response = await post({});
    expect([response.status, response.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
  });

  test('sends bytes that are no HTTP', async () => {
    upstream.enqueue({ framing: 'raw', body: [raw('hello')] });
    const socketAnswer = new Promise<string>((resolve) => {
      const socket = connect(upstream.port, '127.0.0.1', () => socket.write('GET / HTTP/1.1\r\nhost: h\r\n\r\n'));
      socket.once('data', (chunk: Buffer) => {
        resolve(chunk.toString());
        socket.destroy();
      });
    });
    expect(await socketAnswer).toBe('hello');
  });

  test('a finished answer is no abort when the client closes afterwards', async () => {
    upstream.enqueue(eventStream(['data: x\n\n']));
    await pieces();
    const call = await upstream.request(1);
    await call.finished;
    await upstream.allClosed();
    expect(call.isAborted).toBe(false);
  });

  test('a closed port refuses', async () => {
    await expect(exchangeBytes(await closedPort(), 'x')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });
});

test('speaks TLS and records the server name that the client asked for', async () => {
  const { key, cert } = selfSignedCertificate('api.vendor.example');
  const secure = await createScriptedUpstream({ tls: { key, cert } });
  secure.reply({ body: 'ok' });
  const status = await new Promise<number | undefined>((resolve, reject) => {
    httpsRequest(`${secure.origin}/`, { ca: cert, servername: 'api.vendor.example' }, (response) => {
      response.resume();
      resolve(response.statusCode);
    })
      .on('error', reject)
      .end();
  });
  expect(status).toBe(200);
  expect((await secure.request(1)).serverName).toBe('api.vendor.example');
  await secure.close();
});
