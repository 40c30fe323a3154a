// server/: the outside: HTTP routes, who may call them, bodies in and answers out, the static page.
// May import: contracts/, lib/ and app.ts; everything it does goes through the App.
// Start here; data-plane.ts is the hot path, routes/list.ts names every route.
// Default deny: a route states who may call it, and whatever is not in the list answers 404.
// The same routes are served on a unix socket in the data folder, where the caller is the machine's own user.
import { chmodSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import type { App } from '../app.ts';
import { AppError } from '../contracts/errors.ts';
import type { ClientDialectName } from '../contracts/gateway-request.ts';
import { authenticate, type Caller, OPEN_CALLER, requireRole, SOCKET_CALLER } from './authenticate.ts';
import { answerError } from './data-plane.ts';
import { createOpenModeGuard, refuseOpenBeyondLoopback } from './open-mode.ts';
import type { ControlRoute, RawRoute, RouteDefinition } from './route-definition.ts';
import { ROUTES } from './routes/list.ts';
import { dialectOfPath, unknownPath } from './unknown-path.ts';

/** Slow senders hold a socket no longer than this (DESIGN: headers 10 s, request 120 s). */
const HEADERS_TIMEOUT_MS = 10_000;
const REQUEST_TIMEOUT_MS = 120_000;
/** Longer than the 60 s of common load balancers, so that they close idle connections and not we. */
const KEEP_ALIVE_TIMEOUT_MS = 75_000;
const MAX_HEADER_BYTES = 16_384;
/** Bodies of the control plane that Fastify parses itself. */
const CONTROL_BODY_BYTES = 1_048_576;

const HTTP_OPTIONS = {
  headersTimeout: HEADERS_TIMEOUT_MS,
  requestTimeout: REQUEST_TIMEOUT_MS,
  keepAliveTimeout: KEEP_ALIVE_TIMEOUT_MS,
  maxHeaderSize: MAX_HEADER_BYTES,
  noDelay: true,
};

export interface RunningServer {
  host: string;
  port: number;
  /** Takes no new connections; running requests go on. */
  stopListening(): void;
  /** Ends whatever connection is left, e.g. one whose request never became whole. */
  close(): Promise<void>;
}

/** Sockets of the admin socket's server, whose caller is whoever may open the file. */
const adminSockets = new WeakSet<Socket>();

function callerOf(app: App, route: RouteDefinition, request: IncomingMessage, guard: Guard): Caller {
  if (route.access === 'probe') return OPEN_CALLER;
  if (adminSockets.has(request.socket)) return SOCKET_CALLER;
  if (app.keys.empty) {
    guard(request);
    return OPEN_CALLER;
  }
  if (route.access === 'public') return OPEN_CALLER;
  const caller = authenticate(request, app.keys);
  requireRole(caller, route.access);
  return caller;
}

const asAppError = (error: unknown): AppError => {
  if (error instanceof AppError) return error;
  const { statusCode, code } = error as { statusCode?: number; code?: string };
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE') return new AppError('body_too_large', 'The body is too large.');
  if (statusCode === 415) return new AppError('unsupported_media_type', 'Send the body as application/json.');
  if (statusCode !== undefined && statusCode < 500) return new AppError('invalid_json', 'The body is not valid JSON.');
  return new AppError('internal', 'Something went wrong on our side; the request id finds it in the logs.', {
    cause: error,
  });
};

/** Answers an error on the raw response, in the one shape that every client of ours reads. */
function fail(
  app: App,
  request: IncomingMessage,
  response: ServerResponse,
  error: unknown,
  dialect: ClientDialectName = dialectOfPath(request.url ?? ''),
): void {
  const appError = asAppError(error);
  const requestId = app.newRequestId();
  app.logError(appError, requestId);
  answerError(app, response, dialect, appError, requestId);
  request.resume();
}

function failReply(app: App, request: FastifyRequest, reply: FastifyReply, error: unknown): void {
  if (!reply.sent) reply.hijack();
  fail(app, request.raw, reply.raw, error);
}

type Guard = ReturnType<typeof createOpenModeGuard>;

function addRoute(server: FastifyInstance, app: App, route: ControlRoute, guard: Guard): void {
  const handler = (request: FastifyRequest, reply: FastifyReply): unknown => {
    const caller = callerOf(app, route, request.raw, guard);
    return route.handle({ app, caller, request, reply });
  };
  for (const url of route.paths) server.route({ method: route.method, url, handler });
}

/**
 * Raw routes by method and path, found by one look-up in front of the framework. Through Fastify, with its body parsing
 * switched off, the same request costs more for nothing (docs/decisions/0008-data-plane-before-the-framework.md).
 */
function rawHandler(app: App, guard: Guard): (request: IncomingMessage, response: ServerResponse) => boolean {
  const routes = new Map<string, RawRoute>();
  for (const route of ROUTES) {
    if (route.raw === true) for (const path of route.paths) routes.set(`${route.method} ${path}`, route);
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

/** Requests that Node's parser refused: no request object exists, so the answer is written by hand. */
function onClientError(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
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
  socket.end(
    `HTTP/1.1 ${status}\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\nx-should-retry: false\r\nconnection: close\r\n\r\n${body}`,
  );
}

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

function createHttpServer(handler: Handler): Server {
  const server = createServer(HTTP_OPTIONS, handler);
  server.on('clientError', onClientError);
  return server;
}

/** Transfer-Encoding beside Content-Length is how requests are smuggled; Node tolerates it in some orders. */
function refuseSmuggling(handler: Handler): Handler {
  return (request, response) => {
    if (request.headers['transfer-encoding'] !== undefined && request.headers['content-length'] !== undefined) {
      request.socket.destroy();
      return;
    }
    handler(request, response);
  };
}

/** A URL that cannot be decoded; anything else is an error like others. */
const badUrl = (error: { code?: string }): unknown =>
  error.code === 'FST_ERR_BAD_URL' ? new AppError('malformed_http', 'The path is not a valid URL.') : error;

interface Router {
  server: FastifyInstance;
  handle: Handler;
}

function createRouter(app: App): Router {
  const guard = createOpenModeGuard(app.allowedHosts);
  const raw = rawHandler(app, guard);
  let control: Handler = (_request, response) => response.destroy();
  const handle = refuseSmuggling((request, response) => {
    if (!raw(request, response)) control(request, response);
  });
  const server = fastify({
    serverFactory: (fastifyHandler) => {
      control = fastifyHandler;
      return createHttpServer(handle);
    },
    bodyLimit: CONTROL_BODY_BYTES,
    routerOptions: { ignoreTrailingSlash: true },
    logger: false,
    exposeHeadRoutes: false,
    frameworkErrors: (error, request, reply) => failReply(app, request, reply, badUrl(error)),
    return503OnClosing: false,
    forceCloseConnections: 'idle',
  });
  server.addHook('onSend', (_request, reply, _payload, done) => {
    reply.header('x-request-id', app.newRequestId());
    done();
  });
  server.setErrorHandler((error, request, reply) => failReply(app, request, reply, error));
  server.setNotFoundHandler((request, reply) =>
    failReply(app, request, reply, unknownPath(request.method, request.url)),
  );
  for (const route of ROUTES) if (route.raw !== true) addRoute(server, app, route, guard);
  return { server, handle };
}

function listenOnSocket(app: App, handle: Handler, path: string): Promise<Server> {
  const server = createHttpServer((request, response) => {
    adminSockets.add(request.socket);
    handle(request, response);
  });
  rmSync(path, { force: true });
  const { promise, resolve, reject } = Promise.withResolvers<Server>();
  server.once('error', reject);
  server.listen(path, () => {
    // Whoever may open the file is admin, so nobody but its owner may.
    chmodSync(path, 0o600);
    app.onClose(() => {
      server.close();
      rmSync(path, { force: true });
    });
    resolve(server);
  });
  return promise;
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
  const { server: router, handle } = createRouter(app);
  try {
    await router.listen({ host, port });
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    const hint = code === 'EADDRINUSE' ? 'it is in use; choose another with --port' : (code ?? 'unknown reason');
    throw new AppError('config_invalid', `Cannot listen on ${host}:${port}: ${hint}.`, { cause });
  }
  if (socketPath !== null) await listenOnSocket(app, handle, socketPath);
  const address = router.server.address() as AddressInfo;
  return {
    host,
    port: address.port,
    stopListening: () => {
      router.server.close();
      router.server.closeIdleConnections();
    },
    close: async () => {
      router.server.closeAllConnections();
      await router.close();
    },
  };
}
