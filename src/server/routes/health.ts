import type { ControlRoute } from '../route-definition.ts';

export const healthzRoute: ControlRoute = {
  method: 'GET',
  paths: ['/healthz'],
  access: 'probe',
  summary: 'The process lives; whether only sandbox programs would answer',
  handle: ({ app }) => ({ status: 'ok', version: app.version, sandbox: app.sandboxOnly }),
};

export const readyzRoute: ControlRoute = {
  method: 'GET',
  paths: ['/readyz'],
  access: 'probe',
  summary: '200 while traffic can be answered, with what is degraded; 503 when not',
  handle: ({ app, reply }) => {
    const readiness = app.readiness();
    reply.code(readiness.ready ? 200 : 503);
    return readiness;
  },
};
