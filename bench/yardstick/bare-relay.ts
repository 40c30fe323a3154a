// Purpose: the least that a gateway of Node's own parts can do: node:http in, undici dispatch out, bytes untouched.
// May import: node built-ins and undici.
// It reads each request body once and relays the answer as it comes, with back-pressure and abort; it parses nothing.
// It shows what Node's usual parts cost by themselves, and is the yardstick where nginx is missing.
// Run by the bench: node bench/yardstick/bare-relay.ts UPSTREAM_PORT PORT [OTHER_UPSTREAM_PORT OTHER_MODEL], where what names
// the other model in its body goes to the other upstream.

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type Dispatcher, Pool } from 'undici';

const [upstreamPort, port, otherPort, otherModel] = process.argv.slice(2);
if (upstreamPort === undefined || port === undefined) {
  throw new Error('usage: bare-relay.ts UPSTREAM_PORT PORT [OTHER_UPSTREAM_PORT OTHER_MODEL]');
}

const poolTo = (to: string): Pool => new Pool(`http://127.0.0.1:${to}`, { connections: 4096, pipelining: 1 });
const pool = poolTo(upstreamPort);
const otherPool = otherPort === undefined ? pool : poolTo(otherPort);
const poolFor = (body: Buffer): Pool =>
  otherModel !== undefined && body.includes(`"${otherModel}"`) ? otherPool : pool;

const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    const first = chunks[0];
    relay(request, response, chunks.length === 1 && first !== undefined ? first : Buffer.concat(chunks));
  });
});
server.keepAliveTimeout = 60_000;
server.listen({ port: Number(port), host: '127.0.0.1', backlog: 4096 });

function relay(request: IncomingMessage, response: ServerResponse, body: Buffer): void {
  let upstream: Dispatcher.DispatchController | null = null;
  response.on('close', () => {
    if (!response.writableFinished) upstream?.abort(new Error('the client went away'));
  });
  response.on('drain', () => upstream?.resume());
  poolFor(body).dispatch(
    {
      path: request.url ?? '/',
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: request.headers.authorization ?? '' },
      body,
    },
    {
      onRequestStart: (controller) => {
        upstream = controller;
      },
      onResponseStart: (_controller, status, headers) => {
        const relayed: Record<string, string | string[]> = {};
        for (const name of ['content-type', 'content-length', 'x-request-id', 'cache-control']) {
          const value = headers[name];
          if (value !== undefined) relayed[name] = value;
        }
        response.writeHead(status, relayed);
      },
      onResponseData: (controller, chunk) => {
        if (!response.write(chunk)) controller.pause();
      },
      onResponseEnd: () => {
        response.end();
      },
      onResponseError: () => {
        if (response.headersSent) response.destroy();
        else response.writeHead(502).end();
      },
    },
  );
}

process.on('SIGTERM', () => process.exit(0));
