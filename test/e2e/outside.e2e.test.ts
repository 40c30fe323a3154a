import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sendRaw, statusOf } from '../support/raw-http.ts';
import { type RunningServer, startSourceServer } from '../support/running-server.ts';
import { chatCompletion } from '../support/upstream/openai-replies.ts';
import { createScriptedUpstream, type ScriptedUpstream } from '../support/upstream/scripted-upstream.ts';
import { raw, send } from '../support/upstream/steps.ts';

// The outside at its worst, on both sides. What is asserted is what comes of it and that others are served meanwhile;
// how long the event loop was held is for the benchmarks.

/** Many more than a client needs; the test's own process holds the other end of each. */
const IDLE_SOCKETS = 5_000;
const SLOW_BODIES = 200;
const PROMPT_BYTES = 10_000_000;
/** The 64 of providers/http-client.ts, and more than the buffers of both sockets hold: what lies there counts as sent. */
const OVERSIZED_MIB = 160;

let server: RunningServer;
let upstream: ScriptedUpstream;
/** Where nobody may ever be sent. */
let inside: ScriptedUpstream;

beforeAll(async () => {
  upstream = await createScriptedUpstream();
  inside = await createScriptedUpstream();
  server = await startSourceServer(
    [
      'detect_local_engines: false',
      `endpoints: { one: { operator: self, dialect: openai, base_url: "${upstream.baseUrl}", private: true } }`,
      'deployments: [{ id: good, model: outside/good, endpoint: one, upstream_model: m }]',
      'routes: [{ default: true, primary: outside/good }]\n',
    ].join('\n'),
  );
});

afterAll(async () => {
  await server.stop();
  await upstream.close();
  await inside.close();
});

const bodyOf = (content: string): string =>
  JSON.stringify({ model: 'outside/good', messages: [{ role: 'user', content }] });

async function ask(body: string): Promise<{ status: number; text: string }> {
  const response = await fetch(`${server.origin}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body,
  });
  return { status: response.status, text: await response.text() };
}

async function answersOthers(): Promise<void> {
  upstream.reply(chatCompletion());
  expect((await ask(bodyOf('Hello?'))).status).toBe(200);
}

async function openSocket(): Promise<Socket> {
  const socket = connect(Number(new URL(server.origin).port), '127.0.0.1');
  // How the other side ends it is its own business: what counts is that it does.
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  return socket;
}

async function openSockets(count: number, begin: (socket: Socket) => void): Promise<Socket[]> {
  const sockets: Socket[] = [];
  while (sockets.length < count) {
    const some = await Promise.all(Array.from({ length: Math.min(250, count - sockets.length) }, openSocket));
    for (const socket of some) begin(socket);
    sockets.push(...some);
  }
  return sockets;
}

describe('clients', () => {
  test(`${IDLE_SOCKETS} sockets with half a head, or nothing, hold nobody up and are cut`, async () => {
    let number = 0;
    const closed: Promise<unknown>[] = [];
    await openSockets(IDLE_SOCKETS, (socket) => {
      closed.push(once(socket, 'close'));
      socket.resume();
      number += 1;
      if (number % 2 === 0) socket.write('POST /v1/chat/completions HTTP/1.1\r\nhost: localh');
    });
    await answersOthers();
    await Promise.all(closed);
    await answersOthers();
  }, 25_000);

  test(`${SLOW_BODIES} bodies that come byte by byte hold nobody up and are answered once they are whole`, async () => {
    const body = bodyOf('Slowly.');
    const answers: Promise<string>[] = [];
    const sockets = await openSockets(SLOW_BODIES, (socket) => {
      answers.push(once(socket, 'data').then(([data]) => String(data)));
      socket.write(
        `POST /v1/chat/completions HTTP/1.1\r\nhost: localhost\r\ncontent-length: ${body.length}\r\nconnection: close\r\n\r\n`,
      );
    });
    for (const byte of body) {
      await Promise.all(sockets.map((socket) => new Promise((resolve) => socket.write(byte, resolve))));
      if (byte === ',') await answersOthers();
    }
    for (const answer of await Promise.all(answers)) expect(statusOf(answer)).toBe(200);
    for (const socket of sockets) socket.destroy();
  });

  test.each([
    ['of the beginnings of addresses', `${'a'.repeat(PROMPT_BYTES - 1)}@`],
    ['of digits', '1'.repeat(PROMPT_BYTES)],
    ['of characters outside the first plane', '𝒳'.repeat(PROMPT_BYTES / 4)],
  ])('a prompt of 10 MB in one line %s goes upstream whole, and others are served meanwhile', async (_, prompt) => {
    upstream.reply(chatCompletion());
    const large = ask(bodyOf(prompt));
    await answersOthers();
    expect((await large).status).toBe(200);
    const bodies = upstream.requests.map(({ body }) => body.length);
    expect(Math.max(...bodies)).toBeGreaterThan(PROMPT_BYTES);
  });
});

describe('upstreams', () => {
  const bomb = gzipSync(Buffer.alloc(1_000_000));

  test.each([
    ['a chain of encodings', Array.from({ length: 100 }, () => 'gzip').join(',')],
    ['one that grows a thousand times', 'gzip'],
    ['one that nobody knows', 'zstd-of-tomorrow'],
  ])('%s is refused, not decoded', async (_, encoding) => {
    upstream.reply({ headers: { 'content-encoding': encoding }, body: bomb });
    const { status, text } = await ask(bodyOf('Hello?'));
    expect(status).toBe(502);
    expect(text).toContain('upstream_protocol');
    await answersOthers();
  });

  test('an answer without end is cut, and the upstream let go', async () => {
    const mebibyte = Buffer.alloc(1_048_576, 'a');
    const before = upstream.requests.length;
    upstream.reply({ body: [send('{"x":"'), ...Array.from({ length: OVERSIZED_MIB }, () => send(mebibyte))] });
    const { status } = await ask(bodyOf('Hello?'));
    expect(status).toBe(502);
    await upstream.requests[before]?.aborted;
    await answersOthers();
  });

  test('a head without end is refused', async () => {
    upstream.reply({ framing: 'raw', body: [raw(`HTTP/1.1 200 OK\r\nx-a: ${'a'.repeat(1_048_576)}\r\n\r\n`)] });
    expect((await ask(bodyOf('Hello?'))).status).toBe(502);
    await answersOthers();
  });

  test.each([301, 302, 303, 307, 308])('a redirect with %i is not followed', async (status) => {
    upstream.reply({ status, headers: { location: `${inside.origin}/v1/chat/completions` }, body: '' });
    expect((await ask(bodyOf('Hello?'))).status).toBe(502);
    expect(inside.connectionsAccepted).toBe(0);
    await answersOthers();
  });
});

test('what went wrong is told to operators by deployment and kind', async () => {
  const answer = await sendRaw(server.origin, 'GET /metrics HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n');
  expect(answer).toContain('alidade_deployment_breaker_state{deployment="good",state="closed"} 1');
  expect(answer).toMatch(/alidade_deployment_recent_failures\{deployment="good",kind="malformed"\} [1-9]/);
});
