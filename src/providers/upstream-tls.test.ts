import type { RequestListener } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { selfSigned } from '../../test/support/self-signed.ts';
import { collectCall, testEndpoint, testRequest } from '../../test/support/upstream/upstream-calls.ts';
import type { UpstreamClient } from '../contracts/upstream.ts';
import { createUpstreamClient } from './http-client.ts';

const LONG = 'Grüße, 你好. '.repeat(20_000);
let closing: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const close of closing) await close();
  closing = [];
});

/** An upstream with a certificate of its own making for this name; tells how many connections it has had. */
async function upstreamNamed(name: string, answer: RequestListener) {
  const { key, cert } = selfSigned(name);
  let connections = 0;
  const server = createServer({ key, cert }, answer).on('secureConnection', () => {
    connections += 1;
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(() => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(() => resolve()));
  });
  const { port } = server.address() as AddressInfo;
  return { cert, port, connections: () => connections };
}

function clientOf(certificateAuthorities: readonly string[]): UpstreamClient {
  const client = createUpstreamClient({
    certificateAuthorities,
    resolve: (_host, callback) => callback(null, [{ address: '127.0.0.1', family: 4 }]),
  });
  closing.push(() => client.close());
  return client;
}

async function call(client: UpstreamClient, baseUrl: string, body: object = {}) {
  const collected = collectCall(client, testRequest(testEndpoint(baseUrl), body));
  await collected.ended;
  return collected;
}

describe('an upstream behind TLS', () => {
  it('is asked by name and by address, large bodies both ways, on one connection as long as it is kept', async () => {
    const upstream = await upstreamNamed('models.example', (request, response) => {
      const parts: Buffer[] = [];
      request.on('data', (part: Buffer) => parts.push(part));
      request.on('end', () => response.end(Buffer.concat(parts)));
    });
    const client = clientOf([upstream.cert]);
    for (const host of ['models.example', '127.0.0.1']) {
      const before = upstream.connections();
      for (const said of ['Hi', LONG, 'Bye']) {
        const got = await call(client, `https://${host}:${upstream.port}/v1`, { said });
        expect([got.failure, got.status]).toEqual([null, 200]);
        expect(got.text()).toBe(JSON.stringify({ said }));
      }
      expect(upstream.connections() - before).toBe(1);
    }
  });

  it('streams event by event', async () => {
    const upstream = await upstreamNamed('models.example', (_request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      for (const said of ['a', 'b', 'c']) response.write(`data: ${said}\n\n`);
      response.end('data: [DONE]\n\n');
    });
    const got = await call(clientOf([upstream.cert]), `https://models.example:${upstream.port}/v1`);
    expect(got.text()).toBe('data: a\n\ndata: b\n\ndata: c\n\ndata: [DONE]\n\n');
  });

  it('gets no request where nobody vouches for it, or where it is called by another name', async () => {
    let asked = 0;
    const upstream = await upstreamNamed('models.example', (_request, response) => {
      asked += 1;
      response.end();
    });
    const strangers = [
      [[], 'models.example'],
      [[selfSigned('models.example').cert], 'models.example'],
      [[upstream.cert], 'other.example'],
    ] as const;
    for (const [authorities, name] of strangers) {
      const got = await call(clientOf(authorities), `https://${name}:${upstream.port}/v1`);
      expect([got.failure, got.status]).toEqual(['connect_failed', null]);
    }
    expect(asked).toBe(0);
  });

  it('that cuts its answer is told from one that ends it', async () => {
    const upstream = await upstreamNamed('models.example', (_request, response) => {
      response.writeHead(200, { 'content-length': '10' });
      response.write('half', () => response.socket?.destroy());
    });
    const got = await call(clientOf([upstream.cert]), `https://models.example:${upstream.port}/v1`);
    expect([got.status, got.failure, got.text()]).toEqual([200, 'reset', 'half']);
  });

  it('that closes behind its answer is read to the end by who reads slowly', async () => {
    const upstream = await upstreamNamed('models.example', (_request, response) => {
      response.writeHead(200, { connection: 'close' });
      for (let at = 0; at < LONG.length; at += 1_000) response.write(LONG.slice(at, at + 1_000));
      response.end();
    });
    const request = testRequest(testEndpoint(`https://models.example:${upstream.port}/v1`));
    const got = collectCall(clientOf([upstream.cert]), request, (running) => {
      running.pause();
      setImmediate(() => setImmediate(() => running.resume()));
    });
    await got.ended;
    expect([got.failure, got.text() === LONG]).toEqual([null, true]);
  });
});
