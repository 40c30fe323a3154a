import type { ControlRoute } from '../route-definition.ts';

export const metricsRoute: ControlRoute = {
  method: 'GET',
  paths: ['/metrics'],
  access: ['admin', 'auditor'],
  summary: 'Prometheus metrics',
  handle: async ({ app, reply }) => {
    reply.type(app.metrics.contentType);
    return app.metrics.text();
  },
};
