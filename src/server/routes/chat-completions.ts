import { serveDataPlane } from '../data-plane.ts';
import type { RouteDefinition } from '../route-definition.ts';

export const chatCompletionsRoute: RouteDefinition = {
  method: 'POST',
  paths: ['/v1/chat/completions', '/openai/v1/chat/completions'],
  access: ['app', 'admin'],
  summary: 'Chat in the OpenAI dialect; model auto lets Alidade choose',
  raw: true,
  handle: ({ app, caller, request, reply }) => serveDataPlane(app, caller, 'chat', 'openai', request.raw, reply.raw),
};
