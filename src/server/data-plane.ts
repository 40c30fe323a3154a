import type { IncomingMessage, ServerResponse } from 'node:http';
import type { App } from '../app.ts';
import type { ClientSink } from '../contracts/client-sink.ts';
import { type AppError, ERRORS } from '../contracts/errors.ts';
import { type ClientDialectName, OPTION_HEADER_NAMES, type RequestHeaders } from '../contracts/gateway-request.ts';
import type { Operation } from '../contracts/vocabulary.ts';
import type { Caller } from './authenticate.ts';
import { NodeSink } from './node-sink.ts';
import { readBody } from './read-body.ts';
import type { RequestHead } from './request-head.ts';

const header = (request: RequestHead, name: string): string | null => {
  const value = request.headers[name];
  return typeof value === 'string' && value !== '' ? value : null;
};

const OPTION_HEADERS: ReadonlySet<string> = new Set([...OPTION_HEADER_NAMES, 'x-alidade-sandbox-fault']);

function unknownHeader({ headers }: RequestHead): string | null {
  for (const name in headers) {
    if (name.startsWith('x-alidade-') && !OPTION_HEADERS.has(name)) return name;
  }
  return null;
}

/** Our own headers of a request. Everything else a client sends ends here: nothing of it goes upstream. */
export function readRequestHeaders(request: RequestHead): RequestHeaders {
  return {
    useCase: header(request, 'x-alidade-use-case'),
    task: header(request, 'x-alidade-task'),
    labels: header(request, 'x-alidade-labels'),
    objective: header(request, 'x-alidade-objective'),
    deadlineMs: header(request, 'x-alidade-deadline-ms'),
    strict: header(request, 'x-alidade-strict'),
    session: header(request, 'x-alidade-session'),
    estimatedTokens: header(request, 'x-alidade-estimated-tokens'),
    idempotencyKey: header(request, 'idempotency-key'),
    traceparent: header(request, 'traceparent'),
    anthropicVersion: header(request, 'anthropic-version'),
    anthropicBeta: header(request, 'anthropic-beta'),
    sandboxFault: header(request, 'x-alidade-sandbox-fault'),
    unknown: unknownHeader(request),
  };
}

const CLIENT_REQUEST_ID = /^[\x21-\x7e]{1,128}$/;

/** The caller's own id, kept beside ours; whatever is not a plain short word is dropped. */
function readClientRequestId(request: RequestHead): string | null {
  const id = header(request, 'x-request-id') ?? header(request, 'x-client-request-id');
  return id !== null && CLIENT_REQUEST_ID.test(id) ? id : null;
}

/** What of a request's headers the gateway is told; the same for all requests with these headers. */
export interface OwnHeaders {
  clientRequestId: string | null;
  headers: RequestHeaders;
}

export const readOwnHeaders = (request: RequestHead): OwnHeaders => ({
  clientRequestId: readClientRequestId(request),
  headers: readRequestHeaders(request),
});

/** Answers with an error in the caller's dialect. A body that was not read to its end closes the connection. */
export function answerError(
  app: App,
  response: ServerResponse,
  dialect: ClientDialectName,
  error: AppError,
  requestId: string,
): void {
  if (response.headersSent || response.destroyed) {
    response.destroy();
    return;
  }
  const body = Buffer.from(app.errorBody(dialect, error, requestId));
  const head = ['content-type', 'application/json', 'content-length', String(body.length), 'x-request-id', requestId];
  const ownHeader = app.requestIdHeader(dialect);
  if (ownHeader !== null) head.push(ownHeader, requestId);
  if (error.retryAfterS !== null) head.push('retry-after', String(Math.max(1, Math.ceil(error.retryAfterS))));
  if (ERRORS[error.code].retry === 'never') head.push('x-should-retry', 'false');
  if (!response.req.complete) head.push('connection', 'close');
  response.writeHead(error.status, head);
  response.end(body);
}

/** Whose request it is, and what is asked for; one for all requests of a caller on a route. */
export interface Asked {
  caller: Caller;
  operation: Operation;
  dialect: ClientDialectName;
}

/** Hands a request that is whole to the gateway, as soon as it may begin. */
export function beginRequest(
  app: App,
  { caller, operation, dialect }: Asked,
  { clientRequestId, headers }: OwnHeaders,
  requestId: string,
  sink: ClientSink,
  whole: () => Buffer,
): void {
  const receivedAtMs = app.clock.now();
  const startedAtMs = app.clock.monotonic();
  app.gateway.turns.add(() =>
    app.gateway.handle({
      requestId,
      clientRequestId,
      operation,
      dialect,
      key: caller.key,
      headers,
      body: whole(),
      receivedAtMs,
      startedAtMs,
      sink,
    }),
  );
}

/** One data-plane request: body in, gateway, answer out through a sink. The caller has been authenticated. */
export function serveDataPlane(
  app: App,
  caller: Caller,
  operation: Operation,
  dialect: ClientDialectName,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  const requestId = app.newRequestId();
  const asked = { caller, operation, dialect };
  const headers = readOwnHeaders(request);
  readBody(
    request,
    app.maxBodyBytes,
    // The sink at once, so that it notices whoever leaves before the turn comes.
    (whole) => beginRequest(app, asked, headers, requestId, new NodeSink(response), whole),
    (error) => answerError(app, response, dialect, error, requestId),
  );
}
