import type { ControlRoute } from '../route-definition.ts';

export const deploymentsRoute: ControlRoute = {
  method: 'GET',
  paths: ['/api/deployments'],
  access: ['admin', 'auditor'],
  summary: 'Deployments with prices, facts and health, and the models that have none',
  handle: ({ app }) => app.deployments(),
};
