import type { IncomingMessage, ServerResponse } from 'node:http';
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import type { App } from '../app.ts';
import { AppError } from '../contracts/errors.ts';
import { JSON_LIMITS, jsonRefusal } from '../contracts/json-refusal.ts';
import { scanJson } from '../lib/json-scan.ts';
import { callerOf, type Guard } from './caller-of.ts';
import { fail } from './fail.ts';
import type { ControlRoute } from './route-definition.ts';
import { ROUTES } from './routes/list.ts';
import { methodsOf, unknownPath } from './unknown-path.ts';

/** Bodies of the control plane that the framework parses itself. */
const CONTROL_BODY_BYTES = 1_048_576;

function failReply(app: App, request: FastifyRequest, reply: FastifyReply, error: unknown): void {
  if (!reply.sent) reply.hijack();
  fail(app, request.raw, reply.raw, error);
}

function addRoute(server: FastifyInstance, app: App, route: ControlRoute, guard: Guard): void {
  const handler = (request: FastifyRequest, reply: FastifyReply): unknown => {
    const caller = callerOf(app, route, request.raw, guard);
    return route.handle({ app, caller, request, reply });
  };
  for (const url of route.paths) server.route({ method: route.method, url, handler });
}

/** A URL that cannot be decoded; anything else is an error like others. */
const badUrl = (error: { code?: string }): unknown =>
  error.code === 'FST_ERR_BAD_URL' ? new AppError('malformed_http', 'The path is not a valid URL.') : error;

/**
 * Refuses what the data plane refuses: of a member that is written twice nobody knows which one is meant, and whoever checked
 * it before us may have read the other one. @throws AppError
 */
function parseBody(bytes: Buffer): unknown {
  const scan = scanJson(bytes, JSON_LIMITS);
  // What is no object is left to the schema of its route.
  if (!scan.ok && scan.code !== 'not_an_object') throw jsonRefusal(scan);
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    throw new AppError('invalid_json', 'The body is not valid JSON.');
  }
}

/**
 * Everything that is not on the data plane, and what does not exist. The framework never listens: the server hands it
 * the requests that it does not answer itself.
 */
export async function createControlPlane(
  app: App,
  guard: Guard,
): Promise<(request: IncomingMessage, response: ServerResponse) => void> {
  const server = fastify({
    bodyLimit: CONTROL_BODY_BYTES,
    routerOptions: { ignoreTrailingSlash: true },
    logger: false,
    exposeHeadRoutes: true,
    frameworkErrors: (error, request, reply) => failReply(app, request, reply, badUrl(error)),
    return503OnClosing: false,
  });
  server.addContentTypeParser(
    'application/json',
    { parseAs: 'buffer' },
    async (request: FastifyRequest, body: Buffer) =>
      // What does not exist says so, whatever was sent there.
      request.is404 ? null : parseBody(body),
  );
  server.addHook('onSend', (_request, reply, _payload, done) => {
    reply.header('x-request-id', app.newRequestId());
    done();
  });
  server.setErrorHandler((error, request, reply) => failReply(app, request, reply, error));
  server.setNotFoundHandler((request, reply) => {
    const methods = methodsOf(request.url);
    if (methods.length > 0) reply.raw.setHeader('allow', methods.join(', '));
    failReply(app, request, reply, unknownPath(request.method, request.url));
  });
  for (const route of ROUTES) if (route.raw !== true) addRoute(server, app, route, guard);
  await server.ready();
  return (request, response) => server.routing(request, response);
}
