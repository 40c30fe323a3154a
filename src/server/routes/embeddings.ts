import { serveDataPlane } from '../data-plane.ts';
import type { RouteDefinition } from '../route-definition.ts';

export const embeddingsRoute: RouteDefinition = {
  method: 'POST',
  paths: ['/v1/embeddings', '/openai/v1/embeddings'],
  access: ['app', 'admin'],
  summary: 'Embeddings in the OpenAI dialect',
  raw: true,
  handle: ({ app, caller, request, reply }) =>
    serveDataPlane(app, caller, 'embeddings', 'openai', request.raw, reply.raw),
};
