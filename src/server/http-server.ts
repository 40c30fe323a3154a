// server/: the outside: HTTP routes, who may call them, bodies in and answers out, the static page.
// May import: contracts/, lib/ and app.ts; everything it does goes through the App.
// Start here; data-plane.ts is the hot path, routes/list.ts names every route.
// Default deny: a route states who may call it, and whatever is not in the list answers 404.
// The same routes are served on a unix socket in the data folder, where the caller is the machine's own user.
import { chmodSync, rmSync } from 'node:fs';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { App } from '../app.ts';
import { AppError } from '../contracts/errors.ts';
import { adminSockets, callerOf, type Guard } from './caller-of.ts';
import { serveDirectly } from './direct/direct-server.ts';
import { fail } from './fail.ts';
import { createOpenModeGuard, refuseOpenBeyondLoopback } from './open-mode.ts';
import { RefusedSockets } from './refused-sockets.ts';
import type { RawRoute } from './route-definition.ts';
import { ROUTES } from './routes/list.ts';

// Not by import, which reads every export: one of them loads a second HTTP client, 90 ms of a start and 4 MB.
const { createServer } = process.getBuiltinModule('node:http');

/** Slow senders hold a socket no longer than this (DESIGN: headers 10 s, request 120 s). */
const HEADERS_TIMEOUT_MS = 10_000;
const REQUEST_TIMEOUT_MS = 120_000;
/**
 * Node looks for slow senders every 30 s unless told otherwise, which would make 40 s of the 10. Often, since all whose time
 * is over are cut in one turn, and the error that Node makes of each takes 40 us: thousands that came within a second are then
 * two dozen turns' work.
 */
const CHECK_SENDERS_MS = 40;
/** Longer than the 60 s of common load balancers, so that they close idle connections and not we. */
const KEEP_ALIVE_TIMEOUT_MS = 75_000;
const MAX_HEADER_BYTES = 16_384;
/** The control plane's framework is loaded at the first request for it, and at the latest so long after the start. */
const LOAD_CONTROL_PLANE_MS = 1_000;

const HTTP_OPTIONS = {
  headersTimeout: HEADERS_TIMEOUT_MS,
  requestTimeout: REQUEST_TIMEOUT_MS,
  connectionsCheckingInterval: CHECK_SENDERS_MS,
  keepAliveTimeout: KEEP_ALIVE_TIMEOUT_MS,
  maxHeaderSize: MAX_HEADER_BYTES,
  noDelay: true,
  // Node's own answer has no body; ours says what is wrong.
  requireHostHeader: false,
};

export interface RunningServer {
  host: string;
  port: number;
  /** Takes no new connections; running requests go on. */
  stopListening(): void;
  /** Ends whatever connection is left, e.g. one whose request never became whole. */
  close(): Promise<void>;
}

/**
 * Raw routes by method and path, found by one look-up in front of the framework. Through Fastify, with its body parsing
 * switched off, the same request costs more for nothing (docs/decisions/0008-data-plane-before-the-framework.md).
 */
function rawHandler(app: App, guard: Guard): (request: IncomingMessage, response: ServerResponse) => boolean {
  const routes = new Map<string, RawRoute>();
  for (const route of ROUTES) {
    if (route.raw !== true) continue;
    for (const path of route.paths) {
      routes.set(`${route.method} ${path}`, route);
      // Node sends no body after HEAD, whatever the route writes.
      if (route.method === 'GET') routes.set(`HEAD ${path}`, route);
    }
  }
  const find = (method: string, url: string): RawRoute | undefined => {
    const known = routes.get(`${method} ${url}`);
    if (known !== undefined) return known;
    const path = url.split('?', 1)[0] as string;
    return routes.get(`${method} ${path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path}`);
  };
  return (request, response) => {
    const route = find(request.method ?? '', request.url ?? '');
    if (route === undefined) return false;
    try {
      const caller = callerOf(app, route, request, guard);
      const result = route.handle({ app, caller, request, response });
      if (result instanceof Promise)
        result.catch((error: unknown) => fail(app, request, response, error, route.dialect));
    } catch (error) {
      fail(app, request, response, error, route.dialect);
    }
    return true;
  };
}

/** For requests that Node's parser refused: no request object exists, so the answer is written by hand. */
function answerTo(error: NodeJS.ErrnoException): string {
  const timeout = error.code === 'ERR_HTTP_REQUEST_TIMEOUT';
  const code = timeout ? 'request_timeout' : 'malformed_http';
  const tooLong = error.code === 'HPE_HEADER_OVERFLOW';
  const message = timeout
    ? 'The request did not arrive in time.'
    : tooLong
      ? `The headers are larger than ${MAX_HEADER_BYTES} bytes.`
      : 'The HTTP request is malformed.';
  const status = timeout ? '408 Request Timeout' : '400 Bad Request';
  const body = JSON.stringify({ error: { message, type: 'invalid_request_error', param: null, code } });
  return `HTTP/1.1 ${status}\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\nx-should-retry: false\r\nconnection: close\r\n\r\n${body}`;
}

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

function createHttpServer(handler: Handler): Server {
  const server = createServer(HTTP_OPTIONS, handler);
  const refused = new RefusedSockets(answerTo);
  server.on('clientError', (error, socket) => refused.add(error, socket as Socket));
  return server;
}

function hostsOf({ rawHeaders }: IncomingMessage): number {
  let hosts = 0;
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at] as string;
    if (name.length === 4 && name.toLowerCase() === 'host') hosts += 1;
  }
  return hosts;
}

/**
 * Transfer-Encoding beside Content-Length is how requests are smuggled; Node tolerates it in some orders. Of several Host
 * headers it takes the first, where whoever stands before us may have looked at another (RFC 9112, 3.2).
 */
function refuseSmuggling(app: App, handler: Handler): Handler {
  return (request, response) => {
    if (request.headers['transfer-encoding'] !== undefined && request.headers['content-length'] !== undefined) {
      request.socket.destroy();
      return;
    }
    const hosts = hostsOf(request);
    if (hosts === 1 || (hosts === 0 && request.httpVersion === '1.0')) return handler(request, response);
    response.setHeader('connection', 'close');
    fail(app, request, response, new AppError('malformed_http', 'A request names its Host once.'));
  };
}

/**
 * The control plane, loaded when it is first asked for: its framework takes as long to load as a gateway may take to
 * answer its first request.
 */
function lazyControlPlane(app: App, guard: Guard): Handler {
  let handler: Handler | null = null;
  let loading: Promise<Handler> | null = null;
  const load = (): Promise<Handler> => {
    loading ??= import('./control-plane.ts').then(({ createControlPlane }) => createControlPlane(app, guard));
    return loading;
  };
  const ahead = setTimeout(() => void load().catch(() => undefined), LOAD_CONTROL_PLANE_MS).unref();
  app.onClose(() => clearTimeout(ahead));
  return (request, response) => {
    if (handler !== null) return handler(request, response);
    load()
      .then((loaded) => {
        handler = loaded;
        loaded(request, response);
      })
      .catch((error: unknown) => fail(app, request, response, error));
  };
}

function createHandler(app: App, guard: Guard): Handler {
  const raw = rawHandler(app, guard);
  const control = lazyControlPlane(app, guard);
  return refuseSmuggling(app, (request, response) => {
    if (!raw(request, response)) control(request, response);
  });
}

function listen(server: Server, options: { host: string; port: number } | { path: string }): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once('error', reject);
  server.listen(options, () => {
    server.off('error', reject);
    resolve();
  });
  return promise;
}

async function listenOnSocket(app: App, handle: Handler, path: string): Promise<void> {
  const server = createHttpServer((request, response) => {
    adminSockets.add(request.socket);
    handle(request, response);
  });
  rmSync(path, { force: true });
  await listen(server, { path });
  // Whoever may open the file is admin, so nobody but its owner may.
  chmodSync(path, 0o600);
  app.onClose(() => {
    server.close();
    rmSync(path, { force: true });
  });
}

/**
 * Listens on host and port, and on the admin socket where a path is given.
 * @throws AppError config_invalid when open mode would listen beyond loopback, or the address is taken
 */
export async function startServer(
  app: App,
  host: string,
  port: number,
  socketPath: string | null,
): Promise<RunningServer> {
  refuseOpenBeyondLoopback(app.keys.empty, host);
  const guard = createOpenModeGuard(app.allowedHosts);
  const handle = createHandler(app, guard);
  const server = createHttpServer(handle);
  const direct = serveDirectly(server, {
    ...{ app, guard, routes: ROUTES },
    ...{ maxHeadBytes: MAX_HEADER_BYTES, keepAliveMs: KEEP_ALIVE_TIMEOUT_MS },
  });
  try {
    await listen(server, { host, port });
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    const hint = code === 'EADDRINUSE' ? 'it is in use; choose another with --port' : (code ?? 'unknown reason');
    throw new AppError('config_invalid', `Cannot listen on ${host}:${port}: ${hint}.`, { cause });
  }
  if (socketPath !== null) await listenOnSocket(app, handle, socketPath);
  const { promise: closed, resolve: onClosed } = Promise.withResolvers<void>();
  server.once('close', onClosed);
  return {
    host,
    port: (server.address() as AddressInfo).port,
    stopListening: () => {
      server.close();
      server.closeIdleConnections();
      direct.stop();
    },
    close: async () => {
      server.close();
      server.closeAllConnections();
      direct.destroy();
      await closed;
    },
  };
}
