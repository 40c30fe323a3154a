import { serveDataPlane } from '../data-plane.ts';
import type { RawRoute } from '../route-definition.ts';

export const embeddingsRoute: RawRoute = {
  method: 'POST',
  paths: ['/v1/embeddings', '/openai/v1/embeddings'],
  access: ['app', 'admin'],
  summary: 'Embeddings in the OpenAI dialect',
  raw: true,
  dialect: 'openai',
  operation: 'embeddings',
  handle: ({ app, caller, request, response }) =>
    serveDataPlane(app, caller, 'embeddings', 'openai', request, response),
};
