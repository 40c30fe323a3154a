import { serveDataPlane } from '../data-plane.ts';
import type { RawRoute } from '../route-definition.ts';

/** Bare `/messages` is what clients build whose base URL ends in the version. */
export const messagesRoute: RawRoute = {
  method: 'POST',
  paths: ['/v1/messages', '/messages', '/anthropic/v1/messages', '/anthropic/messages'],
  access: ['app', 'admin'],
  summary: 'Chat in the Anthropic dialect; model auto lets Alidade choose',
  raw: true,
  dialect: 'anthropic',
  operation: 'chat',
  handle: ({ app, caller, request, response }) => serveDataPlane(app, caller, 'chat', 'anthropic', request, response),
};
