import { serveDataPlane } from '../data-plane.ts';
import type { RawRoute } from '../route-definition.ts';

export const chatCompletionsRoute: RawRoute = {
  method: 'POST',
  paths: ['/v1/chat/completions', '/openai/v1/chat/completions'],
  access: ['app', 'admin'],
  summary: 'Chat in the OpenAI dialect; model auto lets Alidade choose',
  raw: true,
  dialect: 'openai',
  operation: 'chat',
  handle: ({ app, caller, request, response }) => serveDataPlane(app, caller, 'chat', 'openai', request, response),
};
