import { serveDataPlane } from '../data-plane.ts';
import type { RawRoute } from '../route-definition.ts';
import { messagesRoute } from './messages.ts';

export const countTokensRoute: RawRoute = {
  method: 'POST',
  paths: messagesRoute.paths.map((path) => `${path}/count_tokens`),
  access: ['app', 'admin'],
  summary: "Length of a prompt in the Anthropic dialect: the deployment's own count, or our estimate",
  raw: true,
  dialect: 'anthropic',
  operation: 'count_tokens',
  handle: ({ app, caller, request, response }) =>
    serveDataPlane(app, caller, 'count_tokens', 'anthropic', request, response),
};
