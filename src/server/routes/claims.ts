import type { ControlRoute } from '../route-definition.ts';

export const claimsRoute: ControlRoute = {
  method: 'GET',
  paths: ['/api/claims'],
  access: ['admin', 'auditor'],
  summary: 'Figures that somebody published, contested ones together; none of them decides',
  handle: ({ app }) => app.claims(),
};
