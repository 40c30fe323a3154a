import type { App } from '../../app.ts';
import type { RawContext, RawRoute } from '../route-definition.ts';

/** Probes ask before anything else does and often, so they need no framework. */
function answer(app: App, { response }: RawContext, status: number, value: unknown): void {
  const body = JSON.stringify(value);
  response.writeHead(status, {
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(body),
    'x-request-id': app.newRequestId(),
  });
  response.end(body);
}

export const healthzRoute: RawRoute = {
  method: 'GET',
  paths: ['/healthz'],
  access: 'probe',
  summary: 'The process lives; whether only sandbox programs would answer',
  raw: true,
  dialect: 'openai',
  handle: (context) => {
    const { app } = context;
    answer(app, context, 200, { status: 'ok', version: app.version, sandbox: app.sandboxOnly });
  },
};

export const readyzRoute: RawRoute = {
  method: 'GET',
  paths: ['/readyz'],
  access: 'probe',
  summary: '200 while traffic can be answered, with what is degraded; 503 when not',
  raw: true,
  dialect: 'openai',
  handle: (context) => {
    const readiness = context.app.readiness();
    answer(context.app, context, readiness.ready ? 200 : 503, readiness);
  },
};
